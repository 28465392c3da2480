import { newestOf } from '../accounts/history.ts'
import { loginDetails } from '../accounts/login-details.ts'
import { protectionOf } from '../accounts/protection.ts'
import { usersRules } from '../accounts/users/seen-user.ts'
import type { Language } from '../lib/language.ts'
import { countries, shownPhone } from '../lib/phone.ts'
import type { FieldProblems } from '../pages/parts.ts'
import { deviceName } from '../pages/browser.ts'
import { USER, type UserFactor, type UserProps } from '../pages/user-props.ts'
import { userPage } from '../pages/user.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { timeoutsOf } from '../sign-in/session.ts'
import { useOfDevices } from '../store/account-sessions.ts'
import type { Account } from '../store/accounts.ts'
import { devicesOf } from '../store/devices.ts'
import type { SignedIn } from '../store/sessions.ts'
import { findUser, type User } from '../store/users-list.ts'
import { noticeOf } from './account.ts'
import { shownDevice } from './devices.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import { inWords } from './event-words.ts'
import { givable } from './new-user.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { shownUser } from './shown-user.ts'

/** What went wrong, and what was typed. */
export type WrongUser = {
  readonly typed?: Partial<UserProps['values']>
  readonly problems?: FieldProblems
  readonly refused?: Refusal
  readonly said?: string
}

/** One account as it is now, with what went wrong. */
export async function userReply(
  door: Door,
  c: Ctx,
  session: SignedIn,
  { id }: Account,
  { typed = {}, problems = {}, refused, said }: WrongUser = {},
): Promise<Response> {
  const { app, reply } = door
  const user = await findUser(app.db, id, usersRules(app))
  if (!user) throw new Refused(404, 'not_found')
  const texts = textsFor(door, c, session)
  const frame = frameOf(door, c, session, `${USER}?id=${id}`)
  const { language } = frame
  const shown = shownUser(app, user)
  const refusedText = refused && refusal(texts, refused)
  const problem = said ?? refusedText?.text ?? null
  const isWrong = problem !== null || Object.keys(problems).length > 0
  const page = userPage(frame, {
    user: { ...shown, ...aboutOf(user) },
    values: { ...valuesOf(user), code: shown.code, reason: '', factor: null, ...typed },
    countries: countries(language),
    privileges: givable(session),
    isSelf: id === session.accountId,
    factors: await factorsOf(door, id),
    devices: await devicesFor(door, id, language, pageIn(c)),
    happenings: (await newestOf(app, id)).map((entry) => inWords(app, language, entry)),
    problems,
    notice: isWrong ? null : await noticeOf(app, c, session, texts),
    problem,
  })
  const status = refusedText?.status ?? (isWrong ? 422 : 200)
  return reply.page(page, status, { headers: refusedText?.headers ?? {} })
}

const aboutOf = (user: User) => ({
  created: new Date(user.createdAt),
  invited: user.invitedAt === null ? null : new Date(user.invitedAt),
  isProven: user.isProven,
  isDisabled: user.disabledAt !== null,
  hasPassword: user.hasPassword,
})

function valuesOf({ email, name, country, language, phone, wantedPhone }: User) {
  const number = wantedPhone ?? phone
  return { email, name, country, language, phone: number === null ? '' : shownPhone(number) }
}

async function factorsOf({ app }: Door, id: string): Promise<readonly UserFactor[]> {
  const protection = await protectionOf(app, id)
  return (protection?.factors ?? []).map(
    ({ id, kind, name, isDisabled, isAllowed, since, lastUsedAt }) => ({
      id,
      kind,
      name,
      isDisabled,
      isAllowed,
      since: new Date(since),
      lastUsed: lastUsedAt === null ? null : new Date(lastUsedAt),
    }),
  )
}

async function devicesFor({ app }: Door, id: string, language: Language, page: number) {
  const now = app.now()
  const facts = {
    devices: await devicesOf(app.db, id),
    use: await useOfDevices(app.db, id, timeoutsOf(app.config), now),
    // It is nobody's who looks at it.
    thisDevice: '',
    days: app.config.limits,
    now,
    nameOf: (userAgent: string) => deviceName(language, userAgent),
    placeOf: (address: string) => app.placeOf(address, language),
  }
  const details = loginDetails(facts, '', page)
  return { ...details, shown: details.shown.map(shownDevice) }
}

function pageIn(c: Ctx): number {
  const { page = '' } = c.req.query()
  return /^[1-9]\d{0,3}$/.test(page) ? Number(page) : 1
}
