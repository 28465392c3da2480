import type { Database } from './open.ts'
import type { RouteHealthsTable, RoutesTable } from './tables.ts'

export type RouteRow = Readonly<RoutesTable>
export type RouteHealth = Readonly<RouteHealthsTable>

/** Every route that is linked, in the operator's order. */
export const linkedRoutes = (db: Database): Promise<RouteRow[]> =>
  db.selectFrom('routes').selectAll().orderBy('place').orderBy('id').execute()

export async function insertRoute(db: Database, route: RouteRow): Promise<void> {
  await db.insertInto('routes').values(route).execute()
}

/** False when it was changed or removed since it was read. */
export async function replaceRoute(
  db: Database,
  { id, version }: Pick<RouteRow, 'id' | 'version'>,
  next: Partial<Pick<RouteRow, 'name' | 'countries' | 'prices' | 'sealed'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('routes')
    .set({ ...next, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function placeRoute(db: Database, id: string, place: number): Promise<void> {
  await db.updateTable('routes').set({ place }).where('id', '=', id).execute()
}

/** False when it is gone already. */
export async function deleteRoute(db: Database, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('routes').where('id', '=', id).executeTakeFirst()
  await db.deleteFrom('routeHealths').where('route', '=', id).execute()
  return numDeletedRows === 1n
}

/** Of those routes that fail. */
export const routeHealths = (db: Database): Promise<RouteHealth[]> =>
  db.selectFrom('routeHealths').selectAll().execute()

/** Those of routes that are gone: a process that did not know it yet has seen one fail. */
export async function forgetGone(db: Database, routes: readonly string[]): Promise<void> {
  await db
    .deleteFrom('routeHealths')
    .where('route', 'in', routes)
    .where('route', 'not in', db.selectFrom('routes').select('id'))
    .execute()
}

/**
 * One more failure since its last success, of something begun at this time. Gives how many there are.
 * Once there are `most`, what was begun before the last one was under way beside it, and counts no more:
 * `null`.
 */
export async function countFailure(
  db: Database,
  failure: { readonly route: string; readonly reason: string; readonly begunAt: number },
  most: number,
  now: number,
): Promise<number | null> {
  const { route, reason, begunAt } = failure
  const oneMore = db
    .updateTable('routeHealths')
    .set((e) => ({ failures: e('failures', '+', 1), failedAt: now, reason }))
    .where('route', '=', route)
    .where((e) => e.or([e('failures', '<', most), e('failedAt', '<', begunAt)]))
    .returning('failures')
  const first = db
    .insertInto('routeHealths')
    .values({ route, failures: 1, failedAt: now, reason })
    .onConflict((c) => c.column('route').doNothing())
    .returning('failures')
  // Between the two, somebody else may have been the first.
  const row =
    (await oneMore.executeTakeFirst()) ??
    (await first.executeTakeFirst()) ??
    (await oneMore.executeTakeFirst())
  return row?.failures ?? null
}

/** It works again. Gives how often it had failed; 0 where somebody else has said so before. */
export async function forgetHealth(db: Database, route: string): Promise<number> {
  const row = await db
    .deleteFrom('routeHealths')
    .where('route', '=', route)
    .returning('failures')
    .executeTakeFirst()
  return row?.failures ?? 0
}
