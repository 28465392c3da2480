import { changeProfile } from '../accounts/profile.ts'
import type { Problems } from '../accounts/new-account.ts'
import { protectionOf } from '../accounts/protection.ts'
import { countries } from '../lib/phone.ts'
import type { AccountValues } from '../pages/parts.ts'
import { profilePage } from '../pages/profile.ts'
import type { Texts } from '../pages/texts/all.ts'
import { findAccount, type Account } from '../store/accounts.ts'
import type { SignedIn } from '../store/sessions.ts'
import type { App } from '../app.ts'
import { noCookie } from './cookies.ts'
import { frameOf, signedIn, textsFor, withNotice, type Door } from './door.ts'
import { fieldTexts } from './fields.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

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
      const wrong = await changeProfile(app, c.var.ask.visit, session.accountId, typed)
      // The language of the profile is the newest choice, whatever was chosen in this browser before.
      if (!wrong)
        return reply.seeOther(withNotice('/account', 'saved'), [noCookie(app.config, 'language')])
      return profile(c, session, wrong.problems, { ...typed, email: session.email }, 422)
    },
  }

  async function profile(
    c: Ctx,
    session: SignedIn,
    problems: Problems,
    values: Omit<AccountValues, 'phone'> & { phone: string | null },
    status = 200,
  ) {
    const texts = textsFor(door, c, session)
    const frame = frameOf(door, c, session, '/account')
    const props = {
      values: { ...values, phone: values.phone ?? '' },
      countries: countries(frame.language),
      problems: fieldTexts(texts, problems),
      notice: await noticeOf(app, c, session, texts),
    }
    return reply.page(profilePage(frame, props), status)
  }
}

export async function accountOf(app: App, session: SignedIn): Promise<Account> {
  const account = await findAccount(app.db, session.accountId)
  if (!account) throw new Refused(401, 'sign_in_first')
  return account
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
    case 'saved':
      return notices[notice]
    case 'protected':
    case 'unprotected': {
      const isOn = (await protectionOf(app, session.accountId)) !== null
      return isOn === (notice === 'protected') ? notices[notice] : null
    }
    case 'recovery_left': {
      const protection = await protectionOf(app, session.accountId)
      return protection && notices.recovery_left({ left: protection.recoveryLeft })
    }
    case undefined:
    default:
      return null
  }
}
