import { actorOf, privileged, type Door } from './door.ts'
import { bulkCodeRoutes } from './login-code.ts'
import { newUserRoutes } from './new-user.ts'
import type { Ctx } from './request.ts'
import { userRoutes } from './user.ts'
import { usersReply } from './users-page.ts'
import { wantedIn } from './users-wanted.ts'

/** `/users`: everybody somebody looks after. */
export function usersRoutes(door: Door) {
  return {
    async show(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      return usersReply(door, c, session, wantedIn(actorOf(session), c.req.query()))
    },
    ...newUserRoutes(door),
    ...userRoutes(door),
    ...bulkCodeRoutes(door),
  }
}
