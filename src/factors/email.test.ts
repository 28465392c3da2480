import { expect, test } from 'vitest'
import { systemRandom } from '../lib/random.ts'
import { keyFrom } from '../lib/seal.ts'
import { email } from './email.ts'
import type { Checked, Tools } from './factor.ts'

const MINUTE = 60_000
const key = keyFrom('aaaaaaaa', new Uint8Array(32).fill(1))
const newer = keyFrom('bbbbbbbb', new Uint8Array(32).fill(2))

const tools: Tools = {
  now: 1_000_000,
  random: systemRandom,
  keys: [key],
  attemptEndsAt: Number.MAX_SAFE_INTEGER,
  codeLifetime: 5 * MINUTE,
  attemptId: 'one',
  accountId: 'ana',
  digits: 6,
  totpWindow: 1,
  site: null,
}
const state = { to: 'ana@example.com' }

const ask = (from: Tools = tools, open: Parameters<typeof email.challenge>[1] = null) => {
  const asked = email.challenge(state, open, from)!
  return { question: asked.question, send: asked.send! }
}
const notThe = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

test('what is set up is the address of the account, and nothing is shown', () => {
  expect(email.enrol({ email: 'ana@example.com' }, tools)).toEqual({ draft: state, show: [] })
})

test('a code of six digits is sent to the proven address, and says how long it lives', () => {
  const { send } = ask()
  expect(send).toEqual({
    by: 'email',
    to: 'ana@example.com',
    code: expect.stringMatching(/^\d{6}$/) as string,
    until: tools.now + 5 * MINUTE,
  })
})

test('the right code is right, and leaves what is set up as it was', () => {
  const { question, send } = ask()
  for (const typed of [send.code, ` ${send.code.slice(0, 3)}-${send.code.slice(3)} `]) {
    const checked = email.check(state, question, typed, tools) as Checked
    expect(checked).toEqual({ state, shows: ['has'] })
    // The very same: nothing is written for it.
    expect(checked.state).toBe(state)
  }
})

test('any other code is wrong', () => {
  const { question, send } = ask()
  const others = ['', ' ', send.code.slice(1), `${send.code}0`, `0${send.code}`, notThe(send.code)]
  for (const code of others) expect(email.check(state, question, code, tools), code).toBeNull()
})

test('only what could be a code costs a try', () => {
  for (const answer of ['123456', ' 123-456 ', '١٢٣٤٥٦'])
    expect(email.reads(answer, tools), answer).toBe(true)
  for (const answer of ['', '12345', '1234567', '1'.repeat(16_000), 'abcdef', '{}'])
    expect(email.reads(answer, tools), answer).toBe(false)
})

test('without a question nothing is right', () => {
  const { send } = ask()
  expect(email.check(state, null, send.code, tools)).toBeNull()
})

test('a code lives to its last millisecond and no longer', () => {
  const { question, send } = ask()
  const at = (now: number) => email.check(state, question, send.code, { ...tools, now })
  expect(at(send.until - 1)).toEqual({ state, shows: ['has'] })
  expect(at(send.until)).toBeNull()
})

test('asking again while the code lives sends the same, to live no longer', () => {
  const first = ask()
  const again = ask({ ...tools, now: first.send.until - 31_000 }, first.question)
  expect(again.send).toEqual(first.send)
  expect(again.question).toEqual(first.question)
})

test('asking again half a minute before its end makes a new one, which lives longer', () => {
  const first = ask()
  const late = { ...tools, now: first.send.until - 30_000 }
  expect(ask(late, first.question).send.until).toBe(late.now + 5 * MINUTE)
})

test('no code is promised for longer than its attempt lives', () => {
  const ends = tools.now + 20_000
  const { question, send } = ask({ ...tools, attemptEndsAt: ends })
  expect([question.until, send.until]).toEqual([ends, ends])
})

test('asking again after its life makes a new one', () => {
  const first = ask()
  const later = { ...tools, now: first.send.until }
  const again = ask(later, first.question)
  expect(again.question.hash).not.toBe(first.question.hash)
  expect(again.send.until).toBe(later.now + 5 * MINUTE)
  expect(email.check(state, again.question, again.send.code, later)).toEqual({
    state,
    shows: ['has'],
  })
})

test('a question means nothing in another attempt: neither checked nor sent again', () => {
  const { question, send } = ask()
  const other = { ...tools, attemptId: 'two' }
  expect(email.check(state, question, send.code, other)).toBeNull()
  expect(() => ask(other, question)).toThrow()
})

test('a question outlives a change of keys while the old key is kept', () => {
  const { question, send } = ask()
  const rotated: Tools = { ...tools, keys: [newer, key] }
  expect(email.check(state, question, send.code, rotated)).toEqual({ state, shows: ['has'] })
  expect(ask(rotated, question).send.code).toBe(send.code)
})

test('without its key a question is refused, never passed', () => {
  const { question, send } = ask()
  const lost: Tools = { ...tools, keys: [newer] }
  expect(() => email.check(state, question, send.code, lost)).toThrow('aaaaaaaa')
})

test('what is kept of a question does not hold the code', () => {
  const { question, send } = ask()
  const kept = JSON.stringify({ hash: question.hash, sealed: question.sealed })
  expect(kept.includes(`"${send.code}"`)).toBe(false)
  expect(Buffer.from(question.sealed.split('.')[2]!, 'base64url').toString()).not.toBe(send.code)
})
