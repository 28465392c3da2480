import { setImmediate as turn } from 'node:timers/promises'
import type { App } from '../app.ts'
import type { EventKind } from '../sign-in/change.ts'
import { doersOf } from '../store/event-search.ts'
import { deviceNames } from '../store/devices.ts'
import { eventsOf, type Event } from '../store/events.ts'
import { messagesOf, type Sent } from '../store/messages.ts'
import { attemptOfSession, type SignedIn } from '../store/sessions.ts'
import { actorIn, doneBy } from './events/seen.ts'
import { isOfNobody } from './not-me.ts'

/** What a person may look for. */
export type Group = 'sign-ins' | 'refusals' | 'messages' | 'changes'

export const groups: Readonly<Record<EventKind, Group>> = {
  signed_in: 'sign-ins',
  signed_out: 'sign-ins',
  stepped_up: 'sign-ins',
  recovery_code_used: 'sign-ins',
  session_ended: 'sign-ins',
  second_step_refused: 'refusals',
  code_not_sent: 'refusals',
  password_known: 'refusals',
  factor_disabled: 'refusals',
  code_sent: 'messages',
  notice_sent: 'messages',
  set_up: 'changes',
  account_added: 'changes',
  profile_changed: 'changes',
  protected: 'changes',
  unprotected: 'changes',
  recovery_codes_renewed: 'changes',
  device_remembered: 'changes',
  device_trust_ended: 'changes',
  device_named: 'changes',
  device_forgotten: 'changes',
  device_removed: 'changes',
  password_changed: 'changes',
  password_reset_asked: 'changes',
  password_reset: 'changes',
  factor_bound_anew: 'changes',
  factor_added: 'changes',
  factor_removed: 'changes',
  factor_named: 'changes',
  both_on: 'changes',
  both_off: 'changes',
  passkey_went_back: 'refusals',
  email_change_proven: 'changes',
  email_change_stopped: 'changes',
  email_changed: 'changes',
  email_not_changed: 'changes',
  not_me: 'changes',
  prefix_released: 'changes',
  delivery_changed: 'changes',
  route_tried: 'changes',
  account_invited: 'changes',
  account_changed: 'changes',
  privilege_given: 'changes',
  login_code_set: 'changes',
  login_code_proven: 'changes',
  account_disabled: 'changes',
  account_enabled: 'changes',
  account_deleted: 'changes',
  password_due: 'changes',
  signed_out_everywhere: 'changes',
  accounts_imported: 'changes',
  accounts_exported: 'changes',
  events_exported: 'changes',
  policy_changed: 'changes',
  protection_put_off: 'sign-ins',
  would_be_asked: 'sign-ins',
  case_opened: 'changes',
  case_cancelled: 'changes',
  case_approved: 'changes',
  case_refused: 'changes',
  pass_used: 'sign-ins',
  key_made: 'changes',
  key_ended: 'changes',
}

export const kindsOf = (group: Group): string[] =>
  Object.entries(groups).flatMap(([kind, its]) => (its === group ? [kind] : []))

/** Of a kind that a newer program has written, and of an alarm, nobody knows. */
export const groupOf = (kind: string): Group | null =>
  Object.hasOwn(groups, kind) ? groups[kind as EventKind] : null

/** Something that happened to an account, with what is known of its message and its device. */
export type Entry = {
  readonly event: Event
  readonly message: (Sent & { readonly state: MessageState }) | null
  /** As the person calls the device. */
  readonly deviceName: string | null
  /** The login of who did it, where it was somebody with a privilege. */
  readonly by: string | null
  /** It came from elsewhere: "this was not me" can be said about it. */
  readonly canBeDenied: boolean
}

export type MessageState = 'accepted' | 'waiting' | 'failed' | 'expired'

/** Entries of one page. */
export const PAGE = 25

/**
 * A page of what happened to the person's own account, the newest first, from `before` (an event's
 * id) on. `older`: from where the next page goes on. What happens meanwhile moves nothing.
 */
export async function historyPage(
  app: App,
  session: SignedIn,
  { before, group }: { readonly before: string | null; readonly group: Group | null },
): Promise<{ readonly entries: readonly Entry[]; readonly older: string | null }> {
  const wanted = { before, kinds: group && kindsOf(group), most: PAGE + 1 }
  const events = await eventsOf(app.db, session.accountId, wanted)
  const shown = events.slice(0, PAGE)
  const entries = await entriesOf(app, session.accountId, shown, session)
  return { entries, older: events.length > PAGE ? shown.at(-1)!.id : null }
}

/** As much as a file holds. */
export const MOST = 10_000
const BATCH = 500

/** All that happened to the person's own account, the newest first, up to `MOST` of it. */
export async function wholeHistory(
  app: App,
  session: SignedIn,
): Promise<{ readonly entries: readonly Entry[]; readonly isWhole: boolean }> {
  const entries: Entry[] = []
  for (let before: string | null = null; ;) {
    const events = await eventsOf(app.db, session.accountId, { before, kinds: null, most: BATCH })
    if (entries.length === MOST) return { entries, isWhole: events.length === 0 }
    entries.push(...(await entriesOf(app, session.accountId, events, session)))
    if (events.length < BATCH) return { entries, isWhole: true }
    before = events.at(-1)!.id
    // SQLite answers at once: others come in between.
    await turn()
  }
}

/** The newest of what happened in an account, for others than its person. */
export async function newestOf(app: App, accountId: string): Promise<readonly Entry[]> {
  const events = await eventsOf(app.db, accountId, { before: null, kinds: null, most: PAGE })
  return entriesOf(app, accountId, events, null)
}

/** `session`: the person's own; nobody else denies anything. */
async function entriesOf(
  app: App,
  accountId: string,
  events: readonly Event[],
  session: SignedIn | null,
): Promise<readonly Entry[]> {
  const ids = events.map(messageIdOf).filter((id) => id !== null)
  const messages = new Map(
    (await messagesOf(app.db, accountId, ids)).map((message) => [message.id, message]),
  )
  const devices = events.map(({ deviceId }) => deviceId).filter((id) => id !== null)
  const names = await deviceNames(app.db, accountId, [...new Set(devices)])
  const actors = events.flatMap(({ detail }) => actorIn(detail) ?? [])
  const doers = await doersOf(app.db, [...new Set(actors)])
  const own = session && {
    id: session.id,
    attemptId: await attemptOfSession(app.db, session.id),
  }
  return events.map((event) => {
    const message = messages.get(messageIdOf(event) ?? '')
    return {
      event: isByAnother(event) ? withoutPlace(event) : event,
      message: message ? { ...message, state: stateOf(message, app.now()) } : null,
      deviceName: names.get(event.deviceId ?? '') ?? null,
      by: doneBy(event.detail, doers),
      canBeDenied: own !== null && canBeDenied(event, own),
    }
  })
}

/** Somebody with a privilege has done it: from where they did is nothing for this person. */
const isByAnother = ({ accountId, detail }: Event): boolean =>
  typeof detail['actor'] === 'string' && detail['actor'] !== accountId

const withoutPlace = (event: Event): Event => ({
  ...event,
  sessionId: null,
  deviceId: null,
  address: '',
  userAgent: '',
})

const messageIdOf = ({ kind, detail }: Event): string | null => {
  const { message } = detail
  return groups[kind as EventKind] === 'messages' && typeof message === 'string' ? message : null
}

function stateOf(message: Sent, now: number): MessageState {
  if (message.acceptedAt !== null) return 'accepted'
  if (message.failedAt === null) return message.expiresAt <= now ? 'expired' : 'waiting'
  return message.reason === 'expired' ? 'expired' : 'failed'
}

/** Did it come from elsewhere than this session, as far as is known? Pure. */
export function canBeDenied(
  event: Event,
  own: { readonly id: string; readonly attemptId: string | null },
): boolean {
  const { kind, attemptId, sessionId } = event
  if (kind === 'not_me' || isByAnother(event)) return false
  if (sessionId !== null) return sessionId !== own.id
  return attemptId === null ? isOfNobody(event) : attemptId !== own.attemptId
}
