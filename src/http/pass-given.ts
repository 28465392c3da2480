import type { Sure } from '../accounts/step-up.ts'
import { passGivenPage } from '../pages/pass.ts'
import type { SignedIn } from '../store/sessions.ts'
import { frameOf, type Door } from './door.ts'
import type { Ctx } from './request.ts'
import { cookiesOf } from './sure.ts'

/** A pass that was just given is shown at once, since it stands in no address; `null`: there is none. */
export function passReply(
  door: Door,
  c: Ctx,
  session: SignedIn,
  result: Sure,
  goal: string,
): Promise<Response> | null {
  if (!('done' in result) || result.pass === undefined) return null
  const page = passGivenPage(frameOf(door, c, session, goal), { pass: result.pass, path: goal })
  return door.reply.page(page, 200, { cookies: cookiesOf(door, result) })
}
