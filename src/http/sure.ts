import type { Done, Sure } from '../accounts/step-up.ts'
import type { App } from '../app.ts'
import { lifetimeOf } from '../sign-in/attempt.ts'
import { cookie, noCookie } from './cookies.ts'
import { withNotice, type Door } from './door.ts'

/** Where a person goes who first has to show who they are. */
export const CONFIRM = '/account/confirm'

/** What comes of a security change: it is done and said at `goal`, or something is asked first. */
export function sureReply(door: Door, result: Sure, goal: string): Response {
  const { app, reply } = door
  if ('asked' in result) return reply.seeOther(CONFIRM, [kept(app, result.asked)])
  const cookies = cookiesOf(door, result)
  if ('opened' in result) return reply.seeOther(result.path, cookies)
  if (result.done === 'signed_out')
    return reply.seeOther(withNotice('/sign-in', 'signed_out'), cookies)
  return reply.seeOther(withNotice(goal, result.done, result.with), cookies)
}

/** What the browser must keep of it, and what it keeps no longer. */
export function cookiesOf({ app }: Pick<Door, 'app'>, result: Done): string[] {
  const { sessionToken } = result
  const session = sessionToken === null ? [] : [cookie(app.config, 'session', sessionToken)]
  if ('opened' in result) return [...session, kept(app, result.opened)]
  const gone = [noCookie(app.config, 'attempt')]
  if (result.done === 'signed_out') return [noCookie(app.config, 'session'), ...gone]
  // The language of the profile is the newest choice, whatever was chosen in this browser before.
  if (result.done === 'saved') gone.push(noCookie(app.config, 'language'))
  return [...session, ...gone]
}

const kept = (app: App, secret: string): string =>
  cookie(app.config, 'attempt', secret, lifetimeOf(app) / 1000)
