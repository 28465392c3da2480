import type { Sure } from '../accounts/step-up.ts'
import { lifetimeOf } from '../sign-in/attempt.ts'
import { cookie, noCookie } from './cookies.ts'
import { withNotice, type Door } from './door.ts'

/** Where a person goes who first has to show who they are. */
export const CONFIRM = '/account/confirm'

/** What comes of a security change: it is done and said at `goal`, or something is asked first. */
export function sureReply({ app, reply }: Door, result: Sure, goal: string): Response {
  const kept = (secret: string) => cookie(app.config, 'attempt', secret, lifetimeOf(app) / 1000)
  if ('asked' in result) return reply.seeOther(CONFIRM, [kept(result.asked)])
  const { sessionToken } = result
  const session = sessionToken === null ? [] : [cookie(app.config, 'session', sessionToken)]
  if ('opened' in result) return reply.seeOther(result.path, [...session, kept(result.opened)])
  const gone = [noCookie(app.config, 'attempt')]
  if (result.done === 'signed_out')
    return reply.seeOther(withNotice('/sign-in', 'signed_out'), [
      noCookie(app.config, 'session'),
      ...gone,
    ])
  // The language of the profile is the newest choice, whatever was chosen in this browser before.
  if (result.done === 'saved') gone.push(noCookie(app.config, 'language'))
  return reply.seeOther(withNotice(goal, result.done, result.with), [...session, ...gone])
}
