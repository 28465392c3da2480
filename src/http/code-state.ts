import { setTimeout as sleep } from 'node:timers/promises'
import { bodyOf, changes, type Seen } from '../lib/event-stream.ts'
import { seats } from '../lib/seats.ts'
import { messageTexts, type Hope } from '../pages/message-line.ts'
import { attemptWith } from '../sign-in/attempt.ts'
import { asSetUp, isDrafting } from '../sign-in/draft.ts'
import { codeState } from '../sign-in/message-state.ts'
import { sessionOf } from '../sign-in/session.ts'
import { wayStep } from '../sign-in/way-step.ts'
import { findAccount } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import { languageOf, type Door } from './door.ts'
import type { Ctx } from './request.ts'

/** As many are followed at once in one process, and in one attempt: a tab, and its reload. */
const MOST = 200
const MOST_OF_ONE = 2

/** Milliseconds between two looks. */
const PAUSE = 1000

/** `/code-state`: what becomes of the message with the code, as it happens. For the script of our pages. */
export function codeStateRoutes(door: Door) {
  const { app, reply } = door
  const seating = seats(MOST, MOST_OF_ONE)

  return {
    async follow(c: Ctx) {
      const attempt = await attemptHere(c)
      const isOver = !attempt || (await codeState(app, attempt)) === null
      // A browser that is answered so does not ask again.
      if (isOver || c.req.method === 'HEAD') return reply.nothing(204)
      const look = await lookerFor(c, attempt)
      const leave = seating.take(attempt.id)
      if (!leave) return reply.nothing(503)

      const gone = new AbortController()
      const signal = AbortSignal.any([app.stopping, gone.signal])
      const pieces = changes({ look, wait: () => pause(signal), signal })
      const { requestId } = c.var.ask.visit
      const body = bodyOf(pieces, (error) => {
        // Whoever has gone, and a database that is being closed, are no news.
        const isNews = error !== undefined && !signal.aborted
        if (isNews) app.log.warn({ requestId, err: error }, 'code state broke off')
        gone.abort()
        leave()
      })
      return reply.events(body)
    },
  }

  /** The attempt of this browser. One for a change in an account belongs to its session. */
  async function attemptHere(c: Ctx): Promise<Attempt | null> {
    const { attemptSecret, visit } = c.var.ask
    const attempt = await attemptWith(app, attemptSecret)
    if (!attempt || attempt.purpose === 'sign-in') return attempt
    const session = await sessionOf(app, visit.sessionToken)
    const isOurs = attempt.sessionId === session?.id && attempt.accountId === session.accountId
    return isOurs ? attempt : null
  }

  /** What the page said when it was fetched stays: its language, and what else there is to do. */
  async function lookerFor(c: Ctx, first: Attempt): Promise<() => Promise<Seen | null>> {
    const language = languageOf(door, c, await findAccount(app.db, first.accountId))
    const asked = isDrafting(first) ? asSetUp(first) : first
    const { others, canResend } = await wayStep(app, c.var.ask.visit, asked, null)
    const hope: Hope = { hasOthers: others.length > 0, canResend }
    return async () => {
      const attempt = await attemptHere(c)
      const code = attempt?.id === first.id ? await codeState(app, attempt) : null
      if (!code) return null
      const lines = messageTexts(language, code.told, hope)
      const data = Object.fromEntries(lines.map(({ by, ...its }) => [by, its]))
      return { data: JSON.stringify(data), isLast: !code.isLive }
    }
  }
}

/** Keeps no process alive; ends at once when nobody waits any more. */
const pause = (signal: AbortSignal): Promise<void> =>
  sleep(PAUSE, undefined, { ref: false, signal }).catch(() => {})
