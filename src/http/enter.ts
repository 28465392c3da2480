import { attemptWith } from '../sign-in/attempt.ts'
import type { SignIn } from '../sign-in/finish.ts'
import type { Attempt } from '../store/attempts.ts'
import { cookie, deviceCookies, noCookie } from './cookies.ts'
import { withNotice, type Door } from './door.ts'
import type { Ctx } from './request.ts'

export const HOME = '/account'

/** The attempt to sign in of this browser. One for a change in an account is none. */
export async function signInAttempt({ app }: Door, c: Ctx): Promise<Attempt | null> {
  const attempt = await attemptWith(app, c.var.ask.attemptSecret)
  return attempt?.purpose === 'sign-in' ? attempt : null
}

/** They are in: what the browser must keep, and where the person was going. */
export function enter({ app, reply }: Door, c: Ctx, signIn: SignIn, byRecovery = false): Response {
  app.metrics.signedIn()
  const goal = signIn.goal ?? HOME
  const { deviceTokens } = c.var.ask.visit
  const notice = signIn.hasOnlyCodes ? 'add_another' : byRecovery ? 'recovery_left' : null
  return reply.seeOther(notice ? noticePath(goal, notice) : goal, [
    cookie(app.config, 'session', signIn.sessionToken),
    noCookie(app.config, 'attempt'),
    ...deviceCookies(app.config, signIn.device, deviceTokens),
  ])
}

/** Where that is said first: on a page of ours, with a way on to where one was going. */
function noticePath(goal: string, notice: 'recovery_left' | 'add_another'): string {
  if (goal.startsWith(HOME) && notice === 'recovery_left') return withNotice(goal, notice)
  return `${withNotice('/account/security', notice)}&to=${encodeURIComponent(goal)}`
}
