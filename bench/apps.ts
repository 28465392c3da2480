import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { importedState } from '../src/factors/totp.ts'
import { readKeys } from '../src/keys.ts'
import { toBase32 } from '../src/lib/base32.ts'
import { systemRandom } from '../src/lib/random.ts'
import { hotp, stepAt, USUAL } from '../src/lib/totp.ts'
import { enrolAll, fill } from './fill.ts'

/** Accounts with an authenticator app each, its key sealed with the key of the installation. */
export const fillWithApps = (folder: string, accounts: number): Promise<void> =>
  fill(folder, accounts, (db) => {
    defineState(db, folder)
    enrolAll(db, 'totp', `''`, 'app_state(id, login)')
  })

function defineState(db: DatabaseSync, folder: string): void {
  // The server finds this key file at its start, and takes it for its own.
  const keys = readKeys(folder, systemRandom, true)
  db.function('app_state', (accountId, login) => {
    const tools = { keys, random: systemRandom, accountId: String(accountId) }
    return JSON.stringify(importedState(toBase32(keyOf(String(login))), USUAL, tools))
  })
}

/** What that account's app shows now. */
export const codeOf = (login: string): string =>
  hotp(keyOf(login), stepAt(Date.now(), USUAL.period))

const keyOf = (login: string): Buffer => hash('sha1', login, 'buffer')
