import { cardFor, passkeyToMake } from '../accounts/shown-once.ts'
import { maskEmail } from '../lib/email.ts'
import { maskPhone } from '../lib/phone.ts'
import { setUpAppPage } from '../pages/set-up-app.ts'
import { setUpCodePage } from '../pages/set-up-code.ts'
import { setUpFirstPage } from '../pages/set-up-first.ts'
import { setUpPasskeyPage } from '../pages/set-up-passkey.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { asSetUp } from '../sign-in/draft.ts'
import type { Due } from '../sign-in/policy.ts'
import { dueIn, wantedNumber, type Kind } from '../sign-in/set-up.ts'
import { smsOffer } from '../sign-in/sms-offer.ts'
import { wayStep } from '../sign-in/way-step.ts'
import type { Account } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import type { Ctx } from './request.ts'
import { SET_UP, SET_UP_CODE } from './where-at.ts'

/** A name as it was typed and what is wrong with it, or why the answer was refused. */
type Wrong = { readonly typed?: string; readonly problem?: string; readonly refused?: Refusal }

/** The pages of what has to be set up on the way in: the choice, and what is begun. */
export function setUpSteps(door: Door) {
  const { app, reply } = door

  return { choose, code }

  async function choose(c: Ctx, attempt: Attempt, account: Account, refused: Refusal | null) {
    if (refused) app.metrics.refused(refused.refused)
    const said = refused && refusal(textsFor(door, c, account), refused)
    const due = await dueIn({ app, db: app.db, now: app.now() }, attempt)
    const number = wantedNumber(account)
    const page = setUpFirstPage(frameOf(door, c, null, SET_UP, account), {
      why: due?.why ?? null,
      kinds: due ? await open(due) : [],
      mailTo: maskEmail(account.email),
      smsTo: number && maskPhone(number),
      until: untilOf(due),
      isInstead: due?.isInstead === true,
      problem: said?.text ?? null,
    })
    return reply.page(page, said?.status ?? 200, { headers: said?.headers ?? {} })
  }

  /** Where no text message can be sent, nobody is asked for a number. */
  async function open({ kinds }: Due): Promise<Kind[]> {
    const offer = kinds.includes('sms') ? await smsOffer(app) : null
    return kinds.filter((kind) => kind !== 'sms' || offer !== null)
  }

  function untilOf(due: Due | null): Date | 'any' | null {
    if (!due || due.until === null || due.until <= app.now()) return null
    return Number.isFinite(due.until) ? new Date(due.until) : 'any'
  }

  async function code(
    c: Ctx,
    attempt: Attempt,
    account: Account,
    { typed = '', problem: nameProblem, refused }: Wrong = {},
  ): Promise<Response> {
    if (refused) app.metrics.refused(refused.refused)
    const said = refused && refusal(textsFor(door, c, account), refused)
    const frame = frameOf(door, c, null, SET_UP_CODE, account)
    const about = { name: typed, nameProblem, problem: said?.text ?? null }
    const drafted = asSetUp(attempt)
    const scan = cardFor(app, account, drafted)
    const options = await passkeyToMake(app, account, drafted)
    const page = scan
      ? setUpAppPage(frame, { ...scan, ...about })
      : options !== null
        ? setUpPasskeyPage(frame, { options, ...about })
        : setUpCodePage(frame, {
            ...(await wayStep(app, c.var.ask.visit, drafted, null)),
            problem: about.problem,
          })
    const status = said?.status ?? (nameProblem === undefined ? 200 : 422)
    return reply.page(page, status, { headers: said?.headers ?? {} })
  }
}
