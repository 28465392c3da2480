import { z } from 'zod'
import { deedIn } from '../accounts/step-up.ts'
import { confirmCodePage } from '../pages/confirm-code.ts'
import type { FactorKind } from '../factors/factor.ts'
import { askAgain } from '../sign-in/ask.ts'
import { attemptWith, type Refusal } from '../sign-in/attempt.ts'
import { cancel } from '../sign-in/cancel.ts'
import { wayStep } from '../sign-in/way-step.ts'
import type { Attempt, Purpose } from '../store/attempts.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noCookie } from './cookies.ts'
import { frameOf, refusal, signedIn, textsFor, type Door } from './door.ts'
import { form, noFields, readForm } from './form.ts'
import type { Ctx } from './request.ts'

/** How one can show who one is. */
export const WAYS = ['passkey', 'totp', 'sms', 'email', 'recovery'] as const satisfies FactorKind[]
type Way = (typeof WAYS)[number]

/** As the address of a page says; `null` where it says none of them. */
export const wayOf = (c: Ctx): Way | null => WAYS.find((way) => way === c.req.query('with')) ?? null

/** Where a page asks in this way. */
export const withWay = (path: string, way: Way): string => `${path}?with=${way}`

/** Which way a code is to be sent. */
export const SendForm = form({ with: z.enum(WAYS).optional() })

/** As the form says; else the way it was asked for before. */
export const sendWay = (
  { asked }: Pick<Attempt, 'asked'>,
  { with: way }: z.infer<typeof SendForm>,
): Way => way ?? (asked?.kind === 'sms' ? 'sms' : 'email')

/** An attempt for a change in an account, which belongs to the session it was opened in. */
export type OwnAttempt = Attempt & { readonly purpose: Exclude<Purpose, 'sign-in' | 'set-up'> }

type Place<P> = {
  readonly purposes: readonly P[]
  /** The page that asks for the code. */
  readonly path: string
  /** Where somebody goes who has no such attempt, or gives it up and came from nowhere else. */
  readonly home: string
}

/** Asking for a code before a change in an account, always in the same way. */
export function codePages<P extends OwnAttempt['purpose']>(
  door: Door,
  { purposes, path, home }: Place<P>,
) {
  const { app, reply } = door

  /** The attempt of this browser, if it is one of these purposes and of this very session. */
  async function attemptOf(c: Ctx, session: SignedIn): Promise<AttemptFor<P> | null> {
    const attempt = await attemptWith(app, c.var.ask.attemptSecret)
    const isOurs = attempt?.sessionId === session.id && attempt.accountId === session.accountId
    return isOurs && isOneOf(purposes, attempt) ? attempt : null
  }

  async function page(
    c: Ctx,
    session: SignedIn,
    attempt: OwnAttempt,
    wished: Way | null,
    refused: Refusal | null,
  ): Promise<Response> {
    if (refused) app.metrics.refused(refused.refused)
    const said = refused && refusal(textsFor(door, c, session), refused)
    const { purpose } = attempt
    const step = await wayStep(app, c.var.ask.visit, attempt, wished)
    const shown = confirmCodePage(frameOf(door, c, session, withWay(path, step.way)), {
      ...step,
      ...(purpose === 'step-up' ? { purpose, what: deedIn(attempt)?.kind ?? null } : { purpose }),
      problem: said?.text ?? null,
    })
    return reply.page(shown, said?.status ?? 200, { headers: said?.headers ?? {} })
  }

  async function sendAgain(c: Ctx): Promise<Response> {
    const session = await signedIn(door, c)
    const form = await readForm(c, SendForm)
    const attempt = await attemptOf(c, session)
    if (!attempt) return reply.seeOther(home)
    const way = sendWay(attempt, form)
    const result = await askAgain(app, c.var.ask.visit, attempt, way)
    if (result !== 'asked') return page(c, session, attempt, way, result)
    return reply.seeOther(path)
  }

  async function giveUp(c: Ctx): Promise<Response> {
    const session = await signedIn(door, c)
    await readForm(c, noFields)
    const attempt = await attemptOf(c, session)
    if (attempt) await cancel(app, attempt)
    return reply.seeOther(attempt?.goal ?? home, [noCookie(app.config, 'attempt')])
  }

  return { attemptOf, page, sendAgain, cancel: giveUp }
}

type AttemptFor<P> = Attempt & { readonly purpose: P }

const isOneOf = <P extends Purpose>(
  purposes: readonly P[],
  attempt: Attempt,
): attempt is AttemptFor<P> => purposes.some((purpose) => purpose === attempt.purpose)
