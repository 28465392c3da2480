import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase32 } from '../lib/base32.ts'
import { checkCharacter } from '../lib/check-character.ts'
import { systemRandom } from '../lib/random.ts'
import { keyFrom } from '../lib/seal.ts'
import { hotp, stepAt, USUAL, type Otp } from '../lib/totp.ts'
import type { Checked, Tools } from './factor.ts'
import { cardOf, importedState, toScan, totp } from './totp.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const key = keyFrom('aaaaaaaa', new Uint8Array(32).fill(1))
const newer = keyFrom('bbbbbbbb', new Uint8Array(32).fill(2))

const tools: Tools = {
  now: Date.parse('2026-01-05T09:00:00Z'),
  random: systemRandom,
  keys: [key],
  attemptEndsAt: Number.MAX_SAFE_INTEGER,
  codeLifetime: 0,
  attemptId: 'one',
  accountId: 'ana',
  digits: 6,
  totpWindow: 1,
  site: null,
}
const at = (later: number, window = tools.totpWindow): Tools => ({
  ...tools,
  now: tools.now + later,
  totpWindow: window,
})
const who = { email: 'ana@example.com' }
const about = { issuer: 'Nightlatch', account: who.email }

type State = Parameters<typeof totp.check>[0]

const fresh = (from: Tools = tools): State => totp.enrol(who, from).draft
const keyOf = (state: State, from: Tools = tools): string => toScan(state, about, from).key
const codeAt = (state: State, now: number, from: Tools = tools): string =>
  hotp(fromBase32(keyOf(state, from))!, stepAt(now, state.period), state)
const check = (state: State, code: string, from: Tools = tools) =>
  totp.check(state, null, code, from) as Checked<State> | null

test('a key has 160 bits, is for the usual codes, and no two are the same', () => {
  const states = Array.from({ length: 20 }, () => fresh())
  for (const state of states) {
    expect(fromBase32(keyOf(state))).toHaveLength(20)
    expect(state).toMatchObject({ ...USUAL, lastStep: 0 })
    expect(cardOf(state)).toMatch(/^\d{8}$/)
  }
  expect(new Set(states.map((state) => keyOf(state))).size).toBe(20)
  expect(totp.enrol(who, tools).show).toEqual([])
})

test('what is shown to be scanned is the key, what tells a slip in it, and the number of the card', () => {
  const state = fresh()
  const { key: shown, check: sign, uri, card } = toScan(state, about, tools)
  expect(sign).toBe(checkCharacter(shown))
  expect(card).toBe(cardOf(state))
  const { searchParams, pathname } = new URL(uri)
  expect(pathname).toBe('/Nightlatch:ana%40example.com')
  expect(Object.fromEntries(searchParams)).toEqual({
    secret: shown,
    issuer: 'Nightlatch',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
})

test('what is kept holds no key and no code', () => {
  const state = fresh()
  const kept = JSON.stringify(state)
  const shown = keyOf(state)
  const bytes = Buffer.from(fromBase32(shown)!)
  for (const secret of [shown, bytes.toString('hex'), bytes.toString('base64url')])
    expect(kept).not.toContain(secret)
  expect(kept).not.toContain(codeAt(state, tools.now))
})

test('the code of now is right, shows one quality, and counts once', () => {
  const state = fresh()
  const code = codeAt(state, tools.now)
  const right = check(state, ` ${code.slice(0, 3)} ${code.slice(3)} `)!
  expect(right.shows).toEqual(['has'])
  expect(right.state).toEqual({ ...state, lastStep: stepAt(tools.now, 30) })
  expect(check(right.state, code)).toBeNull()
  expect(check(right.state, code, at(30 * SECOND))).toBeNull()
  expect(check(right.state, codeAt(state, tools.now - 30 * SECOND))).toBeNull()
  expect(check(right.state, codeAt(state, tools.now + 30 * SECOND))).not.toBeNull()
})

test('what is checked is not changed: who saves the answer decides', () => {
  const state = fresh()
  const before = structuredClone(state)
  check(state, codeAt(state, tools.now))
  expect(state).toEqual(before)
})

test('any other code is wrong', () => {
  const state = fresh()
  const code = codeAt(state, tools.now)
  const near = new Set([-1, 0, 1].map((step) => codeAt(state, tools.now + step * 30 * SECOND)))
  const other = ['000000', '111111', '222222', '333333'].find((each) => !near.has(each))!
  for (const wrong of ['', ' ', code.slice(1), `${code}0`, `0${code}`, 'abcdef', other])
    expect(check(state, wrong), wrong).toBeNull()
})

for (const window of [0, 1])
  test(`a window of ${window}: ${window} steps early or late, and no more`, () => {
    const state = fresh()
    for (const steps of [-2, -1, 0, 1, 2]) {
      const code = codeAt(state, tools.now + steps * 30 * SECOND)
      const right = check(state, code, at(0, window))
      expect([steps, right !== null]).toEqual([steps, Math.abs(steps) <= window])
    }
    // To the last millisecond of its step.
    const code = codeAt(state, tools.now)
    expect(check(state, code, at(30 * SECOND - 1, 0))).not.toBeNull()
    expect(check(state, code, at(30 * SECOND, 0))).toBeNull()
  })

test('a key that was copied to another account opens nothing there', () => {
  const state = fresh()
  const code = codeAt(state, tools.now)
  const bob = { ...tools, accountId: 'bob' }
  expect(() => check(state, code, bob)).toThrow()
  expect(() => toScan(state, about, bob)).toThrow()
  expect(() => totp.clockOff!(state, code, bob)).toThrow()
  const bobs = fresh(bob)
  expect(() => check({ ...state, key: bobs.key }, codeAt(bobs, tools.now, bob))).toThrow()
  expect(check(bobs, codeAt(bobs, tools.now, bob), bob)).not.toBeNull()
})

test('a key that was changed, or is none, is no right code but an error', () => {
  const state = fresh()
  const code = codeAt(state, tools.now)
  const [id, nonce, sealed, tag] = state.key.split('.')
  const turned = `${sealed!.startsWith('A') ? 'B' : 'A'}${sealed!.slice(1)}`
  const changed = [[id, nonce, turned, tag].join('.'), [id, nonce, sealed, ''].join('.')]
  for (const other of [...changed, '', 'x', keyOf(state)])
    expect(() => check({ ...state, key: other }, code), other).toThrow()
  expect(() => check(state, code, { ...tools, keys: [newer] })).toThrow()
})

test('with a new key on the ring, what is used is sealed anew; what is not, opens still', () => {
  const state = fresh()
  const rotated: Tools = { ...tools, keys: [newer, key] }
  const used = check(state, codeAt(state, tools.now), rotated)!.state
  expect(used.key.startsWith('bbbbbbbb.')).toBe(true)
  expect(keyOf(used, { ...tools, keys: [newer] })).toBe(keyOf(state))
  expect(keyOf(state, rotated)).toBe(keyOf(state))
  expect(check(used, codeAt(state, tools.now), rotated)).toBeNull()
  // Not without need.
  expect(check(state, codeAt(state, tools.now))!.state.key).toBe(state.key)
})

const imported: Otp[] = [
  { algorithm: 'SHA1', digits: 8, period: 30 },
  { algorithm: 'SHA256', digits: 6, period: 60 },
  { algorithm: 'SHA256', digits: 8, period: 60 },
  { algorithm: 'SHA512', digits: 7, period: 30 },
]

for (const otp of imported)
  test(`a key from elsewhere with ${JSON.stringify(otp)} works by its own rules`, () => {
    const shared = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    const state = importedState(shared, otp, tools) as State
    expect(cardOf(state)).toBeNull()
    expect(keyOf(state)).toBe(shared)
    expect(toScan(state, about, tools).uri).toContain(
      `algorithm=${otp.algorithm}&digits=${otp.digits}`,
    )
    const step = otp.period * SECOND
    const bytes = fromBase32(shared)!
    const code = (now: number, by: Otp = otp) => hotp(bytes, stepAt(now, otp.period), by)
    expect(totp.reads(code(tools.now), tools)).toBe(true)
    expect(check(state, code(tools.now))?.state.lastStep).toBe(stepAt(tools.now, otp.period))
    expect(check(state, code(tools.now - step))).not.toBeNull()
    expect(check(state, code(tools.now - 2 * step))).toBeNull()
    // By the usual rules it is another code, or one of another length.
    expect(check(state, hotp(bytes, stepAt(tools.now, 30), USUAL))).toBeNull()
    expect(check(state, code(tools.now).slice(1))).toBeNull()
    expect(totp.clockOff!(state, code(tools.now - 3 * step), tools)).toBe(-3 * step)
  })

test('a wrong code that was right for another time says by how much, and which way', () => {
  const state = fresh()
  const off = (minutes: number) =>
    totp.clockOff!(state, codeAt(state, tools.now + minutes * MINUTE), tools)
  for (const minutes of [2, 5, 10, -2, -5, -10]) expect(off(minutes)).toBe(minutes * MINUTE)
  for (const minutes of [10.5, 11, 60, -10.5, -11, -60]) expect(off(minutes)).toBeNull()
  for (const wrong of ['', '12345', '12345678', 'abcdef'])
    expect(totp.clockOff!(state, wrong, tools)).toBeNull()
})

test('saying how the clock is off accepts nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.boolean(), (steps, isAhead) => {
      const state = fresh()
      const code = codeAt(state, tools.now + (isAhead ? 1 : -1) * steps * 30 * SECOND)
      const near = [-1, 0, 1].map((step) => codeAt(state, tools.now + step * 30 * SECOND))
      fc.pre(!near.includes(code))
      expect(check(state, code)).toBeNull()
      expect(totp.clockOff!(state, code, tools)).not.toBeNull()
    }),
    { numRuns: 30 },
  )
})

test('there is nothing to ask, only to answer, with six to eight digits', () => {
  expect(totp.challenge(fresh(), null, tools)).toBeNull()
  for (const answer of ['123456', ' 123 456 ', '1234567', '12345678', '١٢٣٤٥٦'])
    expect(totp.reads(answer, tools), answer).toBe(true)
  for (const answer of ['', '12345', '123456789', '1'.repeat(16_000), 'abcdef', '{}'])
    expect(totp.reads(answer, tools), answer).toBe(false)
})
