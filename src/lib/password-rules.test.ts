import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalizePassword, passwordProblem } from './password-rules.ts'
import { foldCase, lengthOf } from './text.ts'

// Of any code points at all, halves of characters among them.
const points = fc.array(fc.nat(0x10ffff), { maxLength: 20 })
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  points.map((each) => String.fromCodePoint(...each)),
)

const context = [
  'Nightlatch',
  'id.example.com',
  'Ann.Miller99@example.com',
  'Ann Miller',
  'José Ñúñez',
]

const rows: [password: string, problem: ReturnType<typeof passwordProblem>][] = [
  ['Zq7kd92mfp', null],
  ['correct horse battery', null],
  ['            x          ', null],
  ['密码要长一点才行才行哦', null],
  ['كلمة مرور طويلة جدا', null],
  ['🐎🔋📎🧲🪁🎈🧵🪐🦉🍉', null],
  ['x7'.repeat(10) + 'k', null],
  ['', 'password_short'],
  ['Zq7kd92mf', 'password_short'],
  ['🐎🔋📎🧲🪁🎈🧵🪐🦉', 'password_short'],
  ['e\u0301'.repeat(9), 'password_short'],
  ['Zq7kd92mfp\0', 'password_short'],
  ['Zq7kd92mfp\n', 'password_short'],
  ['Zq7kd92mfp\uD800', 'password_short'],
  ['Zq7kd92mfp\uFFFD', 'password_short'],
  ['Zq7kd92mf!'.repeat(25) + '123456', null],
  ['Zq7kd92mf!'.repeat(25) + '1234567', 'password_long'],
  ['🐎🔋📎🧲🪁🎈🧵🪐'.repeat(32), null],
  ['🐎🔋📎🧲🪁🎈🧵🪐'.repeat(32) + 'x', 'password_long'],
  ['password123', 'password_common'],
  ['PassWord123', 'password_common'],
  ['1234567890', 'password_common'],
  ['qwertyuiop', 'password_common'],
  ['йцукенгшщз', 'password_common'],
  ['contrasen\u0303a', 'password_common'],
  ['Password2026!', 'password_common'],
  ['Summer2026!', 'password_common'],
  ['monkeymonkey', 'password_common'],
  ['trustno1trustno1', 'password_common'],
  ['monkeymonkey99', 'password_common'],
  ['aaaaaaaaaaaaaaaaa', 'password_common'],
  ['12_12_12_12_', 'password_common'],
  ['nightlatch', 'password_context'],
  ['NIGHTLATCH', 'password_context'],
  ['Nightlatch-2026!', 'password_context'],
  ['n1ghtl4tch9', null],
  ['annmiller1990', 'password_context'],
  ['Ann.Miller99', 'password_context'],
  ['miller@example', 'password_context'],
  ['ex4mple.miller', null],
  ['1e2x3a4m5p6l7e8', 'password_context'],
  ['jose\u0301n\u0303u\u0301n\u0303ez12', 'password_context'],
  ['JOSÉ ÑÚÑEZ 7', 'password_context'],
  ['Miller keeps bees', null],
]

for (const [password, problem] of rows) {
  test(`password: ${JSON.stringify(password.slice(0, 30))} ${problem ?? 'is fine'}`, () => {
    expect(passwordProblem(password, context)).toBe(problem)
  })
}

test('a password typed on another keyboard is the same password', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(normalizePassword(text.normalize('NFD'))).toBe(normalizePassword(text))
      expect(passwordProblem(text.normalize('NFD'), [])).toBe(passwordProblem(text, []))
    }),
  )
})

test('no text makes it throw, and what passes is ten to 256 characters', () => {
  fc.assert(
    fc.property(anyText, fc.array(fc.string()), (text, words) => {
      if (passwordProblem(text, words) !== null) return
      expect(lengthOf(normalizePassword(text))).toBeGreaterThanOrEqual(10)
      expect(lengthOf(normalizePassword(text))).toBeLessThanOrEqual(256)
    }),
  )
})

const shipped = new URL('common-passwords.txt', import.meta.url)
const common = readFileSync(shipped, 'utf8').trimEnd().split('\n')

test('more than 40,000 common passwords are long enough to need refusing', () => {
  expect(common.filter((each) => lengthOf(each) >= 10).length).toBeGreaterThan(40_000)
})

test('the list is sorted, without doubles, folded, and long ones all over it are refused', () => {
  expect(common).toEqual([...new Set(common)].sort())
  expect(common.filter((each) => foldCase(each) !== each)).toEqual([])
  // Each look goes through the whole list: every tenth tells as much, in a tenth of the time.
  const long = common.filter((each) => lengthOf(each) >= 10).filter((_, n) => n % 10 === 0)
  expect(long.filter((each) => passwordProblem(each, []) !== 'password_common')).toEqual([])
  expect(passwordProblem(long[0]!.toUpperCase(), [])).toBe('password_common')
})

test('the longest password costs no time worth having', () => {
  const start = performance.now()
  passwordProblem('ab'.repeat(127) + 'c', ['ababab', 'abab', 'babab', 'abababab'])
  expect(performance.now() - start).toBeLessThan(100)
})
