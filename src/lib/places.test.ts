import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placesFile } from '../../test/setup/places.ts'
import { openPlaces } from './places.ts'

const folder = mkdtempSync(join(tmpdir(), 'nightlatch-places-'))
const file = join(folder, 'places.mmdb')
const lisbon = {
  city: { names: { en: 'Lisbon', 'zh-CN': '里斯本' } },
  country: { names: { en: 'Portugal', 'zh-CN': '葡萄牙' } },
}

beforeAll(() => {
  const networks = {
    '203.0.113.0/24': lisbon,
    '198.51.100.7/32': { country: { names: { en: 'Egypt' } } },
    '192.0.2.0/28': { city: { names: 'a town' }, country: 7, traits: {} },
    '2001:db8:7::/48': lisbon,
  }
  writeFileSync(file, placesFile(networks))
})
afterAll(() => rmSync(folder, { recursive: true }))

const cases: [address: string, language: string, place: string | null][] = [
  ['203.0.113.9', 'en', 'Lisbon, Portugal'],
  ['203.0.113.9', 'zh-CN', '里斯本, 葡萄牙'],
  ['203.0.113.9', 'ar', 'Lisbon, Portugal'],
  ['2001:db8:7::1', 'en', 'Lisbon, Portugal'],
  ['2001:db8:8::1', 'en', null],
  ['198.51.100.7', 'en', 'Egypt'],
  ['198.51.100.8', 'en', null],
  ['192.0.2.1', 'en', null],
  ['203.0.113.9', '__proto__', 'Lisbon, Portugal'],
  ['203.0.113.9', 'constructor', 'Lisbon, Portugal'],
  ['unknown', 'en', null],
  ['', 'en', null],
]
for (const [address, language, place] of cases)
  test(`${address} is ${place} in ${language}`, () => {
    expect(openPlaces(file)(address, language)).toBe(place)
  })

test('a file that is missing, empty, cut off or of another kind is none', () => {
  expect(() => openPlaces(join(folder, 'nowhere.mmdb'))).toThrow(/ENOENT/)
  const whole = placesFile({ '203.0.113.0/24': lisbon })
  const wrong = [
    Buffer.alloc(0),
    Buffer.from('city,country\nLisbon,Portugal\n'),
    whole.subarray(0, 300),
  ]
  for (const [index, bytes] of wrong.entries()) {
    const path = join(folder, `wrong-${index}.mmdb`)
    writeFileSync(path, bytes)
    expect(() => openPlaces(path), String(index)).toThrow()
  }
})

test('a file that is damaged inside knows no place there, and the rest', () => {
  const whole = placesFile({ '203.0.113.0/24': lisbon, '198.51.100.0/24': lisbon })
  const at = whole.indexOf('Portugal')
  // The length of a text that is longer than the file.
  whole.fill(0xff, at - 1, at)
  const path = join(folder, 'damaged.mmdb')
  writeFileSync(path, whole)
  const placeOf = openPlaces(path)
  expect(placeOf('198.51.100.1', 'en')).toBe('Lisbon, Portugal')
  expect(placeOf('203.0.113.1', 'en')).not.toBe('Lisbon, Portugal')
})
