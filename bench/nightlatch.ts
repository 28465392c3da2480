import { hash } from '@node-rs/argon2'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from '../src/store/migrate.ts'
import { openDatabase } from '../src/store/open.ts'
import { costs, password } from './hashes.ts'
import { cookiesAfter, expectStatus, get, postForm } from './request.ts'
import type { Side } from './side.ts'

/** Our own server, over the same pages that people use. All that the driver knows of it is here. */
export const nightlatch: Side = {
  name: 'Nightlatch',
  isOurs: true,
  program: 'serve-nightlatch.ts',
  first: '/sign-in',
  hasPage: true,
  prepare,

  async signIn(connection, { port, codeFor }, login, withPage) {
    const first = await connection.send(postForm(port, '/sign-in', '', { login, password }))
    expectStatus(first, 303, 'the password')
    const attempt = cookiesAfter(first)
    if (withPage) {
      const page = await connection.send(get(port, '/sign-in/second', attempt))
      expectStatus(page, 200, 'the page that asks for the code')
    }
    const code = await codeFor(login)
    const second = await connection.send(postForm(port, '/sign-in/second', attempt, { code }))
    const cookies = cookiesAfter(expectStatus(second, 303, 'the code'), attempt)
    if (!/(^|; )(__Host-)?session=/.test(cookies)) throw new Error(`no session:\n${second.head}`)
    return cookies
  },

  check: (port, cookies) => get(port, '/session', cookies),

  expectSession(answer) {
    expectStatus(answer, 200, 'the session')
  },
}

/** The database file in a data folder. */
export const databaseIn = (folder: string): string => join(folder, 'nightlatch.db')

/** Accounts as switching on protection by e-mail leaves them: proven, with ten recovery codes. */
async function prepare(folder: string, accounts: number): Promise<void> {
  const ours = openDatabase(`sqlite:${databaseIn(folder)}`)
  const now = Date.now()
  await migrate(ours, now)
  await ours.destroy()

  const db = new DatabaseSync(databaseIn(folder))
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
  const enrol = (kind: string, name: string, state: string) =>
    db
      .prepare(
        `insert into enrolments (id, account_id, kind, name, state, version, created_at)
         select substr(id, 1, 12) || lower(hex(randomblob(10))), id, '${kind}', ${name}, ${state},
           0, created_at from accounts order by id`,
      )
      .run()
  enrol('email', 'email', `json_object('to', email)`)
  enrol('recovery', `''`, `'${JSON.stringify(recovery)}'`)
  db.exec('commit; pragma wal_checkpoint(truncate)')
  db.close()
}
