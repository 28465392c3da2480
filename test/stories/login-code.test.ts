import { expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import type { LoginCode } from '../../src/store/tables.ts'
import { addCompany, addPerson } from '../setup/people.ts'
import { ana, MINUTE, PASSWORD, protect, type Visitor, type World } from '../world.ts'
import { connectApp } from './factor-tools.ts'
import { dueOf, enrol, everything, previewFor, setCode, wantedNow } from './login-code-tools.ts'
import { addNumber, byPhone, linkSms, list, NUMBER, OTHER, unlinkSms } from './sms-tools.ts'
import { asHtml, eventsOf, kept, noticesTo, placeOf, story, whoIs } from './story.ts'

const t = textsOf('en')
const HERE = '/account/security'
const company = { people: [ana], given: byPhone }
const uma = { email: 'uma@example.com', password: PASSWORD }
const done = { done: 'user_changed' }

const signedIn = async (world: World, typed = uma): Promise<Visitor> => {
  const browser = world.visitor()
  await browser.signIn(typed)
  return browser
}

const set = (world: World, id: string, about: object) =>
  world.app.db.updateTable('accounts').set(about).where('id', '=', id).execute()

const factorsOf = (world: World, id: string) =>
  world.app.db.selectFrom('enrolments').selectAll().where('accountId', '=', id).execute()

const idOf = async (world: World, id: string, kind: string): Promise<string> =>
  (await factorsOf(world, id)).find((each) => each.kind === kind)!.id

story(
  'a code by e-mail counts from the first right one, and then the person keeps it',
  company,
  async (world) => {
    const { mara, uma: id } = await addCompany(world)
    await set(world, id, { emailProvenAt: world.now() })
    const browser = await signedIn(world)
    expect(await setCode(world, mara, [id], 'email')).toEqual(done)
    expect(await wantedNow(world, id)).toMatchObject({ code: 'email', isAsked: true, has: [] })
    expect(await dueOf(world, id)).toMatchObject({ why: 'login_code', until: null })
    expect((await dueOf(world, id))!.kinds[0]).toBe('email')
    const [event] = await eventsOf(world, 'login_code_set')
    expect(event).toMatchObject({ accountId: id })
    const detail = { code: 'email', actor: mara }
    expect(JSON.parse(event!.detail)).toEqual(detail)
    const notice = { kind: 'account_changed', what: 'login_code', login: 'mara@example.com' }
    expect(await noticesTo(world, uma.email)).toContainEqual(notice)

    const page = await (await browser.get(HERE)).text()
    expect(page).toContain(asHtml(t.wantedCode.codes.email))
    expect(page).toContain(asHtml(t.wantedCode.waits))
    await browser.post(`${HERE}/protect`)
    await browser.post(`${HERE}/code`, { code: await world.codeTo(uma.email) })
    await browser.post(`${HERE}/confirm`, { saved: 'yes' })
    expect(await wantedNow(world, id)).toMatchObject({ code: 'email', isAsked: false })
    expect(await dueOf(world, id)).toBe(null)
    expect(await eventsOf(world, 'login_code_proven')).toHaveLength(1)
    const proven = await (await browser.get(HERE)).text()
    expect(proven).toContain(asHtml(t.wantedCode.counts))
    expect(proven).toContain(asHtml(t.wantedCode.kept))
    expect(proven).not.toContain(`${HERE}/unprotect`)

    const before = await everything(world)
    const refused = await browser.post(`${HERE}/unprotect`)
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain(asHtml(t.problems.wanted_by_administrator))
    expect(await everything(world)).toEqual(before)

    // Something stronger may be added, and what is wanted stays.
    world.pass(MINUTE)
    await connectApp(world, browser)
    const all = await everything(world)
    const factor = await idOf(world, id, 'email')
    expect((await browser.post(`${HERE}/remove`, { factor })).status).toBe(409)
    expect(await everything(world)).toEqual(all)
    expect(await eventsOf(world, 'login_code_proven')).toHaveLength(1)

    expect(await setCode(world, mara, [id], null)).toEqual(done)
    expect(await wantedNow(world, id)).toMatchObject({ code: null, has: ['recovery', 'totp'] })
    expect(await whoIs(browser)).toBe(null)
  },
)

story(
  'the number an administrator says is the one to be proven; then what was sent before goes',
  company,
  async (world) => {
    await linkSms(world)
    const { mara, uma: id } = await addCompany(world)
    const browser = world.visitor()
    await protect(world, browser, uma)
    const elsewhere = await signedInFullyAs(world)
    expect(await setCode(world, mara, [id], 'sms', { phone: OTHER })).toEqual(done)
    const waiting = { code: 'sms', phone: OTHER, isAsked: true, has: ['email', 'recovery'] }
    expect(await wantedNow(world, id)).toMatchObject(waiting)
    // What lets in already does so until then, and the new one can be put off.
    expect(await dueOf(world, id)).toMatchObject({ kinds: ['sms'], until: Infinity })
    expect(await whoIs(elsewhere)).toBe(uma.email)
    const page = await (await browser.get(HERE)).text()
    expect(page).toContain('+351 961 234 567')
    expect(await (await browser.get(`${HERE}/sms`)).text()).toContain('value="+351 961 234 567"')

    world.pass(MINUTE)
    await addNumber(world, browser, NUMBER)
    expect(await wantedNow(world, id)).toMatchObject({ phone: OTHER, isAsked: true })
    expect(await eventsOf(world, 'login_code_proven')).toEqual([])
    world.pass(MINUTE)
    await addNumber(world, browser, OTHER)
    const proven = { code: 'sms', phone: null, isAsked: false, has: ['recovery', 'sms'] }
    expect(await wantedNow(world, id)).toMatchObject(proven)
    expect(await dueOf(world, id)).toBe(null)
    expect(await eventsOf(world, 'login_code_proven')).toHaveLength(1)
    const kinds = (await noticesTo(world, uma.email)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'factor_removed')).toHaveLength(2)
    // Who has proven it stays in, and nobody else.
    expect(await whoIs(browser)).toBe(uma.email)
    expect(await whoIs(elsewhere)).toBe(null)
  },
)

async function remembered({ app }: World, id: string): Promise<number> {
  const devices = app.db.selectFrom('devices').select('id').where('accountId', '=', id)
  return (await devices.where('rememberedAt', 'is not', null).execute()).length
}

async function signedInFullyAs(world: World): Promise<Visitor> {
  world.pass(MINUTE)
  const browser = world.visitor()
  await browser.signIn(uma)
  await browser.post('/sign-in/second', { code: await world.codeTo(uma.email), remember: 'yes' })
  return browser
}

story(
  'both are wanted: with the second of them, each code goes to both',
  company,
  async (world) => {
    await linkSms(world)
    const { mara, uma: id } = await addCompany(world)
    await set(world, id, { phone: NUMBER })
    const browser = world.visitor()
    await protect(world, browser, uma)
    await setCode(world, mara, [id], 'both')
    expect(await dueOf(world, id)).toMatchObject({ kinds: ['sms'], until: Infinity })
    expect(await wantedNow(world, id)).toMatchObject({ isAsked: true, isBoth: false })
    world.pass(MINUTE)
    await addNumber(world, browser)
    const both = { isAsked: false, isBoth: true, has: ['email', 'recovery', 'sms'] }
    expect(await wantedNow(world, id)).toMatchObject(both)

    const before = await everything(world)
    expect((await browser.post(`${HERE}/both`, { both: 'no' })).status).toBe(409)
    // Nobody is asked who they are for what would be refused.
    world.pass(20 * MINUTE)
    for (const kind of ['email', 'sms']) {
      const factor = await idOf(world, id, kind)
      expect((await browser.post(`${HERE}/remove`, { factor })).status).toBe(409)
    }
    expect(await everything(world)).toEqual(before)
  },
)

story('an app is wanted: once there is one, codes that are sent go', company, async (world) => {
  const { mara, uma: id } = await addCompany(world)
  const browser = world.visitor()
  await protect(world, browser, uma)
  await signedInFullyAs(world)
  await setCode(world, mara, [id], 'app')
  expect(await remembered(world, id)).toBe(1)
  expect(await dueOf(world, id)).toMatchObject({ kinds: ['passkey', 'totp'], until: null })
  expect(await (await browser.get(HERE)).text()).toContain(asHtml(t.wantedCode.begin.app))
  world.pass(MINUTE)
  await connectApp(world, browser)
  const proven = { code: 'app', isAsked: false, has: ['recovery', 'totp'] }
  expect(await wantedNow(world, id)).toMatchObject(proven)
  expect(await remembered(world, id)).toBe(0)
  expect(await whoIs(browser)).toBe(uma.email)
})

story(
  'what a person had begun before it was wanted of them is not done',
  company,
  async (world) => {
    const { mara, uma: id } = await addCompany(world)
    const browser = world.visitor()
    await protect(world, browser, uma)
    world.pass(MINUTE)
    expect(placeOf(await browser.post(`${HERE}/unprotect`))).toBe(`${HERE}/code`)
    expect(await setCode(world, mara, [id], 'email')).toEqual(done)
    const before = await kept(world)
    const answer = await browser.post(`${HERE}/code`, { code: await world.codeTo(uma.email) })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain(asHtml(t.problems.wanted_by_administrator))
    expect(await kept(world)).toEqual(before)
  },
)

story('an address is proven by a code, or by a link that was opened', company, async (world) => {
  const { mara, uma: id } = await addCompany(world)
  const isProven = async () => (await previewFor(world, mara, [id], 'email')).stuck
  expect(await isProven()).toMatchObject({ address_unproven: { count: 1 } })
  await protect(world, world.visitor(), uma)
  // Switched off, the address is proven all the same.
  expect(await setCode(world, mara, [id], null)).toEqual(done)
  expect(await eventsOf(world, 'unprotected')).toMatchObject([{ accountId: id }])
  expect(await isProven()).toEqual({})

  await set(world, id, { emailProvenAt: null })
  await world.visitor().post('/sign-in/forgot', { login: uma.email })
  const link = (await noticesTo(world, uma.email)).findLast(({ kind }) => kind === 'password_reset')
  const { token } = link as { readonly token: string }
  await world.visitor().post('/sign-in/reset', { token, password: 'a loud river in spring' })
  expect(await isProven()).toEqual({})
})

story(
  'a factor that is wanted meanwhile is not removed by what was begun',
  company,
  async (world) => {
    const { mara, uma: id } = await addCompany(world)
    const browser = world.visitor()
    await protect(world, browser, uma)
    world.pass(MINUTE)
    const { phone } = await connectApp(world, browser)
    world.pass(20 * MINUTE)
    const factor = await idOf(world, id, 'email')
    expect(placeOf(await browser.post(`${HERE}/remove`, { factor }))).toBe('/account/confirm')
    expect(await setCode(world, mara, [id], 'email')).toEqual(done)
    const before = await kept(world)
    const answer = await browser.post('/account/confirm', { code: phone.code(), with: 'totp' })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain(asHtml(t.problems.wanted_by_administrator))
    expect(await kept(world)).toEqual(before)
  },
)

type Has = readonly ('email' | 'sms' | 'totp' | 'recovery')[]
const states: readonly [string, Has][] = [
  ['nothing', []],
  ['mail', ['email', 'recovery']],
  ['phone', ['sms', 'recovery']],
  ['two', ['email', 'sms', 'recovery']],
  ['app', ['totp', 'recovery']],
  ['all', ['email', 'sms', 'totp', 'recovery']],
]

/** What is asked for then, and what is set up still. */
const outcomes: Record<LoginCode | 'off', Record<string, string>> = {
  email: {
    nothing: 'asked',
    mail: 'email recovery',
    phone: 'asked recovery sms',
    two: 'email recovery',
    app: 'asked recovery totp',
    all: 'email recovery totp',
  },
  sms: {
    nothing: 'asked',
    mail: 'asked email recovery',
    phone: 'recovery sms',
    two: 'recovery sms',
    app: 'asked recovery totp',
    all: 'recovery sms totp',
  },
  both: {
    nothing: 'asked',
    mail: 'asked email recovery',
    phone: 'asked recovery sms',
    two: 'both email recovery sms',
    app: 'asked recovery totp',
    all: 'both email recovery sms totp',
  },
  app: {
    nothing: 'asked',
    mail: 'asked email recovery',
    phone: 'asked recovery sms',
    two: 'asked email recovery sms',
    app: 'recovery totp',
    all: 'recovery totp',
  },
  off: { nothing: '', mail: '', phone: '', two: '', app: 'recovery totp', all: 'recovery totp' },
}

story('each code for each who has something set up, or nothing', company, async (world) => {
  await linkSms(world)
  const { main, mara } = await addCompany(world)
  const { email: owner } = (await world.app.db
    .selectFrom('accounts')
    .select('email')
    .where('id', '=', main)
    .executeTakeFirst())!
  for (const [code, expected] of Object.entries(outcomes)) {
    const wanted = code === 'off' ? null : (code as LoginCode)
    const about = { main: owner, phone: NUMBER, emailProvenAt: 1 }
    const ids = new Map<string, string>()
    for (const [name, has] of states) {
      const id = await addPerson(world, { email: `${name}-${code}@example.com`, ...about })
      for (const kind of has) await enrol(world, id, kind, kind === 'sms' ? { to: NUMBER } : {})
      ids.set(name, id)
    }
    const all = [...ids.values()]
    const preview = await previewFor(world, mara, all, wanted)
    const namesIn = (group: 'now' | 'next' | 'off') => preview[group].first.map(({ id }) => id)
    expect(await setCode(world, mara, all, wanted)).toEqual(done)
    for (const [name, id] of ids) {
      const now = await wantedNow(world, id)
      const shown = [...(now.isAsked ? ['asked'] : []), ...(now.isBoth ? ['both'] : []), ...now.has]
      expect([code, name, shown.join(' ')]).toEqual([code, name, expected[name]])
      expect(now.code).toBe(wanted)
      // The preview has said so.
      expect(namesIn('next').includes(id)).toBe(now.isAsked)
      const { due } = { due: await dueOf(world, id) }
      expect(due?.why ?? null).toBe(now.isAsked ? 'login_code' : null)
    }
    // A second time it changes nothing, and nobody is told again.
    const before = await everything(world)
    expect(await setCode(world, mara, all, wanted)).toEqual(done)
    expect(await everything(world)).toEqual(before)
  }
})

story(
  'nobody is locked out: what is not said is refused, and what waits, waits',
  company,
  async (world) => {
    const { mara, uma: id } = await addCompany(world)
    const refusedSo = async (code: LoginCode, said = {}) => {
      const before = await everything(world)
      expect(await setCode(world, mara, [id], code, said)).toEqual({ refused: 'would_lock_out' })
      expect(await everything(world)).toEqual(before)
    }
    await refusedSo('sms')
    await refusedSo('sms', { wayOut: { number_out_of_reach: 'wait' } })
    await refusedSo('email')
    expect((await previewFor(world, mara, [id], 'sms')).stuck).toMatchObject({
      no_number: { count: 1 },
    })

    const wait = { wayOut: { no_number: 'wait', number_out_of_reach: 'wait' } } as const
    expect(await setCode(world, mara, [id], 'sms', wait)).toEqual(done)
    expect(await wantedNow(world, id)).toMatchObject({ code: 'sms', isAsked: false })
    expect(await dueOf(world, id)).toBe(null)
    expect(await (await signedIn(world)).get(HERE).then((page) => page.text())).toContain(
      asHtml(t.wantedCode.waits),
    )
    // A number is known, then a route gets there: now it can be proven, and is asked for.
    await set(world, id, { phone: NUMBER })
    expect(await dueOf(world, id)).toBe(null)
    await linkSms(world)
    expect(await dueOf(world, id)).toMatchObject({ why: 'login_code', until: null })
    expect((await dueOf(world, id))!.kinds[0]).toBe('sms')
    await list(world, ['GB'])
    expect(await dueOf(world, id)).toBe(null)
    await unlinkSms(world)
    await refusedSo('sms')

    // An address is proven by nothing but trying: it is offered, and can be put off.
    await setCode(world, mara, [id], 'email', { wayOut: { address_unproven: 'wait' } })
    expect(await dueOf(world, id)).toMatchObject({ why: 'login_code', until: Infinity })
    await set(world, id, { emailProvenAt: world.now() })
    expect(await dueOf(world, id)).toMatchObject({ why: 'login_code', until: null })
  },
)
