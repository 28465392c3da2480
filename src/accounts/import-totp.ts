import type { App } from '../app.ts'
import { hasKey, importedState } from '../factors/totp.ts'
import { fromBase32, toBase32 } from '../lib/base32.ts'
import { parseEmail } from '../lib/email.ts'
import { USUAL, type Otp } from '../lib/totp.ts'
import { change, note, tell } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { findAccountByLogin, holdAccount } from '../store/accounts.ts'
import { enrolmentsOf } from '../store/enrolments.ts'
import { whyNotOneMore } from './factor-rules.ts'
import { insertFactor } from './new-factor.ts'
import { readOwnName } from './own-name.ts'

/** An authenticator app that somebody uses with another system, as it was written down; '' for what was not. */
export type Line = Readonly<
  Record<'login' | 'key' | 'algorithm' | 'digits' | 'period' | 'name', string>
>

export type WhyNot =
  | 'bad_login'
  | 'bad_key'
  | 'key_size'
  | 'bad_algorithm'
  | 'bad_digits'
  | 'bad_period'
  | 'bad_name'
  | 'no_account'
  | 'there_already'
  | 'factor_not_allowed'
  | 'too_many_factors'

/** `tells`: the person gets a mail. `isDry`: nothing is changed. */
export type How = { readonly tells: boolean; readonly isDry: boolean }

/** `isFirst`: protection is on with it, and there are no recovery codes yet. */
export type Imported = { readonly isFirst: boolean } | { readonly refused: WhyNot }

/**
 * Takes over an app that somebody uses with another system: it was proven there, and counts at once.
 * Recovery codes are not made, since there is nobody to show them to.
 */
export async function importTotp(
  app: App,
  visit: Visit,
  line: Line,
  { tells, isDry }: How,
): Promise<Imported> {
  const read = readLine(line)
  if ('refused' in read) return read
  const { login, key, otp, name } = read
  return change(app, visit, async (change): Promise<Imported> => {
    const { db } = change
    const found = await findAccountByLogin(db, login)
    const account = found && (await holdAccount(db, found.id))
    // The person may have taken another address at this moment.
    if (account?.login !== login) return { refused: 'no_account' }
    const tools = { ...app, accountId: account.id }
    const enrolments = await enrolmentsOf(db, account.id)
    const isThere = enrolments.some(
      ({ kind, state }) => kind === 'totp' && hasKey(state, key, tools),
    )
    if (isThere) return { refused: 'there_already' }
    const refused = whyNotOneMore(app.config, enrolments, 'totp')
    if (refused) return refused

    const isFirst = enrolments.length === 0
    if (isDry) return { isFirst }
    await insertFactor(change, account, 'totp', importedState(key, otp, tools), name)
    const detail = { by: 'totp', name, imported: true }
    await note(change, 'factor_added', { accountId: account.id, detail })
    if (tells) await tell(change, account, { kind: 'factor_added', by: 'totp', called: name })
    return { isFirst }
  })
}

type Read = {
  readonly login: string
  /** Base 32, in capitals and without blanks. */
  readonly key: string
  readonly otp: Otp
  readonly name: string
}

/** Bytes. The fewest that RFC 4226 §4 R6 lets pass are 16, but old systems have made keys of 10. */
const FEWEST = 10
const MOST = 128

/** A line as it can be kept, or the first thing that is wrong with it. Pure. */
export function readLine(line: Line): Read | { readonly refused: WhyNot } {
  const login = parseEmail(line.login)?.canonical
  if (!login) return { refused: 'bad_login' }
  const bytes = fromBase32(line.key)
  if (!bytes) return { refused: 'bad_key' }
  if (bytes.length < FEWEST || bytes.length > MOST) return { refused: 'key_size' }
  const algorithm = readAlgorithm(line.algorithm || USUAL.algorithm)
  if (!algorithm) return { refused: 'bad_algorithm' }
  const digits = wholeIn(line.digits || String(USUAL.digits), 6, 8)
  if (digits === null) return { refused: 'bad_digits' }
  const period = wholeIn(line.period || String(USUAL.period), 15, 120)
  if (period === null) return { refused: 'bad_period' }
  const named = readOwnName(line.name)
  if ('problem' in named) return { refused: 'bad_name' }
  return { login, key: toBase32(bytes), otp: { algorithm, digits, period }, name: named.name }
}

/** `SHA1`, `sha-256`, `HmacSHA512`: every system writes them in its own way. */
function readAlgorithm(text: string): Otp['algorithm'] | null {
  const [, size] = /^(?:hmac[-_]?)?sha[-_]?(1|256|512)$/i.exec(text) ?? []
  return size ? (`SHA${size}` as Otp['algorithm']) : null
}

function wholeIn(text: string, low: number, high: number): number | null {
  const value = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0
  return low <= value && value <= high ? value : null
}
