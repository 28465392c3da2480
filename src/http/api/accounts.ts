import { addByKey, doByKey } from '../../accounts/keys/do-by-key.ts'
import type { KeyInUse } from '../../accounts/keys/use-key.ts'
import { reaches } from '../../accounts/privileges.ts'
import { findIn } from '../users-wanted.ts'
import { usersRules } from '../../accounts/users/seen-user.ts'
import { readLoginPhone } from '../../accounts/users/read-login-phone.ts'
import type { WayOut, WhyStuck } from '../../accounts/users/user-change.ts'
import { previewLoginCode } from '../../accounts/users/login-code.ts'
import { readUser } from '../../accounts/users/read-user.ts'
import { devicesOf } from '../../store/devices.ts'
import { findUser, listUsers } from '../../store/users-list.ts'
import { placeIn } from '../../store/users-place.ts'
import type { Door } from '../door.ts'
import { Refused, type WrongField } from '../refused.ts'
import type { Ctx } from '../request.ts'
import { openApi } from './open-api.ts'
import { operations } from './operations.ts'
import { served, type Answered, type Asked } from './serve.ts'
import { shownAccount, shownDevices, shownFactors } from './shown.ts'

type Any = Asked<unknown, unknown>
type Wanted = Parameters<typeof doByKey>[4]

const wrongCursor = [{ field: 'cursor', error: 'wrong' }] as const

/** `/api/v1`: what administrators do, for programs. */
export function apiRoutes(door: Door) {
  const { app, reply } = door
  const serve = served(door)

  return {
    openApi: async (_c: Ctx) =>
      reply.json(openApi({ title: app.config.productName, url: app.config.publicUrl })),

    listAccounts: serve(operations.listAccounts, async ({ scope, query }) => {
      const { q = '', filter = null, privilege = null, mainId = null, sort, cursor, limit } = query
      const after = cursor === undefined ? null : placeIn(cursor, sort)
      if (cursor !== undefined && after === null)
        throw new Refused(400, 'bad_fields', {}, wrongCursor)
      const wanted = { scope, find: findIn(q), filter, privilege, mainId }
      const page = { sort, after, most: limit }
      const { users, next } = await listUsers(app.db, wanted, usersRules(app), page)
      return { body: { accounts: users.map((user) => shownAccount(app, user)), next } }
    }),

    addAccount: serve(operations.addAccount, async (asked): Promise<Answered> => {
      const { key, scope, body, c } = asked
      const { mainId = scope, privilege, invite, ...said } = body
      if (scope !== null && mainId !== scope) return { refused: 'no_such_user' }
      const { language = app.config.defaultLanguage, phone, ...rest } = said
      const read = readUser({ ...rest, language, phone: phone ?? '' }, { privilege, mainId })
      if ('problems' in read) return read
      const { user } = read
      const made = await addByKey(app, c.var.ask.visit, key, { what: 'add', user, invite })
      if (!('done' in made)) return 'opened' in made ? { forbidden: true } : made
      const id = made.with?.['id'] ?? ''
      const shown = await userFor(key, id)
      return { body: shown, headers: { Location: `/api/v1/accounts/${id}` } }
    }),

    readAccount: serve(operations.readAccount, async ({ key, params }) => ({
      body: await userFor(key, params['id']!),
    })),

    changeAccount: serve(operations.changeAccount, (asked) =>
      changed(asked, (target) => {
        const { body } = asked
        const { id, phone, email, name, country, language, privilege, mainId } = target
        const read = readUser(
          {
            email: body.email ?? email,
            name: body.name ?? name,
            country: body.country ?? country,
            language: body.language ?? language,
            phone: phone ?? '',
          },
          { privilege, mainId },
          phone,
        )
        return 'problems' in read ? read : { what: 'profile', id, user: read.user }
      }),
    ),
    deleteAccount: serve(operations.deleteAccount, (asked) =>
      gone(asked, ({ id }) => ({ what: 'delete', id })),
    ),

    invite: serve(operations.invite, (asked) => changed(asked, just('invite'))),
    disable: serve(operations.disable, (asked) => changed(asked, just('disable'))),
    enable: serve(operations.enable, (asked) => changed(asked, just('enable'))),
    signOut: serve(operations.signOut, (asked) => changed(asked, just('sign_out'))),
    passwordDue: serve(operations.passwordDue, (asked) => changed(asked, just('password_due'))),

    setPrivilege: serve(operations.setPrivilege, (asked) =>
      changed(asked, ({ id }) => ({ what: 'privilege', id, privilege: asked.body.privilege })),
    ),

    setLoginCode: serve(operations.setLoginCode, async (asked): Promise<Answered> => {
      const { code, phone, wayOut } = asked.body
      const ways = wayOut as Partial<Record<WhyStuck, WayOut>>
      let stuck: readonly WrongField[] = []
      const answered = await changed(asked, async ({ id, country }, { db }) => {
        const read = readLoginPhone(phone ?? '', country)
        if ('problem' in read) return { problems: { phone: read.problem } }
        const wanted = { ids: [id], code, phone: read.phone, wayOut: ways, seen: null }
        const preview = await previewLoginCode(app, db, asked.key.by, wanted)
        stuck = (Object.keys(preview.stuck) as WhyStuck[]).map((why) => ({
          field: `wayOut.${why}`,
          error: ways[why] === undefined ? 'missing' : 'wrong',
        }))
        return { what: 'login_code', wanted }
      })
      const isStuck = 'refused' in answered && answered.refused === 'would_lock_out'
      return isStuck ? { ...answered, fields: stuck } : answered
    }),

    listFactors: serve(operations.listFactors, async ({ key, params }) => {
      const { id } = await userFor(key, params['id']!)
      return { body: await shownFactors(app, id) }
    }),
    removeFactor: serve(operations.removeFactor, (asked) =>
      gone(asked, ({ id }) => {
        const { reason } = asked.body
        return { what: 'factor', id, factor: asked.params['factor']!, reason }
      }),
    ),

    listDevices: serve(operations.listDevices, async ({ key, params, language }) => {
      const { id } = await userFor(key, params['id']!)
      return { body: await shownDevices(app, id, language) }
    }),
    removeDevices: serve(operations.removeDevices, (asked) =>
      gone(asked, ({ id }) => ({ what: 'devices', id, devices: null })),
    ),
    removeDevice: serve(operations.removeDevice, (asked) =>
      gone(asked, async ({ id }, { db }) => {
        const device = asked.params['device']!
        const isThere = (await devicesOf(db, id)).some((each) => each.id === device)
        return isThere ? { what: 'devices', id, devices: [device] } : { refused: 'no_such_device' }
      }),
    ),
  }

  /** One that does not exist and one out of reach are the same. */
  async function userFor({ by }: KeyInUse, id: string) {
    const user = await findUser(app.db, id, usersRules(app))
    if (!user || !reaches(by, user, 'manage')) throw new Refused(404, 'not_found')
    return shownAccount(app, user)
  }

  /** The account as it is once it is changed. */
  async function changed(asked: Any, wantedOf: Wanted): Promise<Answered> {
    const id = asked.params['id']!
    const outcome = await doByKey(app, asked.c.var.ask.visit, asked.key, id, wantedOf)
    if ('opened' in outcome) return { forbidden: true }
    if (!('done' in outcome)) return outcome
    return { body: await userFor(asked.key, id) }
  }

  async function gone(asked: Any, wantedOf: Wanted): Promise<Answered> {
    const id = asked.params['id']!
    const outcome = await doByKey(app, asked.c.var.ask.visit, asked.key, id, wantedOf)
    if ('opened' in outcome) return { forbidden: true }
    return 'done' in outcome ? { body: null } : outcome
  }
}

type Plain = 'invite' | 'disable' | 'enable' | 'sign_out' | 'password_due'

/** What needs nothing said about it. */
const just =
  (what: Plain): Wanted =>
  ({ id }) => ({ what, id })
