import { type TOTP, URI } from 'otpauth'
import { expect } from 'vitest'
import { checkCharacter } from '../../src/lib/check-character.ts'
import { qrCode } from '../../src/lib/qr.ts'
import type { Algorithm, Otp } from '../../src/lib/totp.ts'
import { inGroups } from '../../src/pages/groups.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { expectNoChange } from '../attacks/tools.ts'
import {
  ana,
  bob,
  DAY,
  MINUTE,
  openWorld,
  PASSWORD,
  protect,
  recoveryCodesIn,
  signInFully,
  type Visitor,
  type World,
} from '../world.ts'
import {
  answerByPasskey,
  askToRemove,
  authenticatorFor,
  begin,
  connectApp,
  enrolmentRows,
  expectPlace,
  factorsOn,
  importApp,
  keyIn,
  makePasskey,
  phoneWith,
  signInByApp,
  wayOn,
  waysOn,
  wrongFor,
  type Phone,
} from './factor-tools.ts'
import {
  asHtml,
  codesSentTo,
  copyOf,
  enrolledFor,
  eventsOf,
  kept,
  noticesTo,
  placeOf,
  story,
  whoIs,
  WIDE,
} from './story.ts'

const HERE = '/account/security'
const CODE = '/account/security/code'
const CONFIRM = '/account/confirm'
const SECOND = '/sign-in/second'
const { problems, security, card: cardTexts, fields, notices } = textsOf('en')

const STEP = 30_000
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const pageAt = async (browser: Visitor, path: string) => (await browser.get(path)).text()
const show = (browser: Visitor, code: string, name = '') =>
  browser.post(CODE, { code, with: 'totp', name })
const byRecovery = (code: string) => ({ code, with: 'recovery' })

/** A refusal: it says why, and nothing has changed, no try included. */
async function expectRefused(
  world: World,
  status: number,
  text: string,
  work: () => Promise<Response>,
): Promise<void> {
  const answer = await expectNoChange(world, work, ['limits', 'sessions'])
  expect(answer.status).toBe(status)
  expect(await answer.text()).toContain(asHtml(text))
}

/** A wrong answer: it costs a try and is written down, and nothing else has changed. */
async function expectWrong(world: World, work: () => Promise<Response>): Promise<void> {
  const before = await kept(world)
  const answer = await work()
  expect(answer.status).toBe(401)
  expect(await answer.text()).toContain(asHtml(problems.wrong_code))
  expect(await kept(world)).toEqual(before)
}

/** Opens the page with a key, and gives the phone that has scanned it. */
async function scan(world: World, browser: Visitor, shown?: Record<string, string>) {
  await begin(browser, 'totp', shown)
  return phoneWith(world, keyIn(await pageAt(browser, CODE)))
}

/** Signed in at a browser, with an app connected in it. */
async function withApp(world: World, name = '') {
  const browser = world.visitor()
  await browser.signIn()
  return { browser, ...(await connectApp(world, browser, { name })) }
}

/** What a page lists: `<dt>` and `<dd>`, without markup. The first of a name counts. */
function factsOn(page: string): Record<string, string> {
  const facts = page.matchAll(/<dt>(.*?)<\/dt>\s*<dd[^>]*>(.*?)<\/dd>/gs)
  const plain = (text: string) =>
    text
      .replace(/<span class="hint">.*?<\/span>/gs, '')
      .replaceAll(/<[^>]*>/g, '')
      .trim()
  return Object.fromEntries(
    [...facts].toReversed().map(([, name, value]) => [plain(name!), plain(value!)]),
  )
}

story('an app is connected, and its code is the second step', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  const { phone, codes } = await connectApp(world, browser)
  expect(codes).toHaveLength(10)
  const other = world.visitor()
  expectPlace(await other.signIn(), SECOND)
  expectPlace(await other.post(SECOND, { code: phone.code() }), '/account')
  expect(await whoIs(other)).toBe(ana.email)
})

// RFC 6238 appendix B, whose keys are as long as the digests.
const RFC_KEYS: Record<Algorithm, string> = {
  SHA1: '12345678901234567890',
  SHA256: '12345678901234567890123456789012',
  SHA512: '1234567890123456789012345678901234567890123456789012345678901234',
}
const RFC_CODES: [seconds: number, ...codes: string[]][] = [
  [59, '94287082', '46119246', '90693936'],
  [1_111_111_109, '07081804', '68084774', '25091201'],
  [1_111_111_111, '14050471', '67062674', '99943326'],
  [1_234_567_890, '89005924', '91819424', '93441116'],
  [2_000_000_000, '69279037', '90698825', '38618901'],
  [20_000_000_000, '65353130', '77737706', '47863826'],
]

story(
  'the codes of RFC 6238 let in at their times, with SHA-1, SHA-256 and SHA-512, each once',
  { people: [ana], settings: WIDE },
  async (world) => {
    for (const [algorithm, key] of Object.entries(RFC_KEYS))
      await importApp(world, bytes(key), {
        algorithm: algorithm as Algorithm,
        digits: 8,
        period: 30,
      })
    for (const [seconds, ...codes] of RFC_CODES) {
      world.pass(seconds * 1000 - world.now())
      for (const code of codes) {
        const browser = world.visitor()
        expectPlace(await signInByApp(browser, code), '/account')
        expect(await whoIs(browser)).toBe(ana.email)
      }
      const again = world.visitor()
      await again.signIn()
      const before = await kept(world)
      for (const code of codes)
        expect((await again.post(SECOND, { code, with: 'totp' })).status).toBe(401)
      expect(await kept(world)).toEqual(before)
    }
  },
)

story(
  'a key that somebody brings along keeps its own digits and its own time',
  { people: [ana], settings: WIDE },
  async (world) => {
    const otp: Otp = { algorithm: 'SHA256', digits: 7, period: 60 }
    const phone = await importApp(world, bytes(RFC_KEYS.SHA256), otp)
    const usual = phoneWith(world, phone.key)
    const browser = world.visitor()
    await browser.signIn()
    await expectWrong(world, () => browser.post(SECOND, { code: usual.code() }))
    await expectWrong(world, () => browser.post(SECOND, { code: phone.code(2) }))
    // As early as one step of its own is, which is longer.
    expectPlace(await browser.post(SECOND, { code: phone.code(1) }), '/account')
  },
)

story(
  'another program that reads what the picture says makes the same codes',
  { people: [ana], settings: { ...WIDE, PRODUCT_NAME: 'Ours: a & b?secret=AAAA' } },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await begin(browser, 'totp')
    const page = await pageAt(browser, CODE)
    const uri = /href="(otpauth:[^"]*)"/.exec(page)![1]!.replaceAll('&amp;', '&')
    expect(page).toContain(qrCode(uri).path)
    const app = URI.parse(uri) as TOTP
    expect(app).toMatchObject({ algorithm: 'SHA1', digits: 6, period: 30, label: ana.email })
    // A colon would end the name.
    expect(app.issuer).toBe('Ours a & b?secret=AAAA')
    expect(app.secret.bytes).toHaveLength(20)

    const now = () => ({ timestamp: world.now() })
    const codes = recoveryCodesIn(await (await show(browser, app.generate(now()))).text())
    expect(codes).toHaveLength(10)
    await browser.post(`${HERE}/confirm`, { saved: 'yes' })
    for (let turn = 0; turn < 3; turn++) {
      world.pass(turn * DAY + STEP)
      const other = world.visitor()
      expectPlace(await signInByApp(other, app.generate(now())), '/account')
    }
  },
)

type End = 'close' | 'cancel' | 'late'
const halfWay: [
  place: string,
  ends: End[],
  go: (browser: Visitor, phone: Phone) => Promise<unknown>,
][] = [
  ['at the picture', ['close', 'cancel', 'late'], async () => {}],
  ['after a wrong code', ['cancel'], (browser, phone) => show(browser, wrongFor(phone))],
  ['after a code of another time', ['late'], (browser, phone) => show(browser, phone.code(4))],
  [
    'at the recovery codes',
    ['close', 'cancel', 'late'],
    (browser, phone) => show(browser, phone.code()),
  ],
  [
    'at other recovery codes',
    ['cancel'],
    async (browser, phone) => {
      await show(browser, phone.code())
      await browser.post(`${HERE}/codes`)
    },
  ],
  [
    'without the tick that they are saved',
    ['late'],
    async (browser, phone) => {
      await show(browser, phone.code())
      await browser.post(`${HERE}/confirm`)
    },
  ],
]

story(
  'who closes the page, cancels or comes too late while an app is connected is not protected, and nothing is half-set',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    for (const [place, ends, go] of halfWay)
      for (const end of ends) {
        const phone = await scan(world, browser)
        const before = await kept(world)
        await go(browser, phone)
        const attempt = browser.cookies.get('attempt')!
        if (end === 'cancel') expectPlace(await browser.post(`${HERE}/cancel`), HERE)
        if (end === 'late') world.pass(10 * MINUTE)
        expect(await kept(world), `${place}, ${end}`).toEqual(before)
        expect(await enrolledFor(world)).toEqual([])
        if (end !== 'close') {
          const late = copyOf(world, browser)
          late.cookies.set('attempt', attempt)
          const work = () => show(late, phone.code(1))
          await expectRefused(world, 401, problems.wrong_code, work)
          const confirm = () => late.post(`${HERE}/confirm`, { saved: 'yes' })
          await expectRefused(world, 409, problems.attempt_over, confirm)
        }
        // The password alone lets in, as before.
        expectPlace(await world.visitor().signIn(), '/account')
      }
    expect(await noticesTo(world)).not.toContainEqual({ kind: 'protected' })
    expect(await eventsOf(world, 'protected')).toEqual([])
  },
)

story(
  'a code while it is connected that is wrong, or right for another time, is not accepted; the clock is named',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const phone = await scan(world, browser)
    const drafts = () =>
      world.app.db.selectFrom('attempts').select(['id', 'draft', 'proofs']).orderBy('id').execute()
    const before = { kept: await kept(world), drafts: await drafts() }
    // Steps of half a minute, and what is said in minutes.
    const off: [steps: number, minutes: number][] = [
      [2, 1],
      [3, 1],
      [20, 10],
      [-2, 1],
      [-20, 10],
    ]
    for (const [steps, minutes] of off) {
      const answer = await show(browser, phone.code(steps))
      expect(answer.status).toBe(401)
      const said = problems.clock_off({ minutes, ahead: steps > 0 })
      expect(await answer.text()).toContain(asHtml(said))
    }
    for (const code of [phone.code(22), phone.code(-22), wrongFor(phone), phone.code().slice(1)])
      await expectWrong(world, () => show(browser, code))
    expect({ kept: await kept(world), drafts: await drafts() }).toEqual(before)
    const confirm = () => browser.post(`${HERE}/confirm`, { saved: 'yes' })
    await expectRefused(world, 409, problems.attempt_over, confirm)
    // It was the same key all along.
    expect(recoveryCodesIn(await (await show(browser, phone.code(-1))).text())).toHaveLength(10)
  },
)

story(
  'nothing beside the code proves a new app, nor lets the codes be confirmed before it',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const phone = await scan(world, browser)
    const confirm = () => browser.post(`${HERE}/confirm`, { saved: 'yes' })
    await expectRefused(world, 409, problems.attempt_over, confirm)
    const more = () => browser.post(`${HERE}/codes`)
    await expectRefused(world, 409, problems.attempt_over, more)
    for (const kind of ['email', 'recovery', 'passkey'])
      expect((await browser.post(CODE, { code: phone.code(), with: kind })).status).toBe(401)
    const codes = recoveryCodesIn(await (await show(browser, phone.code())).text())
    // Neither its own recovery codes nor a second look at the app are of use now.
    expect((await browser.post(CODE, byRecovery(codes[0]!))).status).toBe(401)
    expect(await enrolledFor(world)).toEqual([])
    await confirm()
    expect(await enrolledFor(world)).toEqual(['recovery', 'totp'])
    expect(await noticesTo(world)).toEqual([{ kind: 'protected' }])
    expect(await codesSentTo(world)).toBe(0)
  },
)

story(
  'the backup card holds account, picture, key, check character, codes, number and date, and is shown once',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await begin(browser, 'totp')
    const setUp = await pageAt(browser, CODE)
    const key = keyIn(setUp)
    const phone = phoneWith(world, key)
    const answer = await show(browser, phone.code())
    expect(answer.headers.get('cache-control')).toContain('no-store')
    const page = await answer.text()
    const uri = /href="(otpauth:[^"]*)"/.exec(setUp)![1]!.replaceAll('&amp;', '&')
    expect(page).toContain(qrCode(uri).path)
    expect(page).toContain(new Date(world.now()).toISOString())
    const facts = factsOn(page)
    expect(facts).toMatchObject({
      [cardTexts.account]: ana.email,
      [cardTexts.key]: inGroups(key, ' '),
      [cardTexts.check]: checkCharacter(key),
    })
    const number = facts[cardTexts.number]!
    expect(number).toMatch(/^\d{4} \d{4}$/)
    expect(recoveryCodesIn(page)).toHaveLength(10)

    expectPlace(await browser.get(CODE), `${HERE}/codes`)
    expect(await pageAt(browser, `${HERE}/codes`)).not.toContain(inGroups(key, ' '))
    await browser.post(`${HERE}/confirm`, { saved: 'yes' })
    expectPlace(await browser.get(CODE), HERE)
    const after = await pageAt(browser, HERE)
    expect(factsOn(after)[security.cardNumber]).toBe(number)
    for (const path of [HERE, CODE, `${HERE}/app`, '/session', '/account/history'])
      for (const secret of [key, inGroups(key, ' ')])
        expect(await pageAt(browser, path)).not.toContain(secret)
  },
)

story(
  'a second app for a protected account: who it is first, then a card without recovery codes',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    const codes = await protect(world, browser)
    world.pass(6 * MINUTE)
    const before = await kept(world)
    expectPlace(await browser.post(`${HERE}/add`, { kind: 'totp' }), CONFIRM)
    expectPlace(await browser.get(CODE), HERE)
    const asked = await browser.post(CONFIRM, { code: await world.codeTo(ana.email) })
    expectPlace(asked, CODE)
    const phone = phoneWith(world, keyIn(await pageAt(browser, CODE)))
    expect(await enrolledFor(world)).toEqual(['email', 'recovery'])
    expect((before as unknown[])[1]).toEqual(((await kept(world)) as unknown[])[1])

    const answer = await show(browser, phone.code(), 'work phone')
    expect(answer.status).toBe(200)
    const page = await answer.text()
    expect(recoveryCodesIn(page)).toEqual([])
    expect(page).toContain(asHtml(cardTexts.codesElsewhere))
    const facts = factsOn(page)
    expect(facts[cardTexts.check]).toBe(checkCharacter(phone.key))
    expect(facts[cardTexts.key]).toBe(inGroups(phone.key, ' '))
    expect(await noticesTo(world)).toContainEqual({
      kind: 'factor_added',
      by: 'totp',
      called: 'work phone',
    })
    expect(await eventsOf(world, 'factor_added')).toMatchObject([
      { detail: JSON.stringify({ by: 'totp', name: 'work phone' }) },
    ])
    const after = await pageAt(browser, HERE)
    expect(after).toContain('<bdi>work phone</bdi>')
    expect(after).toContain(facts[cardTexts.number])
    for (const path of [HERE, CODE, `${HERE}/codes`])
      expect(await pageAt(browser, path)).not.toContain(inGroups(phone.key, ' '))

    // It counts at once, and the recovery codes are still the old ones.
    world.pass(MINUTE)
    expectPlace(await signInByApp(world.visitor(), phone.code()), '/account')
    const other = world.visitor()
    await other.signIn()
    expect(placeOf(await other.post(SECOND, byRecovery(codes[0]!)))).toMatch('/account')
  },
)

story(
  'several phones that scanned one picture are one app: a code of either does, and no code twice',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { phone } = await withApp(world)
    const second = phoneWith(world, phone.key)
    expectPlace(await signInByApp(world.visitor(), second.code()), '/account')
    const browser = world.visitor()
    await browser.signIn()
    await expectWrong(world, () => browser.post(SECOND, { code: phone.code() }))
    world.pass(STEP)
    expectPlace(await browser.post(SECOND, { code: phone.code() }), '/account')
  },
)

story(
  'an account has ten apps at most, each with a code that does; the eleventh is refused',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { browser, phone } = await withApp(world)
    const phones = [phone]
    while (phones.length < 9) phones.push((await connectApp(world, browser)).phone)
    // Two are begun while there is room for one.
    const other = world.visitor()
    await signInByApp(other, phones[3]!.code())
    const late = await scan(world, other)
    phones.push((await connectApp(world, browser)).phone)
    const add = () => browser.post(`${HERE}/add`, { kind: 'totp' })
    await expectRefused(world, 409, problems.too_many_factors, add)
    const finish = () => show(other, late.code())
    await expectRefused(world, 409, problems.too_many_factors, finish)
    expect(await pageAt(browser, HERE)).not.toContain(`href="${HERE}/app"`)

    expect(await enrolmentRows(world)).toHaveLength(11)
    for (const each of phones)
      expectPlace(await signInByApp(world.visitor(), each.code()), '/account')
    await expectWrongAtDoor(world, late)

    // Where one goes there is room for another.
    const [first] = await factorsOn(browser)
    await askToRemove(browser, first!)
    expectPlace(await add(), CODE)
  },
)

const HOSTILE = [
  '<script>alert(1)</script>',
  `"><img src=x onerror='a()'>`,
  '=HYPERLINK("http://evil.example")',
  'ريم 📱 ',
  'x'.repeat(50),
]
const escaped = (text: string): string =>
  asHtml(text).replaceAll('<', '&lt;').replaceAll('>', '&gt;')

story(
  'an app is called as its owner says, whatever that is, and by its kind when they say nothing',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { browser, phone } = await withApp(world, '  work   phone ')
    const { phone: another } = await connectApp(world, browser, { name: 'another' })
    const [id, second] = await factorsOn(browser)
    const rename = (name: string, factor = id!) => browser.post(`${HERE}/name`, { factor, name })
    const names = async () => {
      const rows = await enrolmentRows(world)
      return rows.filter(({ kind }) => kind === 'totp').map(({ name }) => name)
    }
    expect(await names()).toEqual(['work phone', 'another'])
    for (const name of HOSTILE) {
      expectPlace(await rename(name), `${HERE}?notice=factor_named`)
      expect(await names()).toEqual([name.trim(), 'another'])
      const asking = world.visitor()
      await asking.signIn()
      for (const page of [await pageAt(browser, HERE), await pageAt(asking, SECOND)]) {
        expect(page).toContain(escaped(name.trim()))
        expect(page).not.toMatch(/<script>alert|<img/)
      }
    }
    const table = await pageAt(browser, '/account/history.csv')
    expect(table).toContain('HYPERLINK')
    expect(table).not.toMatch(/(^|[",\n])=HYPERLINK/m)

    const wrong: [name: string, why: string][] = [
      ['x'.repeat(51), fields.too_long],
      ['a\u202Eb', fields.bad_text],
      ['a\nb', fields.bad_text],
      ['\u0000', fields.bad_text],
    ]
    for (const [name, why] of wrong) await expectRefused(world, 422, why, () => rename(name))
    for (const factor of ['', 'nothing', (await enrolmentRows(world)).find(isRecovery)!.id])
      await expectRefused(world, 404, problems.no_such_factor, () => rename('mine', factor))
    // Such a name does not cost the code, nor a try.
    const third = await scan(world, browser)
    const tooLong = () => show(browser, third.code(), 'x'.repeat(51))
    await expectRefused(world, 422, fields.too_long, tooLong)
    expect((await show(browser, third.code(), 'third')).status).toBe(200)

    expectPlace(await rename(''), `${HERE}?notice=factor_named`)
    expect(await names()).toEqual(['', 'another', 'third'])
    expect(await pageAt(browser, HERE)).toContain(escaped(security.kinds.totp))
    // The mail says how it was called.
    await rename('<b>old</b>', second)
    await askToRemove(browser, second!)
    const told = { kind: 'factor_removed', by: 'totp', called: '<b>old</b>' }
    expect(await noticesTo(world)).toContainEqual(told)
    world.pass(MINUTE)
    await expectWrongAtDoor(world, another)
    expectPlace(await signInByApp(world.visitor(), phone.code()), '/account')
  },
)

/** What this phone shows lets nobody in. */
async function expectWrongAtDoor(world: World, phone: Phone): Promise<void> {
  const browser = world.visitor()
  await browser.signIn()
  await expectWrong(world, () => browser.post(SECOND, { code: phone.code(), with: 'totp' }))
}

const isRecovery = ({ kind }: { readonly kind: string }): boolean => kind === 'recovery'

story(
  "nobody names, removes or uses an app of somebody else's",
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { browser } = await withApp(world)
    const [factor] = await factorsOn(browser)
    const stranger = world.visitor()
    await stranger.signIn(bob)
    await connectApp(world, stranger)
    await connectApp(world, stranger)
    const form = { factor: factor! }
    const rename = () => stranger.post(`${HERE}/name`, { ...form, name: 'mine' })
    await expectRefused(world, 404, problems.no_such_factor, rename)
    await expectRefused(world, 404, problems.no_such_factor, () => askToRemove(stranger, factor!))
    await expectRefused(world, 409, problems.attempt_over, () =>
      stranger.post(`${HERE}/bind-anew`, form),
    )
  },
)

story(
  'the last strong one is removed with a code of it or a recovery code, asked anew, and never by e-mail',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    for (const who of [ana, bob]) {
      const browser = world.visitor()
      const codes = await protect(world, browser, who)
      const { phone } = await connectApp(world, browser)
      await signInByApp(browser, phone.code(), who)
      const sent = await codesSentTo(world, who.email)
      const [, id] = await factorsOn(browser)
      // The code of a moment ago is not enough.
      expectPlace(await askToRemove(browser, id!), CONFIRM)
      expect(await enrolledFor(world, who.email)).toEqual(['email', 'recovery', 'totp'])
      const page = await pageAt(browser, CONFIRM)
      expect([wayOn(page, CONFIRM), ...waysOn(page)]).toEqual(['totp', 'recovery'])
      const answer = (code: string, by: string) => browser.post(CONFIRM, { code, with: by })
      await expectRefused(world, 409, problems.attempt_over, () => browser.post(`${CONFIRM}/send`))
      await expectWrong(world, () => answer('123456', 'email'))
      await expectWrong(world, () => answer(phone.code(), 'totp'))
      await expectWrong(world, () => answer(wrongFor(phone), 'totp'))
      await expectWrong(world, () => browser.post(CONFIRM, { password: PASSWORD }))
      expect(await codesSentTo(world, who.email)).toBe(sent)

      world.pass(MINUTE)
      const right = who === ana ? answer(phone.code(), 'totp') : answer(codes[0]!, 'recovery')
      expectPlace(await right, `${HERE}?notice=factor_removed`)
      expect(await enrolledFor(world, who.email)).toEqual(['email', 'recovery'])
      const told = { kind: 'factor_removed', by: 'totp', called: '' }
      expect(await noticesTo(world, who.email)).toContainEqual(told)
    }
    expect(await eventsOf(world, 'factor_removed')).toHaveLength(2)
  },
)

/** As after too many wrong codes. */
const switchOff = (world: World, kind: string) =>
  world.app.db
    .updateTable('enrolments')
    .set({ disabledAt: world.now() })
    .where('kind', '=', kind)
    .execute()

story(
  'the last strong one that lets in is asked for anew before it goes, also where another is switched off',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    await connectApp(world, browser)
    await makePasskey(world, browser, authenticatorFor(world))
    const idOf = async (kind: string) =>
      (await enrolmentRows(world)).find((row) => row.kind === kind)!.id
    await switchOff(world, 'totp')
    const passkey = await idOf('passkey')
    // The passkey of a moment ago is not enough; for the app it is.
    expectPlace(await askToRemove(browser, passkey), CONFIRM)
    expect(await enrolledFor(world)).toEqual(['email', 'passkey', 'recovery', 'totp'])
    expectPlace(await askToRemove(browser, await idOf('totp')), `${HERE}?notice=factor_removed`)
    expectPlace(await askToRemove(browser, passkey), CONFIRM)
    expect(await enrolledFor(world)).toEqual(['email', 'passkey', 'recovery'])
  },
)

story(
  'who has nothing but recovery codes left is asked to add another way, wherever they were going; nobody else is',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { phone, codes } = await withApp(world)
    const known = world.visitor()
    await signInByApp(known, phone.code(), ana, { remember: 'yes' })
    const goTo = async (who: Visitor, to: string) => {
      await who.post('/sign-out')
      return who.post('/sign-in', { login: ana.email, password: ana.password, to })
    }
    expectPlace(await goTo(known, '/account/devices'), '/account/devices')
    await switchOff(world, 'totp')
    const asked = `${HERE}?notice=add_another&to=`
    expectPlace(await goTo(known, '/account/devices'), `${asked}%2Faccount%2Fdevices`)
    const page = await pageAt(known, `${asked}%2Faccount%2Fdevices`)
    expect(page).toContain(asHtml(notices.add_another))
    expect(page).toContain('<a class="button main" href="/account/devices">')
    expect(page).toContain(asHtml(security.judgements.only_codes))
    const recover = async (code: string) => {
      const who = world.visitor()
      expectPlace(await who.signIn(), SECOND)
      return { who, place: placeOf(await who.post(SECOND, byRecovery(code))) }
    }
    const { who, place } = await recover(codes[0]!)
    expect(place).toBe(`${asked}%2Faccount`)

    const [app] = await factorsOn(who)
    expectPlace(await who.post(`${HERE}/bind-anew`, { factor: app! }), CODE)
    world.pass(MINUTE)
    expectPlace(await show(who, phone.code()), `${HERE}?notice=bound_anew`)
    expect(await pageAt(who, `${asked}%2Faccount`)).not.toContain(asHtml(notices.add_another))
    expect((await recover(codes[1]!)).place).toBe('/account?notice=recovery_left')
    world.pass(MINUTE)
    expectPlace(await signInByApp(who, phone.code(), ana, { remember: 'yes' }), '/account')
    expectPlace(await goTo(who, '/account'), '/account')
  },
)

story(
  'the only way in is not removed, with or without recovery codes, and not by two at once',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { browser, phone } = await withApp(world)
    const [only] = await factorsOn(browser)
    await expectRefused(world, 409, problems.last_factor, () => askToRemove(browser, only!))
    const { phone: second } = await connectApp(world, browser)
    const beside = await openWorld({ beside: world, settings: WIDE })
    const other = beside.visitor()
    await signInByApp(other, phone.code())
    await signInByApp(browser, second.code())
    const [one, two] = await factorsOn(browser)
    const answers = await Promise.all([askToRemove(browser, one!), askToRemove(other, two!)])
    const places = answers.map((answer) => placeOf(answer) ?? answer.status)
    // Whoever is second is asked anew, or refused: one of them is left.
    expect(places).toContain(`${HERE}?notice=factor_removed`)
    expect(places).toContain(409)
    expect(await enrolledFor(world)).toEqual(['recovery', 'totp'])
    await beside.close()
  },
)

story(
  'an app that is removed is dead at once: under way, on every server, and for remembered devices',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { browser, phone } = await withApp(world)
    await connectApp(world, browser)
    const beside = await openWorld({ beside: world, settings: WIDE })
    const remembered = beside.visitor()
    await signInByApp(remembered, phone.code(), ana, { remember: 'yes' })
    await remembered.post('/sign-out')
    expectPlace(await remembered.signIn(), '/account')
    world.pass(MINUTE)
    const underWay = [world.visitor(), beside.visitor()]
    for (const each of underWay) expectPlace(await each.signIn(), SECOND)
    const attempts = underWay.map(({ cookies }) => cookies.get('attempt')!)

    const [factor] = await factorsOn(browser)
    expectPlace(await askToRemove(browser, factor!), `${HERE}?notice=factor_removed`)
    for (const [at, each] of underWay.entries()) {
      await expectRefused(world, 401, problems.wrong_code, () =>
        each.post(SECOND, { code: phone.code(), with: 'totp' }),
      )
      // Nor in a new one.
      await each.signIn()
      await expectWrong(world, () => each.post(SECOND, { code: phone.code(), with: 'totp' }))
      expect(each.cookies.get('attempt')).not.toBe(attempts[at])
      expect(await whoIs(each)).toBe(null)
    }
    await remembered.post('/sign-out')
    expectPlace(await remembered.signIn(), SECOND)
    expect(await noticesTo(world)).toContainEqual({
      kind: 'factor_removed',
      by: 'totp',
      called: '',
    })
    // Once more is once too often.
    await expectRefused(world, 404, problems.no_such_factor, () => askToRemove(browser, factor!))
    await beside.close()
  },
)

story(
  'switching off needs a code of the app or a recovery code, and e-mail is not even asked',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    for (const who of [ana, bob]) {
      const browser = world.visitor()
      const codes = await protect(world, browser, who)
      const { phone } = await connectApp(world, browser)
      const sent = await codesSentTo(world, who.email)
      expectPlace(await browser.post(`${HERE}/unprotect`), CODE)
      const page = await pageAt(browser, CODE)
      expect([wayOn(page, CODE), ...waysOn(page)]).toEqual(['totp', 'recovery'])
      const answer = (code: string, by: string) => browser.post(CODE, { code, with: by })
      await expectRefused(world, 409, problems.attempt_over, () => browser.post(`${HERE}/send`))
      await expectWrong(world, () => answer('123456', 'email'))
      await expectWrong(world, () => answer(wrongFor(phone), 'totp'))
      await expectWrong(world, () => answer(phone.code(4), 'totp'))
      expect(await codesSentTo(world, who.email)).toBe(sent)
      const right = who === ana ? answer(phone.code(), 'totp') : answer(codes[0]!, 'recovery')
      expectPlace(await right, `${HERE}?notice=unprotected`)
      expect(await enrolledFor(world, who.email)).toEqual([])
      expect(await noticesTo(world, who.email)).toContainEqual({ kind: 'unprotected' })
    }
  },
)

story(
  'codes by e-mail are added beside an app by whoever shows the app, and are no way to take it off',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { browser, phone } = await withApp(world)
    world.pass(6 * MINUTE)
    const add = () => browser.post(`${HERE}/add`, { kind: 'email' })
    expectPlace(await add(), CONFIRM)
    const page = await pageAt(browser, CONFIRM)
    expect([wayOn(page, CONFIRM), ...waysOn(page)]).toEqual(['totp', 'recovery'])
    await expectWrong(world, () => browser.post(CONFIRM, { password: PASSWORD }))
    await expectWrong(world, () => browser.post(CONFIRM, { code: wrongFor(phone) }))
    expect(await codesSentTo(world)).toBe(0)
    expectPlace(await browser.post(CONFIRM, { code: phone.code() }), CODE)
    expect(await codesSentTo(world)).toBe(1)
    await expectWrong(world, () => browser.post(CODE, { code: phone.code(1), with: 'email' }))
    const sent = await world.codeTo(ana.email)
    expectPlace(await browser.post(CODE, { code: sent }), `${HERE}?notice=factor_added`)
    expect(await enrolledFor(world)).toEqual(['email', 'recovery', 'totp'])

    // Somebody who came in by e-mail can do none of that.
    const other = world.visitor()
    await other.signIn()
    await other.post(`${SECOND}/send`)
    const code = await world.codeTo(ana.email)
    expectPlace(await other.post(SECOND, { code, with: 'email' }), '/account')
    const [first, second] = await factorsOn(other)
    for (const form of [{ kind: 'totp' }, { kind: 'passkey' }])
      expectPlace(await other.post(`${HERE}/add`, form), CONFIRM)
    for (const factor of [first!, second!]) expectPlace(await askToRemove(other, factor), CONFIRM)
    expect(waysOn(await pageAt(other, CONFIRM))).toEqual(['recovery'])
  },
)

story(
  'what was used last in a browser is asked first, else what is preferred, else the strongest; mail goes only where it is wanted',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    const codes = await protect(world, browser)
    // The only one: its code goes out at once.
    const sent = () => codesSentTo(world)
    let before = await sent()
    await signInFully(world, browser)
    expect(await sent()).toBe(before + 1)
    const { phone } = await connectApp(world, browser)
    before = await sent()

    const firstIn = async (visitor: Visitor) => {
      expectPlace(await visitor.signIn(), SECOND)
      const page = await pageAt(visitor, SECOND)
      expect(waysOn(page)).toContain('recovery')
      expect(page).not.toContain('?with=passkey')
      return wayOn(page, SECOND)
    }
    const prefer = (kind: string) => browser.post(`${HERE}/prefer`, { kind })
    expect(await firstIn(world.visitor())).toBe('totp')
    expectPlace(await prefer('email'), `${HERE}?notice=preferred`)
    const fresh = world.visitor()
    expect(await firstIn(fresh)).toBe('email')
    // It is only asked first: nothing is sent before somebody wants it.
    expect(await sent()).toBe(before)
    expect((await browser.post(`${HERE}/prefer`, { kind: 'recovery' })).status).toBe(400)

    // In this browser the app was last; a recovery code does not count as a habit.
    expectPlace(await fresh.post(SECOND, { code: phone.code(), with: 'totp' }), '/account')
    expect(await firstIn(fresh)).toBe('totp')
    expect(await sent()).toBe(before)
    expect(placeOf(await fresh.post(SECOND, byRecovery(codes[0]!)))).toMatch('/account')
    expect(await firstIn(fresh)).toBe('totp')

    expect(wayOn(await pageAt(fresh, `${SECOND}?with=email`), SECOND)).toBe('email')
    expect(await sent()).toBe(before)
    expectPlace(await fresh.post(`${SECOND}/send`), SECOND)
    expect(await sent()).toBe(before + 1)
    const code = await world.codeTo(ana.email)
    expectPlace(await fresh.post(SECOND, { code, with: 'email' }), '/account')
    expect(await firstIn(fresh)).toBe('email')
    await prefer('')
    expect(await firstIn(world.visitor())).toBe('totp')
    expect(wayOn(await pageAt(fresh, `${SECOND}?with=recovery`), SECOND)).toBe('recovery')
    expect(await sent()).toBe(before + 1)
  },
)

story(
  'with a passkey, an app and e-mail the strongest comes first, and each does',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    const { phone } = await connectApp(world, browser)
    const key = authenticatorFor(world)
    await makePasskey(world, browser, key)
    const sent = await codesSentTo(world)
    const other = world.visitor()
    await other.signIn()
    const page = await pageAt(other, SECOND)
    expect([wayOn(page, SECOND), ...waysOn(page)]).toEqual(['passkey', 'totp', 'email', 'recovery'])
    expectPlace(await other.post(SECOND, { code: phone.code(), with: 'totp' }), '/account')
    await other.signIn()
    expect(wayOn(await pageAt(other, SECOND), SECOND)).toBe('totp')
    expectPlace(await answerByPasskey(other, SECOND, key), '/account')
    expect(await codesSentTo(world)).toBe(sent)
  },
)

/** Another server on the same database, where other kinds may be used. */
const serverWith = (world: World, kinds: string): Promise<World> =>
  openWorld({ beside: world, settings: { ...WIDE, FACTORS: kinds, ALLOW_LOCK_OUT: 'yes' } })

story(
  'where apps are not allowed any more they let nobody in, and their owners come in by recovery code and add another way',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { phone, codes } = await withApp(world)
    const beside = await serverWith(world, 'passkey,email')
    const browser = beside.visitor()
    expectPlace(await browser.signIn(), SECOND)
    const asked = await pageAt(browser, `${SECOND}?with=totp`)
    expect([wayOn(asked, SECOND), ...waysOn(asked)]).toEqual(['recovery'])
    const second = () => browser.post(SECOND, { code: phone.code(), with: 'totp' })
    await expectRefused(world, 403, problems.factor_not_allowed, second)
    expect(await codesSentTo(world)).toBe(0)
    expect(await whoIs(browser)).toBe(null)
    // It is not used up by that, and does where it may.
    expectPlace(await signInByApp(world.visitor(), phone.code()), '/account')

    expect(placeOf(await browser.post(SECOND, byRecovery(codes[0]!)))).toMatch('/account')
    const page = await pageAt(browser, HERE)
    expect(page).toContain(asHtml(security.forbidden))
    expect(page).toContain(asHtml(security.forbiddenWhat))
    expect(page).toContain(asHtml(security.judgements.only_codes))
    expect(page).not.toContain(`href="${HERE}/app"`)
    const add = () => browser.post(`${HERE}/add`, { kind: 'totp' })
    await expectRefused(world, 403, problems.factor_not_allowed, add)
    const [app] = await factorsOn(browser)
    await expectRefused(world, 409, problems.last_factor, () => askToRemove(browser, app!))

    expectPlace(await begin(browser, 'email'), CODE)
    const sent = await world.codeTo(ana.email)
    expectPlace(await browser.post(CODE, { code: sent }), `${HERE}?notice=factor_added`)
    const other = beside.visitor()
    expectPlace(await signInFully(beside, other), '/account')
    // It lets nobody in any more, so it is no last strong one; what was shown lately would do.
    world.pass(6 * MINUTE)
    expectPlace(await askToRemove(other, app!), CONFIRM)
    const again = await pageAt(other, CONFIRM)
    expect([wayOn(again, CONFIRM), ...waysOn(again)]).toEqual(['email', 'recovery'])
    await expectRefused(world, 403, problems.factor_not_allowed, () =>
      other.post(CONFIRM, { code: phone.code(1), with: 'totp' }),
    )
    const code = await world.codeTo(ana.email)
    expectPlace(await other.post(CONFIRM, { code }), `${HERE}?notice=factor_removed`)
    expect(await enrolledFor(world)).toEqual(['email', 'recovery'])

    // What was begun where it may is not finished where it may not.
    const half = world.visitor()
    await half.signIn(bob)
    const late = await scan(world, half)
    const there = copyOf(beside, half)
    await expectRefused(world, 403, problems.factor_not_allowed, () => show(there, late.code()))
    await show(half, late.code())
    await expectRefused(world, 403, problems.factor_not_allowed, () =>
      there.post(`${HERE}/confirm`, { saved: 'yes' }),
    )
    expect(await enrolledFor(world, bob.email)).toEqual([])
    await beside.close()
  },
)

story(
  'where codes by e-mail are not allowed none is sent, offered or set up, and their owners come in by recovery code',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const codes = await protect(world, world.visitor())
    const beside = await serverWith(world, 'passkey,totp')
    const sent = await codesSentTo(world)
    const under = world.visitor()
    await under.signIn()
    const browser = beside.visitor()
    expectPlace(await browser.signIn(), SECOND)
    const asked = await pageAt(browser, `${SECOND}?with=email`)
    expect([wayOn(asked, SECOND), ...waysOn(asked)]).toEqual(['recovery'])
    expect(await codesSentTo(world)).toBe(sent + 1)
    const answer = (code: string) => browser.post(SECOND, { code, with: 'email' })
    await expectRefused(world, 403, problems.factor_not_allowed, () => answer('123456'))
    await expectRefused(world, 403, problems.factor_not_allowed, () =>
      browser.post(`${SECOND}/send`),
    )
    // A code that was asked for where it may does not let in where it may not.
    const there = copyOf(beside, under)
    const code = await world.codeTo(ana.email)
    await expectRefused(world, 403, problems.factor_not_allowed, () =>
      there.post(SECOND, { code, with: 'email' }),
    )
    expect(placeOf(await browser.post(SECOND, byRecovery(codes[0]!)))).toMatch('/account')
    const page = await pageAt(browser, HERE)
    expect(page).toContain(asHtml(security.forbidden))
    expect(page).not.toContain('value="email"')
    await expectRefused(world, 403, problems.factor_not_allowed, () =>
      browser.post(`${HERE}/add`, { kind: 'email' }),
    )
    const { phone } = await connectApp(world, browser)
    expectPlace(await signInByApp(beside.visitor(), phone.code()), '/account')

    const unprotected = beside.visitor()
    await unprotected.signIn(bob)
    expect(await pageAt(unprotected, HERE)).not.toContain(`${HERE}/protect`)
    for (const post of [
      () => unprotected.post(`${HERE}/protect`),
      () => unprotected.post(`${HERE}/add`, { kind: 'email' }),
    ])
      await expectRefused(world, 403, problems.factor_not_allowed, post)
    expect(await codesSentTo(world, bob.email)).toBe(0)
    await beside.close()
  },
)
