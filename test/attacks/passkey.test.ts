import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../src/app.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { cbor, type Authenticator, type Bend, type Cbor } from '../setup/authenticator.ts'
import { databases } from '../setup/databases.ts'
import {
  answerByPasskey,
  authenticatorFor,
  begin,
  connectApp,
  enrolmentRows,
  expectPlace,
  factorsOn,
  makePasskey,
  optionsAtDoor,
  optionsIn,
  signInByPasskey,
  withPasskey,
  wrongFor,
} from '../stories/factor-tools.ts'
import { copyOf, kept, noticesTo, placeOf, story, waitOf, whoIs, WIDE } from '../stories/story.ts'
import {
  ana,
  bob,
  DAY,
  HOUR,
  MINUTE,
  openWorld,
  PASSWORD,
  type Visitor,
  type World,
} from '../world.ts'
import { atOnce, eventsIn, expectNoChange, rowsIn, slowly, statuses, tally } from './tools.ts'

const DOOR = '/sign-in/passkey'
const SECOND = '/sign-in/second'
const CODE = '/account/security/code'
const CONFIRM = '/account/confirm'
const { problems } = textsOf('en')
const eve = { ...bob, email: 'eve@example.com', name: 'Eve Moss' }

// In what a passkey signs or its browser says, each of these is wrong wherever it is shown.
const OWN = 'http://localhost:8484'
const bends: Record<string, Bend> = {
  'O-04 the origin of another site': { origin: 'https://evil.example' },
  'O-04 an origin that begins as ours does': { origin: `${OWN}.evil.example` },
  'O-04 an origin that ends as ours does': { origin: 'http://evil.localhost:8484' },
  'O-04 our origin over https': { origin: 'https://localhost:8484' },
  'O-04 our origin at another port': { origin: 'http://localhost' },
  'O-04 our origin in capitals': { origin: 'http://LOCALHOST:8484' },
  'O-04 our origin with a path': { origin: `${OWN}/` },
  'O-04 no origin': { origin: 'null' },
  'O-04 the id of another site': { rpId: 'evil.example' },
  'O-04 the origin in place of the id': { rpId: OWN },
  'O-04 a frame on another page': { crossOrigin: true },
  'O-04 a frame that says no clear word': { crossOrigin: 'false' },
  'O-04 a page on top of ours': { topOrigin: 'https://evil.example' },
  'O-04 a page of ours on top': { topOrigin: OWN },
  'O-01 another ceremony': { type: 'webauthn.create' },
  'O-01 a payment': { type: 'payment.get' },
  'O-05 nobody there': { userPresent: false },
  'a signature that is wrong by a bit': { signature: 'flipped' },
  'authenticator data that were changed': { raw: changed('authenticatorData', 36) },
  'flags that were changed': { raw: changed('authenticatorData', 32) },
  'client data that were changed': { raw: changed('clientDataJSON', -1) },
  'another raw id': { raw: (answer) => ({ ...answer, rawId: `${answer.rawId}A` }) },
  'another kind of credential': { raw: (answer) => ({ ...answer, type: 'password' }) },
  'nothing but an id': { raw: ({ id, rawId, type }) => ({ id, rawId, type, response: {} }) },
}

/** One bit of this part is turned over, after it was signed. */
function changed(part: string, at: number): (answer: any) => unknown {
  return (answer) => {
    const bytes = Buffer.from(answer.response[part], 'base64url')
    // In JSON it stays JSON.
    if (at < 0) return withPart(answer, part, Buffer.concat([bytes, Buffer.from(' ')]))
    bytes[at]! ^= 8
    return withPart(answer, part, bytes)
  }
}

const withPart = (answer: any, part: string, bytes: Buffer) => ({
  ...answer,
  response: { ...answer.response, [part]: bytes.toString('base64url') },
})

let nextAddress = 0
/** A browser at an address of its own, so that no limit is met that a test is not about. */
const somebody = (world: World): Visitor => {
  nextAddress++
  return world.visitor({ address: `203.0.${Math.floor(nextAddress / 250)}.${nextAddress % 250}` })
}

/** A browser that has given the right password, and what it is asked. */
async function halfIn(world: World, typed = ana): Promise<{ browser: Visitor; options: any }> {
  const browser = somebody(world)
  await browser.signIn(typed)
  return { browser, options: optionsIn(await (await browser.get(SECOND)).text()) }
}

const show = (browser: Visitor, code: string, headers: Record<string, string> = {}) =>
  browser.post(DOOR, { code }, headers)
const showSecond = (browser: Visitor, code: string) =>
  browser.post(SECOND, { code, with: 'passkey' })

/** At the door a refusal writes nothing at all but limits. */
async function expectShut(world: World, work: () => Promise<Response>): Promise<string> {
  return expectNoChange(world, async () => {
    const answer = await work()
    const page = await answer.text()
    expect([answer.status, page.includes(problems.wrong_passkey)]).toEqual([401, true])
    expect(answer.headers.getSetCookie()).toEqual([])
    return page
  })
}

/** In an attempt a refusal costs a try and is written down, and nothing that counts has changed. */
async function expectKept(
  world: World,
  work: () => Promise<Response>,
  status = 401,
): Promise<Response> {
  const before = await kept(world)
  const answer = await work()
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([status, []])
  expect(await kept(world)).toEqual(before)
  return answer
}

for (const { name } of databases) {
  describe(name, () => {
    let world: World
    let anas: { browser: Visitor; key: Authenticator; codes: readonly string[] }
    let bobs: typeof anas
    const between = interruption()

    beforeAll(async () => {
      const people = [ana, bob, eve]
      world = await openWorld({ database: name, settings: WIDE, people, wrap: between.wrap })
      anas = await withPasskey(world)
      bobs = await withPasskey(world, { typed: bob })
    })
    afterAll(() => world.close())

    test('O-01: an answer that let somebody in lets nobody in again', async () => {
      const second = await openWorld({ beside: world, settings: WIDE })
      const browser = somebody(world)
      const code = anas.key.get(await optionsAtDoor(browser))
      const thief = copyOf(world, browser, { address: '198.51.100.66' })
      expectPlace(await show(browser, code), '/account')
      for (const again of [browser, thief, copyOf(second, thief)])
        await expectShut(world, () => show(again, code))

      const half = await halfIn(world)
      const answer = anas.key.get(half.options)
      const copies = [copyOf(world, half.browser), copyOf(second, half.browser)]
      expectPlace(await showSecond(half.browser, answer), '/account')
      for (const again of copies) {
        await expectKept(world, () => showSecond(again, answer))
        expect(await whoIs(again)).toBeNull()
      }
      await second.close()
    })

    test('O-01: an answer that showed anew who somebody is shows it once', async () => {
      const browser = somebody(world)
      await signInByPasskey(browser, anas.key)
      world.pass(6 * MINUTE)
      const phone = (number: string) =>
        browser.post('/account', { name: ana.name, country: 'PT', language: 'en', phone: number })
      expectPlace(await phone('+351912345678'), CONFIRM)
      const code = anas.key.get(optionsIn(await (await browser.get(CONFIRM)).text()))
      const tab = copyOf(world, browser)
      expectPlace(await browser.post(CONFIRM, { code, with: 'passkey' }), '/account?notice=saved')
      await expectNoChange(world, () => tab.post(CONFIRM, { code, with: 'passkey' }), [
        'limits',
        'sessions',
      ])
      // Nor for the next change, in an attempt of its own.
      world.pass(6 * MINUTE)
      expectPlace(await phone('+351912345679'), CONFIRM)
      await expectKept(world, () => browser.post(CONFIRM, { code, with: 'passkey' }))

      expectPlace(await browser.post('/account/security/recovery-codes'), CODE)
      const asked = optionsIn(await (await browser.get(CODE)).text())
      const answer = { code: anas.key.get(asked), with: 'passkey' }
      const first = await browser.post(CODE, answer)
      expect(first.status).toBe(200)
      const told = await eventsIn(world, 'passkey_went_back')
      expect((await browser.post(CODE, answer)).status).toBe(401)
      expect(await eventsIn(world, 'passkey_went_back')).toBe(told)
      await browser.post('/account/security/cancel')
    })

    test('O-01: what made a passkey makes no other, and nothing anew', async () => {
      const browser = somebody(world)
      await browser.signIn(eve)
      await begin(browser, 'passkey', { password: PASSWORD })
      const made = authenticatorFor(world)
      const options = optionsIn(await (await browser.get(CODE)).text())
      const code = { code: made.create(options), with: 'passkey' }
      expect((await browser.post(CODE, code)).status).toBe(200)
      expect((await browser.post(CODE, code)).status).toBe(401)
      await browser.post('/account/security/confirm', { saved: 'yes' })
      for (const again of [code.code, authenticatorFor(world).create(options)])
        await expectKept(world, () => browser.post(CODE, { ...code, code: again }), 303)
      await begin(browser, 'passkey', { password: PASSWORD })
      for (const again of [code.code, authenticatorFor(world).create(options)])
        await expectKept(world, () => browser.post(CODE, { ...code, code: again }))
      const [its = ''] = await factorsOn(browser)
      expect([await factorsOn(browser), its]).toEqual([[its], expect.stringMatching(/./)])
      await browser.post('/account/security/unprotect')
      await answerByPasskey(browser, CODE, made)
    })

    test('O-01: at the door only a challenge of ours is answered, new, and of this browser', async () => {
      const { key } = anas
      const browser = somebody(world)
      const options = await optionsAtDoor(browser)
      const { options: inAttempt } = await halfIn(world)
      const tab = somebody(world)
      await signInByPasskey(tab, bobs.key)
      await begin(tab, 'passkey')
      const toMake = optionsIn(await (await tab.get(CODE)).text())
      const [time = '', nonce = '', hash = ''] = Buffer.from(options.challenge, 'base64url')
        .toString()
        .split('.')
      const spelt = (...parts: string[]) => Buffer.from(parts.join('.')).toString('base64url')
      const other = somebody(world)
      await optionsAtDoor(other)
      const challenges = {
        'of a second step': inAttempt.challenge,
        'of a passkey that is made': toMake.challenge,
        'made up': Buffer.from('x'.repeat(32)).toString('base64url'),
        'of one byte': 'AA',
        'with another time': spelt(String(Number(time) + 1), nonce, hash),
        'with another nonce': spelt(
          time,
          nonce.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
          hash,
        ),
        'with another proof': spelt(time, nonce, nonce),
        'with no proof': spelt(time, nonce, ''),
        'with more behind it': spelt(time, nonce, hash, ''),
        'of another browser': (await optionsAtDoor(somebody(world))).challenge,
      }
      for (const [what, challenge] of Object.entries(challenges)) {
        const page = await expectShut(world, () =>
          show(browser, key.get({ ...options, challenge })),
        )
        expect([what, page.includes('data-passkey-unknown')]).toEqual([what, false])
      }
      const right = key.get(options)
      for (const cookies of [
        {},
        { passkey: other.cookies.get('passkey')! },
        { passkey: 'x' },
        { passkey: 'A'.repeat(43) },
      ]) {
        const thief = somebody(world)
        for (const [cookie, value] of Object.entries(cookies)) thief.cookies.set(cookie, value)
        await expectShut(world, () => show(thief, right))
      }
      const twice = `passkey=${browser.cookies.get('passkey')}; passkey=${'A'.repeat(43)}`
      await expectShut(world, () => show(somebody(world), right, { cookie: twice }))
      // O-02: what a form says beside what was signed is not even read.
      await expectNoChange(world, async () => {
        const { challenge } = options
        const bent = key.get(options, { challenge: 'AAAA' })
        expect((await browser.post(DOOR, { code: bent, challenge })).status).toBe(400)
        const inside = key.get(options, {
          challenge: 'AAAA',
          raw: (answer) => ({ ...answer, challenge, response: { ...answer.response, challenge } }),
        })
        expect((await show(browser, inside)).status).toBe(401)
      })
      expectPlace(await show(browser, right), '/account')
    })

    test('O-01: a challenge at the door is good for five minutes', async () => {
      for (const [wait, isIn] of [
        [5 * MINUTE - 1, true],
        [5 * MINUTE, false],
        [6 * MINUTE, false],
      ] as const) {
        const browser = somebody(world)
        const code = anas.key.get(await optionsAtDoor(browser))
        world.pass(wait)
        if (isIn) expectPlace(await show(browser, code), '/account')
        else await expectShut(world, () => show(browser, code))
      }
    })

    test('O-01: a server whose clock is some seconds behind takes the challenge of another, once', async () => {
      let behind = 0
      const given = { now: () => world.now() - behind }
      const second = await openWorld({ beside: world, settings: WIDE, given })
      for (const [wait, isIn] of [
        [9_999, true],
        [10_000, false],
        [HOUR, false],
      ] as const) {
        behind = wait
        const browser = somebody(world)
        const code = anas.key.get(await optionsAtDoor(browser))
        const there = copyOf(second, browser)
        if (!isIn) await expectShut(world, () => show(there, code))
        else {
          expectPlace(await show(there, code), '/account')
          for (const again of [there, browser]) await expectShut(world, () => show(again, code))
        }
      }
      await second.close()
    })

    test('O-01, O-07, B-08: a second step is answered by what its own attempt asks, and by its account', async () => {
      const { key } = anas
      const { browser, options } = await halfIn(world)
      const { options: others } = await halfIn(world)
      const { options: bobsOwn } = await halfIn(world, bob)
      const tab = somebody(world)
      await signInByPasskey(tab, key)
      await begin(tab, 'passkey')
      const toMake = optionsIn(await (await tab.get(CODE)).text())
      world.pass(6 * MINUTE)
      await tab.post('/account/security/unprotect')
      const stepUp = optionsIn(await (await tab.get(CODE)).text())
      const challenges = {
        'of the door': (await optionsAtDoor(browser)).challenge,
        'of another attempt': others.challenge,
        'of the attempt of another account': bobsOwn.challenge,
        'of a passkey that is made': toMake.challenge,
        'of another change': stepUp.challenge,
        'made up': 'x'.repeat(43),
      }
      const bad = Object.entries(challenges).map(([what, challenge]) => [
        what,
        key.get({ ...options, challenge }),
      ])
      bad.push(['by another account', bobs.key.get(options)])
      const { credentialId } = key
      bad.push([
        'by another account as ours',
        bobs.key.get(options, { credentialId, userHandle: null }),
      ])
      const [bobsRow] = await enrolmentRows(world, bob.email)
      const userHandle = Buffer.from(bobsRow!.accountId, 'hex').toString('base64url')
      bad.push(['under the name of another', key.get(options, { userHandle })])
      for (const [what, code] of bad) {
        await expectKept(world, () => showSecond(browser, code!))
        expect([what, await whoIs(browser)]).toEqual([what, null])
      }
      // Nine wrong ones were ours to give.
      expectPlace(await showSecond(browser, key.get(options)), '/account')
    })

    test('O-07: at the door a passkey stands for its own account and no other', async () => {
      const [row] = await enrolmentRows(world)
      const anasHandle = Buffer.from(row!.accountId, 'hex').toString('base64url')
      const browser = somebody(world)
      const options = await optionsAtDoor(browser)
      const { credentialId } = anas.key
      for (const bend of [
        { userHandle: anasHandle },
        { credentialId },
        { credentialId, userHandle: anasHandle },
        { credentialId, userHandle: null },
        { userHandle: 'AAAA' },
      ])
        await expectShut(world, () => show(browser, bobs.key.get(options, bend)))
      expectPlace(await show(browser, bobs.key.get(options)), '/account')
      expect(await whoIs(browser)).toBe(bob.email)
    })

    test('O-04, O-05: what is wrong in an answer is refused at the door and at the second step', async () => {
      const browser = somebody(world)
      for (const [what, bend] of Object.entries(bends)) {
        const options = await optionsAtDoor(browser)
        await expectShut(world, () => show(browser, anas.key.get(options, bend)))
        const half = await halfIn(world)
        await expectKept(world, () => showSecond(half.browser, anas.key.get(half.options, bend)))
        expect([what, await whoIs(half.browser)]).toEqual([what, null])
      }
      expectPlace(await signInByPasskey(browser, anas.key), '/account')
    })

    test('O-04: no passkey is made for another site', async () => {
      const browser = somebody(world)
      await signInByPasskey(browser, anas.key)
      for (const [what, bend] of Object.entries(bends)) {
        if (!what.startsWith('O-04')) continue
        await begin(browser, 'passkey')
        const options = optionsIn(await (await browser.get(CODE)).text())
        const code = authenticatorFor(world).create(options, bend)
        await expectKept(world, () => browser.post(CODE, { code, with: 'passkey' }))
      }
      await begin(browser, 'passkey')
      const check = optionsIn(await (await browser.get(CODE)).text())
      const shown = anas.key.get({ ...check, rpId: check.rp.id })
      await expectKept(world, () => browser.post(CODE, { code: shown, with: 'passkey' }))
    })

    test('O-04: what a proxy or a browser says of our name changes nothing', async () => {
      const headers = {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-port': '443',
        forwarded: 'host=evil.example;proto=https',
        'x-original-host': 'evil.example',
      }
      const browser = somebody(world)
      const options: any = await (await browser.get(DOOR, headers)).json()
      expect(options.rpId).toBe('localhost')
      const evil = { origin: 'https://evil.example', rpId: 'evil.example' }
      await expectShut(world, () => show(browser, anas.key.get(options, evil), headers))
      const right = anas.key.get(options)
      await expectNoChange(world, async () => {
        expect((await browser.get(DOOR, { host: 'evil.example' })).status).toBe(421)
        expect((await show(browser, right, { host: 'evil.example' })).status).toBe(421)
      })
      expectPlace(await show(browser, right, headers), '/account')
    })

    test('H-01: what was not posted by a page of ours lets nobody in', async () => {
      const browser = somebody(world)
      const code = anas.key.get(await optionsAtDoor(browser))
      for (const headers of [
        { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        { origin: OWN, 'sec-fetch-site': 'cross-site' },
        { origin: 'null', 'sec-fetch-site': 'same-origin' },
        { origin: 'http://evil.localhost:8484', 'sec-fetch-site': 'same-site' },
      ])
        await expectNoChange(
          world,
          async () => expect((await show(browser, code, headers)).status).toBe(403),
          [],
        )
      expectPlace(await show(browser, code), '/account')
    })

    test('O-05, A-07: whom the authenticator did not know is half in, after the password', async () => {
      const bend = { userVerified: false }
      const browser = somebody(world)
      await expectShut(world, async () =>
        show(browser, anas.key.get(await optionsAtDoor(browser), bend)),
      )
      // Not even where this browser was remembered.
      const known = somebody(world)
      await known.signIn()
      const remember = { remember: 'yes' }
      expectPlace(await answerByPasskey(known, SECOND, anas.key, remember, bend), '/account')
      const { proofs } = await world.app.db
        .selectFrom('sessions')
        .select('proofs')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow()
      expect(JSON.parse(proofs)).toMatchObject([
        { by: 'password', shows: ['knows'] },
        { by: 'passkey', shows: ['has'] },
      ])
      await known.post('/sign-out')
      await expectShut(world, async () =>
        show(known, anas.key.get(await optionsAtDoor(known), bend)),
      )
      // Nor without the password, in an attempt in which somebody else gave theirs.
      const { browser: half, options } = await halfIn(world, bob)
      await expectKept(world, () => showSecond(half, anas.key.get(options, bend)))
    })

    test('O-08: a passkey that is somebody’s, or one’s own already, is not made again', async () => {
      const browser = somebody(world)
      await signInByPasskey(browser, bobs.key)
      for (const { credentialId } of [anas.key, bobs.key]) {
        await begin(browser, 'passkey')
        const options = optionsIn(await (await browser.get(CODE)).text())
        const code = authenticatorFor(world).create(options, { credentialId })
        const answer = await expectKept(
          world,
          () => browser.post(CODE, { code, with: 'passkey' }),
          409,
        )
        expect(await answer.text()).toContain(problems.factor_taken)
      }
      // Nor as the first factor of somebody.
      const first = somebody(world)
      await first.signIn(eve)
      await begin(first, 'passkey', { password: PASSWORD })
      const options = optionsIn(await (await first.get(CODE)).text())
      const { credentialId } = anas.key
      await first.post(CODE, {
        code: authenticatorFor(world).create(options, { credentialId }),
        with: 'passkey',
      })
      await expectKept(world, () => first.post('/account/security/confirm', { saved: 'yes' }), 409)
      const owner = somebody(world)
      expectPlace(await signInByPasskey(owner, anas.key), '/account')
      expect(await whoIs(owner)).toBe(ana.email)
    })

    test('O-10: a copy that counts for itself lets in, and its owner hears of it, a few times a day', async () => {
      const tells = async () =>
        (await noticesTo(world)).filter(({ kind }) => kind === 'passkey_went_back').length
      const goBack = async (counters: readonly number[]) => {
        for (const counter of counters)
          expectPlace(await signInByPasskey(somebody(world), anas.key, { counter }), '/account')
      }
      // What was told before is of another day.
      world.pass(DAY)
      const [told, noted] = [await tells(), await eventsIn(world, 'passkey_went_back')]
      expectPlace(await signInByPasskey(somebody(world), anas.key), '/account')
      expect(await tells()).toBe(told)
      await goBack([2, 1, 1, 0])
      expect(await tells()).toBe(told + 4)
      expectPlace(await signInByPasskey(somebody(world), anas.key), '/account')
      expect(await tells()).toBe(told + 4)
      await goBack([2, 1, 1, 0])
      expect(await tells()).toBe(told + 5)
      expect(await eventsIn(world, 'passkey_went_back')).toBe(noted + 8)
    })

    test('O-11: the oddest answer is a wrong answer', async () => {
      const half = await halfIn(world)
      const tab = somebody(world)
      await signInByPasskey(tab, anas.key)
      await begin(tab, 'passkey')
      const options = optionsIn(await (await tab.get(CODE)).text())
      const atDoor = somebody(world)
      const asked = await optionsAtDoor(atDoor)
      const right = JSON.parse(anas.key.get(asked))
      const made = JSON.parse(authenticatorFor(world).create(options))
      const before = await kept(world)
      const post = async (code: string): Promise<void> => {
        const body = (more: object) => ({ code, ...more })
        const answers = [
          await atDoor.post(DOOR, body({})),
          await half.browser.post(SECOND, body({ with: 'passkey' })),
          await tab.post(CODE, body({ with: 'passkey' })),
        ]
        for (const { status } of answers)
          expect([code, status]).toEqual([code, expect.toSatisfy(isRefusal)])
      }
      const deep = (times: number, open: string, close: string) =>
        `${open.repeat(times)}1${close.repeat(times)}`
      const attested = (bytes: Uint8Array) => ({
        ...made,
        response: { ...made.response, attestationObject: Buffer.from(bytes).toString('base64url') },
      })
      const odd: unknown[] = [
        {},
        [],
        null,
        { ...right, id: 'A'.repeat(1400) },
        { ...right, id: '__proto__', rawId: '__proto__' },
        { ...right, response: { ...right.response, userHandle: '\ud800' } },
        { ...right, response: { ...right.response, signature: '' } },
        { ...right, response: { ...right.response, authenticatorData: 'AA' } },
        { ...right, response: { ...right.response, clientDataJSON: 'e30' } },
        attested(Buffer.alloc(11_000, 0x81)),
        attested(Buffer.alloc(11_000, 0xbf)),
        attested(Buffer.from('bb7fffffffffffffff', 'hex')),
        attested(Buffer.from('5b7fffffffffffffff00', 'hex')),
        attested(
          Buffer.concat([
            Buffer.from([0xa2]),
            cbor('fmt'),
            cbor('none'),
            cbor('fmt'),
            cbor('none'),
          ]),
        ),
        attested(
          cbor(
            new Map<string, Cbor>([
              ['fmt', 'none'],
              ['attStmt', new Map()],
              ['authData', Buffer.alloc(8000)],
            ]),
          ),
        ),
      ]
      for (const each of odd) await post(JSON.stringify(each))
      for (const each of [
        '',
        '{',
        '\u0000',
        deep(8000, '[', ']'),
        deep(2500, '{"id":', '}'),
        'x'.repeat(16_001),
        '1'.repeat(16_000),
        `{"id":"${'x'.repeat(64_000)}"}`,
      ])
        await post(each)
      const parts = fc.record({
        id: fc.oneof(fc.constant(right.id), fc.base64String(), fc.anything()),
        rawId: fc.oneof(fc.constant(right.id), fc.string()),
        type: fc.oneof(fc.constant('public-key'), fc.anything()),
        response: fc.oneof(
          fc.anything(),
          fc.dictionary(
            fc.constantFrom(...Object.keys(right.response), 'attestationObject'),
            fc.oneof(fc.base64String(), fc.constantFrom(...Object.values<string>(right.response))),
          ),
        ),
      })
      await fc.assert(
        fc.asyncProperty(fc.oneof(parts, fc.json()), (each) =>
          post(typeof each === 'string' ? each : (JSON.stringify(each) ?? '')),
        ),
        { numRuns: 25 },
      )
      expect(await kept(world)).toEqual(before)
      expectPlace(await show(atDoor, JSON.stringify(right)), '/account')
    })

    test('Q-01: a public key that was put there by somebody else lets nobody in, and spares the others', async () => {
      const spare = authenticatorFor(world)
      const owner = somebody(world)
      await signInByPasskey(owner, anas.key)
      await makePasskey(world, owner, spare)
      const [row] = await enrolmentRows(world)
      const [thiefs] = await enrolmentRows(world, bob.email)
      const [state, thiefsState] = [JSON.parse(row!.state), JSON.parse(thiefs!.state)]
      const { id: _, ...all } = row!
      const table = () => world.app.db.updateTable('enrolments')
      const put = (id: string, set: object) => table().set(set).where('id', '=', id).execute()
      const bent = (more: object) => JSON.stringify({ ...state, ...more })
      const tricks: Record<string, object> = {
        'the sealed key of another': { state: bent({ publicKey: thiefsState.publicKey }) },
        'a key that is not sealed': { state: bent({ publicKey: 'pQECAyYgASFYIA' }) },
        'the whole of another': { state: thiefs!.state },
        'an id of another': { state: bent({ id: thiefsState.id }) },
        'no key': { state: bent({ publicKey: undefined }) },
      }
      const attempts = async (what: string): Promise<void> => {
        for (const key of [anas.key, bobs.key]) {
          const atDoor = somebody(world)
          const half = await halfIn(world)
          const before = await kept(world)
          const answers = [
            await signInByPasskey(atDoor, key, { userHandle: null }),
            await showSecond(half.browser, key.get(half.options, { userHandle: null })),
          ]
          const are = answers.map(({ status }) => [401, 500].includes(status))
          expect([what, are, await kept(world)]).toEqual([what, [true, true], before])
          expect([await whoIs(atDoor), await whoIs(half.browser)]).toEqual([null, null])
        }
        const sound = await halfIn(world)
        expectPlace(await showSecond(sound.browser, spare.get(sound.options)), '/account')
      }
      // The row of the other is out of the way, where it would be found instead.
      await put(thiefs!.id, { handle: 'away' })
      for (const [what, trick] of Object.entries(tricks)) {
        await put(row!.id, { ...trick, handle: thiefs!.handle })
        await attempts(what)
        await put(row!.id, { ...trick, handle: row!.handle })
        await attempts(what)
      }
      await put(row!.id, all)
      await put(thiefs!.id, { handle: thiefs!.handle, accountId: row!.accountId })
      const moved = somebody(world)
      const before = await kept(world)
      expect((await signInByPasskey(moved, bobs.key, { userHandle: null })).status).toBe(500)
      const half = await halfIn(world)
      const last = await showSecond(half.browser, bobs.key.get(half.options, { userHandle: null }))
      expect([last.status, await kept(world)]).toEqual([500, before])
      await put(thiefs!.id, { accountId: thiefs!.accountId })
      expectPlace(await signInByPasskey(moved, bobs.key), '/account')
      expectPlace(await signInByPasskey(owner, anas.key), '/account')
    })

    test('a passkey that is removed in the middle of its sign-in lets nobody in', async () => {
      const gone = authenticatorFor(world)
      const owner = somebody(world)
      await signInByPasskey(owner, anas.key)
      await makePasskey(world, owner, gone)
      const row = (await enrolmentRows(world)).at(-1)!
      const browser = somebody(world)
      const code = gone.get(await optionsAtDoor(browser))
      const sessions = await rowsIn(world, 'sessions')
      // It was found and right, and is taken away before anything is written.
      between.next(async () => {
        const removed = await owner.post('/account/security/remove', { factor: row.id })
        expect(placeOf(removed)).toContain('notice=factor_removed')
      })
      const answer = await show(browser, code)
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []])
      expect(await rowsIn(world, 'sessions')).toBe(sessions)

      await makePasskey(world, owner, gone)
      const again = (await enrolmentRows(world)).at(-1)!
      const half = await halfIn(world)
      const second = gone.get(half.options)
      between.next(async () => {
        await owner.post('/account/security/remove', { factor: again.id })
      })
      expect((await showSecond(half.browser, second)).status).toBe(401)
      expect(await whoIs(half.browser)).toBeNull()

      // Even where its attempt goes on.
      await makePasskey(world, owner, gone)
      const last = (await enrolmentRows(world)).at(-1)!
      const open = await halfIn(world)
      const third = gone.get(open.options)
      between.next(async () => {
        await world.app.db.deleteFrom('enrolments').where('id', '=', last.id).execute()
      })
      expect((await showSecond(open.browser, third)).status).toBe(401)
      expect(await whoIs(open.browser)).toBeNull()
      expect(await rowsIn(world, 'sessions')).toBe(sessions)
    })

    test('C-14: wrong passkeys, and the same one again, are counted where they come from, not on whom', async () => {
      const settings = { ...WIDE, SECOND_STEP_ADDRESS_FAILURES_5_MINUTES: '10' }
      const strict = await openWorld({ beside: world, settings })
      const onAccounts = () =>
        world.app.db
          .selectFrom('limits')
          .selectAll()
          .where('key', 'like', 'second:%')
          .orderBy('key')
          .execute()
      const counted = await onAccounts()
      const address = '198.51.100.77'
      const guesser = strict.visitor({ address })
      const wrong = { signature: 'flipped' } as const
      await expectNoChange(world, async () => {
        const answers = []
        for (let turn = 0; turn < 12; turn++)
          answers.push(await signInByPasskey(guesser, anas.key, wrong))
        expect(statuses(answers)).toEqual({ 401: 10, 429: 2 })
        expect(waitOf(answers.at(-1)!)).toBe(300)
        const right = await signInByPasskey(guesser, anas.key)
        expect(right.status).toBe(429)
      })
      // From many places at once, and the owner comes in by whatever they like.
      const crowd = await atOnce(20, () => signInByPasskey(somebody(strict), anas.key, wrong))
      expect(statuses(crowd)).toEqual({ 401: 20 })
      expect(await onAccounts()).toEqual(counted)
      const owner = strict.visitor({ address: '198.51.100.78' })
      expectPlace(await signInByPasskey(owner, anas.key), '/account')
      const half = await halfIn(strict)
      expectPlace(await showSecond(half.browser, anas.key.get(half.options)), '/account')

      world.pass(5 * MINUTE)
      const code = anas.key.get(await optionsAtDoor(guesser))
      expectPlace(await show(guesser, code), '/account')
      const again = []
      for (let turn = 0; turn < 12; turn++) again.push(await show(guesser, code))
      expect(statuses(again)).toEqual({ 401: 10, 429: 2 })
      await strict.close()
    })

    test('F-05, O-13: in a session that is not fresh nothing is set up before something strong is shown', async () => {
      const browser = somebody(world)
      await signInByPasskey(browser, anas.key)
      await begin(browser, 'passkey')
      const { challenge } = optionsIn(await (await browser.get(CODE)).text())
      await browser.post('/account/security/cancel')
      world.pass(6 * MINUTE)
      for (const kind of ['passkey', 'totp', 'email']) {
        expectPlace(await browser.post('/account/security/add', { kind }), CONFIRM)
        expectPlace(await browser.get(CODE), '/account/security')
        const code = authenticatorFor(world).create({
          rp: { id: 'localhost' },
          user: { id: 'AAAA' },
          challenge,
        })
        await expectKept(world, () => browser.post(CODE, { code, with: 'passkey' }), 303)
        await expectKept(world, () => browser.post(CONFIRM, { password: PASSWORD }))
        await expectKept(world, () => browser.post(CONFIRM, { code, with: 'passkey' }))
        await expectKept(world, () => browser.post(CONFIRM, { code: '000000', with: 'email' }))
      }
      expectPlace(await answerByPasskey(browser, CONFIRM, anas.key), CODE)
      // A browser that is remembered has shown nothing anew.
      const known = somebody(world)
      await known.signIn()
      await answerByPasskey(known, SECOND, anas.key, { remember: 'yes' })
      await known.post('/sign-out')
      expectPlace(await known.signIn(), '/account')
      expectPlace(await known.post('/account/security/add', { kind: 'passkey' }), CONFIRM)
    })

    test('B-04, O-01, O-08: of many at once, over two servers, one is in and one is made', async () => {
      const about = { settings: WIDE, wrap: slowly(3) }
      if (name === 'PostgreSQL') await breakNoRings(world)
      const servers = [
        await openWorld({ beside: world, ...about }),
        name === 'PostgreSQL' ? await openWorld({ beside: world, ...about }) : null,
      ]
      const at = (index: number): World => servers[index % 2] ?? servers[0]!
      const sessions = await rowsIn(world, 'sessions')
      const browser = somebody(world)
      const code = anas.key.get(await optionsAtDoor(browser))
      const copies = (of: Visitor) => (index: number) =>
        copyOf(at(index), of, { address: `198.51.100.${index + 100}` })
      const copyAt = copies(browser)
      const atDoor = await atOnce(100, (index) => show(copyAt(index), code))
      expect(locations(atDoor)).toEqual({ '/account': 1, 401: 99 })
      expect(await rowsIn(world, 'sessions')).toBe(sessions + 1)

      const half = await halfIn(world)
      const answer = anas.key.get(half.options)
      const halfAt = copies(half.browser)
      const second = await atOnce(100, (index) => showSecond(halfAt(index), answer))
      expect(locations(second)).toEqual({ '/account': 1, 401: 99 })
      expect(await rowsIn(world, 'sessions')).toBe(sessions + 2)

      for (let turn = 0; turn < 2; turn++) {
        const { credentialId } = authenticatorFor(world)
        const tabs = []
        for (const [index, key] of [anas.key, bobs.key].entries()) {
          const tab = somebody(at(index))
          await signInByPasskey(tab, key)
          await begin(tab, 'passkey')
          const options = optionsIn(await (await tab.get(CODE)).text())
          tabs.push({ tab, code: authenticatorFor(world).create(options, { credentialId }) })
        }
        const made = await Promise.all(
          tabs.map(({ tab, code: each }) => tab.post(CODE, { code: each, with: 'passkey' })),
        )
        expect(statuses(made)).toEqual({ 303: 1, 409: 1 })
      }
      for (const server of servers) await server?.close()
    })
  })
}

story(
  'C-02, C-14: wrong passkeys at the second step cost tries and count where they come from, and not on the account',
  { people: [ana] },
  async (world) => {
    const { browser: owner, key } = await withPasskey(world)
    const { phone } = await connectApp(world, owner)
    const wrong = (options: unknown) => key.get(options, { signature: 'flipped' })
    const comeIn = async () => {
      const { browser, options } = await halfIn(world)
      expectPlace(await showSecond(browser, key.get(options)), '/account')
    }
    const { browser, options } = await halfIn(world)
    for (let turn = 1; turn <= 5; turn++)
      await expectKept(world, () => showSecond(browser, wrong(options)))
    await expectKept(world, () => showSecond(browser, key.get(options)))
    await comeIn()
    // From one address ten, in however many attempts.
    const answers = []
    for (let turn = 0; turn < 12; turn++) {
      const guesser = world.visitor({ address: '198.51.100.9' })
      await guesser.signIn()
      const asked = optionsIn(await (await guesser.get(SECOND)).text())
      answers.push(await showSecond(guesser, wrong(asked)))
    }
    expect(statuses(answers)).toEqual({ 401: 10, 429: 2 })
    await comeIn()
    expect(await eventsIn(world, 'second_step_refused')).toBe(15)
    for (const kind of ['password_known', 'factor_disabled'])
      expect(await eventsIn(world, kind)).toBe(0)
    const told = (await noticesTo(world)).map(({ kind }) => kind)
    expect(told).not.toContain('second_step_failures')

    // Nor do wrong codes of an app keep its owner from showing the passkey.
    const byApp = (who: Visitor, code: string) => who.post(SECOND, { code, with: 'totp' })
    for (let turn = 1; turn <= 5; turn++)
      expect((await byApp((await halfIn(world)).browser, wrongFor(phone, turn))).status).toBe(401)
    expect((await byApp((await halfIn(world)).browser, phone.code())).status).toBe(429)
    await comeIn()
  },
)

story(
  'O-08: of two who save the codes of the same first passkey at once, one has it, and the other is told',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const slow = await openWorld({ beside: world, settings: WIDE, wrap: slowly(3) })
    const { credentialId } = authenticatorFor(world)
    const tabs: Visitor[] = []
    for (const typed of [ana, bob]) {
      const tab = somebody(world)
      await tab.signIn(typed)
      await begin(tab, 'passkey')
      const options = optionsIn(await (await tab.get(CODE)).text())
      const code = authenticatorFor(world).create(options, { credentialId })
      expect((await tab.post(CODE, { code, with: 'passkey' })).status).toBe(200)
      tabs.push(copyOf(slow, tab))
    }
    const answers = await atOnce(2, (index) =>
      tabs[index]!.post('/account/security/confirm', { saved: 'yes' }),
    )
    expect(statuses(answers)).toEqual({ 303: 1, 409: 1 })
    const late = answers.find(({ status }) => status === 409)!
    expect(await late.text()).toContain(problems.factor_taken)
    const rows = [await enrolmentRows(world), await enrolmentRows(world, bob.email)]
    expect(tally(rows.map((each) => each.length))).toEqual({ 0: 1, 2: 1 })
    await slow.close()
  },
)

const isRefusal = (status: number): boolean => [400, 401, 413].includes(status)

const locations = (all: readonly Response[]) =>
  tally(all.map((answer) => placeOf(answer) ?? answer.status))

// PostgreSQL breaks a ring of requests that wait for each other after a second, and we try again. Here
// it takes longer than we have, for servers opened from now on: so nobody may ever wait in one.
async function breakNoRings({ app, config }: World): Promise<void> {
  const name = sql.id(new URL(config.databaseUrl).pathname.slice(1))
  await sql`alter database ${name} set deadlock_timeout = '60s'`.execute(app.db)
}

/** Something that happens between what a request has read and what it writes. */
function interruption() {
  let work: (() => Promise<void>) | null = null
  return {
    next: (then: () => Promise<void>) => void (work = then),
    wrap: (app: App): App => ({ ...app, db: interrupted(app.db) }),
  }

  function interrupted(db: App['db']): App['db'] {
    return new Proxy(db, {
      get(own, name) {
        const value: unknown = Reflect.get(own, name, own)
        if (typeof value !== 'function') return value
        if (name !== 'transaction') return value.bind(own)
        return () => ({
          async execute(write: never) {
            const now = work
            work = null
            await now?.()
            return own.transaction().execute(write)
          },
        })
      },
    })
  }
}
