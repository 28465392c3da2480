import { usersPage } from '../pages/users.ts'
import { usersPath } from '../pages/users-filter.ts'
import { findAccount } from '../store/accounts.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noticeOf } from './account.ts'
import { frameOf, textsFor, type Door } from './door.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { shownUser } from './shown-user.ts'
import { MOST, readUsers, type Wanted } from './users-wanted.ts'

/** The list as it is, with what went wrong. */
export async function usersReply(
  door: Door,
  c: Ctx,
  session: SignedIn,
  wanted: Wanted,
  problem: string | null = null,
): Promise<Response> {
  const { app, reply } = door
  const { said, after } = wanted
  const main = said.main === '' ? null : await findAccount(app.db, said.main)
  if (said.main !== '' && !main) throw new Refused(404, 'not_found')
  const { users, count, next } = await readUsers(app, wanted)
  const page = usersPage(frameOf(door, c, session, usersPath(said, after)), {
    wanted: said,
    main: main?.login ?? null,
    hasMains: wanted.wanted.scope === null,
    count,
    most: MOST,
    users: users.map((user) => shownUser(app, user)),
    after,
    next,
    notice: problem === null ? await noticeOf(app, c, session, textsFor(door, c, session)) : null,
    problem,
  })
  return reply.page(page, problem === null ? 200 : 422)
}
