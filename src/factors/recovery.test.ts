import { expect, test } from 'vitest'
import { systemRandom } from '../lib/random.ts'
import { keyFrom } from '../lib/seal.ts'
import type { Checked, Tools } from './factor.ts'
import { codesLeft, recovery } from './recovery.ts'

const key = keyFrom('aaaaaaaa', new Uint8Array(32).fill(1))
const newer = keyFrom('bbbbbbbb', new Uint8Array(32).fill(2))
const tools: Tools = {
  now: 1_000_000,
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
const who = { email: 'ana@example.com' }

type State = Parameters<typeof recovery.check>[0]
const use = (state: State, code: string, from: Tools = tools): State | null => {
  const checked = recovery.check(state, null, code, from) as Checked<State> | null
  if (checked) expect(checked.shows).toEqual(['has'])
  return checked?.state ?? null
}

test('ten codes of 80 bits, all different, each in four groups of four', () => {
  const { draft, show } = recovery.enrol(who, tools)
  expect(show).toHaveLength(10)
  expect(new Set(show).size).toBe(10)
  for (const code of show) expect(code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
  expect(codesLeft(draft)).toBe(10)
})

test('each code works once, in any order, until none is left', () => {
  const { draft, show } = recovery.enrol(who, tools)
  let state: State = draft
  for (const [used, code] of show.toReversed().entries()) {
    const next = use(state, code)
    expect(next).not.toBeNull()
    expect(codesLeft(next)).toBe(9 - used)
    expect(use(next!, code)).toBeNull()
    state = next!
  }
  for (const code of show) expect(use(state, code)).toBeNull()
})

test('what is checked is not changed: who saves the answer decides', () => {
  const { draft, show } = recovery.enrol(who, tools)
  const before = structuredClone(draft)
  use(draft, show[0]!)
  expect(draft).toEqual(before)
})

test('a code is read as people write it', () => {
  const { draft, show } = recovery.enrol(who, tools)
  const code = show[4]!
  const written = [
    code.toLowerCase(),
    code.replaceAll('-', ''),
    code.replaceAll('-', ' '),
    ` ${code}\n`,
  ]
  for (const each of written) expect(use(draft, each), each).not.toBeNull()
})

test('only what could be a code costs a try', () => {
  expect(recovery.reads('aaaa bbbb cccc dddd', tools)).toBe(true)
  for (const answer of ['', '123456', 'A'.repeat(15), 'A'.repeat(17), 'A'.repeat(16_000), '{}'])
    expect(recovery.reads(answer, tools), answer).toBe(false)
})

test('what is no code of this list is wrong', () => {
  const { draft, show } = recovery.enrol(who, tools)
  const other = recovery.enrol(who, tools).show[0]!
  const changed = `${show[0]!.slice(0, -1)}${show[0]!.endsWith('X') ? 'Y' : 'X'}`
  for (const wrong of [
    '',
    other,
    changed,
    show[0]!.slice(1),
    `${show[0]!}0`,
    '123456',
    show.join(''),
  ])
    expect(use(draft, wrong), wrong).toBeNull()
})

test('the same code in another list is another code', () => {
  const { draft, show } = recovery.enrol(who, tools)
  const other = recovery.enrol(who, tools).draft
  expect(use({ salt: other.salt, hashes: draft.hashes }, show[0]!)).toBeNull()
})

test('the list outlives a change of keys while the old key is kept', () => {
  const { draft, show } = recovery.enrol(who, tools)
  const rotated: Tools = { ...tools, keys: [newer, key] }
  const next = use(draft, show[0]!, rotated)!
  expect(codesLeft(next)).toBe(9)
  expect(use(next, show[1]!, rotated)).not.toBeNull()
})

test('without its key the list is refused, never passed', () => {
  const { draft, show } = recovery.enrol(who, tools)
  expect(() => use(draft, show[0]!, { ...tools, keys: [newer] })).toThrow('aaaaaaaa')
})

test('what is kept holds no code', () => {
  const { draft, show } = recovery.enrol(who, tools)
  const kept = JSON.stringify(draft)
  for (const code of show) {
    expect(kept).not.toContain(code)
    expect(kept).not.toContain(code.replaceAll('-', ''))
  }
})

test('there is nothing to ask, only to answer', () => {
  expect(recovery.challenge(recovery.enrol(who, tools).draft, null, tools)).toBeNull()
})
