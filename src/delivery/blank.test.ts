import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blanker } from './blank.ts'

const secret = 'p&ss/w="ö\' <k+y>~1'
const spellings: [where: string, text: string][] = [
  ['as it is', secret],
  ['in JSON', JSON.stringify(secret)],
  ['in JSON of PHP', JSON.stringify(secret).replaceAll('/', '\\/')],
  ['in JSON of Python', JSON.stringify(secret).replace('ö', '\\u00f6')],
  ['in a URL', encodeURIComponent(secret)],
  ['in a URL, small', encodeURIComponent(secret).toLowerCase()],
  ['in a form', new URLSearchParams({ a: secret }).toString()],
  [
    'in HTML',
    secret
      .replace('&', '&amp;')
      .replace('<', '&lt;')
      .replace('>', '&gt;')
      .replace('"', '&quot;')
      .replace("'", '&#39;'),
  ],
  ['in base64', Buffer.from(secret).toString('base64')],
  ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
  ['in capital letters', secret.toUpperCase()],
]

test.each(spellings)('a secret is blanked %s', (_, text) => {
  const blanked = blanker(['other', secret])(`a ${text} b ${text}`)
  expect(blanked).toMatch(/^a .{1,4} b .{1,4}$/)
  expect(blanked).not.toMatch(/ss|k.?y/i)
})

test('of a secret that is part of another, nothing of the longer stays', () => {
  expect(blanker(['abc', 'abcdef'])('abcdef abc')).toBe('… …')
})

test('nothing to blank changes nothing', () => {
  expect(blanker([])('a')).toBe('a')
  expect(blanker([''])('a')).toBe('a')
})

test('whatever a secret is, it is no longer there', () => {
  const word = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ minLength: 1 }))
  fc.assert(
    fc.property(word, fc.string(), fc.string(), (hidden, before, after) => {
      fc.pre(!'…'.includes(hidden) && hidden.isWellFormed())
      const json = JSON.stringify(hidden).slice(1, -1)
      for (const text of [hidden, json, encodeURIComponent(hidden)]) {
        const blanked = blanker([hidden])(`${before}${text}${after}`)
        expect(blanked).toContain('…')
      }
    }),
  )
})
