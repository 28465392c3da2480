import { signInPage } from '../pages/sign-in.ts'
import { isAllowed } from '../sign-in/standing.ts'
import { frameOf, signInPath, type Door } from './door.ts'
import type { Ctx } from './request.ts'

type About = Partial<Parameters<typeof signInPage>[1]> & { readonly to: string | null }
type Said = { readonly status?: number; readonly headers?: Record<string, string> }

/** The page where people sign in. */
export function signInReply(
  door: Door,
  c: Ctx,
  about: About,
  { status = 200, headers = {} }: Said = {},
): Promise<Response> {
  const frame = frameOf(door, c, null, signInPath(about.to))
  const blank = { login: '', problem: null, notice: null, unknown: null }
  const hasPasskeys = isAllowed(door.app.config, 'passkey')
  return door.reply.page(signInPage(frame, { ...blank, ...about, hasPasskeys }), status, {
    headers,
  })
}
