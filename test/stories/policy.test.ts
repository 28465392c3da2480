import { pino } from 'pino'
import { expect } from 'vitest'
import { limitRecent } from '../../src/accounts/policy/keep-up.ts'
import { resetPolicy } from '../../src/accounts/policy/reset-policy.ts'
import { atTheMachine } from '../../src/commands/terminal.ts'
import { machine } from '../../src/commands/users.ts'
import { effectOf } from '../../src/accounts/policy/effect-of.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { noRules } from '../../src/sign-in/policy.ts'
import { expectNoChange, statuses } from '../attacks/tools.ts'
import { addCompany } from '../setup/people.ts'
import { ana, HOUR, MINUTE, protect, signInFully } from '../world.ts'
import { enrol, LATER, sayWho } from './delivery-tools.ts'
import {
  HOME,
  numbersOn,
  save,
  seenOn,
  signedInAs,
  typed,
  write,
  writtenIn,
} from './policy-tools.ts'
import { BRITISH, linkSms, list, NUMBER } from './sms-tools.ts'
import { asHtml, eventsOf, noticesTo, placeOf, story, whoIs, WIDE } from './story.ts'

const { policy: t, problems, history } = textsOf('en')
const people = [ana]
const saved = '/policy?notice=policy_saved'
/** Asking keeps the session alive. */
const PAID = ['limits', 'sessions']

story('a policy is saved once what it does was seen', { people }, async (world) => {
  await addCompany(world)
  const browser = await signedInAs(world, ana.email)
  const empty = await (await browser.get(HOME)).text()
  expect(empty).toContain(t.ofInstallation)
  expect(empty).toContain('ana@example.com</bdi>')
  const form = typed(world, { rememberDays: '7', requiredFrom: '' })
  const preview = await expectNoChange(world, () => browser.post(HOME, form), PAID)
  const page = await preview.text()
  expect(page).toContain(t.preview)
  // What was made up is shown again, not saved.
  const wrong = await expectNoChange(
    world,
    () => browser.post(HOME, { ...seenOn(page), seen: 'x'.repeat(43) }),
    PAID,
  )
  expect(await wrong.text()).toContain(t.again)
  const other = { ...seenOn(page), rememberDays: '0' }
  await expectNoChange(world, () => browser.post(HOME, other), PAID)

  expect(placeOf(await browser.post(HOME, seenOn(page)))).toBe(saved)
  expect(await writtenIn(world)).toEqual({ '': { ...noRules, rememberDays: 7 } })
  const after = await (await browser.get(saved)).text()
  expect(after).toContain(textsOf('en').notices.policy_saved)
  expect(after.replaceAll(/\s+/g, ' ')).toMatch(
    new RegExp(`${t.rules.rememberDays}</dt> <dd> ?<bdi dir="ltr">7</bdi> .*?${t.by.installation}`),
  )
  const [event] = await eventsOf(world, 'policy_changed')
  expect(JSON.parse(event!.detail)).toMatchObject({
    from: '{"rememberDays":null}',
    to: '{"rememberDays":7}',
    policy: '',
    actor: event!.accountId,
  })
  expect(event!.detail).not.toContain(ana.email)
  const words = await (await browser.get('/account/history')).text()
  expect(words).toContain(`${t.rules.rememberDays}: 7`)
  expect(words).toContain(history.before)
  expect(await noticesTo(world)).toContainEqual({
    kind: 'policy_changed',
    main: null,
    login: ana.email,
    isOwn: true,
  })
  expect(await noticesTo(world, 'main@example.com')).toEqual([])
})

story('who it is, is asked first, and only then is it saved', { people }, async (world) => {
  const browser = await signedInAs(world, ana.email)
  world.pass(LATER)
  const answer = await save(browser, typed(world, { sessionHours: '4' }))
  expect(placeOf(answer)).toBe('/account/confirm')
  expect(await writtenIn(world)).toEqual({})
  expect(await (await browser.get('/account/confirm')).text()).toContain(
    asHtml(textsOf('en').stepUp.what.policy),
  )
  expect(placeOf(await sayWho(browser))).toBe(saved)
  expect(await writtenIn(world)).toEqual({ '': { ...noRules, sessionHours: 4 } })
})

story(
  'of two who save at once one is told, and keeps what they typed',
  { people },
  async (world) => {
    const [one, two] = [await signedInAs(world, ana.email), await signedInAs(world, ana.email)]
    const look = async (browser: typeof one, days: string) =>
      seenOn(await (await browser.post(HOME, typed(world, { rememberDays: days }))).text())
    const forms = [await look(one, '3'), await look(two, '5')] as const
    const answers = await Promise.all([one.post(HOME, forms[0]), two.post(HOME, forms[1])])
    expect(statuses(answers)).toEqual({ 303: 1, 409: 1 })
    const lost = answers.findIndex(({ status }) => status === 409)
    const page = await answers[lost]!.text()
    expect(page).toContain(asHtml(problems.changed_meanwhile))
    expect(page).toContain(`value="${lost === 0 ? '3' : '5'}"`)
    expect(Object.values(await writtenIn(world))).toMatchObject([
      { rememberDays: lost === 0 ? 5 : 3 },
    ])
    expect(await eventsOf(world, 'policy_changed')).toHaveLength(1)
  },
)

story(
  'who manages a main account sets its policy, and nobody else’s',
  { people },
  async (world) => {
    const { main, mara, omar } = await addCompany(world)
    const browser = await signedInAs(world, 'mara@example.com')
    expect(await (await browser.get(HOME)).text()).toContain('main@example.com')
    for (const path of [`${HOME}?main=`, `${HOME}?main=${omar}`, `${HOME}?main=${mara}`])
      expect((await browser.get(path)).status, path).toBe(404)
    for (const owner of ['', omar, mara, 'nobody']) {
      const form = typed(world, { rememberDays: '1' }, owner)
      const answer = await expectNoChange(world, () => browser.post(HOME, form), PAID)
      expect(answer.status, owner).toBe(404)
    }
    const answer = await save(browser, typed(world, { rememberDays: '1' }, main))
    expect(placeOf(answer)).toBe(`/policy?main=${main}&notice=policy_saved`)
    expect(await writtenIn(world)).toEqual({ [main]: { ...noRules, rememberDays: 1 } })
    const told = { kind: 'policy_changed', main: 'main@example.com', login: 'mara@example.com' }
    expect(await noticesTo(world, 'main@example.com')).toEqual([{ ...told, isOwn: false }])
    expect(await noticesTo(world, 'mara@example.com')).toEqual([{ ...told, isOwn: true }])
    expect(await noticesTo(world, ana.email)).toEqual([])

    // Support and people have no such page.
    for (const email of ['sam@example.com', 'uma@example.com']) {
      const other = await signedInAs(world, email)
      expect((await other.get(HOME)).status).toBe(403)
      const form = typed(world, {}, main, 1)
      const refused = await expectNoChange(world, () => other.post(HOME, form), PAID)
      expect(refused.status).toBe(403)
    }
    const operator = await signedInAs(world, ana.email)
    expect(placeOf(await operator.get(`${HOME}?login=UMA@example.com`))).toBe(
      `/policy?main=${main}`,
    )
    expect((await operator.get(`${HOME}?login=none@example.com`)).status).toBe(404)
    expect(await (await operator.get(HOME)).text()).toContain(`/policy?main=${main}`)
  },
)

story('the privilege that was taken before it is saved counts', { people }, async (world) => {
  const { main, mara } = await addCompany(world)
  const browser = await signedInAs(world, 'mara@example.com')
  const page = await (await browser.post(HOME, typed(world, { rememberDays: '1' }, main))).text()
  world.pass(LATER)
  expect(placeOf(await browser.post(HOME, seenOn(page)))).toBe('/account/confirm')
  const { db } = world.app
  await db.updateTable('accounts').set({ privilege: null }).where('id', '=', mara).execute()
  expect((await sayWho(browser)).status).toBe(409)
  expect(await writtenIn(world)).toEqual({})
})

story('the numbers are exact', { people }, async (world) => {
  const { main } = await addCompany(world)
  const { app } = world
  await enrol(world, 'uma@example.com', 'totp', 'none')
  await enrol(world, 'ugo@example.com', 'email', 'ugo@example.com')
  await enrol(world, 'otto@example.org', 'email', 'otto@example.org')
  await app.db
    .updateTable('accounts')
    .set({ disabledAt: 1 })
    .where('email', '=', 'sam@example.com')
    .execute()
  const apps = { ...noRules, protection: 'required', factors: ['totp', 'passkey'] } as const
  const rules = { ...apps, factors: [...apps.factors] }
  // main, mara, uma, ugo.
  expect(await effectOf(app, app.db, main, rules)).toMatchObject({
    people: 4,
    enough: 1,
    asked: 3,
    askedLater: 0,
    free: 0,
    replaced: 1,
    weak: { count: 2, first: ['main@example.com', 'mara@example.com'] },
    stuck: { address_unproven: { count: 0 }, no_number: { count: 0 } },
    devices: 0,
    sessions: 0,
  })
  const later = { ...noRules, protection: 'required', requiredFrom: world.now() + HOUR } as const
  // These, and Ana, Omar and Otto.
  expect(await effectOf(app, app.db, '', later)).toMatchObject({
    people: 7,
    enough: 3,
    asked: 0,
    askedLater: 4,
  })
  // What the company has written for itself is stricter for its own people.
  await write(world, main, { factors: ['totp', 'passkey'] })
  expect(await effectOf(app, app.db, '', later)).toMatchObject({
    enough: 2,
    asked: 1,
    askedLater: 4,
  })
  const mail = { ...noRules, protection: 'required', factors: ['email'] as ['email'] } as const
  const { stuck } = await effectOf(app, app.db, '', { ...mail, factors: ['email'] })
  // Their own policy gives way, since nothing would be left.
  expect(stuck.address_unproven).toEqual({
    count: 5,
    first: [
      'ana@example.com',
      'main@example.com',
      'mara@example.com',
      'omar@example.org',
      'uma@example.com',
    ],
  })
})

story('a number is of use where codes go', { people }, async (world) => {
  const { main, uma, ugo } = await addCompany(world)
  const { app } = world
  await linkSms(world, ['PT'])
  for (const [id, phone] of [
    [uma, NUMBER],
    [ugo, BRITISH],
  ] as const)
    await app.db.updateTable('accounts').set({ phone }).where('id', '=', id).execute()
  const texts = { ...noRules, protection: 'required' } as const
  const { stuck } = await effectOf(app, app.db, main, { ...texts, factors: ['sms'] })
  const { first } = stuck.no_number
  expect(first).toContain('ugo@example.com')
  expect(first).not.toContain('uma@example.com')
  await list(world, ['PT', 'GB'])
  const next = await effectOf(app, app.db, main, { ...texts, factors: ['sms'] })
  expect(next.stuck.no_number.first).not.toContain('ugo@example.com')
})

story('those who would get no further are named before it is saved', { people }, async (world) => {
  const { main } = await addCompany(world)
  const browser = await signedInAs(world, ana.email)
  const form = typed(
    world,
    { protection: 'required', usePasskey: undefined, useTotp: undefined, useSms: undefined },
    main,
  )
  const page = await (await browser.post(HOME, form)).text()
  for (const text of [t.stuckTitle, 'uma@example.com', t.saveAnyway]) expect(page).toContain(text)
  expect(page).not.toContain('otto@example.org')
  // One more of them: it is said anew.
  const { db } = world.app
  await db
    .updateTable('accounts')
    .set({ emailProvenAt: 1 })
    .where('email', '=', 'uma@example.com')
    .execute()
  const again = await expectNoChange(world, () => browser.post(HOME, seenOn(page)), PAID)
  const next = await again.text()
  expect(next).toContain(t.again)
  expect(next).not.toContain('uma@example.com')
  expect((await browser.post(HOME, seenOn(next))).status).toBe(303)
})

story('an app is advised for those who manage, and can be left out', { people }, async (world) => {
  const browser = await signedInAs(world, ana.email)
  const page = await (await browser.post(HOME, typed(world, { protection: 'required' }))).text()
  expect(page).toContain(asHtml(t.advised))
  expect(seenOn(page)).toMatchObject({ strongOperator: 'yes', strongManage: 'yes' })
  const { strongOperator: _, strongManage: __, seen: ___, ...without } = seenOn(page)
  const plain = await (await browser.post(HOME, without)).text()
  expect(plain).not.toContain(asHtml(t.advised))
  expect(seenOn(plain)).not.toHaveProperty('strongManage')
  const back = await browser.post(HOME, { ...seenOn(plain), edit: 'yes' })
  expect(await back.text()).toContain(t.form)
  expect(await writtenIn(world)).toEqual({})
})

story(
  'what is typed wrong is said at its place, and nothing changes',
  { people },
  async (world) => {
    const browser = await signedInAs(world, ana.email)
    const form = typed(world, { idleMinutes: '500', requiredFrom: 'soon' })
    const answer = await expectNoChange(world, () => browser.post(HOME, form), PAID)
    expect(answer.status).toBe(422)
    const page = await answer.text()
    for (const text of [t.problems.not_number, t.problems.bad_day, 'value="500"'])
      expect(page).toContain(text)
    const unknown = await browser.post(HOME, { ...form, more: '1' })
    expect(unknown.status).toBe(400)
  },
)

story(
  'sessions end as the policy says from the next request on, and devices are asked again',
  { people, settings: WIDE },
  async (world) => {
    const { main } = await addCompany(world)
    const [uma, otto] = [
      await signedInAs(world, 'uma@example.com'),
      await signedInAs(world, 'otto@example.org'),
    ]
    const phone = world.visitor()
    await protect(world, phone)
    const laptop = world.visitor()
    await signInFully(world, laptop, ana, { remember: 'yes' })
    world.pass(20 * MINUTE)
    const operator = world.visitor()
    await signInFully(world, operator, ana)

    const form = typed(world, { idleMinutes: '10', rememberDays: '0' })
    const page = await (await operator.post(HOME, form)).text()
    expect(numbersOn(page)).toMatchObject({ devices: 1, sessions: 5 })
    expect(await whoIs(uma)).toBe('uma@example.com')
    expect((await operator.post(HOME, seenOn(page))).status).toBe(303)
    expect(await whoIs(uma)).toBeNull()
    expect(await whoIs(otto)).toBeNull()
    expect(await whoIs(operator)).toBe(ana.email)
    laptop.cookies.delete('session')
    expect(placeOf(await laptop.signIn())).toBe('/sign-in/second')

    // A main account's own is shorter still, and only for its people.
    const [next, other] = [
      await signedInAs(world, 'uma@example.com'),
      await signedInAs(world, 'otto@example.org'),
    ]
    await save(operator, typed(world, { idleMinutes: '3' }, main))
    world.pass(4 * MINUTE)
    expect(await whoIs(next)).toBeNull()
    expect(await whoIs(other)).toBe('otto@example.org')
    // And stays so when the server's is loosened.
    const again = await signedInAs(world, 'uma@example.com')
    const loose = await save(operator, typed(world, { idleMinutes: '30' }, '', 1))
    expect(placeOf(loose)).toBe(saved)
    world.pass(7 * MINUTE)
    expect(await whoIs(again)).toBeNull()
    expect(await whoIs(other)).toBe('otto@example.org')
  },
)

story(
  'a session that has run out does not come back when its policy is loosened',
  { people, settings: WIDE },
  async (world) => {
    const { main } = await addCompany(world)
    const operator = await signedInAs(world, ana.email)
    await save(operator, typed(world, { idleMinutes: '5' }))
    const uma = await signedInAs(world, 'uma@example.com')
    world.pass(4 * MINUTE)
    const otto = await signedInAs(world, 'otto@example.org')
    world.pass(2 * MINUTE)
    expect(await whoIs(uma)).toBeNull()
    const again = await signedInAs(world, ana.email)
    expect(placeOf(await save(again, typed(world, {}, '', 1)))).toBe(saved)
    expect(await whoIs(uma)).toBeNull()
    expect(await whoIs(otto)).toBe('otto@example.org')

    // A main account's own does the same, for its people.
    await save(again, typed(world, { idleMinutes: '3' }, main))
    const ugo = await signedInAs(world, 'ugo@example.com')
    world.pass(4 * MINUTE)
    const last = await signedInAs(world, ana.email)
    expect((await save(last, typed(world, {}, main, 1))).status).toBe(303)
    expect(await whoIs(ugo)).toBeNull()
  },
)

story('who was signed in while it was saved is caught up with', { people }, async (world) => {
  await addCompany(world)
  const uma = await signedInAs(world, 'uma@example.com')
  await write(world, '', { idleMinutes: 5 })
  await limitRecent(world.app)
  world.pass(6 * MINUTE)
  expect(await whoIs(uma)).toBeNull()
  // Later on nobody looks any more.
  const otto = await signedInAs(world, 'otto@example.org')
  await world.app.db.updateTable('sessions').set({ longestIdle: null }).execute()
  await limitRecent(world.app)
  world.pass(6 * MINUTE)
  expect(await whoIs(otto)).toBe('otto@example.org')
})

const lines: string[] = []
const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) })

const UNREADABLE = '{"protection":"some"}'

story(
  'a policy of one company that cannot be read stops the page of no other one',
  { people, given: { log } },
  async (world) => {
    lines.length = 0
    const { main, omar } = await addCompany(world)
    const mara = await signedInAs(world, 'mara@example.com')
    const chief = await signedInAs(world, 'omar@example.org')
    const operator = await signedInAs(world, ana.email)
    const row = { owner: omar, rules: UNREADABLE, version: 1, changedAt: world.now() }
    await world.app.db.insertInto('policies').values(row).execute()
    for (const browser of [mara, operator]) {
      const page = await browser.get(HOME)
      expect(page.status).toBe(200)
      expect(await page.text()).not.toContain(t.unreadable)
    }
    expect(placeOf(await save(mara, typed(world, { rememberDays: '3' }, main)))).toContain(
      'policy_saved',
    )
    expect(placeOf(await save(operator, typed(world, { idleMinutes: '9' })))).toBe(saved)
    const page = await operator.get(`${HOME}?main=${omar}`)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain(t.unreadable)
    // A session there becomes neither longer nor shorter by what is not known.
    const times = await world.app.db
      .selectFrom('sessions')
      .select('longestIdle')
      .where('accountId', '=', omar)
      .execute()
    expect(times).toEqual([{ longestIdle: null }])
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ policy: omar, msg: 'policy that cannot be read' }),
    ])
    const outside = await world
      .visitor()
      .signIn({ email: 'otto@example.org', password: ana.password })
    expect(outside.status).toBe(500)

    // Its own manager writes it anew, having shown first who they are.
    world.pass(LATER)
    expect(await (await chief.get(HOME)).text()).toContain(t.unreadable)
    const asked = await save(chief, typed(world, { rememberDays: '2' }, omar, 1))
    expect(placeOf(asked)).toBe('/account/confirm')
    expect((await chief.get('/account/confirm')).status).toBe(200)
    expect(placeOf(await sayWho(chief))).toContain('policy_saved')
    expect(await writtenIn(world)).toMatchObject({ [omar]: { rememberDays: 2 } })
    const otto = await signedInAs(world, 'otto@example.org')
    expect(await whoIs(otto)).toBe('otto@example.org')
  },
)

story(
  'a policy is taken away at the machine, which is written down and told',
  { people },
  async (world) => {
    const { main } = await addCompany(world)
    const reset = (login: string | null) => resetPolicy(world.app, atTheMachine, machine, login)
    await world.app.db
      .insertInto('policies')
      .values({ owner: '', rules: UNREADABLE, version: 3, changedAt: 1 })
      .execute()
    await write(world, main, { rememberDays: 7 })
    for (const [login, refused] of [
      ['nobody@example.com', 'no_account'],
      ['uma@example.com', 'no_main'],
      ['omar@example.org', 'no_policy'],
    ] as const)
      expect(await expectNoChange(world, () => reset(login))).toEqual({ refused })
    expect(await reset(null)).toBe('reset')
    expect(Object.keys(await writtenIn(world))).toEqual([main])
    expect(await reset('main@example.com')).toBe('reset')
    expect(await writtenIn(world)).toEqual({})
    const events = await eventsOf(world, 'policy_changed')
    expect(events.map(({ accountId }) => accountId)).toEqual([null, main])
    expect(events.map(({ detail }) => JSON.parse(detail))).toEqual([
      { from: '{}', to: '{}', policy: '', actor: machine.id, login: machine.login },
      {
        from: '{"rememberDays":7}',
        to: '{"rememberDays":null}',
        policy: 'main@example.com',
        actor: machine.id,
        login: machine.login,
      },
    ])
    const told = { kind: 'policy_changed', login: machine.login, isOwn: false }
    expect(await noticesTo(world)).toContainEqual({ ...told, main: null })
    expect(await noticesTo(world, 'main@example.com')).toEqual([
      { ...told, main: 'main@example.com' },
    ])
    expect(await signedInAs(world, ana.email).then(whoIs)).toBe(ana.email)
  },
)

story(
  'a policy that cannot be read lets nobody in, and the log says so',
  { people, given: { log } },
  async (world) => {
    const { main } = await addCompany(world)
    const { db } = world.app
    for (const [rules, owner, email] of [
      ['{"protection":', '', ana.email],
      ['{"protection":"some"}', main, 'uma@example.com'],
    ] as const) {
      lines.length = 0
      await db.insertInto('policies').values({ owner, rules, version: 1, changedAt: 1 }).execute()
      const browser = world.visitor()
      const answer = await browser.signIn({ email, password: ana.password })
      expect(answer.status).toBe(500)
      expect(await whoIs(browser)).toBeNull()
      expect(lines.length).toBeGreaterThan(0)
      await db.deleteFrom('policies').where('owner', '=', owner).execute()
      expect(await signedInAs(world, email).then(whoIs)).toBe(email)
    }
  },
)
