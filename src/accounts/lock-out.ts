import type { App } from '../app.ts'
import { kinds } from '../factors/all.ts'
import { kindsSetUp, leftOutBy } from '../store/enrolments.ts'
import { factorsIn, replaceFactors } from '../store/installation.ts'

/** With these settings people could not sign in any more. We must not start. */
export class LocksOut extends Error {}

/** Logins that are named. */
const NAMED = 10

/**
 * Before the first request: do the settings leave somebody with nothing that may be used? Where they take
 * something away that could be used at the last start, it throws for those who could not sign in at
 * all, unless ALLOW_LOCK_OUT says that this is so on purpose. Gives what the operator should know, and
 * logs it. Who runs out of recovery codes later keeps nobody from starting.
 */
export async function checkFactors(app: App): Promise<readonly string[]> {
  const { config, db, log } = app
  const now = factorsOf(config)
  const before = (await factorsIn(db)) ?? kinds.map((kind) => named(kind, config))
  const gone = before.filter((factor) => !now.includes(factor))
  const isGone = (kind: string): boolean => gone.some((factor) => kindOf(factor) === kind)
  const closed = kinds.filter((kind) => !config.factors.includes(kind) || isGone(kind))
  // What nobody has set up, such as a kind that is new here, keeps nobody out.
  const had = closed.length === 0 ? [] : await kindsSetUp(db)
  const useless = closed.filter((kind) => had.includes(kind))
  if (useless.length === 0) {
    await replaceFactors(db, now)
    return []
  }
  const useful = kinds.filter((kind) => !useless.includes(kind))
  const { all, withCodes, first } = await leftOutBy(db, useful, NAMED)
  const lockedOut = all - withCodes
  if (gone.length > 0 && lockedOut > 0 && !config.allowLockOut) {
    const logins = first.filter(({ hasCodes }) => !hasCodes).map(({ login }) => login)
    throw new LocksOut(whyNot(useless, wayOn(config, useless, gone), lockedOut, logins))
  }
  if (all > 0) log.warn({ lockedOut, withCodes }, 'factors that may not be used')
  await replaceFactors(db, now)
  return warnings(useless, { lockedOut, withCodes })
}

type Given = Pick<App['config'], 'factors' | 'site'>

/** What may be used, as it is kept: passkeys with the domain they are good for, since others are useless. */
const factorsOf = (config: Given): string[] =>
  kinds.filter((kind) => config.factors.includes(kind)).map((kind) => named(kind, config))

const named = (kind: string, { site }: Given): string =>
  kind === 'passkey' ? `passkey@${site?.rpId ?? ''}` : kind

const kindOf = (factor: string): string => factor.split('@')[0]!

/** Pure. */
function whyNot(
  useless: readonly string[],
  wayOut: string,
  count: number,
  logins: readonly string[],
): string {
  const more = count > logins.length ? `\n  and ${count - logins.length} more` : ''
  return (
    `with these settings ${count} ${count === 1 ? 'account' : 'accounts'} could not sign in any more, ` +
    `having set up nothing but ${useless.join(' or ')}, and no recovery codes left:\n` +
    `${logins.map((login) => `  ${login}`).join('\n')}${more}\n` +
    `${wayOut}, or set ALLOW_LOCK_OUT=yes to leave them out on purpose.`
  )
}

/** Pure. */
function warnings(
  useless: readonly string[],
  { lockedOut, withCodes }: { readonly lockedOut: number; readonly withCodes: number },
): string[] {
  const only = `Accounts that have set up nothing but ${useless.join(' or ')}, which may not be used:`
  return [
    ...(lockedOut > 0 ? [`${only} ${lockedOut} without recovery codes cannot sign in.`] : []),
    ...(withCodes > 0
      ? [
          `${only} ${withCodes} with recovery codes left are asked for one at each sign-in, until they ` +
            'add another way under Security.',
        ]
      : []),
  ]
}

/** Passkeys may be in FACTORS, and yet not work. */
function wayOn(
  { factors, site }: Given,
  useless: readonly string[],
  gone: readonly string[],
): string {
  const ways = useless.map((kind) => {
    if (kind === 'passkey' && site === null) return 'make PUBLIC_URL https and a name, for passkeys'
    if (kind === 'passkey' && factors.includes('passkey'))
      return `set PASSKEY_RP_ID=${gone.map((factor) => factor.split('@')[1] ?? '').join('')} as it was`
    return `add ${kind} to FACTORS`
  })
  const text = ways.join(', or ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
