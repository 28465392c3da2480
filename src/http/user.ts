import { z } from 'zod'
import { mayGive } from '../accounts/privileges.ts'
import { changeUser, reachUser } from '../accounts/users/change-user.ts'
import { previewLoginCode, whyNotSet } from '../accounts/users/login-code.ts'
import { readLoginPhone } from '../accounts/users/read-login-phone.ts'
import { readPrivilege } from '../accounts/users/read-privilege.ts'
import { readUser } from '../accounts/users/read-user.ts'
import type { UserChange } from '../accounts/users/user-change.ts'
import { parseEmail } from '../lib/email.ts'
import { cleanName } from '../lib/text.ts'
import { USER } from '../pages/user-props.ts'
import type { Account } from '../store/accounts.ts'
import type { SignedIn } from '../store/sessions.ts'
import { actorOf, privileged, refusal, textsFor, type Door } from './door.ts'
import { fieldTexts } from './fields.ts'
import { form, readForm, several, text } from './form.ts'
import { codeIn, byOf } from './login-code.ts'
import { codeReply } from './login-code-page.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'
import { userReply, type WrongUser } from './user-page.ts'
import { ID } from './users-wanted.ts'

const id = z.string().regex(ID)
const OneForm = form({ id })
const ProfileForm = form({
  id,
  email: text(1000),
  name: text(1000),
  country: text(10),
  language: text(20),
})
const PrivilegeForm = form({ id, privilege: text(20) })
const CodeForm = form({
  id,
  code: z.enum(['off', 'email', 'sms', 'both', 'app']),
  phone: text(100).default(''),
})
const FactorForm = form({ id, factor: id, reason: text(2000) })
const DevicesForm = form({ id, all: z.enum(['yes', 'no']), device: several(id) })
const DeleteForm = form({ id, login: text(1000) })

const LONGEST_REASON = 200

/** `/users/user`: one account, for those who look after it. */
export function userRoutes(door: Door) {
  const { app } = door

  return {
    async showOne(c: Ctx) {
      const { id = '' } = c.req.query()
      const session = await privileged(door, c, 'manage')
      return userReply(door, c, session, await target(session, id))
    },

    async saveProfile(c: Ctx) {
      const { session, user, typed } = await read(c, ProfileForm)
      const found = readUser({ ...typed, phone: '' }, { privilege: null, mainId: null })
      if ('problems' in found) {
        const problems = fieldTexts(textsFor(door, c, session), found.problems)
        return userReply(door, c, session, user, { typed, problems })
      }
      const { email, login, name, country, language } = found.user
      const about = { email, login, name, country, language }
      return doIt(c, session, user, { what: 'profile', id: user.id, user: about }, { typed })
    },

    async savePrivilege(c: Ctx) {
      const { session, user, typed } = await read(c, PrivilegeForm)
      const privilege = readPrivilege(typed.privilege)
      if (privilege === undefined) throw new Refused(400, 'bad_form')
      if (!mayGive(actorOf(session), privilege))
        return userReply(door, c, session, user, { refused: { refused: 'not_allowed_to_give' } })
      return doIt(c, session, user, { what: 'privilege', id: user.id, privilege })
    },

    async saveLoginCode(c: Ctx) {
      const { session, user, typed } = await read(c, CodeForm)
      const texts = textsFor(door, c, session)
      const isSent = typed.code === 'sms' || typed.code === 'both'
      const number = readLoginPhone(isSent ? typed.phone : '', user.country)
      if ('problem' in number) {
        const problems = { phone: texts.fields[number.problem] }
        return userReply(door, c, session, user, { typed, problems })
      }
      const { phone } = number
      const wanted = { ids: [user.id], code: codeIn(typed.code), phone, wayOut: {}, seen: null }
      const preview = await previewLoginCode(app, app.db, byOf(session), wanted)
      const refused = whyNotSet(preview, wanted, false)
      if (refused?.refused !== 'would_lock_out')
        return doIt(c, session, user, { what: 'login_code', wanted }, { typed })
      const back = pathOf(user)
      const sent = [
        ['code', typed.code],
        ...(phone === null ? [] : [['phone', phone] as const]),
      ] as const
      const fields = [['which', 'ticked'], ['id', user.id], ['back', 'user'], ...sent] as const
      const said = refusal(texts, refused)
      return codeReply(door, c, session, preview, { fields, back, wayOut: {} }, said)
    },

    async removeUserFactor(c: Ctx) {
      const { session, user, typed } = await read(c, FactorForm)
      const { factor } = typed
      const reason = cleanName(typed.reason, LONGEST_REASON)
      if (reason === null) {
        const { fields } = textsFor(door, c, session)
        const code = typed.reason.trim() === '' ? 'missing' : 'too_long'
        const isLong = typed.reason.length > LONGEST_REASON || code === 'missing'
        const problems = { reason: isLong ? fields[code] : fields.bad_text }
        return userReply(door, c, session, user, { typed, problems })
      }
      return doIt(c, session, user, { what: 'factor', id: user.id, factor, reason })
    },

    async endDevices(c: Ctx) {
      const { session, user, typed } = await read(c, DevicesForm, 'device')
      const devices = typed.all === 'yes' ? null : [...new Set(typed.device)]
      if (devices?.length === 0) {
        const { noneTicked } = textsFor(door, c, session).user
        return userReply(door, c, session, user, { said: noneTicked })
      }
      return doIt(c, session, user, { what: 'devices', id: user.id, devices })
    },

    async deleteUser(c: Ctx) {
      const { session, user, typed } = await read(c, DeleteForm)
      if (parseEmail(typed.login)?.canonical !== user.login) {
        const problems = { login: textsFor(door, c, session).user.deleteWrong }
        return userReply(door, c, session, user, { problems })
      }
      return doIt(c, session, user, { what: 'delete', id: user.id }, {}, '/users')
    },

    inviteAgain: act('invite'),
    askPassword: act('password_due'),
    signOutUser: act('sign_out'),
    disable: act('disable'),
    enable: act('enable'),
  }

  /** What needs nothing said beside whom it is done to. */
  function act(what: 'invite' | 'password_due' | 'sign_out' | 'disable' | 'enable') {
    return async (c: Ctx): Promise<Response> => {
      const { session, user } = await read(c, OneForm)
      return doIt(c, session, user, { what, id: user.id })
    }
  }

  async function read<Typed extends { readonly id: string }>(
    c: Ctx,
    fields: z.ZodType<Typed>,
    ticked?: keyof Typed & string,
  ): Promise<{ session: SignedIn; user: Account; typed: Typed }> {
    const session = await privileged(door, c, 'manage')
    const typed = await readForm(c, fields, ticked)
    return { session, user: await target(session, typed.id), typed }
  }

  /** One of another's, and one that does not exist, is no address. */
  async function target(session: SignedIn, id: string): Promise<Account> {
    const user = ID.test(id) ? await reachUser(app.db, actorOf(session), id) : null
    if (!user) throw new Refused(404, 'not_found')
    return user
  }

  async function doIt(
    c: Ctx,
    session: SignedIn,
    user: Account,
    wanted: UserChange,
    wrong: WrongUser = {},
    goal = pathOf(user),
  ): Promise<Response> {
    const result = await changeUser(app, c.var.ask.visit, session, wanted, goal)
    if (!('refused' in result)) return sureReply(door, result, goal)
    return userReply(door, c, session, user, { ...wrong, refused: result })
  }
}

const pathOf = ({ id }: Account): string => `${USER}?id=${id}`
