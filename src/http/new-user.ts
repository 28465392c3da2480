import { mayGive, scopeOf } from '../accounts/privileges.ts'
import { changeUser } from '../accounts/users/change-user.ts'
import { readPrivilege } from '../accounts/users/read-privilege.ts'
import { readUser } from '../accounts/users/read-user.ts'
import { parseEmail } from '../lib/email.ts'
import { countries } from '../lib/phone.ts'
import { newUserPage } from '../pages/new-user.ts'
import type { FieldProblems } from '../pages/parts.ts'
import { USER } from '../pages/user-props.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { findAccountByLogin } from '../store/accounts.ts'
import type { SignedIn } from '../store/sessions.ts'
import { accountOf } from './account.ts'
import { actorOf, frameOf, privileged, refusal, textsFor, type Door } from './door.ts'
import { fieldTexts } from './fields.ts'
import { form, readForm, text } from './form.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

const HERE = '/users/new'

const NewUserForm = form({
  email: text(1000),
  name: text(1000),
  country: text(10),
  language: text(20),
  phone: text(100).default(''),
  privilege: text(20),
  main: text(1000).default(''),
  invite: text(10).default(''),
})

type Typed = ReturnType<(typeof NewUserForm)['parse']>

/** `/users/new`: one more account. */
export function newUserRoutes(door: Door) {
  const { app, reply } = door

  return {
    async showNew(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const { country, language } = await accountOf(app, session)
      const empty = { email: '', name: '', phone: '', privilege: 'none', main: '', invite: 'yes' }
      return page(c, session, { ...empty, country, language })
    },

    async add(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const typed = await readForm(c, NewUserForm)
      const texts = textsFor(door, c, session)
      const privilege = readPrivilege(typed.privilege)
      const main = await mainIn(session, typed.main)
      const about = { privilege: privilege ?? null, mainId: main ?? null }
      const read = readUser(typed, about)
      const problems: Record<string, string | undefined> = {
        ...('problems' in read && fieldTexts(texts, read.problems)),
        ...(main === undefined && { main: texts.newUser.noMain }),
      }
      if (privilege === undefined || !mayGive(actorOf(session), privilege))
        problems['privilege'] = texts.newUser.badPrivilege
      if ('user' in read && (await findAccountByLogin(app.db, read.user.login)))
        problems['email'] = texts.fields.taken
      const isFine = Object.keys(problems).length === 0
      if (!isFine || 'problems' in read || privilege === undefined || main === undefined)
        return page(c, session, typed, problems)

      const wanted = { what: 'add', user: read.user, invite: typed.invite === 'yes' } as const
      const result = await changeUser(app, c.var.ask.visit, session, wanted, USER)
      if ('refused' in result) return page(c, session, typed, {}, result)
      return sureReply(door, result, USER)
    },
  }

  /** The main account that is to own it; `null`: it is to be one. `undefined`: there is no such one. */
  async function mainIn(session: SignedIn, typed: string): Promise<string | null | undefined> {
    const scope = scopeOf(actorOf(session))
    if (scope !== null) return typed === '' ? scope : undefined
    if (typed.trim() === '') return null
    const login = parseEmail(typed)?.canonical
    const main = login === undefined ? null : await findAccountByLogin(app.db, login)
    return main && main.mainId === null ? main.id : undefined
  }

  async function page(
    c: Ctx,
    session: SignedIn,
    typed: Typed,
    problems: FieldProblems = {},
    refused: Refusal | null = null,
  ): Promise<Response> {
    const said = refused && refusal(textsFor(door, c, session), refused)
    const frame = frameOf(door, c, session, HERE)
    const shown = newUserPage(frame, {
      values: { ...typed, isInvited: typed.invite === 'yes' },
      countries: countries(frame.language),
      privileges: givable(session),
      choosesMain: scopeOf(actorOf(session)) === null,
      problems,
      problem: said?.text ?? null,
    })
    const isWrong = Object.keys(problems).length > 0
    const headers = said?.headers ?? {}
    return reply.page(shown, said?.status ?? (isWrong ? 422 : 200), { headers })
  }
}

/** The privileges that somebody may give, the least first. */
export const givable = (session: SignedIn) =>
  (['none', 'support', 'manage', 'operator'] as const).filter((each) =>
    mayGive(actorOf(session), readPrivilege(each) ?? null),
  )
