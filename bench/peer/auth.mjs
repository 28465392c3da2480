import { betterAuth } from 'better-auth'
import { twoFactor } from 'better-auth/plugins'
import { hash, verify } from '@node-rs/argon2'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { costs } from '../hashes.ts'

/** The database in that folder, as durable and with as much cache as ours. */
export function openDatabase(folder) {
  const database = new DatabaseSync(join(folder, 'better-auth.db'), { timeout: 2000 })
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536')
  return database
}

// In place of its own scrypt only where the bench asks for it.
const cheap = {
  hash: (password) => hash(password, costs.cheap),
  verify: ({ hash: phc, password }) => verify(phc, password),
}

/** better-auth as it comes, with sent codes; switched off: its rate limiter. */
export const authOn = (database, { baseURL, kind, sendCode }) =>
  betterAuth({
    database,
    baseURL,
    secret: 'bench-only-9f3c1e7ab2d845f6a07c5e21d3b94c68',
    logger: { level: 'error' },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: true, ...(kind === 'cheap' && { password: cheap }) },
    plugins: [
      twoFactor({
        otpOptions: { sendOTP: ({ user, otp }) => sendCode(user.email, otp) },
      }),
    ],
  })
