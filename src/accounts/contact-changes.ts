import type { App } from '../app.ts'
import { maskEmail } from '../lib/email.ts'
import { longestLifetimeOf } from '../sign-in/attempt.ts'
import { change, note, tell, type Change } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { findAccountByLogin, holdAccount, replaceLogin, type Account } from '../store/accounts.ts'
import { endAttemptsOf } from '../store/attempts.ts'
import {
  applyChange,
  dueChanges,
  stopChange,
  type ContactChange,
} from '../store/contact-changes.ts'
import { rewriteEnrolment } from '../store/enrolments.ts'
import { endLinksOf } from '../store/links.ts'
import { proveEmail } from '../store/users.ts'

/**
 * The new address takes the place of the old one, everywhere. In a transaction that holds the
 * account; once, whoever comes first. Sessions go on. False when it is not made: it was before, or
 * somebody else has the address by now.
 */
export async function makeChange(
  change: Change,
  account: Account,
  about: ContactChange,
): Promise<boolean> {
  const { app, db, now } = change
  const { kind, value: email, login } = about
  if (kind !== 'email' || login === null) throw new Error(`no such contact change: ${kind}`)
  const holder = await findAccountByLogin(db, login)
  // It may be their own already, where an administrator has set it and nobody has proven it.
  if (holder !== null && holder.id !== account.id) {
    await giveUp(change, account, about)
    return false
  }
  if (!(await applyChange(db, about, now))) return false

  await replaceLogin(db, account.id, { login, email })
  await proveEmail(db, account.id, about.provenAt)
  const state = { to: email }
  await rewriteEnrolment(db, account.id, 'email', { state, name: maskEmail(email) })
  // Codes and links that are on their way went to the old address.
  await endAttemptsOf(db, account.id, longestLifetimeOf(app), now)
  await endLinksOf(db, account.id, now)
  await note(change, 'email_changed', {
    accountId: account.id,
    detail: { from: maskEmail(account.email), to: maskEmail(email) },
  })
  const { sessionId } = about
  await tell(change, account, { kind: 'email_changed' }, { sessionId })
  await tell(change, account, { kind: 'email_changed' }, { sessionId, recipient: email })
  return true
}

/** Somebody else has the address by now. */
async function giveUp(change: Change, account: Account, about: ContactChange): Promise<void> {
  if (!(await stopChange(change.db, about, change.now))) return
  await note(change, 'email_not_changed', {
    accountId: account.id,
    detail: { to: maskEmail(about.value), reason: 'taken' },
  })
  await tell(change, account, { kind: 'email_not_changed' }, { sessionId: about.sessionId })
}

const MOST = 500
const MINUTE = 60_000

/** Makes the changes whose time has come. Any number of processes may do so at once. */
export async function applyDueChanges(app: App): Promise<void> {
  for (const about of await dueChanges(app.db, app.now(), MOST)) {
    try {
      await change(app, byItself, async (change) => {
        const account = await holdAccount(change.db, about.accountId)
        if (account) await makeChange(change, account, about)
      })
    } catch (error) {
      // One that fails is tried again later, and holds up nobody else.
      app.log.error({ error: String(error), accountId: about.accountId }, 'contact change')
    }
  }
}

/** Nobody asks for it: its time has come. */
const byItself: Visit = {
  address: '',
  userAgent: '',
  requestId: 'by itself',
  sessionToken: null,
  deviceTokens: new Map(),
}

/** Looks at once and then every minute, until it is stopped, which waits for what is under way. */
export function startApplying(app: App): () => Promise<void> {
  let running: Promise<void> | null = null
  const look = (): void => {
    running ??= applyDueChanges(app)
      .catch((error: unknown) => app.log.error({ error: String(error) }, 'contact changes'))
      .finally(() => {
        running = null
      })
  }
  const timer = setInterval(look, MINUTE).unref()
  look()
  return async () => {
    clearInterval(timer)
    await running
  }
}
