import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addKey, checkKeys, keyCheck, readKeys, WrongKeys } from './keys.ts'
import { systemRandom } from './lib/random.ts'
import { seal, unseal } from './lib/seal.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'nightlatch-keys-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const text = () => readFileSync(join(folder, 'key'), 'utf8')
const write = (content: string) => writeFileSync(join(folder, 'key'), content)
const good = `0a1b2c3d ${Buffer.alloc(32, 7).toString('base64url')}`

test('the first start makes a key, readable by its owner alone, and later ones read it', () => {
  const keys = readKeys(folder, systemRandom, true)
  expect(keys).toHaveLength(1)
  expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600)
  expect(text()).toMatch(/^[0-9a-f]{8} [\w-]{43}\n$/)
  const before = text()
  expect(readKeys(folder, systemRandom, true)).toEqual(keys)
  expect(text()).toBe(before)
})

test('a new key goes to the top, and what was sealed with the old one still opens', () => {
  const [old] = readKeys(folder, systemRandom, true)
  const record = seal([old], systemRandom, 'here', 'secret')
  const id = addKey(folder, systemRandom)
  const keys = readKeys(folder, systemRandom, true)
  expect(keys.map((key) => key.id)).toEqual([id, old.id])
  expect(unseal(keys, 'here', record)).toBe('secret')
  expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['key'])
})

test('when a new key cannot be written, the old ones are still there', () => {
  const keys = readKeys(folder, systemRandom, true)
  // The shell lets no file grow, as a full disk would.
  const program = `
    import { addKey } from ${JSON.stringify(new URL('keys.ts', import.meta.url).href)}
    import { systemRandom } from ${JSON.stringify(new URL('lib/random.ts', import.meta.url).href)}
    addKey(${JSON.stringify(folder)}, systemRandom)`
  const run = spawnSync(
    'sh',
    ['-c', 'ulimit -f 0; exec "$0" --input-type=module -e "$1"', process.execPath, program],
    { encoding: 'utf8' },
  )
  expect(run.status).not.toBe(0)
  expect(readKeys(folder, systemRandom, true)).toEqual(keys)
})

const damaged: [how: string, content: string][] = [
  ['a secret that is cut', good.slice(0, -1)],
  ['a secret that is too long', `${good}AAAA`],
  ['no secret', '0a1b2c3d'],
  ['no id', ` ${good.split(' ')[1]}`],
  ['an id that is none', good.replace('0a1b2c3d', '../../xx')],
  ['something else', 'hello\n'],
  ['a damaged second line', `${good}\nhello\n`],
  ['nothing', ''],
  ['empty lines', '\n\n'],
]

for (const [how, content] of damaged)
  test(`a key file with ${how} is refused, and left as it is`, () => {
    write(content)
    expect(() => readKeys(folder, systemRandom, true)).toThrow(WrongKeys)
    expect(text()).toBe(content)
  })

test('where the database was made with a key, none is made in its place', () => {
  expect(() => readKeys(folder, systemRandom, false)).toThrow(WrongKeys)
  expect(readdirSync(folder)).toEqual([])
})

test('a refusal shows no secret', () => {
  const secret = Buffer.alloc(31, 7).toString('base64url')
  write(`0a1b2c3d ${secret}\n`)
  expect(() => readKeys(folder, systemRandom, true)).toThrow(
    expect.not.stringContaining(secret) as string,
  )
})

test('keys that were not made with this database are found out', () => {
  const keys = readKeys(folder, systemRandom, true)
  const check = keyCheck(keys, systemRandom)
  expect(() => checkKeys(keys, check)).not.toThrow()
  rmSync(join(folder, 'key'))
  const others = readKeys(folder, systemRandom, true)
  expect(() => checkKeys(others, check)).toThrow(WrongKeys)
  expect(() => checkKeys(keys, 'nonsense')).toThrow(WrongKeys)
})

test('after a change of keys the database is still known', () => {
  const check = keyCheck(readKeys(folder, systemRandom, true), systemRandom)
  addKey(folder, systemRandom)
  expect(() => checkKeys(readKeys(folder, systemRandom, true), check)).not.toThrow()
})
