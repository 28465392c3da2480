import { z } from 'zod'
import type { By } from '../accounts/users/do-user-change.ts'
import { changeUser } from '../accounts/users/change-user.ts'
import { previewLoginCode, whyNotSet } from '../accounts/users/login-code.ts'
import type { LoginCodePreview } from '../accounts/users/count-users.ts'
import type { WantedLoginCode, WayOut, WhyStuck } from '../accounts/users/user-change.ts'
import { parseInternational } from '../lib/phone.ts'
import { usersPath } from '../pages/users-filter.ts'
import type { SignedIn } from '../store/sessions.ts'
import type { LoginCode } from '../store/tables.ts'
import { actorOf, privileged, refusal, textsFor, type Door } from './door.ts'
import { form, readForm, several, text } from './form.ts'
import { codeReply, type Spot } from './login-code-page.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'
import { usersReply } from './users-page.ts'
import { ID, idsOf, MOST, wantedFields, wantedIn, type Wanted } from './users-wanted.ts'

const way = z.enum(['', 'wait', 'email', 'leave']).default('')

const CodeForm = form({
  ...wantedFields,
  which: z.enum(['ticked', 'page', 'all']),
  id: several(z.string().regex(ID)),
  code: z.enum(['off', 'email', 'sms', 'both', 'app']),
  phone: text(20).default(''),
  no_number: way,
  number_out_of_reach: way,
  address_unproven: way,
  seen: text(100).default(''),
  back: z.enum(['', 'user']).default(''),
})

type Typed = Omit<z.output<typeof CodeForm>, 'id'>

/** Whoever is signed in, as changes of accounts know them. */
export const byOf = (session: SignedIn): By => ({ ...actorOf(session), login: session.email })

export const codeIn = (text: LoginCode | 'off'): LoginCode | null => (text === 'off' ? null : text)

/** `/users/login-code`: the login code of several, with what would come of it. */
export function bulkCodeRoutes(door: Door) {
  const { app } = door

  return {
    async previewCode(c: Ctx) {
      const asked = await readAsked(c)
      if (asked instanceof Response) return asked
      return codeReply(door, c, asked.session, asked.preview, asked.spot, null)
    },

    async saveCode(c: Ctx) {
      const asked = await readAsked(c)
      if (asked instanceof Response) return asked
      const { session, preview, spot, wanted } = asked
      const texts = textsFor(door, c, session)
      if (wanted.seen !== preview.who) {
        const said = { status: 409, text: texts.loginCode.changed } as const
        return codeReply(door, c, session, preview, spot, said)
      }
      const refused = whyNotSet(preview, wanted, true)
      if (refused) return codeReply(door, c, session, preview, spot, refusal(texts, refused))
      const deed = { what: 'login_code', wanted } as const
      const result = await changeUser(app, c.var.ask.visit, session, deed, spot.back)
      if ('refused' in result)
        return codeReply(door, c, session, preview, spot, refusal(texts, result))
      return sureReply(door, result, spot.back)
    },
  }

  /** Whom it is about, and what would come of it; or the list, which says why that is nobody. */
  async function readAsked(c: Ctx): Promise<Asked | Response> {
    const session = await privileged(door, c, 'manage')
    const { id, ...typed } = await readForm(c, CodeForm, 'id')
    const list = wantedIn(actorOf(session), typed)
    const t = textsFor(door, c, session).users
    const wrong = (text: string) => usersReply(door, c, session, list, text)
    if (typed.which === 'ticked' && id.length === 0) return wrong(t.nobodyTicked)
    const ids = typed.which === 'ticked' ? id : await idsOf(app, list, typed.which)
    if (ids.length > MOST) return wrong(t.tooMany({ most: MOST.toLocaleString('en') }))
    const wanted: WantedLoginCode = {
      ids,
      code: codeIn(typed.code),
      phone: phoneIn(typed.phone),
      wayOut: wayOutIn(typed),
      seen: typed.seen === '' ? null : typed.seen,
    }
    const preview = await previewLoginCode(app, app.db, byOf(session), wanted)
    if (preview.count === 0) return wrong(t.nobodyThere)
    return { session, preview, wanted, spot: spotOf(typed, list, wanted) }
  }
}

type Asked = {
  readonly session: SignedIn
  readonly preview: LoginCodePreview
  readonly wanted: WantedLoginCode
  readonly spot: Spot
}

const reasons: readonly WhyStuck[] = ['no_number', 'number_out_of_reach', 'address_unproven']

const wayOutIn = (typed: Typed): WantedLoginCode['wayOut'] =>
  Object.fromEntries(
    reasons.flatMap((why): [WhyStuck, WayOut][] => {
      const way = typed[why]
      return way === '' ? [] : [[why, way]]
    }),
  )

/** It was read before it was put into the form. */
function phoneIn(typed: string): string | null {
  if (typed === '') return null
  const phone = parseInternational(typed)
  if (phone === null) throw new Refused(400, 'bad_form')
  return phone
}

/** What the form of the preview sends again; a page is who was on it. */
function spotOf(typed: Typed, { said }: Wanted, { ids, wayOut, phone }: WantedLoginCode): Spot {
  const isAll = typed.which === 'all'
  const isOne = typed.back === 'user' && ids.length === 1
  const filter = Object.entries(said).filter(([, value]) => value !== '')
  return {
    wayOut,
    fields: [
      ...filter,
      ['which', isAll ? 'all' : 'ticked'],
      ...(isAll ? [] : ids.map((id): [string, string] => ['id', id])),
      ['code', typed.code],
      ...(phone === null ? [] : [['phone', phone] as const]),
      ...(isOne ? [['back', 'user'] as const] : []),
    ],
    back: isOne ? `/users/user?id=${ids[0]}` : usersPath(said, null),
  }
}
