import { sql, type ExpressionBuilder, type RawBuilder } from 'kysely'
import { idsFrom } from '../lib/random.ts'
import type { Database } from './open.ts'
import { INSTALLATION } from './policies.ts'
import type { Privilege, Tables } from './tables.ts'

/** Whom a policy concerns who have the same as far as it matters, and how many they are. */
export type AccountClass = {
  /** Its name. */
  readonly key: string
  /** Their main account, where it has a policy of its own; else ''. */
  readonly owner: string
  readonly privilege: Privilege | null
  /** What works. */
  readonly kinds: readonly ('passkey' | 'totp' | 'sms' | 'email')[]
  readonly isAddressProven: boolean
  /** There is a number, at home where codes may go. */
  readonly hasNumber: boolean
  readonly count: number
}

const kinds = ['passkey', 'totp', 'sms', 'email'] as const

// Every account of the main account, or of the installation, with its class as a text.
function classed(owner: string, codes: readonly string[]): RawBuilder<unknown> {
  const works = kinds.map(
    (kind) => sql`max(case when e.kind = ${sql.lit(kind)} then '1' else '0' end)`,
  )
  const near = codes.map((code) => sql`a.phone like ${`${code}%`}`)
  const isNear = near.length === 0 ? sql`1 = 0` : sql.join(near, sql` or `)
  return sql`
    select a.login, coalesce(p.owner, '') || '|' || coalesce(a.privilege, '') || '|'
      || ${sql.join(works, sql` || `)}
      || case when a.email_proven_at is null then '0' else '1' end
      || case when ${isNear} then '1' else '0' end as class
    from accounts a
    left join policies p on p.owner = coalesce(a.main_id, a.id)
    left join enrolments e on e.account_id = a.id and e.disabled_at is null
    where a.disabled_at is null and ${within(owner)}
    group by a.id, p.owner`
}

const within = (owner: string): RawBuilder<unknown> =>
  owner === INSTALLATION ? sql`1 = 1` : sql`(a.id = ${owner} or a.main_id = ${owner})`

/**
 * How many accounts there are of each class, of a main account or the installation. `codes`: what numbers
 * begin with that codes go to (`+351`).
 */
export async function accountClasses(
  db: Database,
  owner: string,
  codes: readonly string[],
): Promise<AccountClass[]> {
  const { rows } = await sql<{ class: string; count: number | string }>`
    select class, count(*) as count from (${classed(owner, codes)}) as each_account
    group by class order by class`.execute(db)
  return rows.map((row) => {
    const [main, privilege, marks] = row.class.split('|') as [string, string, string]
    return {
      key: row.class,
      owner: main,
      privilege: privilege === '' ? null : (privilege as Privilege),
      kinds: kinds.filter((_, index) => marks[index] === '1'),
      isAddressProven: marks[4] === '1',
      hasNumber: marks[5] === '1',
      count: Number(row.count),
    }
  })
}

/** The first of those in these classes, by login. */
export async function firstOf(
  db: Database,
  owner: string,
  codes: readonly string[],
  classes: readonly string[],
  most: number,
): Promise<string[]> {
  if (classes.length === 0) return []
  const { rows } = await sql<{ login: string }>`
    select login from (${classed(owner, codes)}) as each_account
    where class in (${sql.join(classes)}) order by login limit ${most}`.execute(db)
  return rows.map(({ login }) => login)
}

/** Whose it is, as far as a policy looks at it, and how many there are. */
export type Group = {
  readonly owner: string
  readonly privilege: Privilege | null
  readonly count: number
}

const DAY = 24 * 60 * 60 * 1000

/** Devices that were remembered within these days and used since, by whole days since then. */
export async function rememberedByAge(
  db: Database,
  owner: string,
  { days, seenAfter, now }: { readonly days: number; readonly seenAfter: number; now: number },
): Promise<readonly (Group & { readonly age: number })[]> {
  const { rows } = await sql<Group & { age: number | string }>`
    select owner, privilege, age, count(*) as count from (
      select coalesce(p.owner, '') as owner, a.privilege,
        (${sql.lit(now)} - d.remembered_at) / ${sql.lit(DAY)} as age
      from devices d
      join accounts a on a.id = d.account_id
      left join policies p on p.owner = coalesce(a.main_id, a.id)
      where d.remembered_at > ${now - days * DAY} and d.last_seen_at > ${seenAfter}
        and d.removed_at is null and a.disabled_at is null and ${within(owner)}
    ) as each_device
    group by owner, privilege, age`.execute(db)
  return rows.map((row) => ({ ...row, age: Number(row.age), count: Number(row.count) }))
}

type Lived = { readonly idle: number; readonly absolute: number; readonly now: number }

/** Sessions that live by the settings, by what a policy says of them now (ms). */
export async function livingSessions(
  db: Database,
  owner: string,
  { idle, absolute, now }: Lived,
): Promise<
  readonly (Group & { readonly longestIdle: number | null; readonly longestLife: number | null })[]
> {
  const { rows } = await sql<
    Group & { longestIdle: number | string | null; longestLife: number | string | null }
  >`
    select coalesce(p.owner, '') as owner, a.privilege, s.longest_idle, s.longest_life,
      count(*) as count
    from sessions s
    join accounts a on a.id = s.account_id
    left join policies p on p.owner = coalesce(a.main_id, a.id)
    where s.id > ${idsFrom(now - absolute)} and s.ended_at is null and s.seen_at > ${now - idle}
      and (s.longest_idle is null or s.seen_at + s.longest_idle > ${now})
      and (s.longest_life is null or s.created_at + s.longest_life > ${now})
      and a.disabled_at is null and ${within(owner)}
    group by p.owner, a.privilege, s.longest_idle, s.longest_life`.execute(db)
  const orNull = (value: number | string | null) => (value === null ? null : Number(value))
  return rows.map(({ longestIdle, longestLife, ...row }) => ({
    ...row,
    count: Number(row.count),
    longestIdle: orNull(longestIdle),
    longestLife: orNull(longestLife),
  }))
}

type Times = { readonly longestIdle: number | null; readonly longestLife: number | null }

/**
 * Living sessions (made after `since`) of the accounts of these main accounts end after so long from now on;
 * `but`: of all accounts except theirs. What has run out by what held until now ends first: longer times do
 * not bring it back.
 */
export async function limitSessions(
  db: Database,
  whose: { readonly mains: readonly string[] } | { readonly but: readonly string[] },
  { longestIdle, longestLife }: Times,
  { since, now }: { readonly since: number; readonly now: number },
): Promise<void> {
  const own = 'mains' in whose
  const mains = own ? whose.mains : whose.but
  const concerned = (e: ExpressionBuilder<Tables, 'sessions'>) => {
    const alive = e.and([e('id', '>', idsFrom(since)), e('endedAt', 'is', null)])
    if (!own && mains.length === 0) return alive
    const theirs = e
      .selectFrom('accounts')
      .select('accounts.id')
      .where((of) => of.or([of('accounts.id', 'in', mains), of('mainId', 'in', mains)]))
    return e.and([alive, e('accountId', own ? 'in' : 'not in', theirs)])
  }
  await db
    .updateTable('sessions')
    .set({ endedAt: now })
    .where(concerned)
    // Of what is `null`, nothing is true.
    .where((e) =>
      e.or([
        e(e('longestIdle', '+', e.ref('seenAt')), '<=', now),
        e(e('longestLife', '+', e.ref('createdAt')), '<=', now),
      ]),
    )
    .execute()
  await db.updateTable('sessions').set({ longestIdle, longestLife }).where(concerned).execute()
}
