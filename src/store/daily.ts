import type { Database } from './open.ts'
import { statement } from './statement.ts'
import type { DailyTable } from './tables.ts'

export type Daily = Readonly<DailyTable>

const DAY = 24 * 60 * 60 * 1000

/** Which day a moment is in, UTC. Pure. */
export const dayOf = (time: number): number => Math.floor(time / DAY)

/** When a day begins. Pure. */
export const beginOf = (day: number): number => day * DAY

const insertOrAdd = statement((db, row: Daily) =>
  db
    .insertInto('daily')
    .values({ owner: row.owner, day: row.day, name: row.name, by: row.by, count: row.count })
    .onConflict((c) =>
      c
        .columns(['owner', 'day', 'name', 'by'])
        .doUpdateSet((e) => ({ count: e('daily.count', '+', e.ref('excluded.count')) })),
    ),
)

/** So many more on that day. */
export async function addDaily(db: Database, row: Daily): Promise<void> {
  await insertOrAdd(db, row)
}

const insertOrReplace = statement((db, row: Daily) =>
  db
    .insertInto('daily')
    .values({ owner: row.owner, day: row.day, name: row.name, by: row.by, count: row.count })
    .onConflict((c) =>
      c
        .columns(['owner', 'day', 'name', 'by'])
        .doUpdateSet((e) => ({ count: e.ref('excluded.count') })),
    ),
)

/** As many as that there are on that day, as far as is known. */
export async function setDaily(db: Database, row: Daily): Promise<void> {
  await insertOrReplace(db, row)
}

/** What was counted for an owner from that day on, the oldest first. */
export async function dailyOf(db: Database, owner: string, since: number): Promise<Daily[]> {
  return db
    .selectFrom('daily')
    .selectAll()
    .where('owner', '=', owner)
    .where('day', '>=', since)
    .orderBy('day')
    .execute()
}

/** Removes what was counted before that day. */
export async function removeDaily(db: Database, before: number): Promise<void> {
  await db.deleteFrom('daily').where('day', '<', before).execute()
}
