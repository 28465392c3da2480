import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashBearer, newBearer, newId, systemRandom } from '../../src/lib/random.ts'
import { openAttempt } from '../../src/sign-in/attempt.ts'
import {
  findAccount,
  insertAccount,
  markKnown,
  operators,
  replacePassword,
  replacePasswordHash,
  type Account,
} from '../../src/store/accounts.ts'
import {
  addProof,
  endAttempt,
  endAttemptsIn,
  endAttemptsOf,
  findAttempt,
  insertAttempt,
  isSettingUp,
  replaceDraft,
  sessionOfAttempt,
  spendSend,
  spendTry,
  type Attempt,
} from '../../src/store/attempts.ts'
import { cleanDevices } from '../../src/store/clean.ts'
import {
  applyChange,
  dueChanges,
  findWaiting,
  findWaitingFor,
  insertChange,
  stopChange,
} from '../../src/store/contact-changes.ts'
import {
  deviceNames,
  findDevice,
  devicesAmong,
  devicesOf,
  endDevice,
  endTokens,
  forgetDevices,
  forgetThese,
  holdDevice,
  holdTrust,
  insertDevice,
  nameDevice,
  rememberDevice,
  removeDevices,
  rotateDevice,
  type Device,
} from '../../src/store/devices.ts'
import {
  bindAnew,
  countFailure,
  deleteEnrolments,
  disableFrom,
  enrolmentsOf,
  forgetFailures,
  insertEnrolment,
  replaceState,
} from '../../src/store/enrolments.ts'
import {
  eventsAt,
  eventsOf,
  findEvent,
  hasHappened,
  insertEvent,
  isReported,
  type Event,
  type EventsWanted,
} from '../../src/store/events.ts'
import { spendSetUp } from '../../src/store/installation.ts'
import { readLimits, writeLimits } from '../../src/store/limits.ts'
import { endLinksOf, insertLink, isLinkAlive, spendLink } from '../../src/store/links.ts'
import {
  acceptMessage,
  claimMessage,
  failMessage,
  findMessage,
  insertMessage,
  messagesOf,
  postponeMessage,
  reportMessage,
} from '../../src/store/messages.ts'
import type { Database } from '../../src/store/open.ts'
import {
  endSessionsOf,
  endSessions,
  endSessionsOn,
  livingSessionsOn,
  sessionsFrom,
  sessionsBeyond,
  useOfDevices,
} from '../../src/store/account-sessions.ts'
import {
  attemptOfSession,
  endSession,
  findSession,
  insertSession,
  proofsIn,
  replaceToken,
  seeSession,
} from '../../src/store/sessions.ts'
import { write } from '../../src/store/write.ts'
import { databases } from '../setup/databases.ts'
import { ana, bob, openWorld, type World } from '../world.ts'

// Each test has one reader that is late. Taking the condition it is about out of the statement
// makes it fail, and no other condition catches what it caught.

const NOW = Date.parse('2026-01-05T09:00:00Z')
const LATER = NOW + 1000
const NO_SESSION = '0'.repeat(32)
const PROOF = { by: 'email', shows: ['has'], at: NOW } as const
let serial = 0
const fresh = (what: string) => `${what}-${++serial}`

for (const { name } of databases) {
  describe(name, () => {
    let world: World
    let db: Database
    let me: Account
    let other: Account

    beforeAll(async () => {
      world = await openWorld({ database: name, people: [ana, bob] })
      db = world.app.db
      const people = await db.selectFrom('accounts').selectAll().orderBy('login').execute()
      ;[me, other] = people as [Account, Account]
    })
    afterAll(() => world.close())

    async function attempt(about: Partial<Attempt> = {}): Promise<Attempt> {
      const opened = openAttempt(world.app, NOW, {
        purpose: 'sign-in',
        accountId: me.id,
        sessionId: null,
        proofs: [],
        draft: null,
        goal: null,
      })
      const made = { ...opened.attempt, ...about }
      await insertAttempt(db, made)
      return made
    }
    const linkNow = () =>
      ({
        tokenHash: fresh('link'),
        purpose: 'setup',
        createdAt: NOW,
        accountId: null,
        about: null,
      }) as const
    const again = async ({ secretHash }: Attempt) => (await findAttempt(db, secretHash))!

    async function device(about: Partial<Device> = {}): Promise<Device> {
      const id = newId(systemRandom, NOW)
      const made: Device = {
        id,
        accountId: me.id,
        seriesHash: hashBearer(newBearer(id, systemRandom))!,
        tokenHash: fresh('token'),
        previousHash: null,
        rotatedAt: NOW,
        address: '192.0.2.7',
        userAgent: '',
        firstSeenAt: NOW,
        lastSeenAt: NOW,
        rememberedAt: NOW,
        forgottenAt: null,
        name: null,
        removedAt: null,
        lastFactor: null,
        ...about,
      }
      await insertDevice(db, made)
      return made
    }
    const deviceNow = async ({ id }: Device) =>
      db.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

    test('C-01: an attempt whose tries are used up takes no answer', async () => {
      const made = await attempt({ triesLeft: 1 })
      expect((await spendTry(db, made, NOW))?.triesLeft).toBe(0)
      expect(await spendTry(db, made, NOW)).toBeNull()
      expect((await again(made)).triesLeft).toBe(0)
    })

    test('B-04: an attempt that is over takes no answer', async () => {
      const made = await attempt()
      await endAttempt(db, made.id, NOW)
      expect(await spendTry(db, made, NOW)).toBeNull()
      expect((await again(made)).triesLeft).toBe(made.triesLeft)
    })

    test('Q-07: an attempt takes no answer from the millisecond on in which it expires', async () => {
      const made = await attempt()
      expect(await spendTry(db, made, made.expiresAt)).toBeNull()
      expect(await spendTry(db, made, made.expiresAt - 1)).not.toBeNull()
    })

    test('B-02: an answer to a question that was replaced meanwhile is not looked at', async () => {
      const made = await attempt({ asked: { kind: 'email', question: 'old' } })
      const next = { asked: { kind: 'email', question: 'new' }, nextSendAt: NOW }
      expect(await spendSend(db, made, next, 5, NOW)).not.toBeNull()
      expect(await spendTry(db, made, NOW)).toBeNull()
      expect(await spendTry(db, await again(made), NOW)).not.toBeNull()
    })

    test('B-02: an answer without a question is not looked at once there is one', async () => {
      const made = await attempt()
      const next = { asked: { kind: 'email', question: 'new' }, nextSendAt: NOW }
      await spendSend(db, made, next, 5, NOW)
      expect(await spendTry(db, made, NOW)).toBeNull()
    })

    const next = { asked: { kind: 'email', question: 'next' }, nextSendAt: NOW }

    test('C-07: of two who ask for the code at once, one is heard', async () => {
      const made = await attempt()
      expect((await spendSend(db, made, next, 5, NOW))?.sends).toBe(1)
      expect(await spendSend(db, made, next, 5, NOW)).toBeNull()
      expect((await again(made)).sends).toBe(1)
    })

    test('C-07: past the last message none is sent', async () => {
      const made = await attempt({ sends: 5 })
      expect(await spendSend(db, made, next, 5, NOW)).toBeNull()
      expect(await again(made)).toEqual(made)
    })

    test('C-07: before the wait is over no message is sent', async () => {
      const made = await attempt({ nextSendAt: LATER })
      expect(await spendSend(db, made, next, 5, LATER - 1)).toBeNull()
      expect(await again(made)).toEqual(made)
      expect(await spendSend(db, made, next, 5, LATER)).not.toBeNull()
    })

    test('C-07: an attempt that is over sends no message', async () => {
      const made = await attempt()
      await endAttempt(db, made.id, NOW)
      expect(await spendSend(db, made, next, 5, NOW)).toBeNull()
    })

    test('C-07: an attempt whose tries are used up sends no message', async () => {
      const made = await attempt({ triesLeft: 0 })
      expect(await spendSend(db, made, next, 5, NOW)).toBeNull()
      expect(await again(made)).toEqual(made)
    })

    test('C-07: an attempt that has expired sends no message', async () => {
      const made = await attempt()
      expect(await spendSend(db, made, next, 5, made.expiresAt)).toBeNull()
    })

    test('B-07: a proof of one account is not written onto the attempt of another', async () => {
      const made = await attempt()
      expect(await addProof(db, made, other.id, PROOF)).toBeNull()
      expect(await again(made)).toEqual(made)
    })

    test('A-20: a proof is not written over one that came meanwhile', async () => {
      const made = await attempt()
      expect((await addProof(db, made, me.id, PROOF))?.proofs).toEqual([PROOF])
      expect(await addProof(db, made, me.id, { ...PROOF, by: 'recovery' })).toBeNull()
      expect((await again(made)).proofs).toEqual([PROOF])
    })

    test('B-04: a proof is not written onto an attempt that is over', async () => {
      const made = await attempt()
      await endAttempt(db, made.id, NOW)
      expect(await addProof(db, made, me.id, PROOF)).toBeNull()
      expect((await again(made)).proofs).toEqual([])
    })

    test('B-04: an attempt ends once, however many end it', async () => {
      const made = await attempt()
      expect(await endAttempt(db, made.id, NOW)).toBe(true)
      expect(await endAttempt(db, made.id, LATER)).toBe(false)
      expect((await again(made)).endedAt).toBe(NOW)
    })

    test('A-11: when factors change, the other attempts of this account end, and only these', async () => {
      const ended = await attempt({ endedAt: NOW })
      const mine = await attempt()
      const theirs = await attempt({ accountId: other.id })
      await endAttemptsOf(db, me.id, LATER - NOW + 1000, LATER)
      expect((await again(ended)).endedAt).toBe(NOW)
      expect((await again(mine)).endedAt).toBe(LATER)
      expect((await again(theirs)).endedAt).toBeNull()
    })

    test('B-14: an attempt that is over takes no new draft', async () => {
      const made = await attempt()
      await endAttempt(db, made.id, NOW)
      await replaceDraft(db, made, { email: { to: 'eve@example.com' } }, LATER)
      expect(await again(made)).toMatchObject({ draft: null, expiresAt: made.expiresAt })
    })

    test('B-04: what is kept of a factor is replaced only over the version that was read', async () => {
      const id = fresh('enrolment')
      const about = { accountId: me.id, kind: 'recovery', name: '', createdAt: NOW, handle: null }
      await insertEnrolment(db, { ...about, id, state: 'ten' })
      const [read] = await enrolmentsOf(db, me.id)
      expect(await replaceState(db, read!, 'nine', NOW)).toBe(true)
      expect(await replaceState(db, read!, 'nine, but others', NOW)).toBe(false)
      expect(await enrolmentsOf(db, me.id)).toMatchObject([{ state: 'nine', version: 1 }])
    })

    test('B-14: a set-up link works once', async () => {
      const link = linkNow()
      await insertLink(db, { ...link, expiresAt: LATER })
      expect(await isLinkAlive(db, 'setup', link.tokenHash, NOW)).toBe(true)
      expect(await spendLink(db, 'setup', link.tokenHash, NOW)).toBe(true)
      expect(await spendLink(db, 'setup', link.tokenHash, NOW)).toBe(false)
      expect(await isLinkAlive(db, 'setup', link.tokenHash, NOW)).toBe(false)
    })

    test('B-14: a set-up link works until it expires', async () => {
      const link = linkNow()
      await insertLink(db, { ...link, expiresAt: LATER })
      expect(await isLinkAlive(db, 'setup', link.tokenHash, LATER)).toBe(false)
      expect(await spendLink(db, 'setup', link.tokenHash, LATER)).toBe(false)
      expect(await isLinkAlive(db, 'setup', link.tokenHash, LATER - 1)).toBe(true)
    })

    test('B-08: a link is good for what it was made for, and nothing else', async () => {
      const link = linkNow()
      await insertLink(db, { ...link, expiresAt: LATER })
      const wrong = 'reset' as 'setup'
      expect(await isLinkAlive(db, wrong, link.tokenHash, NOW)).toBe(false)
      expect(await spendLink(db, wrong, link.tokenHash, NOW)).toBe(false)
      expect(await isLinkAlive(db, 'setup', fresh('link'), NOW)).toBe(false)
      expect(await spendLink(db, 'setup', fresh('link'), NOW)).toBe(false)
      expect(await isLinkAlive(db, 'setup', link.tokenHash, NOW)).toBe(true)
    })

    test('B-14: an installation is set up once', async () => {
      await db.updateTable('installation').set({ setUpAt: null }).execute()
      expect(await spendSetUp(db, NOW)).toBe(true)
      expect(await spendSetUp(db, LATER)).toBe(false)
    })

    test('J-14: two accounts never share a login', async () => {
      const account = { ...me, id: fresh('account'), email: 'ANA@example.com' }
      expect(await insertAccount(db, account)).toBe(false)
      expect(await insertAccount(db, { ...account, login: fresh('login') })).toBe(true)
    })

    test('G-04: a hash made anew does not bring back a password that was changed meanwhile', async () => {
      await db
        .updateTable('accounts')
        .set({ passwordHash: 'new' })
        .where('id', '=', me.id)
        .execute()
      await replacePasswordHash(db, { ...me, passwordHash: 'old' }, 'old, anew')
      const { passwordHash } = await db
        .selectFrom('accounts')
        .select('passwordHash')
        .where('id', '=', me.id)
        .executeTakeFirstOrThrow()
      expect(passwordHash).toBe('new')
    })

    const mine = async () => (await findAccount(db, me.id))!

    test('G-04: a password takes the place of the one that was checked, and of no other', async () => {
      const before = await mine()
      const next = { passwordHash: 'next', passwordResetAt: NOW }
      expect(await replacePassword(db, { ...before, passwordHash: 'old' }, next)).toBe(false)
      expect(await mine()).toEqual(before)
      expect(await replacePassword(db, { ...before, id: fresh('account') }, next)).toBe(false)
      expect(await replacePassword(db, before, next)).toBe(true)
      expect(await replacePassword(db, before, { ...next, passwordHash: 'late' })).toBe(false)
      expect(await mine()).toMatchObject(next)
      expect((await findAccount(db, other.id))?.passwordHash).not.toBe('next')
    })

    test('C-02: a password becomes known once, until there is a new one', async () => {
      const before = await mine()
      expect(await markKnown(db, me.id, NOW)).toBe(true)
      expect(await markKnown(db, me.id, LATER)).toBe(false)
      expect((await mine()).passwordKnownAt).toBe(NOW)
      expect((await findAccount(db, other.id))?.passwordKnownAt).toBeNull()
      await replacePassword(db, before, { passwordHash: 'unknown', passwordResetAt: null })
      expect((await mine()).passwordKnownAt).toBeNull()
    })

    test('C-02: wrong answers are counted in a row, and the last of them switches off once', async () => {
      await deleteEnrolments(db, me.id)
      const about = { accountId: me.id, name: '', state: '', createdAt: NOW, handle: null }
      const [id, second] = [fresh('enrolment'), fresh('enrolment')]
      await insertEnrolment(db, { ...about, id, kind: 'email' })
      await insertEnrolment(db, { ...about, id: second, kind: 'recovery' })
      const one = { accountId: me.id, id }
      const now = async () =>
        (await enrolmentsOf(db, me.id)).map(({ failures, disabledAt }) => [failures, disabledAt])

      expect(await bindAnew(db, one, 'x')).toBe(false)
      expect(await countFailure(db, one, 3, NOW)).toBe(false)
      expect(await countFailure(db, one, 3, NOW)).toBe(false)
      await forgetFailures(db, { ...one, id: second })
      expect(await now()).toEqual([
        [2, null],
        [0, null],
      ])
      expect(await countFailure(db, one, 3, NOW)).toBe(true)
      expect(await countFailure(db, one, 3, LATER)).toBe(false)
      // A right answer that was on its way does not switch it on again.
      await forgetFailures(db, one)
      expect(await now()).toEqual([
        [3, NOW],
        [0, null],
      ])
      expect(await bindAnew(db, { ...one, accountId: other.id }, 'x')).toBe(false)
      expect(await bindAnew(db, { ...one, id: second }, 'x')).toBe(false)
      expect(await bindAnew(db, one, 'bound')).toBe(true)
      expect(await bindAnew(db, one, 'late')).toBe(false)
      expect((await enrolmentsOf(db, me.id))[0]!.state).toBe('bound')
      expect(await now()).toEqual([
        [0, null],
        [0, null],
      ])
      await countFailure(db, one, 3, NOW)
      await forgetFailures(db, one)
      expect((await now())[0]).toEqual([0, null])
      await deleteEnrolments(db, me.id)
    })

    test('G-04: what was set up in an attempt is switched off once, in its own account, and nothing else is', async () => {
      for (const { id } of [me, other]) await deleteEnrolments(db, id)
      const from = fresh('attempt')
      const all = (
        [
          [me.id, from],
          [me.id, fresh('attempt')],
          [me.id, null],
          [other.id, from],
        ] as const
      ).map(([accountId, attemptId]) => {
        const about = { accountId, attemptId, kind: 'totp', name: '', state: '', createdAt: NOW }
        return { ...about, id: fresh('enrolment') }
      })
      for (const each of all) await insertEnrolment(db, each)
      const now = async () => {
        const rows = [...(await enrolmentsOf(db, me.id)), ...(await enrolmentsOf(db, other.id))]
        return all.map((each) => rows.find(({ id }) => id === each.id)!.disabledAt)
      }
      const read = (await enrolmentsOf(db, me.id)).find(({ id }) => id === all[0]!.id)
      expect(await disableFrom(db, me.id, fresh('attempt'), NOW)).toBe(0)
      expect(await now()).toEqual([null, null, null, null])
      expect(await disableFrom(db, me.id, from, NOW)).toBe(1)
      expect(await disableFrom(db, me.id, from, LATER)).toBe(0)
      expect(await now()).toEqual([NOW, null, null, null])
      // An answer that was looked at before comes too late.
      expect(await replaceState(db, read!, 'used', LATER)).toBe(false)
      for (const { id } of [me, other]) await deleteEnrolments(db, id)
    })

    test('whether something is being set up is asked of one account and one time', async () => {
      const lifetime = 60_000
      // What the tests before have left under way is over.
      const begin = NOW + 10 * lifetime
      const isUnderWay = (at = begin, whose = me) => isSettingUp(db, whose.id, lifetime, at)
      const open = (purpose: Attempt['purpose'], at = begin) =>
        attempt({ id: newId(systemRandom, at), purpose })
      for (const purpose of ['sign-in', 'unprotect', 'recovery-codes', 'step-up', 'new-email'])
        await open(purpose as Attempt['purpose'])
      expect(await isUnderWay()).toBe(false)
      for (const [turn, purpose] of (['protect', 'add-factor'] as const).entries()) {
        const at = begin + turn * 3 * lifetime
        const made = await open(purpose, at)
        expect([await isUnderWay(at), await isUnderWay(at, other)]).toEqual([true, false])
        expect(await isUnderWay(at + lifetime + 1)).toBe(false)
        await endAttempt(db, made.id, at)
        expect(await isUnderWay(at)).toBe(false)
      }
    })

    test('B-14: links are ended for one account and one purpose', async () => {
      const link = (accountId: string, purpose: 'reset' | 'stop-change') => ({
        ...linkNow(),
        purpose,
        accountId,
        expiresAt: LATER,
      })
      const [old, theirs, stop] = [
        link(me.id, 'reset'),
        link(other.id, 'reset'),
        link(me.id, 'stop-change'),
      ]
      for (const each of [old, theirs, stop]) await insertLink(db, each)
      await endLinksOf(db, me.id, NOW, 'reset')
      const alive = ({ purpose, tokenHash }: typeof old) => isLinkAlive(db, purpose, tokenHash, NOW)
      expect(await alive(old)).toBe(false)
      expect(await alive(theirs)).toBe(true)
      expect(await alive(stop)).toBe(true)
    })

    test('G-04: a new password leaves the attempt that sets it, and ends the others', async () => {
      const [spared, ended] = [await attempt(), await attempt()]
      await endAttemptsOf(db, me.id, 60_000, LATER, spared.id)
      expect((await again(spared)).endedAt).toBeNull()
      expect((await again(ended)).endedAt).toBe(LATER)
    })

    const timeouts = { idle: 1000, absolute: 3000 }
    const session = async (about: Partial<Parameters<typeof insertSession>[1]> = {}) => {
      const createdAt = about.createdAt ?? NOW
      const id = newId(systemRandom, createdAt)
      const made = {
        id,
        tokenHash: hashBearer(newBearer(id, systemRandom))!,
        accountId: me.id,
        deviceId: 'device',
        attemptId: 'attempt',
        proofs: [],
        createdAt,
        seenAt: createdAt,
        longestIdle: null,
        longestLife: null,
        ...about,
      }
      await insertSession(db, made)
      return made
    }
    const alive = async (tokenHash: string, at: number) =>
      (await findSession(db, tokenHash, timeouts, at)) !== null

    test('G-05: a session ends once and is dead at once', async () => {
      const { id, tokenHash } = await session()
      expect(await alive(tokenHash, NOW)).toBe(true)
      expect(await endSession(db, tokenHash, NOW)).toMatchObject({ id, accountId: me.id })
      expect(await endSession(db, tokenHash, LATER)).toBeNull()
      expect(await alive(tokenHash, NOW)).toBe(false)
    })

    test('G-04: all sessions of an account end but the one that is spared, and nobody else’s', async () => {
      const [spared, mineToo, ended] = [await session(), await session(), await session()]
      const theirs = await session()
      await db
        .updateTable('sessions')
        .set({ accountId: other.id })
        .where('id', '=', theirs.id)
        .execute()
      await endSession(db, ended.tokenHash, NOW)
      await endSessionsOf(db, me.id, LATER, spared.id)
      expect(await alive(spared.tokenHash, NOW)).toBe(true)
      expect(await alive(mineToo.tokenHash, NOW)).toBe(false)
      expect(await alive(theirs.tokenHash, NOW)).toBe(true)
      const { endedAt } = await db
        .selectFrom('sessions')
        .select('endedAt')
        .where('id', '=', ended.id)
        .executeTakeFirstOrThrow()
      expect(endedAt).toBe(NOW)
      await endSessionsOf(db, me.id, LATER)
      expect(await alive(spared.tokenHash, NOW)).toBe(false)
    })

    test('G-10: a session that is not used ends, and so does one that is old', async () => {
      const { id, tokenHash } = await session()
      expect(await alive(tokenHash, NOW + 999)).toBe(true)
      expect(await alive(tokenHash, NOW + 1000)).toBe(false)
      await seeSession(db, id, NOW + 2500)
      expect(await alive(tokenHash, NOW + 2999)).toBe(true)
      expect(await alive(tokenHash, NOW + 3000)).toBe(false)
    })

    test('G-11: a session that has ended is not brought back by a new token', async () => {
      const [ended, alive_] = [await session(), await session()]
      await endSession(db, ended.tokenHash, NOW)
      const [other_, token] = [ended, alive_].map(({ id }) =>
        hashBearer(newBearer(id, systemRandom))!,
      ) as [string, string]
      expect(await replaceToken(db, ended.id, other_, [])).toBe(false)
      const query = db.selectFrom('sessions').select('tokenHash').where('id', '=', ended.id)
      expect(await query.executeTakeFirst()).toEqual({ tokenHash: ended.tokenHash })
      expect(await alive(alive_.tokenHash, NOW)).toBe(true)
      expect(await replaceToken(db, alive_.id, token, [PROOF])).toBe(true)
      expect(await alive(token, NOW)).toBe(true)
      expect(await alive(alive_.tokenHash, NOW)).toBe(false)
    })

    test('G-11: what was shown in a session that has ended counts for nothing', async () => {
      const { id, tokenHash } = await session()
      await replaceToken(db, id, tokenHash, [PROOF])
      expect(await proofsIn(db, id)).toEqual([PROOF])
      await endSession(db, tokenHash, NOW)
      expect(await proofsIn(db, id)).toEqual([])
    })

    test('G-05: a session is ended by its id once, whatever its token is, and no other is', async () => {
      const [mine, next] = [await session(), await session()]
      expect(await endSessions(db, [mine.id], NOW)).toBe(1)
      expect(await endSessions(db, [mine.id], LATER)).toBe(0)
      expect(await alive(mine.tokenHash, NOW)).toBe(false)
      expect(await alive(next.tokenHash, NOW)).toBe(true)
      const query = db.selectFrom('sessions').select('endedAt').where('id', '=', mine.id)
      expect(await query.executeTakeFirst()).toEqual({ endedAt: NOW })
    })

    test('G-11: a visit that was on its way does not bring an ended session back', async () => {
      const { id, tokenHash } = await session()
      await endSession(db, tokenHash, NOW)
      await seeSession(db, id, LATER)
      const query = db.selectFrom('sessions').select('seenAt').where('id', '=', id)
      expect(await query.executeTakeFirst()).toEqual({ seenAt: NOW })
    })

    test('Q-08: a visit that comes late does not take back what a later one did', async () => {
      const { id, tokenHash } = await session()
      await seeSession(db, id, LATER)
      await seeSession(db, id, NOW)
      expect(await alive(tokenHash, LATER + 999)).toBe(true)
    })

    test('E-10: a device gets one new token for each it shows', async () => {
      const made = await device()
      const to = (tokenHash: string) => ({
        tokenHash,
        address: '192.0.2.8',
        userAgent: '',
        rememberedAt: NOW,
        lastFactor: null,
      })
      const first = to(fresh('token'))
      expect(await rotateDevice(db, made, first, NOW)).toBe(true)
      expect(await rotateDevice(db, made, to(fresh('token')), NOW)).toBe(false)
      const { tokenHash, previousHash } = await deviceNow(made)
      expect({ tokenHash, previousHash }).toEqual({
        tokenHash: first.tokenHash,
        previousHash: made.tokenHash,
      })
    })

    test('E-05: a new token brings no trust back that was ended meanwhile', async () => {
      const made = await device()
      expect(await holdTrust(db, made.id)).toBe(true)
      await forgetDevices(db, me.id, 0, NOW)
      expect(await holdTrust(db, made.id)).toBe(false)
      const { address } = made
      const to = { tokenHash: fresh('token'), address, userAgent: '', lastFactor: 'totp' }
      expect(await rotateDevice(db, made, to, LATER)).toBe(true)
      expect(await deviceNow(made)).toMatchObject({ rememberedAt: null, forgottenAt: NOW })
    })

    test('E-10: a device whose token was copied is remembered by no late tab', async () => {
      const made = await device()
      await endDevice(db, made.id, NOW)
      await rememberDevice(db, made.id, LATER)
      expect((await deviceNow(made)).rememberedAt).toBeNull()
    })

    test('E-10: the trust of a device ends once, so one message says so', async () => {
      const made = await device()
      expect(await endDevice(db, made.id, NOW)).toBe(true)
      expect(await endDevice(db, made.id, LATER)).toBe(false)
      const ended = await deviceNow(made)
      expect(ended).toMatchObject({ rememberedAt: null, forgottenAt: NOW })
      // Neither token of it is good for anything any more.
      expect(Object.values(ended)).not.toContain(made.tokenHash)
    })

    test('E-10: one that is not remembered has no trust to end, and keeps its tokens', async () => {
      const made = await device({ rememberedAt: null })
      expect(await endDevice(db, made.id, NOW)).toBe(false)
      expect(await deviceNow(made)).toEqual(made)
    })

    test('E-10: tokens end whether remembered or not, of the devices named and of their account only', async () => {
      const rotated = { previousHash: fresh('before') }
      const mine = await device(rotated)
      const [plain, left] = [await device({ rememberedAt: null }), await device(rotated)]
      const theirs = await device({ accountId: other.id })
      await endTokens(db, me.id, { ids: [mine.id, plain.id, theirs.id] })
      for (const each of [mine, plain])
        expect(await deviceNow(each)).toEqual({ ...each, tokenHash: 'ended', previousHash: null })
      expect(await deviceNow(left)).toEqual(left)
      await endTokens(db, me.id, { allBut: left.id })
      expect([await deviceNow(left), await deviceNow(theirs)]).toEqual([left, theirs])
      await endTokens(db, me.id, { allBut: '' })
      expect((await deviceNow(left)).tokenHash).toBe('ended')
      expect(await deviceNow(theirs)).toEqual(theirs)
    })

    test('E-01: a device is found for its own account only', async () => {
      const made = await device()
      expect(await findDevice(db, me.id, made.seriesHash)).toEqual(made)
      expect(await findDevice(db, other.id, made.seriesHash)).toBeNull()
    })

    test('E-05: the trust of all but the newest devices ends, of this account only', async () => {
      const mine = await Promise.all([1, 2, 3].map((n) => device({ rememberedAt: LATER + n })))
      const gone = await device({ rememberedAt: null, forgottenAt: NOW })
      const theirs = await device({ accountId: other.id, rememberedAt: LATER + 9 })
      await forgetDevices(db, me.id, 2, LATER)
      const trusted = await Promise.all(
        mine.map(async (each) => (await deviceNow(each)).rememberedAt),
      )
      expect(trusted).toEqual([null, LATER + 2, LATER + 3])
      expect((await deviceNow(gone)).forgottenAt).toBe(NOW)
      expect((await deviceNow(theirs)).rememberedAt).toBe(LATER + 9)
      await forgetDevices(db, me.id, 0, LATER)
      expect((await deviceNow(mine[2]!)).rememberedAt).toBeNull()
    })

    const endedAt = async ({ id }: { id: string }) =>
      (
        await db
          .selectFrom('sessions')
          .select('endedAt')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
      ).endedAt

    test('E-11: devices are removed, forgotten, named and seen by their own account only', async () => {
      const [mine, theirs] = [await device(), await device({ accountId: other.id })]
      const ids = [mine.id, theirs.id]
      expect(await devicesAmong(db, me.id, ids)).toEqual([mine.id])
      expect((await devicesOf(db, me.id)).map(({ id }) => id)).not.toContain(theirs.id)
      expect(await nameDevice(db, me.id, theirs.id, 'x')).toBe(false)
      expect(await forgetThese(db, me.id, ids, LATER)).toEqual([mine.id])
      expect(await removeDevices(db, me.id, { ids }, LATER)).toEqual([mine.id])
      await removeDevices(db, me.id, { allBut: mine.id }, LATER)
      expect(await deviceNow(theirs)).toEqual(theirs)
    })

    test('E-11: of the devices of an account only those named are removed, forgotten and named', async () => {
      const [mine, left] = [await device(), await device()]
      await nameDevice(db, me.id, mine.id, 'x')
      await forgetThese(db, me.id, [mine.id], LATER)
      await removeDevices(db, me.id, { ids: [mine.id] }, LATER)
      expect(await deviceNow(left)).toEqual(left)
      await removeDevices(db, me.id, { allBut: left.id }, LATER)
      expect(await deviceNow(left)).toEqual(left)
    })

    test('E-11: a device is removed once, and then it is on no list and has no name', async () => {
      const made = await device()
      expect(await removeDevices(db, me.id, { ids: [made.id] }, NOW)).toEqual([made.id])
      expect(await removeDevices(db, me.id, { ids: [made.id] }, LATER)).toEqual([])
      const removed = await deviceNow(made)
      expect(removed).toMatchObject({ removedAt: NOW, rememberedAt: null, forgottenAt: NOW })
      // No token of it is good for anything any more.
      expect(Object.values(removed)).not.toContain(made.tokenHash)
      expect(await devicesAmong(db, me.id, [made.id])).toEqual([])
      expect((await devicesOf(db, me.id)).map(({ id }) => id)).not.toContain(made.id)
      expect(await nameDevice(db, me.id, made.id, 'x')).toBe(false)
      expect((await deviceNow(made)).name).toBeNull()
    })

    test('E-05: a removed device is remembered by no late tab, and rotates no token', async () => {
      const made = await device()
      await removeDevices(db, me.id, { ids: [made.id] }, NOW)
      await rememberDevice(db, made.id, LATER)
      const { address } = made
      const to = { tokenHash: fresh('token'), address, userAgent: '', lastFactor: 'totp' }
      expect(await rotateDevice(db, made, to, LATER)).toBe(false)
      expect(await holdTrust(db, made.id)).toBe(false)
      expect((await deviceNow(made)).rememberedAt).toBeNull()
    })

    test('E-05: a device is forgotten once, and one event says so', async () => {
      const made = await device()
      expect(await forgetThese(db, me.id, [made.id], NOW)).toEqual([made.id])
      expect(await forgetThese(db, me.id, [made.id], LATER)).toEqual([])
      expect((await deviceNow(made)).forgottenAt).toBe(NOW)
    })

    test('E-01: a device is held for its own account only', async () => {
      const made = await device()
      expect(await holdDevice(db, me.id, made.seriesHash)).toEqual(made)
      expect(await holdDevice(db, other.id, made.seriesHash)).toBeNull()
      const another = hashBearer(newBearer(made.id, systemRandom))!
      expect(await holdDevice(db, me.id, another)).toBeNull()
      expect(await findDevice(db, me.id, another)).toBeNull()
    })

    test('G-11: a device that a sign-in holds is removed after it, with the session it made', async () => {
      const made = await device()
      const token = fresh('device')
      const signIn = write(db, async (tx) => {
        await holdDevice(tx, me.id, made.seriesHash)
        await sleep(100)
        const { rememberedAt } = (await findDevice(tx, me.id, made.seriesHash))!
        // Nobody has come in between.
        expect(rememberedAt).toBe(NOW)
        await insertSession(tx, {
          id: newId(systemRandom, NOW),
          tokenHash: token,
          accountId: me.id,
          deviceId: made.id,
          attemptId: 'attempt',
          proofs: [],
          createdAt: NOW,
          seenAt: NOW,
          longestIdle: null,
          longestLife: null,
        })
      })
      await sleep(30)
      const removal = write(db, async (tx) => {
        const which = { ids: [made.id] }
        await removeDevices(tx, me.id, which, LATER)
        await endSessionsOn(tx, me.id, which, LATER)
      })
      await Promise.all([signIn, removal])
      const query = db.selectFrom('sessions').select('endedAt').where('tokenHash', '=', token)
      expect(await query.execute()).toEqual([{ endedAt: LATER }])
    })

    test('G-05: the sessions of some devices end, of this account only, and those ended stay as they are', async () => {
      const [a, b] = [fresh('device'), fresh('device')]
      const [onA, onB] = [await session({ deviceId: a }), await session({ deviceId: b })]
      const ended = await session({ deviceId: a })
      await endSession(db, ended.tokenHash, NOW)
      const theirs = await session({ deviceId: a, accountId: other.id })
      await endSessionsOn(db, me.id, { ids: [a] }, LATER)
      expect(await Promise.all([onA, onB, ended, theirs].map(endedAt))).toEqual([
        LATER,
        null,
        NOW,
        null,
      ])
      await endSessionsOn(db, me.id, { allBut: b }, LATER)
      expect(await Promise.all([onB, theirs].map(endedAt))).toEqual([null, null])
      await endSessionsOn(db, me.id, { allBut: a }, LATER)
      expect(await Promise.all([onB, theirs].map(endedAt))).toEqual([LATER, null])
    })

    test('G-05: what is said to have ended was alive, on these devices, and of this account', async () => {
      const [a, b] = [fresh('device'), fresh('device')]
      const alive_ = await session({ deviceId: a })
      const ended = await session({ deviceId: a })
      await endSession(db, ended.tokenHash, NOW)
      await session({ deviceId: a, accountId: other.id })
      const idle = await session({ deviceId: a })
      const old = await session({ deviceId: a, createdAt: NOW - 2500 })
      const elsewhere = await session({ deviceId: b })
      const on = async (which: Parameters<typeof livingSessionsOn>[2], at: number) =>
        (await livingSessionsOn(db, me.id, which, timeouts, at)).map(({ id }) => id)
      for (const { id } of [alive_, elsewhere, old]) await seeSession(db, id, NOW + 900)
      expect(await on({ ids: [a] }, NOW + 400)).toEqual([old.id, alive_.id, idle.id])
      // Unused for too long, and used but too old.
      expect(await on({ ids: [a] }, NOW + 1000)).toEqual([alive_.id])
      expect(await on({ allBut: a }, NOW + 1000)).toEqual([elsewhere.id])
    })

    test('G-11: what was opened in sessions that end is over, and nothing else', async () => {
      const [one, two, left] = [
        await attempt({ sessionId: 'one' }),
        await attempt({ sessionId: 'two' }),
        await attempt({ sessionId: 'left' }),
      ]
      await endAttemptsIn(db, ['one', 'two'], LATER - NOW + 1000, LATER)
      const ended = await Promise.all([one, two, left].map(again))
      expect(ended.map((each) => each.endedAt)).toEqual([LATER, LATER, null])
    })

    test('G-05: a session that is too many ends once', async () => {
      const [made, left] = [await session(), await session()]
      expect(await endSessions(db, [made.id], NOW)).toBe(1)
      expect(await endSessions(db, [made.id], LATER)).toBe(0)
      expect(await Promise.all([made, left].map(endedAt))).toEqual([NOW, null])
    })

    test('too many are the oldest of the living sessions of one account', async () => {
      await db.deleteFrom('sessions').execute()
      const [first, second, third] = [await session(), await session(), await session()]
      const ended = await session()
      await endSession(db, ended.tokenHash, NOW)
      await session({ accountId: other.id })
      const beyond = async (most: number, at: number) =>
        (await sessionsBeyond(db, me.id, most, timeouts, at)).map(({ id }) => id)
      expect(await beyond(3, NOW)).toEqual([])
      expect(await beyond(2, NOW)).toEqual([first.id])
      expect(await beyond(1, NOW)).toEqual([second.id, first.id])
      await seeSession(db, first.id, NOW + 900)
      await seeSession(db, third.id, NOW + 900)
      expect(await beyond(1, NOW + 1000)).toEqual([first.id])
      expect(await beyond(0, NOW + 1000)).toEqual([third.id, first.id])
      await seeSession(db, first.id, NOW + 2900)
      expect(await beyond(0, NOW + 2999)).toEqual([first.id])
      // Older than a session may get, and one that a clock made which was far ahead.
      expect(await beyond(0, NOW + 3000)).toEqual([])
      await seeSession(db, first.id, NOW + 100_000)
      expect(await beyond(0, NOW + 1000)).toEqual([third.id])
    })

    test('where somebody is signed in is told by account and device', async () => {
      await db.deleteFrom('sessions').execute()
      const [a, b] = [fresh('device'), fresh('device')]
      await session({ deviceId: a })
      const later = await session({ deviceId: a, createdAt: NOW + 10 })
      await session({ deviceId: b, accountId: other.id, createdAt: NOW + 15 })
      const ended = await session({ deviceId: b })
      await endSession(db, ended.tokenHash, NOW)
      const use = async (at: number) =>
        (await useOfDevices(db, me.id, timeouts, at)).toSorted((x, y) =>
          x.deviceId < y.deviceId ? -1 : 1,
        )
      const seen = [
        { deviceId: a, seenAt: NOW + 10, isIn: true },
        { deviceId: b, seenAt: NOW, isIn: false },
      ]
      expect(await use(NOW + 20)).toEqual(seen)
      await endSession(db, later.tokenHash, NOW)
      expect(await use(NOW + 20)).toEqual(seen)
      expect((await use(NOW + 1000)).map(({ isIn }) => isIn)).toEqual([false, false])
    })

    test('only devices that were deleted a month ago or not seen for a year are cleaned away', async () => {
      const DAY = 24 * 60 * 60_000
      const at = NOW + 1000 * DAY
      const made = {
        seen: await device({ lastSeenAt: at - 365 * DAY }),
        unseen: await device({ lastSeenAt: at - 365 * DAY - 1 }),
        removed: await device({ lastSeenAt: at, removedAt: at - 31 * DAY - 1 }),
        justRemoved: await device({ lastSeenAt: at, removedAt: at - 31 * DAY }),
      }
      let walk = await cleanDevices(db, at)
      while (walk.after !== '') walk = await cleanDevices(db, at, walk.after)
      const ids = (await db.selectFrom('devices').select('id').execute()).map(({ id }) => id)
      const left = Object.entries(made).filter(([, { id }]) => ids.includes(id))
      expect(left.map(([what]) => what)).toEqual(['seen', 'justRemoved'])
    })

    test('E-11: what is done to one row is done to no other', async () => {
      const [mine, second] = [await attempt(), await attempt()]
      const theirs = await attempt({ accountId: other.id })
      const [used, kept] = [await device(), await device({ accountId: other.id })]
      // Even where a neighbour has the same token, it is another row.
      await db
        .updateTable('devices')
        .set({ tokenHash: used.tokenHash })
        .where('id', '=', kept.id)
        .execute()
      const [ended, alive_] = [await session(), await session()]
      const enrolled = async (accountId: string) => {
        const about = {
          id: fresh('enrolment'),
          kind: 'email',
          name: '',
          createdAt: NOW,
          handle: null,
        }
        await insertEnrolment(db, { ...about, accountId, state: 'first' })
        return (await enrolmentsOf(db, accountId)).find(({ id }) => id === about.id)!
      }
      const [changed, left] = [await enrolled(me.id), await enrolled(other.id)]
      expect(await enrolmentsOf(db, other.id)).toEqual([left])
      const neighbours = async () => [
        await again(theirs),
        await again(second),
        await deviceNow(kept),
        await db.selectFrom('sessions').selectAll().where('id', '=', alive_.id).execute(),
        await enrolmentsOf(db, other.id),
        await db.selectFrom('accounts').selectAll().where('id', '=', other.id).execute(),
      ]
      const before = await neighbours()

      await spendTry(db, mine, NOW)
      await spendSend(db, mine, { ...next, asked: null }, 5, NOW)
      await replaceDraft(db, mine, { email: 'x' }, LATER)
      await addProof(db, await again(mine), me.id, PROOF)
      await rotateDevice(db, used, { ...used, tokenHash: fresh('token') }, LATER)
      await rememberDevice(db, used.id, LATER)
      await endDevice(db, used.id, LATER)
      await forgetDevices(db, me.id, 1, LATER)
      await deleteEnrolments(db, me.id)
      await seeSession(db, ended.id, LATER)
      await endSession(db, ended.tokenHash, LATER)
      await replaceState(db, changed, 'second', LATER)
      await endAttempt(db, mine.id, LATER)
      const { passwordHash } = (await db
        .selectFrom('accounts')
        .selectAll()
        .where('id', '=', other.id)
        .executeTakeFirst())!
      await replacePasswordHash(db, { ...me, passwordHash }, 'mine alone')

      expect(await neighbours()).toEqual(before)
      expect(await findSession(db, fresh('token'), timeouts, NOW)).toBeNull()
      expect((await readLimits(db, [fresh('limit')])).size).toBe(0)
    })

    type Which = { readonly accountId: string; readonly login: string; readonly countsAt: number }
    async function contactChange(about: Partial<Which> = {}) {
      const made = {
        id: newId(systemRandom, NOW),
        accountId: me.id,
        kind: 'email',
        value: 'a@new.example.com',
        login: `${fresh('login')}@new.example.com`,
        sessionId: NO_SESSION,
        provenAt: NOW,
        countsAt: LATER,
        ...about,
      }
      return { made, isNew: await insertChange(db, made) }
    }
    const changeNow = ({ id }: { id: string }) =>
      db.selectFrom('contactChanges').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

    test('J-14: an address waits for one account at most, until it is stopped or made', async () => {
      const { made: first, isNew } = await contactChange()
      expect(isNew).toBe(true)
      const again = { login: first.login, accountId: other.id }
      expect((await contactChange(again)).isNew).toBe(false)
      await stopChange(db, first, NOW)
      const { made: second, isNew: isFree } = await contactChange(again)
      expect(isFree).toBe(true)
      await applyChange(db, second, LATER)
      expect((await contactChange({ login: first.login })).isNew).toBe(true)
    })

    test('G-05: a change of address is stopped once, and not once it is made', async () => {
      const { made } = await contactChange()
      expect(await stopChange(db, made, NOW)).toBe(true)
      expect(await stopChange(db, made, LATER)).toBe(false)
      expect(await changeNow(made)).toMatchObject({ stoppedAt: NOW, appliedAt: null })
      const { made: second } = await contactChange({ countsAt: NOW })
      await applyChange(db, second, NOW)
      expect(await stopChange(db, second, LATER)).toBe(false)
      expect(await changeNow(second)).toMatchObject({ stoppedAt: null, appliedAt: NOW })
    })

    test('G-05: a change of address is made once, not before its time, and not once it is stopped', async () => {
      const { made } = await contactChange()
      expect(await applyChange(db, made, LATER - 1)).toBe(false)
      expect(await changeNow(made)).toMatchObject({ appliedAt: null })
      expect(await applyChange(db, made, LATER)).toBe(true)
      expect(await applyChange(db, made, LATER + 1)).toBe(false)
      expect(await changeNow(made)).toMatchObject({ appliedAt: LATER })
      const { made: stopped } = await contactChange()
      await stopChange(db, stopped, NOW)
      expect(await applyChange(db, stopped, LATER)).toBe(false)
      expect(await changeNow(stopped)).toMatchObject({ stoppedAt: NOW, appliedAt: null })
    })

    test('G-05: what waits is found while it waits, by its account, its address and its time', async () => {
      await db.deleteFrom('contactChanges').execute()
      const { made } = await contactChange()
      const { made: theirs } = await contactChange({ accountId: other.id })
      expect(await findWaiting(db, me.id)).toMatchObject({ id: made.id })
      expect(await findWaitingFor(db, theirs.login)).toMatchObject({ id: theirs.id })
      expect(await dueChanges(db, LATER - 1, 9)).toEqual([])
      expect(await dueChanges(db, LATER, 9)).toHaveLength(2)
      await stopChange(db, made, NOW)
      await applyChange(db, theirs, LATER)
      for (const { id, login } of [
        { id: me.id, login: made.login },
        { id: other.id, login: theirs.login },
      ])
        expect([await findWaiting(db, id), await findWaitingFor(db, login)]).toEqual([null, null])
      expect(await dueChanges(db, LATER, 9)).toEqual([])
    })

    test('E-11: a change of address is stopped and made for its own account only', async () => {
      const { made } = await contactChange({ countsAt: NOW })
      for (const which of [
        { id: made.id, accountId: other.id },
        { id: fresh('change'), accountId: me.id },
      ]) {
        expect(await stopChange(db, which, LATER)).toBe(false)
        expect(await applyChange(db, which, LATER)).toBe(false)
      }
      expect(await changeNow(made)).toMatchObject({ stoppedAt: null, appliedAt: null })
    })

    test("B-10: the links of an account end with its address, and nobody else's do", async () => {
      const expiresAt = LATER
      const [mine, theirs, used] = [linkNow(), linkNow(), linkNow()]
      await insertLink(db, { ...mine, purpose: 'reset', accountId: me.id, expiresAt })
      await insertLink(db, { ...theirs, purpose: 'reset', accountId: other.id, expiresAt })
      await insertLink(db, { ...used, purpose: 'reset', accountId: me.id, expiresAt })
      await spendLink(db, 'reset', used.tokenHash, NOW)
      await endLinksOf(db, me.id, NOW + 1)
      expect(await isLinkAlive(db, 'reset', mine.tokenHash, NOW)).toBe(false)
      expect(await isLinkAlive(db, 'reset', theirs.tokenHash, NOW)).toBe(true)
      const { usedAt } = await db
        .selectFrom('links')
        .select('usedAt')
        .where('tokenHash', '=', used.tokenHash)
        .executeTakeFirstOrThrow()
      expect(usedAt).toBe(NOW)
    })

    test('C-05: of twenty who count in one limit at the same moment, each is counted', async () => {
      const keys = [fresh('limit'), fresh('limit')]
      const countOne = (turn: number) =>
        write(db, async (tx) => {
          const read = await readLimits(tx, turn % 2 ? keys : keys.toReversed())
          await sleep(2)
          const used = keys.map((key) => {
            const count = (read.get(key)?.count ?? 0) + 1
            return [key, { count, since: NOW, last: NOW, endsAt: LATER }] as const
          })
          await writeLimits(tx, new Map(used))
        })
      await Promise.all(Array.from({ length: 20 }, (_, turn) => countOne(turn)))
      const read = await readLimits(db, keys)
      expect(keys.map((key) => read.get(key)?.count)).toEqual([20, 20])
    })

    test('B-04: a message that another has taken is not sent a second time', async () => {
      const id = fresh('message')
      const about = { accountId: me.id, attemptId: null, recipient: me.email, kind: 'code' }
      const life = { createdAt: NOW, expiresAt: LATER + 1000 }
      await insertMessage(db, { ...about, ...life, id, by: 'email', body: 'sealed' })
      const first = await claimMessage(db, id, NOW, 500)
      expect(await claimMessage(db, id, NOW, 500)).toBeNull()
      const second = await claimMessage(db, id, NOW + 500, 500)
      expect([first?.tries, second?.tries]).toEqual([1, 2])
      expect(await postponeMessage(db, first!, 'late', NOW)).toBe(false)
      expect(await failMessage(db, first!, 'smtp', 'late', NOW)).toBe(false)
      expect(await acceptMessage(db, id, 'smtp', LATER)).toBe(true)
      expect(await claimMessage(db, id, LATER, 500)).toBeNull()
      expect(await acceptMessage(db, id, 'smtp', LATER)).toBe(false)
    })

    const event = async (about: Partial<Event> = {}): Promise<Event> => {
      const made: Event = {
        id: newId(systemRandom, NOW),
        at: NOW,
        kind: 'signed_in',
        accountId: me.id,
        attemptId: null,
        sessionId: null,
        deviceId: null,
        address: '192.0.2.7',
        userAgent: '',
        requestId: 'test',
        detail: {},
        ...about,
      }
      await insertEvent(db, made)
      return made
    }
    const message = async (accountId: string): Promise<string> => {
      const id = newId(systemRandom, NOW)
      const about = { accountId, attemptId: null, recipient: me.email, kind: 'code' }
      const life = { createdAt: NOW, expiresAt: LATER }
      await insertMessage(db, { ...about, ...life, id, by: 'email', body: 'sealed' })
      return id
    }

    test('B-14: "this was not me" is said once about a message', async () => {
      const [id, left] = [await message(me.id), await message(me.id)]
      expect(await reportMessage(db, id, NOW)).toBe(true)
      expect(await reportMessage(db, id, LATER)).toBe(false)
      expect((await findMessage(db, id))?.reportedAt).toBe(NOW)
      expect((await findMessage(db, left))?.reportedAt).toBeNull()
      expect(await reportMessage(db, fresh('message'), NOW)).toBe(false)
    })

    test('whether something happened is asked of one account, one kind and one time', async () => {
      const kind = fresh('kind')
      await event({ kind })
      expect(await hasHappened(db, me.id, kind, NOW - 1)).toBe(true)
      expect(await hasHappened(db, me.id, kind, NOW + 1)).toBe(false)
      expect(await hasHappened(db, me.id, fresh('kind'), NOW - 1)).toBe(false)
      expect(await hasHappened(db, other.id, kind, NOW - 1)).toBe(false)
    })

    test('E-11: events, messages and names are read for one account only', async () => {
      const [mine, theirs] = [await event(), await event({ accountId: other.id })]
      const all = { before: null, kinds: null, most: 1000 }
      const read = await eventsOf(db, me.id, all)
      expect(new Set(read.map(({ accountId }) => accountId))).toEqual(new Set([me.id]))
      expect(read.map(({ id }) => id)).toContain(mine.id)
      expect(await findEvent(db, me.id, mine.id)).toEqual(mine)
      expect(await findEvent(db, me.id, theirs.id)).toBeNull()
      const now = await eventsAt(db, me.id, NOW)
      expect(now.map(({ id }) => id)).not.toContain(theirs.id)
      expect(await eventsAt(db, me.id, NOW + 1)).toEqual([])
      expect(await eventsAt(db, me.id, NOW - 1)).toEqual([])

      const ids = [await message(me.id), await message(other.id)]
      expect((await messagesOf(db, me.id, ids)).map(({ id }) => id)).toEqual([ids[0]])
      const [own, strange] = [
        await device({ name: 'mine' }),
        await device({ name: 'theirs', accountId: other.id }),
      ]
      const names = await deviceNames(db, me.id, [own.id, strange.id])
      expect([...names.values()]).toEqual(['mine'])
    })

    test('a page of events begins after the one before, and holds the kinds that were asked for', async () => {
      const made = []
      for (const kind of ['a', 'b', 'a', 'b']) made.push(await event({ kind, accountId: other.id }))
      const [, , third, fourth] = made
      const page = async (about: Partial<EventsWanted>) => {
        const wanted = { before: null, kinds: ['a', 'b'], most: 1000, ...about }
        return (await eventsOf(db, other.id, wanted)).map(({ id }) => id)
      }
      const newestFirst = made.map(({ id }) => id).toReversed()
      expect(await page({})).toEqual(newestFirst)
      expect(await page({ most: 2 })).toEqual(newestFirst.slice(0, 2))
      expect(await page({ before: fourth!.id })).toEqual(newestFirst.slice(1))
      expect(await page({ kinds: ['a'], before: fourth!.id })).toEqual([third!.id, made[0]!.id])
    })

    test('an event was denied when that very event of that account was', async () => {
      const [said, unsaid] = [await event(), await event()]
      const strange = await event({ accountId: other.id })
      await event({ kind: 'not_me', detail: { event: said.id } })
      await event({ kind: 'not_me', detail: { event: strange.id } })
      await event({ kind: 'signed_in', detail: { event: unsaid.id } })
      expect(await isReported(db, said)).toBe(true)
      expect(await isReported(db, unsaid)).toBe(false)
      expect(await isReported(db, strange)).toBe(false)
    })

    test('E-11: what came from an attempt is looked for, and ended, in one account', async () => {
      const from = fresh('attempt')
      const on = fresh('device')
      const mine = await session({ attemptId: from, deviceId: on })
      const theirs = await session({ attemptId: from, deviceId: on, accountId: other.id })
      const named = await session()
      const ids = async (attemptId: string | null, more: string[]) =>
        (await sessionsFrom(db, me.id, attemptId, more)).map(({ id }) => id)
      expect(await ids(from, [])).toEqual([mine.id])
      expect(await ids(null, [named.id, theirs.id])).toEqual([named.id])
      expect(await ids(null, [])).toEqual([])
      expect(await attemptOfSession(db, mine.id)).toBe(from)
      const opened = await attempt({ sessionId: mine.id })
      expect(await sessionOfAttempt(db, me.id, opened.id)).toBe(mine.id)
      expect(await sessionOfAttempt(db, other.id, opened.id)).toBeNull()
      expect(await proofsIn(db, mine.id)).toHaveLength(mine.proofs.length)

      expect(await endSessions(db, [mine.id], NOW)).toBe(1)
      expect(await endSessions(db, [mine.id], LATER)).toBe(0)
      const { endedAt } = await db
        .selectFrom('sessions')
        .select('endedAt')
        .where('id', '=', mine.id)
        .executeTakeFirstOrThrow()
      expect(endedAt).toBe(NOW)
    })

    test('G-05: what was shown in a session that has ended counts for nothing', async () => {
      const made = await session({ proofs: [PROOF] })
      expect(await proofsIn(db, made.id)).toEqual([PROOF])
      await endSessions(db, [made.id], NOW)
      expect(await proofsIn(db, made.id)).toEqual([])
    })

    test('those who run the installation are found, and no others', async () => {
      const found = await operators(db, 20)
      expect(new Set(found.map(({ privilege }) => privilege))).toEqual(new Set(['operator']))
      expect(found.map(({ id }) => id)).toContain(me.id)
      expect(await operators(db, 0)).toEqual([])
    })
  })
}
