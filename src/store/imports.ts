import type { Database } from './open.ts'
import type { ImportLinesTable, ImportsTable } from './tables.ts'

export type Import = Readonly<ImportsTable>
export type ImportLine = Readonly<ImportLinesTable>

/** What becomes of a line, or would become of it. */
export type Result = 'made' | 'changed' | 'same' | 'refused'

export const insertImport = async (db: Database, row: Import): Promise<void> => {
  await db.insertInto('imports').values(row).execute()
}

/** At most a few hundred at a time. */
export async function insertLines(db: Database, rows: readonly ImportLine[]): Promise<void> {
  if (rows.length > 0)
    await db
      .insertInto('importLines')
      .values([...rows])
      .execute()
}

export async function findImport(db: Database, id: string): Promise<Import | null> {
  return (
    (await db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
  )
}

/** All its lines are here: from now on it can be looked at. */
export async function closeImport(
  db: Database,
  id: string,
  lines: number,
  now: number,
): Promise<void> {
  await db
    .updateTable('imports')
    .set({ lines, wholeAt: now })
    .where('id', '=', id)
    .where('wholeAt', 'is', null)
    .execute()
}

/** True for one caller only: it is to be done. Not before it was looked at, nor when it has stopped. */
export async function beginImport(db: Database, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('imports')
    .set({ begunAt: now })
    .where('id', '=', id)
    .where('checkedAt', 'is not', null)
    .where('begunAt', 'is', null)
    .where('stopped', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** One that waits for somebody to work at it, which is the caller until then; `only`: this one. */
export async function claimImport(
  db: Database,
  now: number,
  until: number,
  only: string | null = null,
): Promise<Import | null> {
  const due = db
    .selectFrom('imports')
    .selectAll()
    .where('wholeAt', 'is not', null)
    .where('stopped', 'is', null)
    .where('endedAt', 'is', null)
    .where((e) => e.or([e('checkedAt', 'is', null), e('begunAt', 'is not', null)]))
    .where('claimedUntil', '<=', now)
    .orderBy('id')
  // What is imported at the machine is worked at there, and nowhere else.
  const some = only === null ? due.where('accountId', 'is not', null) : due.where('id', '=', only)
  const found = await some.executeTakeFirst()
  return found && (await moveClaim(db, found, until)) ? { ...found, claimedUntil: until } : null
}

/** False when another process has taken it over. */
export async function moveClaim(
  db: Database,
  { id, claimedUntil }: Pick<Import, 'id' | 'claimedUntil'>,
  until: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('imports')
    .set({ claimedUntil: until })
    .where('id', '=', id)
    .where('claimedUntil', '=', claimedUntil)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** How far it is: what was worked at is never worked at again. */
export async function moveImport(
  db: Database,
  id: string,
  to: Partial<Pick<Import, 'checkedAt' | 'endedAt' | 'stopped' | 'claimedUntil'>>,
): Promise<void> {
  await db.updateTable('imports').set(to).where('id', '=', id).execute()
}

/** The next lines to look at, or to do. Those that were refused are done. */
export async function nextLines(
  db: Database,
  importId: string,
  phase: 'check' | 'do',
  most: number,
): Promise<ImportLine[]> {
  const query = db.selectFrom('importLines').selectAll().where('importId', '=', importId)
  const due =
    phase === 'check'
      ? query.where('result', 'is', null)
      : query.where('isDone', '=', 0).where('result', '<>', 'refused')
  return due.orderBy('line').limit(most).execute()
}

export async function settleLine(
  db: Database,
  { importId, line }: Pick<ImportLine, 'importId' | 'line'>,
  to: { readonly result: Result; readonly why: string | null; readonly isDone: 0 | 1 },
): Promise<void> {
  await db
    .updateTable('importLines')
    .set(to)
    .where('importId', '=', importId)
    .where('line', '=', line)
    .execute()
}

/** The same of several lines with one result. */
export async function settleLines(
  db: Database,
  importId: string,
  lines: readonly number[],
  to: { readonly result: Result; readonly why: string | null; readonly isDone: 0 | 1 },
): Promise<void> {
  await db
    .updateTable('importLines')
    .set(to)
    .where('importId', '=', importId)
    .where('line', 'in', lines)
    .execute()
}

/** The first line of each of these logins. */
export async function firstLines(
  db: Database,
  importId: string,
  logins: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (logins.length === 0) return new Map()
  const rows = await db
    .selectFrom('importLines')
    .select((e) => ['login', e.fn.min('line').as('line')])
    .where('importId', '=', importId)
    .where('login', 'in', logins)
    .groupBy('login')
    .execute()
  return new Map(rows.map(({ login, line }) => [login!, Number(line)]))
}

/** How many lines came to what, and why. */
export async function tallyOf(
  db: Database,
  importId: string,
): Promise<readonly { result: Result | null; why: string | null; done: number; count: number }[]> {
  const rows = await db
    .selectFrom('importLines')
    .select((e) => [
      'result',
      'why',
      e.fn.sum<number | string>('isDone').as('done'),
      e.fn.countAll<number | string>().as('count'),
    ])
    .where('importId', '=', importId)
    .groupBy(['result', 'why'])
    .execute()
  return rows.map(({ result, why, done, count }) => ({
    result: result as Result | null,
    why,
    done: Number(done),
    count: Number(count),
  }))
}

/** Lines after this one, in order; `only`: those with this result. */
export async function linesAfter(
  db: Database,
  importId: string,
  { after, only, most }: { after: number; only: Result | null; most: number },
): Promise<ImportLine[]> {
  let query = db
    .selectFrom('importLines')
    .selectAll()
    .where('importId', '=', importId)
    .where('line', '>', after)
  if (only !== null) query = query.where('result', '=', only)
  return query.orderBy('line').limit(most).execute()
}

/** It is gone, with its lines. */
export async function deleteImport(db: Database, id: string): Promise<void> {
  await db.deleteFrom('imports').where('id', '=', id).execute()
}

/** Those of this account that are not being done are gone. */
export async function dropIdleImports(db: Database, accountId: string): Promise<void> {
  await db
    .deleteFrom('imports')
    .where('accountId', '=', accountId)
    .where('wholeAt', 'is not', null)
    .where((e) =>
      e.or([e('begunAt', 'is', null), e('endedAt', 'is not', null), e('stopped', 'is not', null)]),
    )
    .execute()
}

/** Those that were begun before this time are gone: they hold addresses and names. */
export async function cleanImports(db: Database, time: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('imports')
    .where('createdAt', '<', time)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
