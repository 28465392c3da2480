import type { Kysely } from 'kysely'
import * as firstTables from './0001-first-tables.ts'
import * as safeAccount from './0002-safe-account.ts'
import * as severalFactors from './0003-several-factors.ts'
import * as textMessages from './0004-text-messages.ts'
import * as users from './0005-users.ts'

export type Migration = { up(db: Kysely<any>): Promise<void> }

/** Every change to the tables, oldest first. One that has been released is never edited. */
export const migrations: Record<string, Migration> = {
  '0001-first-tables': firstTables,
  '0002-safe-account': safeAccount,
  '0003-several-factors': severalFactors,
  '0004-text-messages': textMessages,
  '0005-users': users,
}
