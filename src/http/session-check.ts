import { sessionOf } from '../sign-in/session.ts'
import type { Door } from './door.ts'
import type { Ctx } from './request.ts'

/** `/session`: who is signed in here? For programs; asking does not keep a session alive. */
export function sessionCheck({ app, reply }: Door) {
  return async (c: Ctx) => {
    const session = await sessionOf(app, c.var.ask.visit.sessionToken)
    if (!session) return reply.json({ error: 'sign_in_first' }, 401)
    const { accountId, name, email, language } = session
    return reply.json({ account: accountId, name, email, language })
  }
}
