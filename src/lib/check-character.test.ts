import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkCharacter } from './check-character.ts'

// Published numbers: a GRid (IFPI, GRid standard 2.1) and ISANs, which have one character after the
// work and another after the version.
const published: [text: string, character: string][] = [
  ['A1-2425G-ABC1234002', 'M'],
  ['0000-0000-D07A-0090', 'Q'],
  ['0000-0000-D07A-0090-0000-0000', 'X'],
  ['0000-0001-8CFA-0000', 'I'],
  ['0000-0001-8CFA-0000-0000-0000', 'K'],
  ['0000-0001-8947-0000', '8'],
  ['0000-0001-8947-0000-0000-0000', 'D'],
  ['1881-66C7-3420-6541', 'Y'],
  ['1881-66C7-3420-6541-9F3A-0245', 'O'],
  ['B159-D8FA-0124-0000', 'K'],
]

for (const [text, character] of published)
  test(`${text} is followed by ${character}`, () => expect(checkCharacter(text)).toBe(character))

test('case, spaces and dashes make no difference', () => {
  for (const text of ['a12425gabc1234002', 'A1-2425G-ABC1234002', ' a1 2425g Abc1 2340 02\n'])
    expect(checkCharacter(text), text).toBe('M')
})

const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')
const key = fc.string({ unit: letter, minLength: 32, maxLength: 32 })

test('any one character of a key that is wrong shows', () => {
  fc.assert(
    fc.property(key, (text) => {
      for (let at = 0; at < text.length; at++)
        for (const wrong of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.replace(text[at]!, ''))
          expect(checkCharacter(replaced(text, at, wrong))).not.toBe(checkCharacter(text))
    }),
    { numRuns: 20 },
  )
})

test('two characters of a key that changed places show, unless they follow one another in 0-9A-Z', () => {
  fc.assert(
    fc.property(key, (text) => {
      for (let at = 0; at < text.length - 1; at++) {
        const [a, b] = [text[at]!, text[at + 1]!]
        if (distance(a, b) < 2) continue
        expect(checkCharacter(replaced(text, at, b + a))).not.toBe(checkCharacter(text))
      }
    }),
  )
})

test('of all pairs that can change places at one point, one is missed', () => {
  const characters = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ')
  for (const before of ['', ...characters]) {
    const missed = characters.flatMap((a) =>
      characters.filter(
        (b) => a < b && checkCharacter(before + a + b) === checkCharacter(before + b + a),
      ),
    )
    expect(missed, `after "${before}"`).toHaveLength(1)
  }
  expect(checkCharacter('IJ')).toBe(checkCharacter('JI'))
})

test('a text that is empty or has anything else in it has no check character, and is not repeated', () => {
  for (const text of [
    '',
    ' - ',
    'SECRET=',
    'SECRETß',
    'SECRETı',
    'SECRETſ',
    'SECRET_1',
    'SECRET１',
  ])
    expect(() => checkCharacter(text), text).toThrow(/^a check character needs 0-9A-Z$/)
})

const replaced = (text: string, at: number, by: string): string =>
  text.slice(0, at) + by + text.slice(at + by.length)

/** How far apart two characters are in 0-9A-Z, where 0 comes after Z again. */
function distance(a: string, b: string): number {
  const apart = Math.abs(parseInt(a, 36) - parseInt(b, 36))
  return Math.min(apart, 36 - apart)
}
