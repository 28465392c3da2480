import { hash } from '@node-rs/argon2'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from '../src/store/migrate.ts'
import { openDatabase } from '../src/store/open.ts'
import { costs, password } from './hashes.ts'

/**
 * Makes our database in a data folder and writes that many accounts into it, with ten recovery codes
 * each and whatever else `enrol` sets up for them.
 */
export async function fill(
  folder: string,
  accounts: number,
  enrol: (db: DatabaseSync) => void,
): Promise<void> {
  const file = join(folder, 'nightlatch.db')
  const ours = openDatabase(`sqlite:${file}`)
  const now = Date.now()
  await migrate(ours, now)
  await ours.destroy()

  const db = new DatabaseSync(file)
  const proof = (length: number): string => 'x'.repeat(length)
  const recovery = {
    salt: proof(43),
    hashes: Array.from({ length: 10 }, () => `k1.${proof(43)}`),
  }
  db.exec('pragma synchronous = off; begin')
  db.prepare(
    `with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n + 1 < :accounts)
     insert into accounts
       (id, login, email, name, country, language, password_hash, created_at)
     select printf('%012x', :first + n * 1000) || lower(hex(randomblob(10))),
       'user' || n || '@bench.test', 'user' || n || '@bench.test', 'User ' || n, 'DE', 'en',
       case n % 2 when 0 then :default else :cheap end, :first + n * 1000
     from numbers`,
  ).run({
    accounts,
    // One account a second, the last one now.
    first: now - accounts * 1000,
    default: await hash(password, costs.default),
    cheap: await hash(password, costs.cheap),
  })
  enrol(db)
  enrolAll(db, 'recovery', `''`, `'${JSON.stringify(recovery)}'`)
  db.exec('commit; pragma wal_checkpoint(truncate)')
  db.close()
}

/** Sets a factor up for every account, proven; name and state are SQL over its account. */
export function enrolAll(db: DatabaseSync, kind: string, name: string, state: string): void {
  db.exec(
    `insert into enrolments (id, account_id, kind, name, state, version, created_at)
     select substr(id, 1, 12) || lower(hex(randomblob(10))), id, '${kind}', ${name}, ${state},
       0, created_at from accounts order by id`,
  )
}
