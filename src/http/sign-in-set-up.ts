import { z } from 'zod'
import type { Codes } from '../accounts/change-protection.ts'
import { readOwnName } from '../accounts/own-name.ts'
import { codesAgainPage } from '../pages/codes-again.ts'
import { recoveryCodesPage } from '../pages/recovery-codes.ts'
import { answerSetUp, confirmSetUp, newCodesOnTheWay } from '../sign-in/answer-set-up.ts'
import { askAgain } from '../sign-in/ask.ts'
import { longestLifetimeOf, type Refusal } from '../sign-in/attempt.ts'
import { asSetUp, kindIn } from '../sign-in/draft.ts'
import { beginSetUp, putOff, type Next } from '../sign-in/set-up.ts'
import type { Account } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import { SendForm, WAYS } from './code-pages.ts'
import { cookie } from './cookies.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import { enter } from './enter.ts'
import { answerText, form, noFields, readForm, text } from './form.ts'
import { onTheWay, type OnTheWay } from './on-the-way.ts'
import type { Ctx } from './request.ts'
import { setUpNumber, TypedForm, typedNumber } from './set-up-number.ts'
import { setUpSteps } from './set-up-steps.ts'
import { signInReply } from './sign-in-page.ts'
import { pathOf, SET_UP, SET_UP_CODE, SET_UP_CODES, stepNow } from './where-at.ts'

const BeginForm = form({
  kind: z.enum(['passkey', 'totp', 'sms', 'email']),
  country: typedNumber.country.optional(),
  phone: typedNumber.phone.optional(),
})
const CodeForm = form({
  code: answerText,
  with: z.enum(WAYS).optional(),
  name: text(1000).default(''),
})
const ConfirmForm = form({ set: text(50).optional(), saved: z.literal('yes').optional() })

/** `/sign-in/set-up`: all is shown that there is, but more has to be set up before anybody is in. */
export function signInSetUpRoutes(door: Door) {
  const { app, reply } = door
  const { choose, code } = setUpSteps(door)
  const number = setUpNumber(door)

  return {
    /** What there is to choose, also for somebody who has begun one of them. */
    show: at(['set-up', 'passed'], async (c, { attempt, account }) =>
      choose(c, attempt, account, null),
    ),

    begin: posted(BeginForm, async (c, { attempt, account }, { kind, ...typed }) => {
      const read = await number.read(c, account, kind, typed)
      if ('answer' in read) return read.answer
      const wish = { kind, to: read.to }
      const result = await beginSetUp(app, c.var.ask.visit, attempt, wish)
      if (result !== 'begun') return told(c, { attempt, account }, result)
      return reply.seeOther(SET_UP_CODE, keptOf(c))
    }),

    showNumber: at(['set-up'], async (c, { account }) => number.ask(c, account)),
    checkNumber: posted(TypedForm, async (c, { account }, typed) =>
      number.check(c, account, typed),
    ),

    showCode: at(['set-up'], async (c, { attempt, account }) => {
      const path = pathOf('set-up', attempt)
      return path === SET_UP_CODE ? code(c, attempt, account) : reply.seeOther(path)
    }),

    answer: posted(CodeForm, async (c, { attempt, account }, typed) => {
      const kind = kindIn(attempt.draft)
      // Begun anew in another tab: what was typed here is for something else.
      if (!kind || (typed.with && typed.with !== kind))
        return reply.seeOther(pathOf('set-up', attempt))
      const named = readOwnName(typed.name)
      if ('problem' in named) {
        const problem = textsFor(door, c, account).fields[named.problem]
        return code(c, attempt, account, { typed: typed.name, problem })
      }
      const given = { kind, text: typed.code }
      const result = await answerSetUp(app, c.var.ask.visit, attempt, given, named.name)
      if ('codes' in result) return codes(c, account, result)
      if (!('refused' in result)) return next(c, attempt, result)
      return code(c, attempt, account, { typed: named.name, refused: result })
    }),

    sendAgain: posted(SendForm, async (c, { attempt, account }) => {
      const kind = kindIn(attempt.draft)
      if (!kind) return reply.seeOther(SET_UP)
      const result = await askAgain(app, c.var.ask.visit, asSetUp(attempt), kind)
      if (result === 'asked') return reply.seeOther(SET_UP_CODE)
      return code(c, attempt, account, { refused: result })
    }),

    /** The codes were shown already, and are shown once. */
    showCodes: at(['set-up'], async (c, { attempt, account }) => {
      const path = pathOf('set-up', attempt)
      if (path !== SET_UP_CODES) return reply.seeOther(path)
      return reply.page(codesAgainPage(frameOf(door, c, null, SET_UP_CODES, account)))
    }),

    newCodes: posted(noFields, async (c, { attempt, account }) => {
      const result = await newCodesOnTheWay(app, c.var.ask.visit, attempt)
      if ('refused' in result) return told(c, { attempt, account }, result)
      return codes(c, account, result)
    }),

    confirm: posted(ConfirmForm, async (c, { attempt, account }, { set, saved }) => {
      if (saved !== 'yes') return reply.seeOther(pathOf('set-up', attempt))
      const result = await confirmSetUp(app, c.var.ask.visit, attempt, set ?? null)
      return goOn(c, { attempt, account }, result)
    }),

    later: posted(
      noFields,
      async (c, { attempt, account }) =>
        goOn(c, { attempt, account }, await putOff(app, c.var.ask.visit, attempt)),
      ['set-up', 'passed'],
    ),
  }

  /** Only for somebody who is at one of these steps; who is not goes where they are. */
  function at(
    steps: readonly ('set-up' | 'passed')[],
    work: (c: Ctx, who: OnTheWay) => Promise<Response>,
  ) {
    return async (c: Ctx): Promise<Response> => {
      const who = await onTheWay(door, c)
      if (!who) return reply.seeOther('/sign-in')
      const step = await stepNow(door, who.attempt)
      if (step === 'ended') return over(c, who)
      const isHere = steps.some((each) => each === step)
      return isHere ? work(c, who) : reply.seeOther(pathOf(step, who.attempt))
    }
  }

  /** The same for a form, which is read first, whoever sends it. */
  function posted<Fields>(
    fields: z.ZodType<Fields>,
    work: (c: Ctx, who: OnTheWay, typed: Fields) => Promise<Response>,
    steps: readonly ('set-up' | 'passed')[] = ['set-up'],
  ) {
    return async (c: Ctx): Promise<Response> => {
      const typed = await readForm(c, fields)
      return at(steps, (same, who) => work(same, who, typed))(c)
    }
  }

  /** It took too long, or had too many wrong codes: they begin again, with where they were going. */
  function over(c: Ctx, { attempt, account }: OnTheWay): Promise<Response> {
    app.metrics.refused('attempt_over')
    const { text: problem, ...said } = refusal(textsFor(door, c, account), {
      refused: 'attempt_over',
    })
    return signInReply(door, c, { to: attempt.goal, problem }, said)
  }

  /** What was refused is said where they can choose; where another tab was faster, they see what is so now. */
  async function told(c: Ctx, who: OnTheWay, refused: Refusal): Promise<Response> {
    const now = await onTheWay(door, c)
    const step = now ? await stepNow(door, now.attempt) : 'ended'
    if (!now || step === 'ended') return over(c, who)
    if (refused.refused === 'attempt_over') return reply.seeOther(pathOf(step, now.attempt))
    return choose(c, now.attempt, now.account, refused)
  }

  /** It lives longer now, and its cookie with it. */
  function keptOf(c: Ctx): string[] {
    const seconds = longestLifetimeOf(app) / 1000
    return [cookie(app.config, 'attempt', c.var.ask.attemptSecret!, seconds)]
  }

  async function goOn(c: Ctx, who: OnTheWay, result: Next | Refusal): Promise<Response> {
    return 'refused' in result ? told(c, who, result) : next(c, who.attempt, result)
  }

  function next(c: Ctx, before: Attempt, result: Next): Response {
    const isByRecovery = before.proofs.some(({ by }) => by === 'recovery')
    if (result.kind === 'signed-in') return enter(door, c, result, isByRecovery)
    // What was being set up is set up.
    return reply.seeOther(pathOf(result.kind, { ...before, draft: rest(before) }))
  }

  function codes(c: Ctx, { email }: Account, shown: Codes): Promise<Response> {
    const { card } = shown
    const frame = frameOf(door, c, null, SET_UP_CODES)
    const made = new Date(app.now())
    const page = recoveryCodesPage(frame, {
      ...shown,
      purpose: 'set-up',
      login: email,
      card: card && { ...card, number: card.card, login: email, made },
    })
    return reply.page(page, 200, { cookies: keptOf(c) })
  }
}

const rest = ({ draft }: Attempt): Attempt['draft'] =>
  draft?.['remember'] === true ? { remember: true } : null
