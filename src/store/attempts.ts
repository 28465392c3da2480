import type { Selectable } from 'kysely'
import type { Proof } from '../factors/factor.ts'
import { idOf, idsFrom } from '../lib/random.ts'
import type { Database } from './open.ts'
import { statement, values } from './statement.ts'
import type { AttemptsTable } from './tables.ts'

/** Why the attempt was opened: to sign in, or for a change in an account that is signed in. */
export type Purpose =
  | 'sign-in'
  | 'protect'
  /** To set up one more factor where protection is on. */
  | 'add-factor'
  | 'unprotect'
  | 'recovery-codes'
  /** To show anew who it is, before something is done. */
  | 'step-up'
  /** To prove a new address. */
  | 'new-email'
  /** To prove a factor anew that was guessed at too often. */
  | 'bind-anew'
  /** A sign-in, as it is looked at while a factor is set up in it; never kept. */
  | 'set-up'

export type Attempt = {
  readonly id: string
  readonly secretHash: string
  readonly door: 'page'
  readonly purpose: Purpose
  readonly accountId: string
  /** The session it was opened in; none when its purpose is to sign in. */
  readonly sessionId: string | null
  readonly proofs: readonly Proof[]
  /** The question now open, if there is one: which factor asks, and what it must remember. */
  readonly asked: {
    readonly kind: string
    readonly question: unknown
    /** Which ways its code was sent, where it may go by both. */
    readonly by?: readonly ('email' | 'sms')[]
  } | null
  /** What counts for nothing until the attempt ends well: factors being set up, or a deed. */
  readonly draft: Readonly<Record<string, unknown>> | null
  /** Where the person was going: a path of ours. */
  readonly goal: string | null
  readonly triesLeft: number
  readonly sends: number
  readonly nextSendAt: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly endedAt: number | null
}

const insert = statement((db, row: AttemptsTable) =>
  db
    .insertInto('attempts')
    .values(
      values(
        row,
        'id',
        'secretHash',
        'door',
        'purpose',
        'accountId',
        'sessionId',
        'proofs',
        'asked',
        'draft',
        'goal',
        'triesLeft',
        'sends',
        'nextSendAt',
        'createdAt',
        'expiresAt',
        'endedAt',
      ),
    ),
)

/** Writes a new attempt down. */
export async function insertAttempt(db: Database, attempt: Attempt): Promise<void> {
  await insert(db, {
    ...attempt,
    proofs: JSON.stringify(attempt.proofs),
    asked: attempt.asked && JSON.stringify(attempt.asked),
    draft: attempt.draft && JSON.stringify(attempt.draft),
  })
}

const bySecret = statement((db, value: { id: string; secretHash: string }) =>
  db
    .selectFrom('attempts')
    .selectAll()
    .where('id', '=', value.id)
    .where('secretHash', '=', value.secretHash),
)

/** The attempt that this secret opens, over or not. */
export async function findAttempt(db: Database, secretHash: string): Promise<Attempt | null> {
  const [row] = (await bySecret(db, { id: idOf(secretHash), secretHash })).rows
  return row ? fromRow(row) : null
}

/** What tells whether an attempt still asks, and for what. */
export type Asking = Pick<Attempt, 'asked' | 'endedAt' | 'expiresAt' | 'triesLeft'>

/** `null`: not known, or not any more. */
export async function askingOf(db: Database, id: string): Promise<Asking | null> {
  const row = await db
    .selectFrom('attempts')
    .select(['asked', 'endedAt', 'expiresAt', 'triesLeft'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? { ...row, asked: askedIn(row.asked) } : null
}

const oneTryLess = statement((db, value: { id: string; now: number; asked: string | null }) =>
  db
    .updateTable('attempts')
    .set((e) => ({ triesLeft: e('triesLeft', '-', 1) }))
    .where('id', '=', value.id)
    .where('triesLeft', '>', 0)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', value.now)
    .where('asked', 'is not distinct from', value.asked)
    .returning('triesLeft'),
)

/**
 * Takes one try away, before anybody learns whether the answer was right, so that a hundred answers
 * sent at once are still only as many as there were tries. `null`: none left, the attempt is over,
 * or its question is no longer the one that was answered.
 */
export async function spendTry(
  db: Database,
  attempt: Attempt,
  now: number,
): Promise<Attempt | null> {
  const asked = attempt.asked && JSON.stringify(attempt.asked)
  const [left] = (await oneTryLess(db, { id: attempt.id, now, asked })).rows
  return left ? { ...attempt, ...left } : null
}

/** The same attempt as it is now. */
export const findAgain = (db: Database, { secretHash }: Attempt): Promise<Attempt | null> =>
  findAttempt(db, secretHash)

/**
 * Counts one more message and writes down its question, when the wait since the last one is over
 * and there are some left. `null` for all but one of those who ask at the same moment.
 */
export async function spendSend(
  db: Database,
  attempt: Attempt,
  next: { readonly asked: Attempt['asked']; readonly nextSendAt: number },
  most: number,
  now: number,
): Promise<Attempt | null> {
  const row = await db
    .updateTable('attempts')
    .set({
      asked: JSON.stringify(next.asked),
      nextSendAt: next.nextSendAt,
      sends: attempt.sends + 1,
    })
    .where('id', '=', attempt.id)
    .where('sends', '=', attempt.sends)
    .where('sends', '<', most)
    .where('nextSendAt', '<=', now)
    .where('triesLeft', '>', 0)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', now)
    .returningAll()
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

/** Keeps what is being set up, and gives the person time to save it. */
export async function replaceDraft(
  db: Database,
  attempt: Attempt,
  draft: Attempt['draft'],
  expiresAt: number,
): Promise<void> {
  await db
    .updateTable('attempts')
    .set({ draft: JSON.stringify(draft), expiresAt })
    .where('id', '=', attempt.id)
    .where('endedAt', 'is', null)
    .execute()
}

type Move = Pick<
  Attempt,
  'proofs' | 'asked' | 'draft' | 'triesLeft' | 'sends' | 'nextSendAt' | 'expiresAt'
>

/**
 * Goes on in what is being set up, for one caller only: `null` where the attempt is not what was read any
 * more, or over.
 */
export async function moveOn(
  db: Database,
  before: Attempt,
  next: Partial<Move>,
  now: number,
): Promise<Attempt | null> {
  const after = { ...before, ...next }
  const { triesLeft, sends, nextSendAt, expiresAt } = after
  const { numUpdatedRows } = await db
    .updateTable('attempts')
    .set({ ...textsIn(after), triesLeft, sends, nextSendAt, expiresAt })
    .where('id', '=', before.id)
    .where('accountId', '=', before.accountId)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', now)
    .where('proofs', '=', JSON.stringify(before.proofs))
    .where('draft', 'is not distinct from', textsIn(before).draft)
    .where('triesLeft', '=', before.triesLeft)
    .where('sends', '=', before.sends)
    .executeTakeFirst()
  return numUpdatedRows === 1n ? after : null
}

const textsIn = ({ proofs, asked, draft }: Attempt) => ({
  proofs: JSON.stringify(proofs),
  asked: asked && JSON.stringify(asked),
  draft: draft && JSON.stringify(draft),
})

const oneProofMore = statement(
  (db, value: { id: string; accountId: string; before: string; after: string }) =>
    db
      .updateTable('attempts')
      .set((e) => ({ proofs: value.after, asked: null, triesLeft: e('triesLeft', '+', 1) }))
      .where('id', '=', value.id)
      .where('endedAt', 'is', null)
      .where('proofs', '=', value.before)
      .where('accountId', '=', value.accountId)
      .returning('triesLeft'),
)

/**
 * Writes down what was shown, closes the question and gives the try back. An attempt belongs to one
 * account from its first proof on: `null` if it is another's, over, or was proven further meanwhile.
 */
export async function addProof(
  db: Database,
  attempt: Attempt,
  accountId: string,
  proof: Proof,
): Promise<Attempt | null> {
  const proofs = [...attempt.proofs, proof]
  const before = JSON.stringify(attempt.proofs)
  const change = { id: attempt.id, accountId, before, after: JSON.stringify(proofs) }
  const [left] = (await oneProofMore(db, change)).rows
  return left ? { ...attempt, ...left, proofs, asked: null } : null
}

const end = statement((db, value: { id: string; now: number }) =>
  db
    .updateTable('attempts')
    .set({ endedAt: value.now, asked: null, draft: null })
    .where('id', '=', value.id)
    .where('endedAt', 'is', null),
)

/** True for one caller only, however many ask. */
export async function endAttempt(db: Database, id: string, now: number): Promise<boolean> {
  return (await end(db, { id, now })).changed === 1
}

/**
 * Ends whatever else is under way for an account: its factors are no longer what they were. What is
 * under way began within `lifetime` (ms); older ones need not be looked through. `but`: not this one.
 */
export const endAttemptsOf = (
  db: Database,
  accountId: string,
  lifetime: number,
  now: number,
  but: string | null = null,
): Promise<void> => endAll(db, 'accountId', accountId, lifetime, now, but)

/** The same for what was opened in sessions: a new one takes its place, or they have ended. */
export const endAttemptsIn = (
  db: Database,
  sessionIds: string | readonly string[],
  lifetime: number,
  now: number,
): Promise<void> => endAll(db, 'sessionId', sessionIds, lifetime, now, null)

async function endAll(
  db: Database,
  whose: 'accountId' | 'sessionId',
  ids: string | readonly string[],
  lifetime: number,
  now: number,
  but: string | null,
): Promise<void> {
  let query = db
    .updateTable('attempts')
    .set({ endedAt: now, asked: null, draft: null })
    .where(whose, 'in', [ids].flat())
    .where('endedAt', 'is', null)
    .where('id', '>', idsFrom(now - lifetime))
  if (but !== null) query = query.where('id', '<>', but)
  await query.execute()
}

/** Is a factor being set up for this account? What is under way began within `lifetime` (ms). */
export async function isSettingUp(
  db: Database,
  accountId: string,
  lifetime: number,
  now: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('attempts')
    .select('id')
    .where('accountId', '=', accountId)
    .where((e) =>
      e.or([
        e('purpose', 'in', ['protect', 'add-factor']),
        e.and([e('purpose', '=', 'sign-in'), e('draft', 'is not', null)]),
      ]),
    )
    .where('endedAt', 'is', null)
    .where('id', '>', idsFrom(now - lifetime))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The session in which an attempt of this account was opened, as long as the attempt is known. */
export async function sessionOfAttempt(
  db: Database,
  accountId: string,
  id: string,
): Promise<string | null> {
  const row = await db
    .selectFrom('attempts')
    .select('sessionId')
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return row?.sessionId ?? null
}

const fromRow = (row: Selectable<AttemptsTable>): Attempt => ({
  ...row,
  door: row.door as Attempt['door'],
  purpose: row.purpose as Purpose,
  proofs: JSON.parse(row.proofs),
  asked: askedIn(row.asked),
  draft: row.draft === null ? null : JSON.parse(row.draft),
})

const askedIn = (asked: string | null): Attempt['asked'] =>
  asked === null ? null : JSON.parse(asked)
