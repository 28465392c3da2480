import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanName, foldCase, ownPath } from './text.ts'

// Of any code points at all, halves of characters among them.
const points = fc.array(fc.nat(0x10ffff), { maxLength: 20 })
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  points.map((each) => String.fromCodePoint(...each)),
)

const names: [text: string, expected: string | null][] = [
  ['Ann Miller', 'Ann Miller'],
  ['  Ann\u00A0 \u3000Miller ', 'Ann Miller'],
  ['Jose\u0301', 'José'],
  ['王小明', '王小明'],
  ['محمد بن سلمان', 'محمد بن سلمان'],
  ['می\u200Cخواهم', 'می\u200Cخواهم'],
  ['ක්\u200Dෂ', 'ක්\u200Dෂ'],
  ['葛\u{E0100}城', '葛\u{E0100}城'],
  ['O’Hara-Ñ. (2)', 'O’Hara-Ñ. (2)'],
  ['😀', '😀'],
  ['', null],
  ['   ', null],
  ['Ann\0', null],
  ['Ann\nMiller', null],
  ['Ann\tMiller', null],
  ['Ann\u0085', null],
  ['Ann\u2028Miller', null],
  ['Ann\uFFFD', null],
  ['Ann\uD83D', null],
  ['\u202Enna', null],
  ['\u2066Ann\u2069', null],
  ['Ann\u200E', null],
  ['Ann\u061C', null],
  ['A\u200Bnn', null],
  ['\uFEFFAnn', null],
  ['Ann\u200D', null],
  ['\u200DAnn', null],
  ['A\u200D\u200Dnn', null],
  ['\u3164', null],
  ['\u2800', null],
  ['Ann\uE000', null],
  ['Ann\u0378', null],
  ['Ann\u{E0041}', null],
]

for (const [text, expected] of names) {
  test(`name: ${JSON.stringify(text)} becomes ${JSON.stringify(expected)}`, () => {
    expect(cleanName(text)).toBe(expected)
  })
}

test('a name is counted in characters, not in bytes or units', () => {
  expect(cleanName('😀'.repeat(100))).toBe('😀'.repeat(100))
  expect(cleanName('😀'.repeat(101))).toBeNull()
  expect(cleanName('Anna', 3)).toBeNull()
})

test('a name that was cleaned is clean', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const name = cleanName(text) ?? 'Ann'
      expect(cleanName(name)).toBe(name)
    }),
  )
})

test('letters look the same in upper and lower case, and folding twice changes nothing', () => {
  expect(foldCase('ΟΔΟΣ ẞ İ K ΆΙ')).toBe(foldCase('οδος ss i\u0307 k άι'))
  expect(foldCase('ı')).toBe('ı')
  fc.assert(
    fc.property(anyText, (text) => {
      expect(foldCase(foldCase(text))).toBe(foldCase(text))
    }),
  )
})

test('every letter that has a case folds to something that stays', () => {
  const all = Array.from({ length: 0x1f000 }, (_, at) => String.fromCodePoint(at))
  const cased = all.filter((letter) => /\p{Cased}/u.test(letter))
  expect(cased.length).toBeGreaterThan(4000)
  expect(cased.filter((letter) => foldCase(foldCase(letter)) !== foldCase(letter))).toEqual([])
})

const paths: [text: string | null | undefined, expected: string | null][] = [
  ['/', '/'],
  ['/account/security', '/account/security'],
  ['/account?tab=1#top', '/account?tab=1#top'],
  [
    '/authorize?redirect_uri=https%3A%2F%2Fapp.example%2Fback',
    '/authorize?redirect_uri=https%3A%2F%2Fapp.example%2Fback',
  ],
  ['/@evil.com', '/@evil.com'],
  ['/https://evil.com', '/https://evil.com'],
  ['/a/../b', '/b'],
  ['/é', '/%C3%A9'],
  ['/sign-in-help', '/sign-in-help'],
  [null, null],
  [undefined, null],
  ['', null],
  ['account', null],
  [' /account', null],
  ['//evil.com', null],
  ['///evil.com', null],
  ['/\\evil.com', null],
  ['\\\\evil.com', null],
  ['/a\\b', null],
  ['/\t/evil.com', null],
  ['/\n/evil.com', null],
  ['/\0', null],
  ['/\u2028', null],
  ['/\u202E/moc', null],
  ['/\uD800', null],
  ['/.//evil.com', null],
  ['/..//evil.com', null],
  ['/x/..//evil.com', null],
  ['/%2e//evil.com', null],
  ['/%09/evil.com', null],
  ['/%0d%0aSet-Cookie:x', null],
  ['/%5cevil.com', null],
  ['/%2fevil.com', null],
  ['/%252fevil.com', null],
  ['http://own.invalid/x', null],
  ['https://evil.com', null],
  ['javascript:alert(1)', null],
  ['/sign-in', null],
  ['/sign-in/second', null],
  ['/sign-in?next=/', null],
  ['/a/../sign-in', null],
  ['/sign%2Din', null],
  ['/%73ign-in', null],
  ['/Sign-In', null],
  ['/sign-out', null],
  ['/setup/token', null],
  [`/${'a'.repeat(499)}`, `/${'a'.repeat(499)}`],
  [`/${'a'.repeat(500)}`, null],
  [`/${'é'.repeat(499)}`, null],
]

for (const [text, expected] of paths) {
  test(`after sign-in: ${JSON.stringify(text)?.slice(0, 60)} leads ${expected ? 'there' : 'home'}`, () => {
    expect(ownPath(text)).toBe(expected)
  })
}

test('whatever is accepted stays on our site, is ASCII, and is accepted again as it is', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(...Array.from('/\\.@:?#%2f5c09é\t\n \0ehttps-in')),
  })
  fc.assert(
    fc.property(fc.oneof(nasty, anyText), (text) => {
      const path = ownPath(`/${text}`)
      if (path === null) return
      expect(new URL(path, 'https://id.example.com').origin).toBe('https://id.example.com')
      expect(path).toMatch(/^\/(?!\/)[!-~]*$/)
      expect(ownPath(path)).toBe(path)
    }),
    { numRuns: 1000 },
  )
})
