import type { TypedNumber } from '../accounts/read-number.ts'
import { sentTo } from '../factors/sent-code.ts'
import { aboutNumber, countries, kindOfNumber, maskPhone, shownPhone } from '../lib/phone.ts'
import { checkNumberPage, numberPage } from '../pages/number.ts'
import type { FieldProblems } from '../pages/parts.ts'
import type { Frame, Html } from '../pages/layout.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { policyOf } from '../sign-in/policy.ts'
import type { SmsOffer } from '../sign-in/sms-offer.ts'
import { isAllowed } from '../sign-in/standing.ts'
import { enrolmentsOfKind } from '../store/enrolments.ts'
import type { SignedIn } from '../store/sessions.ts'
import { accountOf } from './account.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import type { Ctx } from './request.ts'

const NUMBER = '/account/security/sms'

/** What is wrong with the fields, or why the whole was refused. */
type Wrong = { readonly problems?: FieldProblems; readonly refused?: Refusal }

/** The page that asks for a number, and the one that shows it back. */
export function numberPages(door: Door) {
  const { app, reply } = door

  return { ask, shownBack }

  async function ask(
    c: Ctx,
    session: SignedIn,
    offer: SmsOffer,
    typed: TypedNumber,
    { problems = {}, refused }: Wrong = {},
  ): Promise<Response> {
    if (refused) app.metrics.refused(refused.refused)
    const said = refused && refusal(textsFor(door, c, session), refused)
    const frame = frameOf(door, c, session, NUMBER)
    const [own] = await enrolmentsOfKind(app.db, session.accountId, 'sms')
    const policy = await policyOf(app, app.db, await accountOf(app, session))
    const page = numberPage(frame, {
      ...typed,
      countries: countries(frame.language).filter(({ code }) => offer.countries.includes(code)),
      problems,
      own: own ? maskPhone(sentTo(own.state)) : null,
      better: (['passkey', 'totp'] as const).filter((kind) => isAllowed(policy, kind)),
      problem: said?.text ?? null,
    })
    const status = said?.status ?? (Object.keys(problems).length > 0 ? 422 : 200)
    return reply.page(page, status, { headers: said?.headers ?? {} })
  }

  async function shownBack(c: Ctx, session: SignedIn, to: string): Promise<Response> {
    return reply.page(checkPageOf(frameOf(door, c, session, NUMBER), to))
  }
}

/** The page that shows a number back (E.164). */
export function checkPageOf(frame: Frame, to: string): Html {
  const country = aboutNumber(to).country ?? ''
  const named = countries(frame.language).find(({ code }) => code === country)
  return checkNumberPage(frame, {
    shown: shownPhone(to),
    phone: to,
    country,
    countryName: named?.name ?? country,
    kind: kindOfNumber(to),
  })
}
