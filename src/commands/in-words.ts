import { LocksOut } from '../accounts/lock-out.ts'
import { CannotListen } from '../listen.ts'
import { WrongKeys } from '../keys.ts'
import { UnusableSetting } from '../open-app.ts'
import { NewerDatabase } from '../store/migrate.ts'
import { isDatabaseAway } from '../store/open.ts'
import { Stop } from './terminal.ts'

/**
 * What went wrong, for the person at the terminal, when it is something they can change. `null`: it
 * is a fault of ours, and its stack says more.
 */
export function inWords(error: unknown): string | null {
  if (error instanceof Stop || error instanceof CannotListen) return error.message
  if (
    error instanceof NewerDatabase ||
    error instanceof WrongKeys ||
    error instanceof UnusableSetting ||
    error instanceof LocksOut
  )
    return `Nightlatch does not start: ${error.message}`
  if (!(error instanceof Error)) return null
  const { syscall, path } = error as NodeJS.ErrnoException
  // What Node says names the deed and the path: "EACCES: permission denied, mkdir '/srv/data'".
  if (syscall && path)
    return `Nightlatch cannot use a file or folder of its settings (DATA_DIR?): ${error.message}`
  if (isDatabaseAway(error)) return `The database (DATABASE_URL) cannot be used: ${saidBy(error)}`
  return null
}

/** Of several addresses tried, each has its own reason, and the whole has none. */
const saidBy = (error: Error): string =>
  error instanceof AggregateError
    ? error.errors.map((each: unknown) => (each instanceof Error ? each.message : '')).join(', ')
    : error.message
