import { sql, type ExpressionBuilder } from 'kysely'
import { idOf } from '../lib/random.ts'
import { hasRowLocks, type Database } from './open.ts'
import { statement, values } from './statement.ts'
import type { DevicesTable, Tables } from './tables.ts'

export type Device = Readonly<DevicesTable>

const insert = statement((db, device: Device) =>
  db
    .insertInto('devices')
    .values(
      values(
        device,
        'id',
        'accountId',
        'seriesHash',
        'tokenHash',
        'previousHash',
        'rotatedAt',
        'address',
        'userAgent',
        'firstSeenAt',
        'lastSeenAt',
        'rememberedAt',
        'forgottenAt',
        'name',
        'removedAt',
        'lastFactor',
      ),
    ),
)

/** Writes a new device down. */
export async function insertDevice(db: Database, device: Device): Promise<void> {
  await insert(db, device)
}

type Series = { readonly id: string; readonly accountId: string; readonly seriesHash: string }

const ofSeries = (db: Database, value: Series) =>
  db
    .selectFrom('devices')
    .selectAll()
    .where('id', '=', value.id)
    .where('seriesHash', '=', value.seriesHash)
    .where('accountId', '=', value.accountId)

const bySeries = statement(ofSeries)

/** The device of this account with this series; removed or not. */
export async function findDevice(
  db: Database,
  accountId: string,
  seriesHash: string,
): Promise<Device | null> {
  return (await bySeries(db, { id: idOf(seriesHash), accountId, seriesHash })).rows[0] ?? null
}

const heldBySeries = statement((db, value: Series) => {
  const query = ofSeries(db, value)
  return hasRowLocks(db) ? query.forUpdate() : query
})

/** In a transaction: the same, and nobody removes or forgets it until the end. */
export async function holdDevice(
  db: Database,
  accountId: string,
  seriesHash: string,
): Promise<Device | null> {
  return (await heldBySeries(db, { id: idOf(seriesHash), accountId, seriesHash })).rows[0] ?? null
}

/** Is it remembered still? In a transaction, it stays so until the end. */
export async function holdTrust(db: Database, id: string): Promise<boolean> {
  let query = db
    .selectFrom('devices')
    .select('id')
    .where('id', '=', id)
    .where('rememberedAt', 'is not', null)
  if (hasRowLocks(db)) query = query.forUpdate()
  return (await query.executeTakeFirst()) !== undefined
}

/** A new token for a device that showed its current one: false if another request was first. */
export async function rotateDevice(
  db: Database,
  device: Device,
  change: Pick<Device, 'tokenHash' | 'address' | 'userAgent' | 'lastFactor'> &
    Partial<Pick<Device, 'rememberedAt'>>,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('devices')
    .set({
      ...change,
      previousHash: device.tokenHash,
      rotatedAt: now,
      lastSeenAt: now,
    })
    .where('id', '=', device.id)
    .where('tokenHash', '=', device.tokenHash)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** What no token hashes to. */
const ENDED = 'ended'

/** From now on, unless no token of it is good any more. */
export async function rememberDevice(db: Database, id: string, now: number): Promise<void> {
  await db
    .updateTable('devices')
    .set({ rememberedAt: now, lastSeenAt: now })
    .where('id', '=', id)
    .where('tokenHash', '<>', ENDED)
    .execute()
}

/**
 * Ends the trust of a device that is remembered, and with it its tokens: none is good any more, for
 * anything. True for one caller only; one that is not remembered is left as it is, tokens and all.
 */
export async function endDevice(db: Database, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('devices')
    .set({ rememberedAt: null, forgottenAt: now, tokenHash: ENDED, previousHash: null })
    .where('id', '=', id)
    .where('rememberedAt', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Ends the trust of all devices of an account but the newest `keep`. Gives how many that were. */
export async function forgetDevices(
  db: Database,
  accountId: string,
  keep: number,
  now: number,
): Promise<number> {
  const newest = db
    .selectFrom('devices')
    .select('id')
    .where('accountId', '=', accountId)
    .where('rememberedAt', 'is not', null)
    .orderBy('rememberedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(keep)
  const { numUpdatedRows } = await db
    .updateTable('devices')
    .set({ rememberedAt: null, forgottenAt: now })
    .where('accountId', '=', accountId)
    .where('rememberedAt', 'is not', null)
    .where((e) => (keep > 0 ? e('id', 'not in', newest) : sql<boolean>`1 = 1`))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Ends the trust of some devices of an account. Gives those that were remembered. */
export async function forgetThese(
  db: Database,
  accountId: string,
  ids: readonly string[],
  now: number,
): Promise<string[]> {
  const rows = await db
    .updateTable('devices')
    .set({ rememberedAt: null, forgottenAt: now })
    .where('accountId', '=', accountId)
    .where('id', 'in', ids)
    .where('rememberedAt', 'is not', null)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Which devices of an account: some, or all but one. */
export type Which = { readonly ids: readonly string[] } | { readonly allBut: string }

const isAmong = (which: Which) => (e: ExpressionBuilder<Tables, 'devices'>) =>
  'ids' in which ? e('id', 'in', which.ids) : e('id', '<>', which.allBut)

/**
 * Makes the tokens of devices worthless, remembered or not: whoever comes back from there is in a
 * browser we do not know. The devices stay on the list.
 */
export async function endTokens(db: Database, accountId: string, which: Which): Promise<void> {
  await db
    .updateTable('devices')
    .set({ tokenHash: ENDED, previousHash: null })
    .where('accountId', '=', accountId)
    .where(isAmong(which))
    .execute()
}

/**
 * Takes devices off the list, once: gives those that were on it. No token of theirs is good any more,
 * for anything. Their sessions are ended by `endSessionsOn`.
 */
export async function removeDevices(
  db: Database,
  accountId: string,
  which: Which,
  now: number,
): Promise<string[]> {
  const rows = await db
    .updateTable('devices')
    .set({
      removedAt: now,
      rememberedAt: null,
      forgottenAt: now,
      tokenHash: ENDED,
      previousHash: null,
    })
    .where('accountId', '=', accountId)
    .where(isAmong(which))
    .where('removedAt', 'is', null)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** As the person calls it; `null` is the name we make. False when there is no such device. */
export async function nameDevice(
  db: Database,
  accountId: string,
  id: string,
  name: string | null,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('devices')
    .set({ name })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .where('removedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Who signs in by a program that keeps no cookies has a new one each time: those seen last will do. */
const MOST = 5000

/** The list of an account, those that signed in last first. */
export const devicesOf = (db: Database, accountId: string): Promise<Device[]> =>
  db
    .selectFrom('devices')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('removedAt', 'is', null)
    .orderBy('lastSeenAt', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute()

/** Which of these are on the list of the account. */
export async function devicesAmong(
  db: Database,
  accountId: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('devices')
    .select('id')
    .where('accountId', '=', accountId)
    .where('id', 'in', ids)
    .where('removedAt', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** What these devices of an account are called, where the person has named them. */
export async function deviceNames(
  db: Database,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('devices')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .where('accountId', '=', accountId)
    .execute()
  return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])))
}
