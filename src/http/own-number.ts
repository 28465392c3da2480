import { z } from 'zod'
import { addNumber, sendByBoth } from '../accounts/own-factors.ts'
import { readNumber, type TypedNumber } from '../accounts/read-number.ts'
import { sentTo } from '../factors/sent-code.ts'
import { aboutNumber, shownPhone } from '../lib/phone.ts'
import { smsOffer, type SmsOffer } from '../sign-in/sms-offer.ts'
import { enrolmentsOfKind } from '../store/enrolments.ts'
import type { SignedIn } from '../store/sessions.ts'
import { accountOf } from './account.ts'
import { signedIn, textsFor, withNotice, type Door } from './door.ts'
import { fieldTexts } from './fields.ts'
import { form, readForm, text } from './form.ts'
import { numberPages } from './number-pages.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { HERE, securityReply } from './security-page.ts'
import { sureReply } from './sure.ts'

const typedNumber = { country: text(10), phone: text(100) }
const TypedForm = form({ ...typedNumber, correct: z.literal('yes').optional() })
const AddForm = form(typedNumber)
const BothForm = form({ both: z.enum(['yes', 'no']) })

/** `/account/security/sms`: the number that my codes go to. */
export function ownNumberRoutes(door: Door) {
  const { app, reply } = door
  const { ask, shownBack } = numberPages(door)

  return {
    async showNumber(c: Ctx) {
      const session = await signedIn(door, c)
      const offer = await offered()
      return ask(c, session, offer, await ownNumber(offer, session))
    },

    /** Shows it back; nothing is kept or sent yet. */
    async checkNumber(c: Ctx) {
      const session = await signedIn(door, c)
      const { correct, ...typed } = await readForm(c, TypedForm)
      const offer = await offered()
      if (correct) return ask(c, session, offer, { ...typed, phone: shownPhone(typed.phone) })
      const read = await readOr(c, session, offer, typed)
      return 'to' in read ? shownBack(c, session, read.to) : read.answer
    },

    async addNumber(c: Ctx) {
      const session = await signedIn(door, c)
      const typed = await readForm(c, AddForm)
      const offer = await offered()
      const read = await readOr(c, session, offer, typed)
      if (!('to' in read)) return read.answer
      const result = await addNumber(app, c.var.ask.visit, session, read.to)
      if ('refused' in result) return ask(c, session, offer, typed, { refused: result })
      return sureReply(door, result, HERE)
    },

    async sendByBoth(c: Ctx) {
      const session = await signedIn(door, c)
      const { both } = await readForm(c, BothForm)
      const result = await sendByBoth(app, c.var.ask.visit, session, both === 'yes')
      if (result !== 'done') return securityReply(door, c, session, { refused: result })
      return reply.seeOther(withNotice(HERE, both === 'yes' ? 'both_on' : 'both_off'))
    },
  }

  /** Where no text message can be sent, there is no such page. */
  async function offered(): Promise<SmsOffer> {
    const offer = await smsOffer(app)
    if (!offer) throw new Refused(404, 'not_found')
    return offer
  }

  /** The number an administrator wants, or that of the profile, which may never have been proven. */
  async function ownNumber(offer: SmsOffer, session: SignedIn): Promise<TypedNumber> {
    const { country, phone: known, wantedPhone } = await accountOf(app, session)
    const phone = wantedPhone ?? known
    const home = (phone && aboutNumber(phone).country) ?? country
    const listed = [home, ...(offer.countries.length === 1 ? offer.countries : [])]
    return {
      country: listed.find((each) => offer.countries.includes(each)) ?? '',
      phone: phone === null ? '' : shownPhone(phone),
    }
  }

  async function readOr(
    c: Ctx,
    session: SignedIn,
    offer: SmsOffer,
    typed: TypedNumber,
  ): Promise<{ readonly to: string } | { readonly answer: Response }> {
    const [own] = await enrolmentsOfKind(app.db, session.accountId, 'sms')
    const read = readNumber(offer, typed, own && own.disabledAt === null ? sentTo(own.state) : null)
    if ('to' in read) return read
    if ('refused' in read) return { answer: await ask(c, session, offer, typed, { refused: read }) }
    const problems = fieldTexts(textsFor(door, c, session), read.problems)
    return { answer: await ask(c, session, offer, typed, { problems }) }
  }
}
