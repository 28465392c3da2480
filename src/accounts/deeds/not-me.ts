import { findEvent, isReported } from '../../store/events.ts'
import { reportMessage } from '../../store/messages.ts'
import { endWhatWasNotMe, whatOf } from '../not-me.ts'
import type { Doing } from './deed.ts'

/** Said once of each event, and of each message, whichever way. */
export const notMe: Doing<'not-me'> = async (
  change,
  { account, sessionId: own, deviceId },
  deed,
) => {
  const { db, now } = change
  const done = { done: 'not_me' } as const
  const event = await findEvent(db, account.id, deed.event)
  if (!event) return { refused: 'attempt_over' }
  const message = event.detail['message'] ?? null
  if (await isReported(db, event)) return done
  if (typeof message === 'string' && !(await reportMessage(db, message, now))) return done
  const { attemptId, sessionId } = event
  const about = { message: message === null ? null : String(message), event: event.id }
  const cause = {
    accountId: account.id,
    attemptId,
    sessionId,
    what: whatOf(event),
    about,
    keep: { sessionId: own, deviceId },
    isStranger: false,
  }
  return (await endWhatWasNotMe(change, cause)) ? done : { refused: 'attempt_over' }
}
