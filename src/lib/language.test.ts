import fc from 'fast-check'
import { expect, test } from 'vitest'
import { directionOf, isLanguage, languages, negotiate } from './language.ts'

const rows: [string | undefined, string][] = [
  [undefined, 'en'],
  ['', 'en'],
  ['ar', 'ar'],
  ['ar-EG', 'ar'],
  ['AR-eg', 'ar'],
  ['zh', 'zh-CN'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
  ['zh-TW', 'zh-CN'],
  ['zh-Hant-HK', 'zh-CN'],
  ['en-GB,ar;q=0.9', 'en'],
  ['fr-FR,fr;q=0.9,ar;q=0.5,zh;q=0.7', 'zh-CN'],
  ['en;q=0.1, ar ; q=0.2', 'ar'],
  ['ar;q=0, zh;q=0.001', 'zh-CN'],
  ['ar;q=0', 'en'],
  ['ar;q=2, zh;q=0.5', 'zh-CN'],
  ['ar,zh', 'ar'],
  ['*', 'en'],
  ['fr,*;q=0.5', 'en'],
  ['arz', 'en'],
  ['english', 'en'],
  [';;,,q=1,\u0000ar', 'en'],
  [`${'ar,'.repeat(400)}ar`, 'en'],
]

for (const [header, expected] of rows) {
  test(`a browser that asks for ${String(header).slice(0, 40)} is answered in ${expected}`, () => {
    expect(negotiate(header, 'en')).toBe(expected)
  })
}

test('whatever the header holds, the answer is a language we speak', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 1200 }), fc.constantFrom(...languages), (header, fallback) =>
      languages.includes(negotiate(header, fallback)),
    ),
  )
})

test('Arabic runs from right to left, the others do not', () => {
  expect(languages.map(directionOf)).toEqual(['ltr', 'ltr', 'rtl'])
})

test('only the exact name of a language is one', () => {
  expect(languages.every(isLanguage)).toBe(true)
  expect(['', 'EN', 'zh', 'toString', 'ar '].some(isLanguage)).toBe(false)
})
