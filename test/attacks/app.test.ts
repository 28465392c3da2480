import { expect, test } from 'vitest'
import type { Tools } from '../../src/factors/factor.ts'
import { totp, toScan } from '../../src/factors/totp.ts'
import { fromBase32 } from '../../src/lib/base32.ts'
import { systemRandom } from '../../src/lib/random.ts'
import { keyFrom } from '../../src/lib/seal.ts'
import type { Log } from '../../src/log.ts'
import { inGroups } from '../../src/pages/groups.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { ana, bob, DAY, MINUTE, openWorld, PASSWORD, type Visitor, type World } from '../world.ts'
import {
  askToRemove,
  begin,
  connectApp,
  enrolmentRows,
  expectPlace,
  factorsOn,
  keyIn,
  phoneWith,
  signInByApp,
  waysOn,
  wrongFor,
  type Phone,
} from '../stories/factor-tools.ts'
import {
  asHtml,
  copyOf,
  enrolledFor,
  eventsOf,
  kept,
  noticesTo,
  placeOf,
  story,
  waitOf,
  whole,
  whoIs,
  WIDE,
} from '../stories/story.ts'
import {
  atOnce,
  codeFor,
  dump,
  eventsIn,
  expectNoChange,
  routesOf,
  rowsIn,
  slowly,
  tally,
} from './tools.ts'

const HERE = '/account/security'
const CODE = '/account/security/code'
const CONFIRM = '/account/confirm'
const SECOND = '/sign-in/second'
const { problems, security } = textsOf('en')
const STEP = 30_000

const pageAt = async (browser: Visitor, path: string) => (await browser.get(path)).text()
const byApp = (code: string) => ({ code, with: 'totp' })
const byRecovery = (code: string) => ({ code, with: 'recovery' })
const second = (browser: Visitor, code: string) => browser.post(SECOND, byApp(code))

/** At the second step, at a browser and an address of its own. */
async function atSecond(world: World, typed = ana, address = '192.0.2.7'): Promise<Visitor> {
  const browser = world.visitor({ address })
  expectPlace(await browser.signIn(typed), SECOND)
  return browser
}

/** Signed in at a browser, with an app connected in it. */
async function withApp(world: World, typed = ana) {
  const browser = world.visitor()
  await browser.signIn(typed)
  return { browser, ...(await connectApp(world, browser)) }
}

/** Refused as wrong, and all that counts is as it was. */
async function expectWrong(world: World, work: () => Promise<Response>): Promise<void> {
  const before = await kept(world)
  const answer = await work()
  expect(answer.status).toBe(401)
  expect(await answer.text()).toContain(asHtml(problems.wrong_code))
  expect(await kept(world)).toEqual(before)
}

story(
  'B-01: a code is good once, at whichever browser, server and door, however it is written',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { browser, phone } = await withApp(world)
    const beside = await openWorld({ beside: world, settings: WIDE })
    world.pass(6 * MINUTE)
    const code = phone.code()
    await browser.post(`${HERE}/unprotect`)
    const off = copyOf(world, browser)
    const others = [await atSecond(world), await atSecond(beside)]
    expectPlace(await signInByApp(world.visitor(), code), '/account')

    const used = [code, ` ${code} `, `${code.slice(0, 3)}-${code.slice(3)}`]
    for (const each of others)
      for (const text of used) await expectWrong(world, () => second(each, text))
    await expectWrong(world, () => off.post(CODE, byApp(code)))
    await browser.post(`${HERE}/add`, { kind: 'totp' })
    const sure = copyOf(beside, browser)
    await expectWrong(world, () => sure.post(CONFIRM, byApp(code)))

    // The other way round: what was shown before a change lets nobody in.
    world.pass(STEP)
    const next = phone.code()
    expectPlace(await browser.post(CONFIRM, byApp(next)), CODE)
    for (const each of others) await expectWrong(world, () => second(each, next))
    expectPlace(await browser.post(`${HERE}/unprotect`), CODE)
    await expectWrong(world, () => browser.post(CODE, byApp(next)))
    expect(await enrolledFor(world)).toEqual(['recovery', 'totp'])
    await beside.close()
  },
)

story(
  'B-01: the code that connected an app is used up, the first one and any other',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await begin(browser, 'totp')
    const phone = phoneWith(world, keyIn(await pageAt(browser, CODE)))
    const code = phone.code()
    await browser.post(CODE, byApp(code))
    // Other recovery codes, and it is still used up.
    await browser.post(`${HERE}/codes`)
    await browser.post(`${HERE}/confirm`, { saved: 'yes' })
    expect(await enrolledFor(world)).toEqual(['recovery', 'totp'])
    const other = await atSecond(world)
    await expectWrong(world, () => second(other, code))
    await expectWrong(world, () => second(other, phone.code(-1)))
    expectPlace(await second(other, phone.code(1)), '/account')

    // A second one, which counts as soon as its code was right.
    await begin(browser, 'totp')
    const next = phoneWith(world, keyIn(await pageAt(browser, CODE)))
    const shown = next.code()
    expect((await browser.post(CODE, byApp(shown))).status).toBe(200)
    const third = await atSecond(world)
    await expectWrong(world, () => second(third, shown))
  },
)

story(
  'B-02: a code is not good one step later, nor is any step before the last one used',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { phone } = await withApp(world)
    const browser = await atSecond(world)
    for (const far of [2, -2]) await expectWrong(world, () => second(browser, phone.code(far)))
    // Early by a step: this one and those before it are over, now and later.
    const [before, now, early] = [phone.code(-1), phone.code(), phone.code(1)]
    expectPlace(await second(browser, early), '/account')
    const other = await atSecond(world)
    for (let step = 0; step < 3; step++) {
      for (const code of [before, now, early]) await expectWrong(world, () => second(other, code))
      world.pass(STEP)
    }
    // Late by a step, then in time, then late again.
    expectPlace(await signInByApp(world.visitor(), phone.code(-1)), '/account')
    expectPlace(await signInByApp(world.visitor(), phone.code()), '/account')
    await expectWrong(world, () => second(other, phone.code(-1)))

    // Where no step beside the present one may be taken, none is.
    const strict = { ...WIDE, TOTP_WINDOW: '0' }
    const beside = await openWorld({ beside: world, settings: strict })
    world.pass(MINUTE)
    const there = await atSecond(beside)
    for (const off of [1, -1]) await expectWrong(world, () => second(there, phone.code(off)))
    expectPlace(await second(there, phone.code()), '/account')
    await beside.close()
  },
)

story(
  'B-04: one right code sent a hundred times at once, in ten attempts over two servers, is one sign-in',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { phone } = await withApp(world)
    await connectApp(world, await signedIn(world, phone))
    const settings = { ...WIDE, PASSWORD_QUEUE: '200' }
    const slow = await openWorld({ beside: world, settings, wrap: slowly(3) })
    const servers = [world, slow]
    const browsers = await atOnce(10, (index) =>
      atSecond(servers[index % 2]!, ana, `198.51.100.${index}`),
    )
    const sessions = await rowsIn(world, 'sessions')
    const code = phone.code()
    const answers = await atOnce(100, (index) =>
      second(copyOf(servers[(index >> 1) % 2]!, browsers[index % 10]!), code),
    )
    expect(tally(answers.map((answer) => placeOf(answer) ?? answer.status))).toEqual({
      '/account': 1,
      401: 99,
    })
    expect(await rowsIn(world, 'sessions')).toBe(sessions + 1)
    await slow.close()
  },
)

const FULL_WIDTH = 0xff10
const ARABIC = 0x0660
const inScript = (code: string, zero: number): string =>
  code.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))

story(
  'B-05: blanks, dashes and the digits of other scripts are the same code; anything else is none and costs no try',
  { people: [ana], settings: { CODE_TRIES: '3' } },
  async (world) => {
    const { phone } = await withApp(world)
    const browser = await atSecond(world)
    const none = (code: string) => [
      `+${code}`,
      `-${code}`,
      `${code}.0`,
      `${code.slice(0, 3)}.${code.slice(3)}`,
      `${code},`,
      `0x${Number(code).toString(16)}`,
      `${code}e0`,
      `${code.slice(0, 5)}O`,
      `${code}a`,
      code.slice(1),
      `${code}123`,
      `${code}\u0000`,
      `${code}'--`,
      '',
      ' ',
      '[object Object]',
      '9'.repeat(400),
    ]
    // More than there are tries, and the right one still is right.
    for (const text of none(phone.code())) {
      const answer = await expectNoChange(world, () => second(browser, text))
      expect([text, answer.status]).toEqual([text, 401])
    }
    const written: ((code: string) => string)[] = [
      (code) => ` ${code}\r\n`,
      (code) => `${code.slice(0, 3)} ${code.slice(3)}`,
      (code) => [...code].join(' - '),
      (code) => inScript(code, FULL_WIDTH),
      (code) => `\u200F${inScript(code, ARABIC)}`,
      (code) => `${inScript(code.slice(0, 3), ARABIC)}\u2013${code.slice(3)}`,
    ]
    for (const write of written) {
      const code = phone.code()
      expectPlace(await second(await atSecond(world), write(code)), '/account')
      world.pass(STEP)
    }
    // Each was the same code to what keeps a code from being used twice.
    world.pass(5 * MINUTE)
    const last = phone.code()
    expectPlace(await second(await atSecond(world), inScript(last, FULL_WIDTH)), '/account')
    const other = await atSecond(world)
    await expectWrong(world, () => second(other, last))
  },
)

async function signedIn(world: World, phone: Phone, typed = ana): Promise<Visitor> {
  const browser = world.visitor()
  expectPlace(await signInByApp(browser, phone.code(), typed), '/account')
  world.pass(MINUTE)
  return browser
}

story(
  "B-07: a code of one account's app opens no other, and counts against the one it was tried at",
  { people: [ana, bob] },
  async (world) => {
    const { phone: hers } = await withApp(world)
    const { phone: his } = await withApp(world, bob)
    const browser = await atSecond(world, bob)
    for (let turn = 0; turn < 5; turn++) {
      await expectWrong(world, () => second(browser, hers.code()))
      world.pass(MINUTE / 2)
    }
    expect((await second(await atSecond(world, bob), his.code())).status).toBe(429)
    expectPlace(await second(await atSecond(world), hers.code()), '/account')
    const [wrong] = await eventsOf(world, 'second_step_refused')
    expect(wrong!.accountId).toBe((await enrolmentRows(world, bob.email))[0]!.accountId)
  },
)

story(
  'C-01, C-02, C-04, C-08: wrong codes of an app come out of one purse with all others: five in five minutes, ten in a day',
  { people: [ana] },
  async (world) => {
    const { phone, codes } = await withApp(world)
    const wrong = async (turn: number) => {
      const browser = await atSecond(world, ana, `198.51.100.${turn}`)
      const form = turn % 5 === 2 ? byRecovery('AAAA-BBBB-CCCC-DDDD') : byApp(wrongFor(phone, turn))
      return (await browser.post(SECOND, form)).status
    }
    for (let turn = 1; turn <= 4; turn++) expect(await wrong(turn)).toBe(401)
    // A right one gives none of them back.
    expectPlace(await signInByApp(world.visitor(), phone.code()), '/account')
    expect(await wrong(5)).toBe(401)

    // C-17: the right one is refused like any other, and is not used up by that.
    world.pass(MINUTE)
    const browser = await atSecond(world)
    const said = async (form: Record<string, string>) => {
      const answer = await expectNoChange(world, () => browser.post(SECOND, form), [])
      expect(answer.status).toBe(429)
      return whole(answer)
    }
    expect(await said(byApp(phone.code()))).toEqual(await said(byApp(wrongFor(phone))))
    expect(await said(byRecovery(codes[0]!))).toEqual(await said(byRecovery('AAAA-BBBB-CCCC-DDDD')))

    world.pass(5 * MINUTE)
    for (let turn = 6; turn <= 10; turn++) expect(await wrong(turn)).toBe(401)
    world.pass(5 * MINUTE)
    expect(await wrong(11)).toBe(401)
    const late = await atSecond(world)
    const refused = await second(late, phone.code())
    expect([refused.status, waitOf(refused)]).toEqual([429, 60])
    expect(await eventsIn(world, 'second_step_refused')).toBe(11)
    // By then others know the password, so that it does not do any more.
    world.pass(MINUTE)
    expectPlace(await second(late, phone.code()), '/sign-in/password')
    world.pass(DAY)
    expect(await wrong(12)).toBe(401)
  },
)

story(
  'C-14: guessing where something is confirmed, set up or switched off is counted as at sign-in',
  { people: [ana, bob] },
  async (world) => {
    const { browser, phone } = await withApp(world)
    world.pass(6 * MINUTE)
    const refused = async (path: string, code: string) =>
      expect((await browser.post(path, byApp(code))).status).toBe(401)
    await browser.post(`${HERE}/add`, { kind: 'totp' })
    await refused(CONFIRM, wrongFor(phone))
    expectPlace(await browser.post(CONFIRM, byApp(phone.code())), CODE)
    const next = phoneWith(world, keyIn(await pageAt(browser, CODE)))
    await refused(CODE, wrongFor(next))
    await refused(CODE, next.code(5))
    await browser.post(`${HERE}/unprotect`)
    await refused(CODE, wrongFor(phone))
    await browser.post(`${HERE}/recovery-codes`)
    await refused(CODE, wrongFor(phone))
    expect((await second(await atSecond(world), phone.code(1))).status).toBe(429)
    expect(await enrolmentRows(world)).toHaveLength(2)
  },
)

story(
  'that the clock is off is said to nobody but who sets the app up',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { browser, phone } = await withApp(world)
    world.pass(6 * MINUTE)
    const expectAlike = async (path: string, who: Visitor) => {
      const said = async (code: string) => whole(await who.post(path, byApp(code)))
      const plain = await said(wrongFor(phone))
      expect(plain.body).toContain(asHtml(problems.wrong_code))
      for (const steps of [2, -4, 20]) expect(await said(phone.code(steps))).toEqual(plain)
    }
    await expectAlike(SECOND, await atSecond(world))
    await browser.post(`${HERE}/add`, { kind: 'email' })
    await expectAlike(CONFIRM, browser)
    for (const what of ['unprotect', 'recovery-codes']) {
      await browser.post(`${HERE}/${what}`)
      await expectAlike(CODE, browser)
    }
  },
)

const FEW = { ...WIDE, SECOND_STEP_FAILURES_IN_A_ROW: '10' }

story(
  'C-01: after very many wrong codes in a row an app lets nobody in, nor does e-mail take its place, until a code proves it anew',
  { people: [ana], settings: FEW },
  async (world) => {
    const { browser: owner, codes } = await withApp(world)
    await begin(owner, 'email')
    await owner.post(CODE, { code: await codeFor(world, owner) })
    const phone = phoneWith(world, (await keyOf(world)).key)
    // A right one breaks the row.
    let browser = await atSecond(world)
    for (let turn = 1; turn <= 9; turn++) await second(browser, wrongFor(phone, turn))
    expectPlace(await second(browser, phone.code()), '/account')
    const used = phone.code()
    browser = await atSecond(world)
    for (let turn = 1; turn <= 9; turn++) await second(browser, wrongFor(phone, turn))
    expect(await eventsIn(world, 'factor_disabled')).toBe(0)
    const under = await atSecond(world)
    await second(browser, wrongFor(phone))
    expect(await eventsIn(world, 'factor_disabled')).toBe(1)
    expect(await noticesTo(world)).toContainEqual({ kind: 'factor_disabled', by: 'totp' })

    world.pass(STEP)
    await expectWrong(world, () => second(under, phone.code()))
    const mailed = await atSecond(world)
    expect(waysOn(await pageAt(mailed, SECOND))).toEqual(['recovery'])
    await expectWrong(world, () => second(mailed, phone.code()))
    const sent = { code: await codeFor(world, mailed), with: 'email' }
    expectPlace(await mailed.post(SECOND, sent), '/account')
    const [app] = await factorsOn(mailed)
    const bind = (who: Visitor) => who.post(`${HERE}/bind-anew`, { factor: app! })
    for (const ask of [
      () => bind(mailed),
      () => askToRemove(mailed, app!),
      () => mailed.post(`${HERE}/add`, { kind: 'totp' }),
    ]) {
      expectPlace(await ask(), CONFIRM)
      expect(waysOn(await pageAt(mailed, CONFIRM))).toEqual([])
      for (const by of ['totp', 'email'])
        await expectWrong(world, () => mailed.post(CONFIRM, { code: phone.code(), with: by }))
    }

    const back = await atSecond(world)
    expect(placeOf(await back.post(SECOND, byRecovery(codes[0]!)))).toMatch('/account')
    expect(await pageAt(back, HERE)).toContain(asHtml(security.disabledFactor))
    expectPlace(await bind(back), CODE)
    const page = await pageAt(back, CODE)
    expect(page).not.toContain('otpauth')
    expect(page).not.toContain(inGroups(phone.key, ' '))
    for (const code of [used, wrongFor(phone), phone.code(4)])
      await expectWrong(world, () => back.post(CODE, byApp(code)))
    const anew = phone.code()
    expectPlace(await back.post(CODE, byApp(anew)), `${HERE}?notice=bound_anew`)
    const last = await atSecond(world)
    await expectWrong(world, () => second(last, anew))
    world.pass(STEP)
    expectPlace(await second(last, phone.code()), '/account')
  },
)

story(
  'a session that asks again and again to set something up, or to prove it anew, is held up, and writes nothing more',
  { people: [ana], settings: { ...WIDE, ADDRESS_REQUESTS_5_MINUTES: '12' } },
  async (world) => {
    const { browser } = await withApp(world)
    const { phone } = await connectApp(world, browser)
    const [app] = await factorsOn(browser)
    const table = world.app.db.updateTable('enrolments')
    await table.set({ disabledAt: world.now() }).where('id', '=', app!).execute()
    world.pass(5 * MINUTE)
    expectPlace(await signInByApp(browser, phone.code()), '/account')
    const add = (who = browser) => who.post(`${HERE}/add`, { kind: 'totp' })
    const bind = () => browser.post(`${HERE}/bind-anew`, { factor: app! })
    for (let turn = 1; turn <= 6; turn++)
      for (const ask of [add, bind]) expectPlace(await ask(), CODE)
    for (const ask of [add, bind]) {
      const answer = await expectNoChange(world, () => ask(), [])
      expect([answer.status, waitOf(answer)]).toEqual([429, 300])
    }
    // It is this device that waits, and not the account.
    world.pass(STEP)
    const other = world.visitor()
    expectPlace(await signInByApp(other, phone.code()), '/account')
    expectPlace(await add(other), CODE)
    world.pass(5 * MINUTE - STEP)
    for (const ask of [add, bind]) expectPlace(await ask(), CONFIRM)
  },
)

/** The key of the only app, opened as the server opens it. */
async function keyOf(world: World) {
  const row = (await enrolmentRows(world)).find(({ kind }) => kind === 'totp')!
  const about = { issuer: '', account: '' }
  return toScan(JSON.parse(row.state), about, {
    ...tools,
    keys: world.app.keys,
    accountId: row.accountId,
  })
}

const tools: Tools = {
  now: 0,
  random: systemRandom,
  keys: [keyFrom('aaaaaaaa', new Uint8Array(32).fill(1))],
  attemptEndsAt: Number.MAX_SAFE_INTEGER,
  codeLifetime: 0,
  attemptId: 'one',
  accountId: 'ana',
  digits: 6,
  totpWindow: 1,
  site: null,
}

story(
  'C-01: with several apps a wrong code counts once for the account, and a right one of either breaks the row',
  { people: [ana, bob], settings: { SECOND_STEP_FAILURES_IN_A_ROW: '10' } },
  async (world) => {
    const { browser, phone } = await withApp(world)
    const both = [phone, (await connectApp(world, browser)).phone]
    for (let turn = 1; turn <= 5; turn++) {
      const guesser = await atSecond(world)
      expect((await second(guesser, wrongFor(both, turn))).status).toBe(401)
    }
    expect(await eventsIn(world, 'second_step_refused')).toBe(5)
    expect((await second(await atSecond(world), phone.code())).status).toBe(429)
    world.pass(5 * MINUTE)
    for (let turn = 1; turn <= 4; turn++) await second(await atSecond(world), wrongFor(both, turn))
    expectPlace(await signInByApp(world.visitor(), phone.code()), '/account')
    world.pass(DAY)
    for (let turn = 1; turn <= 4; turn++) await second(await atSecond(world), wrongFor(both, turn))
    for (const each of both)
      expectPlace(await signInByApp(world.visitor(), each.code()), '/account')
    expect(await eventsIn(world, 'factor_disabled')).toBe(0)
  },
)

const setState = ({ app }: World, id: string, state: string) =>
  app.db.updateTable('enrolments').set({ state }).where('id', '=', id).execute()

story(
  'A-13, C-01: where one of several apps cannot be read, no code tells whether it was right for another',
  { people: [ana] },
  async (world) => {
    const { browser, phone } = await withApp(world)
    const other = (await connectApp(world, browser)).phone
    const [, theirs] = (await enrolmentRows(world)).filter(({ kind }) => kind === 'totp')
    const state = JSON.parse(theirs!.state) as { key: string }
    const broken = JSON.stringify({ ...state, key: `x${state.key.slice(1)}` })
    await setState(world, theirs!.id, broken)
    const sessions = await rowsIn(world, 'sessions')
    const guesser = await atSecond(world)
    for (const code of [wrongFor([phone, other]), phone.code(), other.code()]) {
      const answer = await expectNoChange(world, () => second(guesser, code), [])
      expect(answer.status).toBe(500)
    }
    expect(await rowsIn(world, 'sessions')).toBe(sessions)
    await setState(world, theirs!.id, theirs!.state)
    expectPlace(await second(guesser, phone.code()), '/account')
  },
)

story(
  'F-01, F-02: whoever sets an app up anew shows who they are, and the old one counts until they are done, and after',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { browser, phone } = await withApp(world)
    const rows = await enrolmentRows(world)
    world.pass(6 * MINUTE)
    // Half signed in, remembered, or long ago: none of them begins.
    const half = await atSecond(world)
    for (const path of ['add', 'protect', 'code', 'remove'])
      expect(placeOf(await half.post(`${HERE}/${path}`, { kind: 'totp' }))).toMatch(/^\/sign-in/)
    const protectAgain = () => browser.post(`${HERE}/protect`)
    const refused = await expectNoChange(world, protectAgain, ['limits', 'sessions'])
    expect(refused.status).toBe(409)
    expectPlace(await browser.post(`${HERE}/add`, { kind: 'totp' }), CONFIRM)
    expectPlace(await browser.get(CODE), HERE)
    for (const form of [{ password: PASSWORD }, { code: PASSWORD, with: 'email' }])
      await expectWrong(world, () => browser.post(CONFIRM, form))
    expectPlace(await browser.post(CONFIRM, byApp(phone.code())), CODE)
    const next = phoneWith(world, keyIn(await pageAt(browser, CODE)))
    expect(next.key).not.toBe(phone.key)

    // Being set up, it lets nobody in, and the old one does.
    const other = await atSecond(world)
    await expectWrong(world, () => second(other, next.code()))
    world.pass(STEP)
    expectPlace(await second(other, phone.code()), '/account')
    expect((await browser.post(CODE, byApp(next.code()))).status).toBe(200)
    const after = (await enrolmentRows(world)).filter(({ id }) => rows.some((row) => row.id === id))
    expect(after.map(({ id, kind }) => [id, kind])).toEqual(rows.map(({ id, kind }) => [id, kind]))
    world.pass(MINUTE)
    for (const each of [phone, next])
      expectPlace(await signInByApp(world.visitor(), each.code()), '/account')

    // Two sessions of an unprotected account: who is second changes nothing.
    const [one, two] = [world.visitor(), world.visitor()]
    for (const each of [one, two]) await each.signIn(bob)
    await begin(one, 'totp')
    const late = phoneWith(world, keyIn(await pageAt(one, CODE)))
    await one.post(CODE, byApp(late.code()))
    await connectApp(world, two)
    const confirm = () => one.post(`${HERE}/confirm`, { saved: 'yes' })
    const answer = await expectNoChange(world, confirm, ['limits', 'sessions'])
    expect(answer.status).toBe(409)
    const door = await atSecond(world, bob)
    await expectWrong(world, () => second(door, late.code()))
  },
)

story(
  'F-04: the key is the one the server has made last: none that is sent along, and none of before',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const chosen = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
    const mine = phoneWith(world, chosen)
    await begin(browser, 'totp')
    const first = phoneWith(world, keyIn(await pageAt(browser, CODE)))
    const before = copyOf(world, browser)
    const more = ['secret', 'key', 'uri', 'draft', 'state', 'digits', 'lastStep']
    await expectNoChange(world, async () => {
      for (const field of more)
        for (const code of [mine.code(), first.code()])
          for (const path of [CODE, `${HERE}/add`, `${HERE}/confirm`]) {
            const answer = await browser.post(path, { ...byApp(code), [field]: chosen })
            expect([path, field, answer.status]).toEqual([path, field, 400])
          }
    })
    const twice: [string, string][] = [
      ['code', mine.code()],
      ['code', first.code()],
      ['with', 'totp'],
    ]
    expect((await expectNoChange(world, () => browser.post(CODE, twice))).status).toBe(400)
    expect(await pageAt(browser, `${CODE}?secret=${chosen}&key=${chosen}`)).not.toContain(chosen)
    await expectWrong(world, () => browser.post(CODE, byApp(mine.code())))

    // A second one takes the place of the first, in whichever tab.
    await begin(browser, 'totp')
    const next = phoneWith(world, keyIn(await pageAt(browser, CODE)))
    expect(next.key).not.toBe(first.key)
    const late = copyOf(world, browser)
    late.cookies.set('attempt', before.cookies.get('attempt')!)
    await expectWrong(world, () => late.post(CODE, byApp(first.code())))
    await expectWrong(world, () => browser.post(CODE, byApp(first.code())))
    // Nor is it somebody else's.
    const stranger = world.visitor()
    await stranger.signIn(bob)
    stranger.cookies.set('attempt', browser.cookies.get('attempt')!)
    const answer = await expectNoChange(world, () => stranger.post(CODE, byApp(next.code())))
    expectPlace(answer, HERE)
    expectPlace(await stranger.get(CODE), HERE)

    await browser.post(CODE, byApp(next.code()))
    await browser.post(`${HERE}/confirm`, { saved: 'yes' })
    world.pass(MINUTE)
    const door = await atSecond(world)
    for (const phone of [mine, first]) await expectWrong(world, () => second(door, phone.code()))
    expectPlace(await second(door, next.code()), '/account')
  },
)

/** A key in every form it could be written in. */
function formsOf(key: string): string[] {
  const raw = Buffer.from(fromBase32(key)!)
  const texts = [key, key.toLowerCase(), inGroups(key, ' '), inGroups(key, '-'), inGroups(key, '')]
  const encoded = texts.slice(0, 2).flatMap((text) => {
    const of = Buffer.from(text)
    return [of.toString('base64'), of.toString('base64url'), of.toString('hex')]
  })
  const bytes = [raw.toString('hex'), raw.toString('hex').toUpperCase(), raw.toString('latin1')]
  const base64 = [raw.toString('base64'), raw.toString('base64url')]
  return [...texts, ...encoded, ...bytes, ...base64, JSON.stringify([...raw]).slice(1, -1)].map(
    // As it stands within a longer text too.
    (text) => text.replace(/=+$/, ''),
  )
}

story(
  'F-08: no page and no download shows the key again, to its owner or to anybody',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { browser, phone } = await withApp(world)
    const another = (await connectApp(world, browser, { name: 'work' })).phone
    await signInByApp(world.visitor(), phone.code(), ana, { remember: 'yes' })
    const secrets = [phone, another].flatMap(({ key }) => formsOf(key))
    const found = (text: string) => secrets.filter((secret) => text.includes(secret))
    const half = await atSecond(world)
    const stranger = world.visitor()
    await stranger.signIn(bob)
    // The machine itself may read the outbox too.
    const here = copyOf(world, browser, { address: '127.0.0.1' })
    expect((await here.get('/outbox')).status).toBe(200)
    for (const path of [...routesOf(world, 'GET'), `${SECOND}?with=totp`])
      for (const who of [here, half, stranger]) {
        const answer = await who.get(path)
        const headers = JSON.stringify([...answer.headers])
        expect([path, ...found(headers + (await answer.text()))]).toEqual([path])
      }
    // Nor does what is posted: showing who one is, other recovery codes, a wrong code, a name.
    world.pass(6 * MINUTE)
    const [factor] = await factorsOn(browser)
    const posts: [string, Record<string, string>][] = [
      [`${HERE}/name`, { factor: factor!, name: 'phone' }],
      [`${HERE}/recovery-codes`, {}],
      [CODE, byApp(wrongFor([phone, another]))],
      [CODE, byApp(phone.code())],
      [`${HERE}/codes`, {}],
      [`${HERE}/confirm`, { saved: 'yes' }],
      [`${HERE}/bind-anew`, { factor: factor! }],
      [`${HERE}/unprotect`, {}],
      [CODE, byApp(another.code())],
      [CONFIRM, byApp(another.code())],
    ]
    for (const [path, form] of posts)
      expect([path, ...found(await (await browser.post(path, form)).text())]).toEqual([path])
  },
)

test('F-11: five hundred keys are of 160 bits each, and no two are the same', () => {
  const keys = Array.from({ length: 500 }, () => {
    const { draft } = totp.enrol({ email: ana.email }, tools)
    return toScan(draft, { issuer: 'us', account: ana.email }, tools)
  })
  for (const { key } of keys) expect(fromBase32(key)).toHaveLength(20)
  expect(new Set(keys.map(({ key }) => key)).size).toBe(500)
  expect(new Set(keys.map(({ card }) => card)).size).toBeGreaterThan(490)
})

const heard: string[] = []
const keep = (...said: unknown[]) => void heard.push(JSON.stringify(said))
const log: Log = { fatal: keep, error: keep, warn: keep, info: keep, debug: keep }

story(
  'Q-01, Q-04: a copy of the database, and the log, hold no key in any form, set up or being set up',
  { people: [ana, bob], settings: WIDE, given: { log } },
  async (world) => {
    const { browser, phone } = await withApp(world)
    await signInByApp(browser, phone.code())
    await begin(browser, 'totp')
    const phones = [phone, phoneWith(world, keyIn(await pageAt(browser, CODE)))]
    const first = world.visitor()
    await first.signIn(bob)
    await begin(first, 'totp')
    phones.push(phoneWith(world, keyIn(await pageAt(first, CODE))))
    await first.post(CODE, byApp(phones[2]!.code()))
    const secrets = phones.flatMap(({ key }) => formsOf(key))
    expect(new Set(secrets).size).toBeGreaterThan(30)
    const found = (text: string) => secrets.filter((secret) => text.includes(secret))
    for (const [table, rows] of Object.entries(await dump(world)))
      expect([table, ...found(rows.join('\n'))]).toEqual([table])
    const said = heard.splice(0)
    expect(said.length).toBeGreaterThan(10)
    expect(found(said.join('\n'))).toEqual([])
    // Nor the codes that were typed.
    expect(said.join('\n')).not.toMatch(new RegExp(`"${phones[2]!.code()}"`))
    expect(await enrolmentRows(world, bob.email)).toEqual([])
  },
)

story(
  'Q-01: a key that is moved to another account opens nothing there, and whoever it is stays outside',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { browser, phone } = await withApp(world)
    const { phone: his } = await withApp(world, bob)
    const appOf = async (email: string) =>
      (await enrolmentRows(world, email)).find(({ kind }) => kind === 'totp')!
    const [mine, theirs] = [await appOf(ana.email), await appOf(bob.email)]
    const sessions = await rowsIn(world, 'sessions')
    const door = await atSecond(world, bob)
    // Only its text, its sealed key, or the whole row.
    const key = (JSON.parse(mine.state) as { key: string }).key
    const states = [mine.state, JSON.stringify({ ...JSON.parse(theirs.state), key })]
    for (const state of states) {
      await setState(world, theirs.id, state)
      for (const code of [phone.code(), his.code(), wrongFor([phone, his])]) {
        const answer = await expectNoChange(world, () => second(door, code), [])
        expect(answer.status).toBe(500)
        expect(answer.headers.getSetCookie()).toEqual([])
      }
    }
    await setState(world, theirs.id, theirs.state)
    const { db } = world.app
    const rowTo = (accountId: string) =>
      db.updateTable('enrolments').set({ accountId }).where('id', '=', mine.id).execute()
    await rowTo(theirs.accountId)
    for (const code of [phone.code(), his.code()])
      expect((await second(door, code)).status).toBe(500)
    expect(await whoIs(door)).toBe(null)
    expect(await rowsIn(world, 'sessions')).toBe(sessions)
    await rowTo(mine.accountId)
    expectPlace(await second(door, his.code()), '/account')

    // Nor does what is being set up.
    await begin(browser, 'totp')
    const { draft } = await db
      .selectFrom('attempts')
      .select('draft')
      .where('purpose', '=', 'add-factor')
      .executeTakeFirstOrThrow()
    await begin(door, 'totp')
    const ofBob = db
      .updateTable('attempts')
      .set({ draft })
      .where('accountId', '=', theirs.accountId)
    await ofBob.where('purpose', '=', 'add-factor').execute()
    const shown = await door.get(CODE)
    expect(shown.status).toBe(500)
    expect(await shown.text()).not.toContain('otpauth')
    expect((await door.post(CODE, byApp(phone.code()))).status).toBe(500)
    expect(await enrolmentRows(world, bob.email)).toHaveLength(2)
  },
)
