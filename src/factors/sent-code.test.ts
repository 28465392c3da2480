import { expect, test } from 'vitest'
import { systemRandom } from '../lib/random.ts'
import { keyFrom } from '../lib/seal.ts'
import { email } from './email.ts'
import type { Checked, Tools } from './factor.ts'
import { sentTo } from './sent-code.ts'
import { sms } from './sms.ts'

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
const who = { email: 'ana@example.com', phone: '+351912345678' }
const kinds = [
  { factor: email, state: { to: who.email } },
  { factor: sms, state: { to: who.phone } },
]

const askOf = (
  factor: typeof email,
  state: { readonly to: string },
  from: Tools = tools,
  open: Parameters<typeof email.challenge>[1] = null,
) => {
  const asked = factor.challenge(state, open, from)!
  return { question: asked.question, send: asked.send! }
}
const notThe = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

for (const { factor, state } of kinds) {
  const ask = (from?: Tools, open?: Parameters<typeof email.challenge>[1]) =>
    askOf(factor, state, from, open)

  test(`${factor.kind}: what is set up is the address of the account, and nothing is shown`, () => {
    expect(factor.enrol(who, tools)).toEqual({ draft: state, show: [] })
  })

  test(`${factor.kind}: a code of six digits is sent to the proven address, and says how long it lives`, () => {
    const { send } = ask()
    expect(send).toEqual({
      by: factor.kind,
      to: state.to,
      code: expect.stringMatching(/^\d{6}$/) as string,
      until: tools.now + 5 * MINUTE,
    })
  })

  test(`${factor.kind}: the right code is right, and leaves what is set up as it was`, () => {
    const { question, send } = ask()
    for (const typed of [send.code, ` ${send.code.slice(0, 3)}-${send.code.slice(3)} `]) {
      const checked = factor.check(state, question, typed, tools) as Checked
      expect(checked).toEqual({ state, shows: ['has'] })
      // The very same: nothing is written for it.
      expect(checked.state).toBe(state)
    }
  })

  test(`${factor.kind}: any other code is wrong`, () => {
    const { question, send } = ask()
    const others = [
      '',
      ' ',
      send.code.slice(1),
      `${send.code}0`,
      `0${send.code}`,
      notThe(send.code),
    ]
    for (const code of others) expect(factor.check(state, question, code, tools), code).toBeNull()
  })

  test(`${factor.kind}: only what could be a code costs a try`, () => {
    for (const answer of ['123456', ' 123-456 ', '١٢٣٤٥٦'])
      expect(factor.reads(answer, tools), answer).toBe(true)
    for (const answer of ['', '12345', '1234567', '1'.repeat(16_000), 'abcdef', '{}'])
      expect(factor.reads(answer, tools), answer).toBe(false)
  })

  test(`${factor.kind}: without a question nothing is right`, () => {
    const { send } = ask()
    expect(factor.check(state, null, send.code, tools)).toBeNull()
  })

  test(`${factor.kind}: a code lives to its last millisecond and no longer`, () => {
    const { question, send } = ask()
    const at = (now: number) => factor.check(state, question, send.code, { ...tools, now })
    expect(at(send.until - 1)).toEqual({ state, shows: ['has'] })
    expect(at(send.until)).toBeNull()
  })

  test(`${factor.kind}: asking again while the code lives sends the same, to live no longer`, () => {
    const first = ask()
    const again = ask({ ...tools, now: first.send.until - 31_000 }, first.question)
    expect(again.send).toEqual(first.send)
    expect(again.question).toEqual(first.question)
  })

  test(`${factor.kind}: asking again half a minute before its end makes a new one, which lives longer`, () => {
    const first = ask()
    const late = { ...tools, now: first.send.until - 30_000 }
    expect(ask(late, first.question).send.until).toBe(late.now + 5 * MINUTE)
  })

  test(`${factor.kind}: no code is promised for longer than its attempt lives`, () => {
    const ends = tools.now + 20_000
    const { question, send } = ask({ ...tools, attemptEndsAt: ends })
    expect([question.until, send.until]).toEqual([ends, ends])
  })

  test(`${factor.kind}: asking again after its life makes a new one`, () => {
    const first = ask()
    const later = { ...tools, now: first.send.until }
    const again = ask(later, first.question)
    expect(again.question.hash).not.toBe(first.question.hash)
    expect(again.send.until).toBe(later.now + 5 * MINUTE)
    expect(factor.check(state, again.question, again.send.code, later)).toEqual({
      state,
      shows: ['has'],
    })
  })

  test(`${factor.kind}: a question means nothing in another attempt: neither checked nor sent again`, () => {
    const { question, send } = ask()
    const other = { ...tools, attemptId: 'two' }
    expect(factor.check(state, question, send.code, other)).toBeNull()
    expect(() => ask(other, question)).toThrow()
  })

  test(`${factor.kind}: a question outlives a change of keys while the old key is kept`, () => {
    const { question, send } = ask()
    const rotated: Tools = { ...tools, keys: [newer, key] }
    expect(factor.check(state, question, send.code, rotated)).toEqual({ state, shows: ['has'] })
    expect(ask(rotated, question).send.code).toBe(send.code)
  })

  test(`${factor.kind}: without its key a question is refused, never passed`, () => {
    const { question, send } = ask()
    const lost: Tools = { ...tools, keys: [newer] }
    expect(() => factor.check(state, question, send.code, lost)).toThrow('aaaaaaaa')
  })

  test(`${factor.kind}: what is kept of a question does not hold the code`, () => {
    const { question, send } = ask()
    const kept = JSON.stringify({ hash: question.hash, sealed: question.sealed })
    expect(kept.includes(`"${send.code}"`)).toBe(false)
    expect(Buffer.from(question.sealed.split('.')[2]!, 'base64url').toString()).not.toBe(send.code)
  })
}

test('a code of one kind is none of the other, in the same attempt and with the same digits', () => {
  for (const [mine, theirs] of [kinds, kinds.toReversed()] as const) {
    const { question, send } = askOf(mine!.factor, mine!.state)
    expect(theirs!.factor.check(theirs!.state, question, send.code, tools)).toBeNull()
    expect(() => askOf(theirs!.factor, theirs!.state, tools, question)).toThrow()
  }
})

test('codes by text message need a number, and where they go can be read', () => {
  for (const phone of [null, undefined, ''])
    expect(() =>
      sms.enrol({ email: who.email, ...(phone !== undefined && { phone }) }, tools),
    ).toThrow()
  for (const { state } of kinds) expect(sentTo(state)).toBe(state.to)
})
