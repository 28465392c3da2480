import fc from 'fast-check'
import { HOTP, Secret, TOTP, URI } from 'otpauth'
import { expect, test } from 'vitest'
import { toBase32 } from './base32.ts'
import { hotp, keyUri, matchingStep, stepAt, USUAL, type Algorithm, type Otp } from './totp.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const key = bytes('12345678901234567890')

// RFC 4226 appendix D.
const counted = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ')

for (const [counter, code] of counted.entries())
  test(`code ${counter} of the key in RFC 4226 is ${code}`, () => {
    expect(hotp(key, counter)).toBe(code)
  })

// RFC 6238 appendix B; the keys are as long as the digests, as in the program of appendix A.
const keys: Record<Algorithm, Uint8Array> = {
  SHA1: key,
  SHA256: bytes('12345678901234567890123456789012'),
  SHA512: bytes('1234567890123456789012345678901234567890123456789012345678901234'),
}

const timed: [seconds: number, sha1: string, sha256: string, sha512: string][] = [
  [59, '94287082', '46119246', '90693936'],
  [1_111_111_109, '07081804', '68084774', '25091201'],
  [1_111_111_111, '14050471', '67062674', '99943326'],
  [1_234_567_890, '89005924', '91819424', '93441116'],
  [2_000_000_000, '69279037', '90698825', '38618901'],
  [20_000_000_000, '65353130', '77737706', '47863826'],
]

for (const [seconds, ...codes] of timed)
  for (const [at, algorithm] of (['SHA1', 'SHA256', 'SHA512'] as const).entries())
    test(`at ${seconds} s the code of RFC 6238 with ${algorithm} is ${codes[at]}`, () => {
      const otp: Otp = { algorithm, digits: 8, period: 30 }
      expect(hotp(keys[algorithm], stepAt(seconds * 1000, 30), otp)).toBe(codes[at])
    })

const anyKey = fc.uint8Array({ minLength: 10, maxLength: 64 })
const anyOtp: fc.Arbitrary<Otp> = fc.record({
  algorithm: fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
  digits: fc.integer({ min: 6, max: 8 }),
  period: fc.integer({ min: 15, max: 120 }),
})
const anyTime = fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59Z') })

test('codes are those of any other program', () => {
  fc.assert(
    fc.property(anyKey, anyTime, anyOtp, (secret, now, otp) => {
      const code = TOTP.generate({ secret: theirs(secret), timestamp: now, ...otp })
      expect(hotp(secret, stepAt(now, otp.period), otp)).toBe(code)
      expect(code).toHaveLength(otp.digits)
    }),
    { numRuns: 500 },
  )
})

test('counters of more than 32 bits count', () => {
  const counters = fc.integer({ min: 2 ** 32, max: Number.MAX_SAFE_INTEGER })
  fc.assert(
    fc.property(anyKey, counters, (secret, counter) => {
      expect(hotp(secret, counter)).toBe(HOTP.generate({ secret: theirs(secret), counter }))
    }),
  )
  expect(hotp(key, 2 ** 32)).not.toBe(hotp(key, 0))
})

const steps: [now: number, period: number, step: number][] = [
  [0, 30, 0],
  [29_999, 30, 0],
  [30_000, 30, 1],
  [59_999, 60, 0],
  [60_000, 60, 1],
  [20_000_000_000_000, 30, 0x27bc86aa],
]

for (const [now, period, step] of steps)
  test(`${now} ms is step ${step} of ${period} s`, () => expect(stepAt(now, period)).toBe(step))

const now = Date.parse('2026-01-05T09:00:00Z')
const middle = stepAt(now, 30)

const windows: [window: number, from: number, to: number][] = [
  [0, 0, 0],
  [1, -1, 1],
  [2, -2, 2],
]

for (const [window, from, to] of windows)
  test(`a window of ${window} takes codes of the steps from ${from} to ${to}, and no others`, () => {
    for (let off = -4; off <= 4; off++) {
      const step = middle + off
      const found = matchingStep(key, hotp(key, step), { now, window, after: -1 })
      expect(found, `${off}`).toBe(from <= off && off <= to ? step : null)
    }
  })

test('the window moves on at the very millisecond a step ends', () => {
  const code = hotp(key, middle)
  const about = { window: 1, after: -1 }
  const last = (middle + 2) * 30_000 - 1
  expect(matchingStep(key, code, { ...about, now: last })).toBe(middle)
  expect(matchingStep(key, code, { ...about, now: last + 1 })).toBeNull()
  const first = (middle - 1) * 30_000
  expect(matchingStep(key, code, { ...about, now: first })).toBe(middle)
  expect(matchingStep(key, code, { ...about, now: first - 1 })).toBeNull()
})

const uses: [used: number, off: number, counts: boolean][] = [
  [-2, -1, true],
  [-1, -1, false],
  [-1, 0, true],
  [0, -1, false],
  [0, 0, false],
  [0, 1, true],
  [1, 0, false],
  [1, 1, false],
  // The clock was put back since.
  [100, 1, false],
]

for (const [used, off, counts] of uses)
  test(`when step ${used} was used, step ${off} ${counts ? 'counts' : 'is refused'}`, () => {
    const step = middle + off
    const about = { now, window: 1, after: middle + used }
    expect(matchingStep(key, hotp(key, step), about)).toBe(counts ? step : null)
  })

test('a code counts once', () => {
  fc.assert(
    fc.property(anyKey, anyTime, anyOtp, (secret, at, otp) => {
      const step = stepAt(at, otp.period)
      const code = hotp(secret, step, otp)
      // Two steps with one code are a chance of one in a million; what happens then is told below.
      fc.pre(hotp(secret, step + 1, otp) !== code && hotp(secret, step + 2, otp) !== code)
      fc.pre(step === 0 || hotp(secret, step - 1, otp) !== code)
      const about = { now: at, window: 1, after: -1 }
      expect(matchingStep(secret, code, about, otp)).toBe(step)
      expect(matchingStep(secret, code, { ...about, after: step }, otp)).toBeNull()
      const next = { now: at + otp.period * 1000, window: 1, after: step }
      expect(matchingStep(secret, code, next, otp)).toBeNull()
      expect(matchingStep(secret, hotp(secret, step + 1, otp), next, otp)).toBe(step + 1)
    }),
  )
})

test('a code that two steps have is good once', () => {
  const otp: Otp = { ...USUAL, digits: 3 }
  let step = 1
  while (hotp(key, step, otp) !== hotp(key, step + 1, otp)) step++
  const code = hotp(key, step, otp)
  const about = { now: step * 30_000, window: 1 }
  expect(matchingStep(key, code, { ...about, after: -1 }, otp)).toBe(step + 1)
  expect(matchingStep(key, code, { ...about, after: step + 1 }, otp)).toBeNull()
})

test('the very first steps have codes, and none come before them', () => {
  expect(matchingStep(key, '755224', { now: 0, window: 2, after: -1 })).toBe(0)
  expect(matchingStep(key, '755224', { now: 0, window: 2, after: 0 })).toBeNull()
  expect(matchingStep(key, '359152', { now: 0, window: 2, after: 0 })).toBe(2)
})

test('anything but the right code is refused, whatever it is', () => {
  const about = { now, window: 1, after: -1 }
  const code = hotp(key, middle)
  const arabic = code.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)))
  const texts = [
    '',
    code.slice(1),
    `${code}0`,
    `0${code}`,
    ` ${code.slice(1)}`,
    `${code}\n`,
    arabic,
  ]
  for (const text of [...texts, '三三', 'ABCDEF', '-00001', '\0'.repeat(6)])
    expect(matchingStep(key, text, about), JSON.stringify(text)).toBeNull()
  const right = [-1, 0, 1].map((off) => hotp(key, middle + off))
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 8 }), (text) => {
      expect(matchingStep(key, text, about) !== null).toBe(right.includes(text))
    }),
  )
})

test('the code of another key, algorithm, length or period is refused', () => {
  const about = { now, window: 1, after: -1 }
  const code = hotp(key, middle)
  expect(matchingStep(bytes('12345678901234567891'), code, about)).toBeNull()
  expect(matchingStep(key, code, about, { ...USUAL, algorithm: 'SHA256' })).toBeNull()
  expect(matchingStep(key, code, about, { ...USUAL, digits: 8 })).toBeNull()
  expect(matchingStep(key, code, about, { ...USUAL, period: 60 })).toBeNull()
})

test('a key URI says all there is, twice whose it is, and has no + for a space', () => {
  expect(keyUri({ issuer: 'Example & Co', account: 'ada@example.com', key })).toBe(
    'otpauth://totp/Example%20%26%20Co:ada%40example.com' +
      '?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20%26%20Co' +
      '&algorithm=SHA1&digits=6&period=30',
  )
})

const names: [account: string, label: string][] = [
  ['ada@example.com', 'ada@example.com'],
  ['Ada Lovelace', 'Ada Lovelace'],
  ['a:b?secret=AAAA&issuer=x', 'a b?secret=AAAA&issuer=x'],
  ['a%3Ab', 'a%3Ab'],
  ['a&secret=AAAA', 'a&secret=AAAA'],
  ['a#b/../c', 'a#b/../c'],
  ['a+b', 'a+b'],
  ['100%', '100%'],
  [' :: a ::\tb\r\n', 'a b'],
  ['a\0\u001B[2Jb\u009Fc', 'a[2Jbc'],
  ['\u202Emoc.elpmaxe@ada\u2066', 'moc.elpmaxe@ada'],
  ['half \uD83D of a pair', 'half  of a pair'],
  ['می\u200Cخواهم', 'می\u200Cخواهم'],
  ['Zoë 🔑', 'Zoë 🔑'],
]

for (const [account, label] of names)
  test(`the account ${JSON.stringify(account)} is shown as ${JSON.stringify(label)} in an app`, () => {
    for (const issuer of ['Example', account]) {
      const read = URI.parse(keyUri({ issuer, account, key }))
      expect(read.label).toBe(label)
      expect(read.issuer).toBe(issuer === account ? label : issuer)
      expect(read.secret.bytes).toEqual(key)
    }
  })

test('an app reads back every setting, and no name changes one', () => {
  const hostile = fc.constantFrom(...'?&=#%:/+ \\"\'\r\n\0', '%3A', '&secret=AAAA', 'secret', 'ü')
  const text = fc.oneof(
    fc.string({ unit: hostile, maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((all) => String.fromCharCode(...all)),
  )
  const name = fc.tuple(text, text).map(([before, after]) => `${before}x${after}`)
  fc.assert(
    fc.property(name, name, anyKey, anyOtp, (issuer, account, secret, otp) => {
      const uri = keyUri({ issuer, account, key: secret }, otp)
      const read = URI.parse(uri)
      if (!(read instanceof TOTP)) throw new Error('not by time')
      const { algorithm, digits, period } = read
      expect({ algorithm, digits, period }).toEqual(otp)
      expect(read.secret.base32).toBe(toBase32(secret))
      for (const shown of [read.label, read.issuer])
        expect(shown).toMatch(/^[^:\p{Cc}\p{Cs}\p{Bidi_Control}]+$/u)
      expect(uri).toMatch(
        /^otpauth:\/\/totp\/[^:?&=#+/]+:[^:?&=#+/]+\?(?:[a-z]+=[^:?&=#+/]+&?){5}$/,
      )
    }),
    { numRuns: 500 },
  )
})

const theirs = (secret: Uint8Array): Secret => new Secret({ buffer: secret.slice().buffer })
