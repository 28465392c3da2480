import { sql, type RawBuilder } from 'kysely'
import { idsFrom } from '../lib/random.ts'
import type { Database } from './open.ts'
import { INSTALLATION } from './policies.ts'

const DAY = 24 * 60 * 60 * 1000

const asked = sql`e.kind = 'would_be_asked'`

const within = (owner: string): RawBuilder<unknown> =>
  owner === INSTALLATION ? sql`1 = 1` : sql`(a.id = ${owner} or a.main_id = ${owner})`

/** People who would have been asked on one day (counted from 1970), by what is known of how they are reached. */
export type AskedOnDay = { readonly day: number; readonly detail: string; readonly people: number }

/** Since then, of a main account or the installation. Once a day a person is written down. */
export async function askedByDay(
  db: Database,
  owner: string,
  since: number,
): Promise<AskedOnDay[]> {
  const { rows } = await sql<{ day: number | string; detail: string; people: number | string }>`
    select e.at / ${sql.lit(DAY)} as day, e.detail, count(*) as people
    from events e join accounts a on a.id = e.account_id
    where ${asked} and e.id >= ${idsFrom(since)} and ${within(owner)}
    group by e.at / ${sql.lit(DAY)}, e.detail`.execute(db)
  return rows.map(({ day, detail, people }) => ({
    day: Number(day),
    detail,
    people: Number(people),
  }))
}

/** How often they signed in, by day. */
export async function signInsByDay(
  db: Database,
  owner: string,
  since: number,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ day: number | string; count: number | string }>`
    select e.at / ${sql.lit(DAY)} as day, count(*) as count
    from events e
    join accounts a on a.id = e.account_id
    join events s on s.account_id = e.account_id and s.kind = 'signed_in' and s.at >= e.at
      and s.at / ${sql.lit(DAY)} = e.at / ${sql.lit(DAY)}
    where ${asked} and e.id >= ${idsFrom(since)} and ${within(owner)}
    group by e.at / ${sql.lit(DAY)}`.execute(db)
  return new Map(rows.map(({ day, count }) => [Number(day), Number(count)]))
}

/** All of them, each once, by what was known last. */
export async function askedInAll(
  db: Database,
  owner: string,
  since: number,
): Promise<readonly { readonly detail: string; readonly people: number }[]> {
  const { rows } = await sql<{ detail: string; people: number | string }>`
    select detail, count(*) as people from events where id in (
      select max(e.id) from events e join accounts a on a.id = e.account_id
      where ${asked} and e.id >= ${idsFrom(since)} and ${within(owner)}
      group by e.account_id
    ) group by detail`.execute(db)
  return rows.map(({ detail, people }) => ({ detail, people: Number(people) }))
}
