import { expect, test } from 'vitest'
import { newAuthenticator, type Authenticator, type Bend } from '../../test/setup/authenticator.ts'
import { systemRandom } from '../lib/random.ts'
import { keyFrom } from '../lib/seal.ts'
import type { Checked, Tools } from './factor.ts'
import {
  aboutPasskey,
  challengeOf,
  credentialIdOf,
  handleFor,
  handleIn,
  makerOf,
  passkey,
  toMake,
  toShow,
  toSignIn,
} from './passkey.ts'

const key = keyFrom('aaaaaaaa', new Uint8Array(32).fill(1))
const newer = keyFrom('bbbbbbbb', new Uint8Array(32).fill(2))
const site = { rpId: 'example.com', origin: 'https://login.example.com', name: 'Nightlatch' }

const tools: Tools = {
  now: 1_000_000,
  random: systemRandom,
  keys: [key],
  attemptEndsAt: Number.MAX_SAFE_INTEGER,
  codeLifetime: 0,
  attemptId: 'one',
  accountId: '0a'.repeat(16),
  digits: 6,
  totpWindow: 1,
  site,
}
const bob: Tools = { ...tools, accountId: '0b'.repeat(16) }
const who = { email: 'ana@example.com', name: 'Ana' }

type State = Parameters<typeof passkey.check>[0]
type Question = Parameters<typeof passkey.check>[1]

const authenticator = (about: Parameters<typeof newAuthenticator>[0] = {}): Authenticator =>
  newAuthenticator({ site, ...about })

const toMakeIn = (from: Tools, states: readonly unknown[] = []) =>
  JSON.parse(toMake(states, who, from)) as { challenge: string; [name: string]: unknown }
const toShowIn = (from: Tools, states: readonly unknown[] = []) =>
  JSON.parse(toShow(states, from)) as { challenge: string; [name: string]: unknown }

const bind = async (answer: string, from: Tools = tools): Promise<Checked<State> | null> =>
  passkey.bind!({}, answer, from)
const made = async (by: Authenticator, from: Tools = tools): Promise<State> =>
  (await bind(by.create(toMakeIn(from)), from))!.state
const check = async (
  state: State,
  answer: string,
  from: Tools = tools,
  question: Question = null,
): Promise<Checked<State> | null> => passkey.check(state, question, answer, from)
const shown = (by: Authenticator, from: Tools = tools, bend: Bend = {}): string =>
  by.get(toShowIn(from), bend)

test('one that was just made can be shown: that you have it, and that you are the one', async () => {
  const by = authenticator()
  const { state, shows } = (await bind(by.create(toMakeIn(tools))))!
  expect(shows).toEqual(['has'])
  expect(await check(state, shown(by))).toMatchObject({ shows: ['has', 'is'], wentBack: false })
  const unseen = shown(by, tools, { userVerified: false })
  expect(await check(state, unseen)).toMatchObject({ shows: ['has'] })
})

test('where it is the whole sign-in, its owner must have been looked at', async () => {
  const by = authenticator()
  const state = await made(by)
  const options = JSON.parse(toSignIn(site, 'YSBjaGFsbGVuZ2U')) as object
  expect(options).toMatchObject({ userVerification: 'required', allowCredentials: [] })
  const question = { challenge: 'YSBjaGFsbGVuZ2U', userVerification: 'required' } as const
  const right = await check(state, by.get(options), tools, question)
  expect(right?.shows).toEqual(['has', 'is'])
  const unseen = by.get(options, { userVerified: false })
  expect(await check(state, unseen, tools, question)).toBeNull()
  // The challenge of an attempt is another.
  expect(await check(state, by.get(options), tools)).toBeNull()
  expect(await check(state, shown(by), tools, question)).toBeNull()
})

test('each attempt has a challenge of its own for each ceremony, and nothing is kept of it', async () => {
  const other: Tools = { ...tools, attemptId: 'two' }
  const rotated: Tools = { ...tools, keys: [newer, key] }
  const challenges = [tools, other, rotated].flatMap((each) => [
    toMakeIn(each).challenge,
    toShowIn(each).challenge,
  ])
  expect(new Set(challenges).size).toBe(6)
  for (const challenge of challenges) {
    expect(Buffer.from(challenge, 'base64url')).toHaveLength(32)
    expect(challenge).not.toContain('one')
  }
  expect(toMakeIn(tools).challenge).toBe(toMakeIn(bob).challenge)
  expect(passkey.challenge({}, null, tools)).toBeNull()
  expect(passkey.enrol(who, tools)).toEqual({ draft: {}, show: [] })

  const by = authenticator()
  const state = await made(by)
  expect(await check(state, shown(by, other))).toBeNull()
  expect(await check(state, by.get({ ...toShowIn(tools), ...toMakeIn(tools) }))).toBeNull()
  expect(await bind(by.create(toMakeIn(other)))).toBeNull()
  const byShowing = { ...toMakeIn(tools), challenge: toShowIn(tools).challenge }
  expect(await bind(by.create(byShowing))).toBeNull()
  expect(await check(state, by.create(toMakeIn(tools)))).toBeNull()
  expect(await bind(shown(by))).toBeNull()
})

test('the public key is sealed: neither another in its place nor in another account does it open', async () => {
  const [by, thief] = [authenticator(), authenticator()]
  const state = await made(by)
  const theirs = await made(thief)
  const asBob = await made(thief, bob)
  expect(JSON.stringify(state)).not.toMatch(/pQECAyYg|"publicKey":"pQ/)
  // Also for whoever has put their own key there, and says it is this passkey.
  const stolen = shown(thief, tools, { credentialId: by.credentialId, userHandle: null })
  for (const publicKey of ['', 'x', keyOf(theirs), keyOf(asBob), keyOf(state).slice(0, -4)])
    for (const answer of [shown(by), stolen])
      await expect(check({ ...state, publicKey } as State, answer), publicKey).rejects.toThrow()
  await expect(check({ ...theirs, id: by.credentialId } as State, stolen)).rejects.toThrow()
  await expect(check(state, shown(by), bob)).rejects.toThrow()
  await expect(check(state, shown(by), { ...tools, keys: [newer] })).rejects.toThrow()
  expect(await check(state, stolen)).toBeNull()
})

const keyOf = (state: State): string => (state as { publicKey: string }).publicKey

test('it opens still with a new key on the ring, in an attempt that began with it', async () => {
  const by = authenticator()
  const state = await made(by)
  const rotated: Tools = { ...tools, keys: [newer, key] }
  expect(await check(state, shown(by, rotated), rotated)).not.toBeNull()
})

test('an answer for another account is wrong, and one that names none is not', async () => {
  const by = authenticator()
  const state = await made(by)
  const handle = Buffer.from(bob.accountId, 'hex').toString('base64url')
  expect(await check(state, shown(by, tools, { userHandle: handle }))).toBeNull()
  expect(await check(state, shown(by, tools, { userHandle: null }))).not.toBeNull()
  const { user } = toMakeIn(tools)
  expect(user).toEqual({
    id: Buffer.from(tools.accountId, 'hex').toString('base64url'),
    name: who.email,
    displayName: who.name,
  })
})

test('a counter that does not go on is said, not refused; one that never counts is not odd', async () => {
  const by = authenticator({ counter: 5 })
  const state = await made(by)
  const first = (await check(state, shown(by)))!
  expect(first).toMatchObject({ wentBack: false, state: { counter: 6 } })
  for (const counter of [6, 1, 0]) {
    const again = await check(first.state, shown(by, tools, { counter }))
    expect(again).toMatchObject({ wentBack: true, shows: ['has', 'is'], state: { counter } })
  }
  const still = authenticator({ counter: 0 })
  const uncounted = await made(still)
  for (let turn = 0; turn < 2; turn++)
    expect(await check(uncounted, shown(still))).toMatchObject({ wentBack: false })
})

test('whether there is a copy is kept as the authenticator says it now, and nothing else changes', async () => {
  const by = authenticator({ isSynced: true })
  const state = await made(by)
  expect(aboutPasskey(state)).toEqual({ isSynced: true })
  const before = structuredClone(state)
  const next = (await check(state, shown(by, tools, { isSynced: false })))!.state
  expect(aboutPasskey(next)).toEqual({ isSynced: false })
  expect(state).toEqual(before)
  expect(next).toEqual({ ...state, counter: 2, isSynced: false })
})

test('it is found by a hash of its id, the same from what is kept and from an answer', async () => {
  const [by, other] = [authenticator(), authenticator()]
  const state = await made(by)
  const handle = passkey.handleOf!(state)
  expect(handle).toBe(handleFor(by.credentialId))
  expect(handleIn(shown(by))).toBe(handle)
  expect(handle).not.toContain(by.credentialId)
  expect(passkey.handleOf!(await made(other))).not.toBe(handle)
  expect(credentialIdOf(state)).toBe(by.credentialId)
  expect(challengeOf(shown(by))).toBe(toShowIn(tools).challenge)
  for (const none of ['', '{', '{}', 'null', '[]', '123456', by.create(toMakeIn(tools))]) {
    expect(handleIn(none), none).toBeNull()
    expect(challengeOf(none), none).toBeNull()
  }
})

test('none is made again where there is one, and one of those set up is asked for', async () => {
  const states = [await made(authenticator()), await made(authenticator())]
  const known = states.map((state) => ({
    type: 'public-key',
    id: credentialIdOf(state),
    transports: ['internal', 'hybrid'],
  }))
  expect(toMakeIn(tools, states)['excludeCredentials']).toEqual(known)
  expect(toShowIn(tools, states)).toMatchObject({
    allowCredentials: known,
    userVerification: 'preferred',
  })
})

test('it is called by who made it, where that is known', async () => {
  const known = authenticator({ aaguid: 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4' })
  expect(makerOf(await made(known))).toBe('Google Password Manager')
  expect(makerOf(await made(authenticator()))).toBeNull()
})

test('only what could be an answer of a browser costs a try', () => {
  expect(passkey.reads('{"id":"x"}', tools)).toBe(true)
  for (const answer of ['', '123456', 'null', '[]', ' {}'])
    expect(passkey.reads(answer, tools), answer).toBe(false)
})

test('where there is no site, there is no passkey', async () => {
  const nowhere: Tools = { ...tools, site: null }
  const by = authenticator()
  const state = await made(by)
  expect(() => toMake([], who, nowhere)).toThrow()
  expect(() => toShow([], nowhere)).toThrow()
  await expect(check(state, shown(by), nowhere)).rejects.toThrow()
  await expect(bind(by.create(toMakeIn(tools)), nowhere)).rejects.toThrow()
})
