import { pino } from 'pino'
import { expect, test } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import {
  as,
  cancelLink,
  casesIn,
  CHECKED,
  decide,
  ELSEWHERE,
  enterBy,
  lastCase,
  lastProofs,
  lose,
  noted,
  openHouse,
  passFor,
  passIn,
  REACH,
  supporter,
  toldAbout,
} from '../stories/case-tools.ts'
import { asHtml, noticesTo, placeOf, story, whole } from '../stories/story.ts'
import { ana, HOUR, MINUTE, openWorld, type Visitor, type World } from '../world.ts'
import { atOnce, dump, expectNoChange, slowly, statuses } from './tools.ts'

const { cases, problems } = textsOf('en')
const people = [ana]
const TEXT = 'Everything is gone, please let me in.'

const askAs = (browser: Visitor, login: string, text = TEXT) =>
  browser.post('/lost', { login, reach: REACH, text })

story(
  'whoever knows nothing gets one answer at /lost, byte for byte, whoever they name',
  { people },
  async (world) => {
    await openHouse(world)
    const ask = async (login: string) =>
      whole(await askAs(world.visitor({ address: '198.51.100.77' }), login))
    const known = await ask(as('uma').email)
    expect(known.status).toBe(200)
    expect((await lastCase(world)).knowsPassword).toBe(0)
    const before = await casesIn(world)
    // There is one already; nothing is set up; there is none; there can be none.
    const { db } = world.app
    await db
      .updateTable('accounts')
      .set({ disabledAt: 1 })
      .where('email', '=', 'ugo@example.com')
      .execute()
    for (const login of [
      'uma@example.com',
      'sam@example.com',
      'ugo@example.com',
      'no@example.com',
      'x',
      '',
    ])
      expect(await ask(login), login).toEqual(known)
    expect(await casesIn(world)).toEqual(before)
  },
)

story('what is wrong with the fields is said in the same way too', { people }, async (world) => {
  await openHouse(world)
  const ask = async (login: string) => {
    const answer = await whole(await world.visitor().post('/lost', { login, reach: '', text: '' }))
    return { ...answer, body: answer.body.replace(`value="${login}"`, '') }
  }
  const known = await ask(as('uma').email)
  expect(known.status).toBe(422)
  expect(await ask('nobody@example.com')).toEqual(known)
  expect(await casesIn(world)).toEqual([])
})

story(
  'strangers cannot keep the owner from asking: who gives the password takes their place',
  { people },
  async (world) => {
    await openHouse(world)
    const link = async () =>
      world.visitor().post('/lost/cancel', { token: await cancelLink(world) })
    for (let turn = 1; turn <= 4; turn++) {
      await askAs(world.visitor({ address: `198.51.100.${turn}` }), as('uma').email)
      if (turn < 3) await link()
    }
    expect(await casesIn(world)).toHaveLength(3)
    expect((await lastCase(world)).cancelledAt).toBeNull()
    await lose(world.visitor(ELSEWHERE))
    await askAs(world.visitor(), as('uma').email)
    const all = await casesIn(world)
    expect(all).toHaveLength(4)
    expect(all[3]).toMatchObject({ knowsPassword: 1, cancelledAt: null })
    expect(all.slice(0, 3).every(({ cancelledAt }) => cancelledAt !== null)).toBe(true)
  },
)

story(
  'whoever reads the mailbox waits as strangers do, and support is told so',
  { people },
  async (world) => {
    const { browsers } = await openHouse(world)
    // Even at the owner's own browser.
    const uma = browsers['uma']!
    await uma.post('/sign-in/forgot', { login: as('uma').email })
    const links = await noticesTo(world, as('uma').email)
    const token = links.flatMap((each) => (each.kind === 'password_reset' ? [each.token] : []))[0]!
    const password = 'seven herons over the weir'
    await uma.post('/sign-in/reset', { token, password })
    await uma.signIn({ ...as('uma'), password })
    await uma.post('/sign-in/lost', { reach: REACH, text: TEXT })
    const { id, waitsUntil } = await lastCase(world)
    expect(waitsUntil - world.now()).toBe(72 * HOUR)
    const page = await (await (await supporter(world)).get(`/cases/case?id=${id}`)).text()
    expect(page).toContain(asHtml(cases.passwordReset))
    expect(page).toContain(asHtml(textsOf('en').history.events.password_reset))
  },
)

story(
  'a case of another main account, or of somebody above, is not there for support',
  { people },
  async (world) => {
    await openHouse(world, ['uma', 'mara'])
    await lose(world.visitor(ELSEWHERE))
    await lose(world.visitor(ELSEWHERE), 'mara')
    const [ofUma, ofMara] = await casesIn(world)
    world.pass(73 * HOUR)
    const omar = await supporter(world, 'omar')
    const sam = await supporter(world)
    const ugo = await supporter(world, 'ugo')
    const nowhere = await whole(await omar.get(`/cases/case?id=${'0'.repeat(32)}`))
    const same = ({ status, body }: typeof nowhere, id: string) => ({
      status,
      body: body.replaceAll(id, '').replace(/<code>.*?<\/code>/g, ''),
    })
    for (const [browser, { id }] of [
      [omar, ofUma!],
      [sam, ofMara!],
    ] as const)
      await expectNoChange(world, async () => {
        const shown = await whole(await browser.get(`/cases/case?id=${id}`))
        expect(shown.status).toBe(404)
        if (browser === omar) expect(same(shown, id)).toEqual(same(nowhere, '0'.repeat(32)))
        for (const what of ['approve', 'refuse', 'pass'] as const)
          expect((await decide(browser, id, what)).status).toBe(404)
        expect(await (await browser.get('/cases')).text()).not.toContain(id)
      })
    for (const path of ['/cases', `/cases/case?id=${ofUma!.id}`])
      expect((await ugo.get(path)).status).toBe(403)
    expect((await decide(ugo, ofUma!.id)).status).toBe(403)
    expect(await (await sam.get('/cases')).text()).toContain(ofUma!.id)
  },
)

story('nobody decides their own case', { people }, async (world) => {
  const { browsers, phones } = await openHouse(world, ['mara'])
  await lose(world.visitor(ELSEWHERE), 'mara')
  const before = await lastCase(world)
  world.pass(73 * HOUR)
  const mara = browsers['mara']!
  await mara.signIn(as('mara'))
  await mara.post('/sign-in/second', { code: phones['mara']!.code(), with: 'totp' })
  for (const what of ['approve', 'refuse', 'pass'] as const) {
    const answer = await decide(mara, before.id, what)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain(asHtml(problems.case_own))
  }
  expect(await lastCase(world)).toEqual(before)
})

story(
  'a disabled account is recovered by nobody, and its pass lets nobody in',
  { people },
  async (world) => {
    const { ids } = await openHouse(world)
    const set = (columns: { disabledAt?: number | null; privilege?: 'support' | null }) =>
      world.app.db.updateTable('accounts').set(columns).where('id', '=', ids.uma).execute()
    await lose(world.visitor(ELSEWHERE))
    const before = await lastCase(world)
    world.pass(73 * HOUR)
    await set({ disabledAt: 1 })
    const sam = await supporter(world)
    const answer = await decide(sam, before.id)
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain(asHtml(problems.case_disabled))
    expect(await lastCase(world)).toEqual(before)

    await set({ disabledAt: null })
    const pass = await passIn(await decide(sam, before.id))
    const uma = world.visitor(ELSEWHERE)
    await uma.signIn(as('uma'))
    await set({ disabledAt: 1 })
    expect((await uma.post('/sign-in/pass', { pass })).status).toBe(409)
    expect((await lastCase(world)).passUsedAt).toBeNull()
    // One person gave it; since then the account may do something to others.
    await set({ disabledAt: null, privilege: 'support' })
    expect((await uma.post('/sign-in/pass', { pass })).status).toBe(401)
    await set({ privilege: null })
    expect(placeOf(await uma.post('/sign-in/pass', { pass }))).toBe('/sign-in/set-up')
  },
)

story('support that lost its privilege a moment ago decides nothing', { people }, async (world) => {
  const { ids } = await openHouse(world)
  await lose(world.visitor(ELSEWHERE))
  const before = await lastCase(world)
  world.pass(73 * HOUR)
  const sam = await supporter(world)
  world.pass(16 * MINUTE)
  expect(placeOf(await decide(sam, before.id))).toBe('/account/confirm')
  const { db } = world.app
  await db.updateTable('accounts').set({ privilege: null }).where('id', '=', ids.sam).execute()
  const answer = await sam.post('/account/confirm', { password: as('sam').password })
  expect(answer.status).toBe(404)
  expect(await answer.text()).not.toMatch(/<code>\d/)
  expect(await lastCase(world)).toEqual(before)
})

story(
  'a pass is good for its account alone, once, and dead after five wrong tries',
  { people, settings: { CODE_TRIES: '10', SECOND_STEP_FAILURES_DAY: '100' } },
  async (world) => {
    await openHouse(world, ['uma', 'ugo'])
    const pass = await passFor(world)
    // Before the password it is worth nothing.
    const nobody = world.visitor()
    expect(placeOf(await nobody.post('/sign-in/pass', { pass }))).toBe('/sign-in')
    expect(placeOf(await nobody.get('/sign-in/pass'))).toBe('/sign-in')
    expect((await enterBy(world.visitor(), pass, 'ugo')).status).toBe(401)
    expect(await lastProofs(world)).toEqual(['password'])

    const uma = world.visitor(ELSEWHERE)
    await uma.signIn(as('uma'))
    for (const typed of ['', '12345', 'not a pass', '1'.repeat(13)])
      expect((await uma.post('/sign-in/pass', { pass: typed })).status).toBe(401)
    expect((await lastCase(world)).passTries).toBe(0)
    const wrong = pass.replace(/^./, (digit) => String((Number(digit) + 1) % 10))
    for (let turn = 1; turn <= 4; turn++)
      expect((await uma.post('/sign-in/pass', { pass: wrong })).status).toBe(401)
    expect((await lastCase(world)).passTries).toBe(4)
    expect(placeOf(await uma.post('/sign-in/pass', { pass: ` ${pass} ` }))).toBe('/sign-in/set-up')
    expect((await enterBy(world.visitor(ELSEWHERE), pass)).status).toBe(401)
    expect(await noted(world)).toMatchObject({ pass_used: 1 })
  },
)

story(
  'the fifth wrong one kills a pass, and wrong ones count as wrong second steps',
  { people, settings: { CODE_TRIES: '10', SECOND_STEP_FAILURES_5_MINUTES: '6' } },
  async (world) => {
    await openHouse(world)
    const pass = await passFor(world)
    const uma = world.visitor(ELSEWHERE)
    await uma.signIn(as('uma'))
    const wrong = pass.replace(/^./, (digit) => String((Number(digit) + 1) % 10))
    for (let turn = 1; turn <= 5; turn++) await uma.post('/sign-in/pass', { pass: wrong })
    expect((await uma.post('/sign-in/pass', { pass })).status).toBe(401)
    expect((await lastCase(world)).passUsedAt).toBeNull()
    // Six wrong second steps: a code of the app is not looked at now.
    const next = await uma.post('/sign-in/second', { code: '000000', with: 'totp' })
    expect(next.status).toBe(429)
    expect((await noticesTo(world, as('uma').email)).map(({ kind }) => kind)).toContain(
      'second_step_failures',
    )
  },
)

test('PostgreSQL: of two who approve at once one gives the pass; of cancel and approve one wins', async () => {
  const world = await openWorld({ database: 'PostgreSQL', people, wrap: slowly(4) })
  await openHouse(world)
  for (let turn = 0; turn < 3; turn++) {
    await lose(world.visitor({ address: `198.51.100.${turn}` }))
    const { id } = await lastCase(world)
    const token = await cancelLink(world)
    world.pass(4 * 24 * HOUR)
    const both = [await supporter(world), await supporter(world, 'mara')]
    const wanted = turn === 0 ? both : [both[0]!]
    const answers = await Promise.all([
      ...wanted.map((each) => decide(each, id)),
      ...(turn > 0 ? [world.visitor().post('/lost/cancel', { token })] : []),
    ])
    const it = await lastCase(world)
    if (turn === 0) expect(statuses(answers)).toEqual({ 200: 1, 409: 1 })
    // Approved and then cancelled is possible: then the pass is dead. Never the other way round.
    else if (answers[0]!.status !== 200) expect(it.passHash).toBeNull()
    expect(it.cancelledAt !== null).toBe(turn > 0)
    if (turn === 0) await world.visitor().post('/lost/cancel', { token })
  }
  await world.close()
})

story(
  'a pass in ten requests at once is used once',
  {
    people,
    wrap: slowly(2),
    settings: { CODE_TRIES: '10', SECOND_STEP_FAILURES_5_MINUTES: '100' },
  },
  async (world: World) => {
    await openHouse(world)
    const pass = await passFor(world)
    const browsers = await atOnce(10, async (turn) => {
      const browser = world.visitor({ address: `198.51.100.${100 + turn}` })
      await browser.signIn(as('uma'))
      return browser
    })
    const answers = await atOnce(10, (turn) => browsers[turn]!.post('/sign-in/pass', { pass }))
    expect(statuses(answers)[303]).toBe(1)
    expect(await noted(world)).toMatchObject({ pass_used: 1 })
    expect((await toldAbout(world)).filter((what) => what === 'used')).toHaveLength(1)
  },
)

const lines: string[] = []
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })

story(
  'what was typed, what was checked and the pass stand nowhere in the clear',
  { people, given: { log } },
  async (world) => {
    lines.length = 0
    await openHouse(world)
    const pass = await passFor(world)
    await enterBy(world.visitor(ELSEWHERE), pass)
    const text = JSON.stringify(await dump(world))
    expect(lines.length).toBeGreaterThan(10)
    const said = lines.join('')
    const mails = JSON.stringify(await world.messagesTo(as('uma').email))
    for (const secret of [REACH, 'My bag was stolen', CHECKED, pass, pass.replaceAll(' ', '')]) {
      expect(text).not.toContain(secret)
      expect(said).not.toContain(secret)
      expect(mails).not.toContain(secret)
    }
    expect(await world.messagesTo(REACH)).toEqual([])
  },
)
