import { cardFor, passkeyToMake } from '../accounts/shown-once.ts'
import type { FactorKind } from '../factors/factor.ts'
import { setUpAppPage } from '../pages/set-up-app.ts'
import { setUpPasskeyPage } from '../pages/set-up-passkey.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import type { SignedIn } from '../store/sessions.ts'
import { accountOf } from './account.ts'
import type { OwnAttempt } from './code-pages.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import type { Ctx } from './request.ts'

type CodePage = (
  c: Ctx,
  session: SignedIn,
  attempt: OwnAttempt,
  wished: FactorKind | null,
  refused: Refusal | null,
) => Promise<Response>

/** A name as it was typed and what is wrong with it, or why the answer was refused. */
type Wrong = { readonly typed?: string; readonly problem?: string; readonly refused?: Refusal }

/** The page of a change of protection: what is being set up is shown there, the rest is asked for. */
export function setUpPages(door: Door, codePage: CodePage) {
  const { app, reply } = door

  return async (
    c: Ctx,
    session: SignedIn,
    attempt: OwnAttempt,
    wished: FactorKind | null,
    { typed = '', problem: nameProblem, refused }: Wrong = {},
  ): Promise<Response> => {
    const isSetUp = attempt.purpose === 'protect' || attempt.purpose === 'add-factor'
    const account = isSetUp ? await accountOf(app, session) : null
    const scan = account && cardFor(app, account, attempt)
    const options = account && (await passkeyToMake(app, account, attempt))
    if (!scan && options === null) return codePage(c, session, attempt, wished, refused ?? null)
    if (refused) app.metrics.refused(refused.refused)
    const said = refused && refusal(textsFor(door, c, session), refused)
    const frame = frameOf(door, c, session, '/account/security/code')
    const about = { name: typed, nameProblem, problem: said?.text ?? null }
    const page = scan
      ? setUpAppPage(frame, { ...scan, ...about })
      : setUpPasskeyPage(frame, { options: options!, ...about })
    const status = said?.status ?? (nameProblem === undefined ? 200 : 422)
    return reply.page(page, status, { headers: said?.headers ?? {} })
  }
}
