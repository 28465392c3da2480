import { z } from 'zod'
import { readNumber, type TypedNumber } from '../accounts/read-number.ts'
import { aboutNumber, countries, shownPhone } from '../lib/phone.ts'
import { numberPage } from '../pages/number.ts'
import type { FieldProblems } from '../pages/parts.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { policyOf } from '../sign-in/policy.ts'
import { wantedNumber, type Kind } from '../sign-in/set-up.ts'
import { smsOffer, type SmsOffer } from '../sign-in/sms-offer.ts'
import { isAllowed } from '../sign-in/standing.ts'
import type { Account } from '../store/accounts.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import { fieldTexts } from './fields.ts'
import { form, text } from './form.ts'
import { checkPageOf } from './number-pages.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

const NUMBER = '/sign-in/set-up/number'

export const typedNumber = { country: text(10), phone: text(100) }
export const TypedForm = form({
  ...typedNumber,
  correct: z.literal('yes').optional(),
})

type Read = { readonly to: string | null } | { readonly answer: Promise<Response> }

/** `/sign-in/set-up/number`: which number, for somebody on the way in who has to say it. */
export function setUpNumber(door: Door) {
  const { app, reply } = door

  return {
    async ask(c: Ctx, account: Account): Promise<Response> {
      const offer = await offered(account)
      const { phone } = account
      const home = (phone && aboutNumber(phone).country) ?? account.country
      const listed = [home, ...(offer.countries.length === 1 ? offer.countries : [])]
      const country = listed.find((each) => offer.countries.includes(each)) ?? ''
      return page(c, account, offer, { country, phone: phone === null ? '' : shownPhone(phone) })
    },

    /** Shows it back; nothing is kept or sent yet. */
    async check(
      c: Ctx,
      account: Account,
      { correct, ...typed }: z.infer<typeof TypedForm>,
    ): Promise<Response> {
      const offer = await offered(account)
      if (correct) return page(c, account, offer, { ...typed, phone: shownPhone(typed.phone) })
      const read = readIn(c, account, offer, typed)
      if ('answer' in read) return read.answer
      return reply.page(checkPageOf(frameOf(door, c, null, NUMBER, account), read.to!))
    },

    /** The number with which a factor is begun: what was typed, where an administrator wants none. */
    async read(
      c: Ctx,
      account: Account,
      kind: Kind,
      { country = '', phone = '' }: { [Field in keyof TypedNumber]?: string | undefined },
    ): Promise<Read> {
      if (kind !== 'sms' || wantedNumber(account) !== null) return { to: null }
      return readIn(c, account, await offered(account), { country, phone })
    },
  }

  /** Where no text message can be sent, or the number is said by others, there is no such page. */
  async function offered(account: Account): Promise<SmsOffer> {
    const offer = await smsOffer(app)
    const policy = await policyOf(app, app.db, account)
    if (!offer || !isAllowed(policy, 'sms') || wantedNumber(account) !== null)
      throw new Refused(404, 'not_found')
    return offer
  }

  function readIn(c: Ctx, account: Account, offer: SmsOffer, typed: TypedNumber): Read {
    const read = readNumber(offer, typed, null)
    if ('to' in read) return read
    if ('refused' in read) return { answer: page(c, account, offer, typed, {}, read) }
    const problems = fieldTexts(textsFor(door, c, account), read.problems)
    return { answer: page(c, account, offer, typed, problems) }
  }

  async function page(
    c: Ctx,
    account: Account,
    offer: SmsOffer,
    typed: TypedNumber,
    problems: FieldProblems = {},
    refused: Refusal | null = null,
  ): Promise<Response> {
    if (refused) app.metrics.refused(refused.refused)
    const said = refused && refusal(textsFor(door, c, account), refused)
    const frame = frameOf(door, c, null, NUMBER, account)
    const policy = await policyOf(app, app.db, account)
    const shown = numberPage(frame, {
      ...typed,
      countries: countries(frame.language).filter(({ code }) => offer.countries.includes(code)),
      problems,
      own: null,
      better: (['passkey', 'totp'] as const).filter((kind) => isAllowed(policy, kind)),
      problem: said?.text ?? null,
    })
    const status = said?.status ?? (Object.keys(problems).length > 0 ? 422 : 200)
    return reply.page(shown, status, { headers: said?.headers ?? {} })
  }
}
