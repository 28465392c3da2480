import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readable } from './readable.ts'

const letters = Array.from('aé٣7 -<>"@;\r\n\t\u0000\u202e\u2028')

test('a reason never holds an address, a code or a control character, whatever a server says', () => {
  const noise = fc.string({ unit: fc.constantFrom(...letters) })
  const secret = fc.constantFrom('ana@x.example', '123456', '12345678', '123 456', '١٢٣٤٥٦')
  const answer = fc.array(fc.oneof(noise, secret), { maxLength: 60 }).map((all) => all.join(''))
  fc.assert(
    fc.property(answer, (text) => {
      const reason = readable(text)
      expect(reason.length).toBeLessThanOrEqual(120)
      expect(reason).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
      expect(reason).not.toMatch(/@|\p{Nd}{6}|\p{Nd}{3}[ -]\p{Nd}{3}/u)
    }),
  )
})

test('a megabyte from a server costs no time', () => {
  const begin = performance.now()
  for (const letter of ['a', '1', ' ', '@', '1 ']) readable(letter.repeat(1_000_000))
  expect(performance.now() - begin).toBeLessThan(200)
})
