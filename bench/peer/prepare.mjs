import { hashPassword } from 'better-auth/crypto'
import { getMigrations } from 'better-auth/db/migration'
import { hash } from '@node-rs/argon2'
import { costs, password } from '../hashes.ts'
import { authOn, openDatabase } from './auth.mjs'

// Makes its tables and fills them with accounts that have e-mail codes switched on, as its own
// `/two-factor/enable` with the method `otp` leaves them.
const [folder, accounts] = process.argv.slice(2)
const database = openDatabase(folder)
const options = { baseURL: 'http://localhost', kind: 'default', sendCode() {} }
const { options: settings } = authOn(database, options)
await (await getMigrations(settings)).runMigrations()

const now = new Date().toISOString()
const defaultHash = await hashPassword(password)
const cheapHash = await hash(password, costs.cheap)

database.exec('pragma synchronous = off; begin')
database
  .prepare(
    `with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n + 1 < ?)
     insert into user (id, name, email, emailVerified, createdAt, updatedAt, twoFactorEnabled)
     select lower(hex(randomblob(16))), 'User ' || n, 'user' || n || '@bench.test', 1, ?, ?, 1
     from numbers`,
  )
  .run(Number(accounts), now, now)
database
  .prepare(
    `insert into account (id, accountId, providerId, userId, password, createdAt, updatedAt)
     select lower(hex(randomblob(16))), id, 'credential', id,
       case cast(substr(name, 6) as integer) % 2 when 0 then ? else ? end, ?, ?
     from user`,
  )
  .run(defaultHash, cheapHash, now, now)
database.exec('commit; pragma wal_checkpoint(truncate)')
database.close()
