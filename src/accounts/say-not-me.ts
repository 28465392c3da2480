import type { App } from '../app.ts'
import { messageIn } from '../delivery/not-me.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change, undo } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { findAccount, holdAccount, lockAccount, type Account } from '../store/accounts.ts'
import { eventsAt, findEvent, type Event } from '../store/events.ts'
import { findMessage, reportMessage, type Sent } from '../store/messages.ts'
import { attemptOfSession, type SignedIn } from '../store/sessions.ts'
import { canBeDenied } from './history.ts'
import { endWhatWasNotMe } from './not-me.ts'
import { whenSure, type Sure } from './step-up.ts'

const DAY = 24 * 60 * 60 * 1000

/** The message a link "this was not me" stands in, and what its holder may know of it. */
type Link = {
  readonly message: Sent
  readonly account: Account
  /** What was noted when it was written: from where it was caused, and what for. */
  readonly event: Event | null
  /** What was ended, when somebody has said so already. */
  readonly report: Event | null
  /** It may have gone to an address that nobody had proven to be the account's. */
  readonly isStranger: boolean
}

/** `null`: it is no link of ours, or a day old. Changes nothing. */
export async function linkOf(app: App, token: string): Promise<Link | null> {
  const id = messageIn(app.keys, token)
  const message = id && (await findMessage(app.db, id))
  if (!message || isForOperators(message) || app.now() >= message.createdAt + DAY) return null
  const account = await findAccount(app.db, message.accountId)
  if (!account) return null
  const noted = async (at: number | null) =>
    at === null ? [] : (await eventsAt(app.db, account.id, at)).filter(isAbout(id))
  const [event = null] = (await noted(message.createdAt)).filter(({ kind }) => kind !== 'not_me')
  const report = (await noted(message.reportedAt)).find(({ kind }) => kind === 'not_me') ?? null
  const isStranger = event === null || event.detail['purpose'] === 'new-email'
  return { message, account, event, report, isStranger }
}

/** It tells of somebody else, or of nobody. */
const isForOperators = ({ kind }: Sent): boolean => kind === 'reported' || kind === 'alarm'

const isAbout =
  (messageId: string) =>
  ({ detail }: Event): boolean =>
    detail['message'] === messageId

/** Somebody says so by the link of a message, signed in or not. The first does it, once. */
export async function sayByLink(
  app: App,
  visit: Visit,
  token: string,
): Promise<'said' | { readonly refused: 'not_me_dead' }> {
  const dead = { refused: 'not_me_dead' } as const
  const link = await linkOf(app, token)
  if (!link) return dead
  const { id, accountId, attemptId, sessionId, kind: what } = link.message
  return change(app, visit, async (change): Promise<'said' | typeof dead> => {
    // Before the message: so does whoever says it in the history.
    await lockAccount(change.db, accountId)
    if (!(await reportMessage(change.db, id, change.now))) return 'said'
    const { isStranger } = link
    const cause = { accountId, attemptId, sessionId, what, isStranger, keep: null }
    const about = { message: id, event: null }
    return (await endWhatWasNotMe(change, { ...cause, about })) ? 'said' : undo(dead)
  })
}

/** Somebody who is signed in says so about an event of theirs. `null`: there is none such. */
export async function sayAboutEvent(
  app: App,
  visit: Visit,
  session: SignedIn,
  event: string,
): Promise<Sure | Refusal | null> {
  return change(app, visit, async (change): Promise<Sure | Refusal | null> => {
    const account = await holdAccount(change.db, session.accountId)
    const found = account && (await findEvent(change.db, account.id, event))
    const own = { id: session.id, attemptId: await attemptOfSession(change.db, session.id) }
    if (!account || !found || !canBeDenied(found, own)) return null
    return whenSure(change, account, session, { kind: 'not-me', event }, '/account/history')
  })
}
