import { caseSince } from '../accounts/cases/case-facts.ts'
import { changeProfile } from '../accounts/profile.ts'
import type { Problems } from '../accounts/new-account.ts'
import { protectionOf } from '../accounts/protection.ts'
import { sentTo } from '../factors/sent-code.ts'
import { countries, shownPhone } from '../lib/phone.ts'
import type { AccountValues } from '../pages/parts.ts'
import { profilePage } from '../pages/profile.ts'
import type { Texts } from '../pages/texts/all.ts'
import { findWaiting } from '../store/contact-changes.ts'
import { findAccount, type Account } from '../store/accounts.ts'
import { enrolmentsOfKind } from '../store/enrolments.ts'
import type { SignedIn } from '../store/sessions.ts'
import type { App } from '../app.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { frameOf, refusal, signedIn, textsFor, type Door } from './door.ts'
import { fieldTexts } from './fields.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

const ProfileForm = form({
  name: text(1000),
  country: text(10),
  language: text(20),
  phone: text(100).default(''),
})

/** `/account`: who I am. */
export function accountRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const session = await signedIn(door, c)
      return profile(c, session, {}, await accountOf(app, session))
    },

    async save(c: Ctx) {
      const session = await signedIn(door, c)
      const typed = await readForm(c, ProfileForm)
      const result = await changeProfile(app, c.var.ask.visit, session, typed)
      const values = { ...typed, email: session.email }
      if ('problems' in result) return profile(c, session, result.problems, values)
      if ('refused' in result) return profile(c, session, {}, values, result)
      return sureReply(door, result, '/account')
    },
  }

  async function profile(
    c: Ctx,
    session: SignedIn,
    problems: Problems,
    values: Omit<AccountValues, 'phone'> & { phone: string | null },
    refused: Refusal | null = null,
  ) {
    const texts = textsFor(door, c, session)
    const said = refused && refusal(texts, refused)
    const isWrong = Object.keys(problems).length > 0
    const frame = frameOf(door, c, session, '/account')
    const [number] = await enrolmentsOfKind(app.db, session.accountId, 'sms')
    const props = {
      values: { ...values, phone: values.phone ?? '' },
      proven: number ? shownPhone(sentTo(number.state)) : null,
      countries: countries(frame.language),
      problems: fieldTexts(texts, problems),
      openCase: await openCaseIn(app, session),
      notice: await noticeOf(app, c, session, texts),
      problem: said?.text ?? null,
    }
    const status = said?.status ?? (isWrong ? 422 : 200)
    return reply.page(profilePage(frame, props), status, { headers: said?.headers ?? {} })
  }
}

/** Whose session it is. Without an account it is nobody's. */
export async function accountOf(app: App, session: SignedIn): Promise<Account> {
  const account = await findAccount(app.db, session.accountId)
  if (!account) throw new Refused(401, 'sign_in_first')
  return account
}

/** Since when somebody asks support to be let into this account; `null`: nobody does. */
export async function openCaseIn(app: App, { accountId }: SignedIn): Promise<Date | null> {
  const since = await caseSince(app, accountId)
  return since === null ? null : new Date(since)
}

/** The notice a path carries: one of ours, or none. */
export async function noticeOf(
  app: App,
  c: Ctx,
  session: SignedIn,
  { notices }: Texts,
): Promise<string | null> {
  const notice = c.req.query('notice')
  switch (notice) {
    case 'codes_renewed':
    case 'device_named':
    case 'devices_forgotten':
    case 'devices_removed':
    case 'others_removed':
    case 'email_changed':
    case 'email_stopped':
    case 'saved':
    case 'not_me':
    case 'password_changed':
    case 'bound_anew':
    case 'factor_added':
    case 'factor_removed':
    case 'factor_named':
    case 'preferred':
    case 'delivery_saved':
    case 'route_tried':
    case 'policy_saved':
    case 'prefix_released':
    case 'key_made':
    case 'key_ended':
    case 'user_added':
    case 'user_added_invited':
    case 'user_invited':
    case 'user_changed':
    case 'user_deleted':
    case 'import_begun':
    case 'login_codes_follow':
    case 'case_cancelled':
    case 'case_first':
    case 'case_refused':
    case 'number_changed':
    case 'both_on':
    case 'both_off':
      return notices[notice]
    case 'protected':
    case 'unprotected': {
      const isOn = (await protectionOf(app, session.accountId)) !== null
      return isOn === (notice === 'protected') ? notices[notice] : null
    }
    case 'email_waits':
      return (await findWaiting(app.db, session.accountId)) && notices[notice]
    case 'recovery_left': {
      const protection = await protectionOf(app, session.accountId)
      return protection && notices.recovery_left({ left: protection.recoveryLeft })
    }
    case 'add_another': {
      const judgement = (await protectionOf(app, session.accountId))?.judgement
      return judgement === 'only_codes' ? notices.add_another : null
    }
    case undefined:
    default:
      return null
  }
}
