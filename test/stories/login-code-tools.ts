import type { By } from '../../src/accounts/users/do-user-change.ts'
import { previewLoginCode, setLoginCode } from '../../src/accounts/users/login-code.ts'
import type { WantedLoginCode } from '../../src/accounts/users/user-change.ts'
import { newId } from '../../src/lib/random.ts'
import { change } from '../../src/sign-in/change.ts'
import { standingOf } from '../../src/sign-in/standing.ts'
import { findAccount } from '../../src/store/accounts.ts'
import { insertEnrolment } from '../../src/store/enrolments.ts'
import type { LoginCode } from '../../src/store/tables.ts'
import { nobodysVisit, type World } from '../world.ts'
import { kept } from './story.ts'

export type Said = Partial<Omit<WantedLoginCode, 'ids' | 'code'>>

const wantedOf = (ids: readonly string[], code: LoginCode | null, said: Said): WantedLoginCode => ({
  ids,
  code,
  phone: null,
  wayOut: {},
  seen: null,
  ...said,
})

export const byOf = async (world: World, id: string): Promise<By> =>
  (await findAccount(world.app.db, id))!

/** What this one is shown before they set it. */
export const previewFor = async (
  world: World,
  by: string,
  ids: readonly string[],
  code: LoginCode | null,
  said: Said = {},
) => previewLoginCode(world.app, world.app.db, await byOf(world, by), wantedOf(ids, code, said))

/** Sets it as it is done when it is sure who asks; for many, after having seen the preview. */
export async function setCode(
  world: World,
  by: string,
  ids: readonly string[],
  code: LoginCode | null,
  said: Said = {},
) {
  const { who } = await previewFor(world, by, ids, code, said)
  const actor = await byOf(world, by)
  return change(world.app, nobodysVisit, (change) =>
    setLoginCode(change, actor, { ...wantedOf(ids, code, said), seen: said.seen ?? who }),
  )
}

/** Something set up for an account, however that was done. */
export async function enrol(
  { app }: World,
  accountId: string,
  kind: 'email' | 'sms' | 'totp' | 'recovery',
  state: unknown = {},
): Promise<void> {
  const id = newId(app.random, app.now())
  await insertEnrolment(app.db, { id, accountId, kind, name: '', state, createdAt: app.now() })
}

/** What is due when they sign in. */
export const dueOf = async ({ app }: World, id: string) => (await standingOf(app, app.db, id))?.due

/** What is wanted of an account, and what is set up. */
export async function wantedNow({ app: { db } }: World, id: string) {
  const { wantedCode, wantedPhone, wantedAt, bothSince } = (await findAccount(db, id))!
  const rows = await db
    .selectFrom('enrolments')
    .select('kind')
    .where('accountId', '=', id)
    .execute()
  return {
    code: wantedCode,
    phone: wantedPhone,
    isAsked: wantedAt !== null,
    isBoth: bothSince !== null,
    has: rows.map(({ kind }) => kind).toSorted(),
  }
}

/** All that counts, with what was noted and written to people. */
export const everything = async (world: World): Promise<unknown> => [
  await kept(world),
  await world.app.db.selectFrom('events').select('id').orderBy('id').execute(),
  await world.app.db.selectFrom('messages').select('id').orderBy('id').execute(),
]
