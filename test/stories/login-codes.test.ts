import { expect } from 'vitest'
import { previewLoginCode, setLoginCode } from '../../src/accounts/users/login-code.ts'
import { setInTurn } from '../../src/accounts/users/set-login-codes.ts'
import { change } from '../../src/sign-in/change.ts'
import { nothingWanted } from '../../src/accounts/new-account.ts'
import { findAccount, holdAccount, type Account } from '../../src/store/accounts.ts'
import { addCompany } from '../setup/people.ts'
import { sql } from 'kysely'
import { deleteEnrolments } from '../../src/store/enrolments.ts'
import { hasRowLocks } from '../../src/store/open.ts'
import { ana, nobodysVisit, type World } from '../world.ts'
import { byOf, enrol, everything, previewFor, setCode, wantedNow } from './login-code-tools.ts'
import { byPhone, linkSms, NUMBER } from './sms-tools.ts'
import { eventsOf, story } from './story.ts'

const company = { people: [ana], given: byPhone }

/** Many people of a main account, whose addresses are proven. Gives their ids. */
async function addMany({ app }: World, mainId: string, count: number): Promise<string[]> {
  const main = (await findAccount(app.db, mainId))!
  const rows = Array.from({ length: count }, (_, at): Account => {
    const id = `many-${String(at).padStart(6, '0')}`
    const login = `${id}@example.com`
    const own = { id, login, email: login, name: id, nameFolded: id, privilege: null, mainId }
    return { ...main, ...nothingWanted, ...own, emailProvenAt: 1 }
  })
  for (let first = 0; first < count; first += 500)
    await app.db
      .insertInto('accounts')
      .values(rows.slice(first, first + 500))
      .execute()
  return rows.map(({ id }) => id)
}

/** How many accounts have a login code that is asked for. */
const asked = async ({ app: { db } }: World): Promise<number> =>
  (await db.selectFrom('accounts').select('id').where('wantedAt', 'is not', null).execute()).length

const wanted = (ids: readonly string[], seen: string | null = null) => ({
  ids,
  code: 'email' as const,
  phone: null,
  wayOut: {},
  seen,
})

story(
  'what is said of 10,000 accounts takes a few questions for 500 of them',
  company,
  async (world) => {
    const { main, mara } = await addCompany(world)
    const ids = await addMany(world, main, 10_000)
    await enrol(world, ids[9_999]!, 'email')
    const by = await byOf(world, mara)
    let asked = 0
    const counting = world.app.db.withPlugin({
      transformQuery({ node }) {
        asked++
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const preview = await previewLoginCode(world.app, counting, by, wanted(ids))
    expect(preview).toMatchObject({ count: 10_000, next: { count: 9_999 }, now: { count: 1 } })
    expect(preview.next.first.map(({ id }) => id)).toEqual(ids.slice(0, 10))
    expect(asked).toBeGreaterThanOrEqual(60)
    expect(asked).toBeLessThanOrEqual(70)
  },
)

story(
  'of many, all are set, some in each transaction, and each is told once',
  company,
  async (world) => {
    const { main, mara } = await addCompany(world)
    const ids = await addMany(world, main, 250)
    expect(await setCode(world, mara, ids, 'email')).toEqual({ done: 'login_codes_follow' })
    await expect.poll(() => asked(world), { timeout: 20_000 }).toBe(250)
    expect(await eventsOf(world, 'login_code_set')).toHaveLength(250)
    // As after a process that ended half way: again for all, and only the rest is done.
    await world.app.db
      .updateTable('accounts')
      .set({ wantedCode: null, wantedAt: null })
      .where('id', 'in', ids.slice(120))
      .execute()
    const by = await byOf(world, mara)
    const results = await setInTurn(world.app, nobodysVisit, by, wanted(ids), ids)
    expect(results).toEqual({ set: 130, same: 120, left: 0 })
    expect(await eventsOf(world, 'login_code_set')).toHaveLength(380)
  },
)

story('who must not any more does not go on', company, async (world) => {
  const { main, mara } = await addCompany(world)
  const ids = await addMany(world, main, 3)
  const by = await byOf(world, mara)
  for (const about of [{ privilege: 'support' as const }, { disabledAt: 1 }]) {
    await world.app.db.updateTable('accounts').set(about).where('id', '=', mara).execute()
    const results = await setInTurn(world.app, nobodysVisit, by, wanted(ids), ids)
    expect(results).toEqual({ set: 0, same: 0, left: 3 })
    await world.app.db
      .updateTable('accounts')
      .set({ privilege: 'manage' })
      .where('id', '=', mara)
      .execute()
  }
  expect(await asked(world)).toBe(0)
})

story(
  'what has changed since the preview is shown before anything is set',
  company,
  async (world) => {
    const { main, mara, uma, ugo } = await addCompany(world)
    const ids = [...(await addMany(world, main, 3)), uma, ugo]
    const { db } = world.app
    await db
      .updateTable('accounts')
      .set({ emailProvenAt: 1 })
      .where('id', 'in', [uma, ugo])
      .execute()
    const { who } = await previewFor(world, mara, ids, 'email')
    await db.updateTable('accounts').set({ emailProvenAt: null }).where('id', '=', ugo).execute()
    const before = await everything(world)
    const changed = { refused: 'changed_meanwhile' }
    expect(await setCode(world, mara, ids, 'email', { seen: who })).toEqual(changed)
    const by = await byOf(world, mara)
    const unseen = await change(world.app, nobodysVisit, (change) =>
      setLoginCode(change, by, wanted(ids)),
    )
    expect(unseen).toEqual(changed)
    expect(await setCode(world, mara, ids, 'email')).toEqual({ refused: 'would_lock_out' })
    expect(await everything(world)).toEqual(before)

    const leave = { wayOut: { address_unproven: 'leave' } } as const
    expect(await setCode(world, mara, ids, 'email', leave)).toEqual({ done: 'user_changed' })
    expect(await wantedNow(world, ugo)).toMatchObject({ code: null })
    expect(await asked(world)).toBe(4)
  },
)

story(
  'two who set another code at the same time leave each account with one of them',
  company,
  async (world) => {
    const { main, mara } = await addCompany(world)
    const ids = await addMany(world, main, 20)
    const results = await Promise.all([
      setCode(world, mara, ids, 'email'),
      setCode(world, main, ids, 'app'),
    ])
    expect(results.some((each) => 'done' in each)).toBe(true)
    const codes = new Set(
      (await Promise.all(ids.map((id) => wantedNow(world, id)))).map(({ code }) => code),
    )
    expect(codes.size).toBe(1)
  },
)

story('others cannot be reached: they are as if they were not there', company, async (world) => {
  const { main, mara, sam, uma, omar, otto } = await addCompany(world)
  const anas = (
    await world.app.db
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', ana.email)
      .executeTakeFirstOrThrow()
  ).id
  const before = await everything(world)
  const none = { refused: 'no_such_user' }
  const theirs = [main, mara, omar, otto, anas, 'nobody']
  expect((await previewFor(world, mara, theirs, 'app')).count).toBe(0)
  for (const id of theirs) expect(await setCode(world, mara, [id], 'app')).toEqual(none)
  expect(await setCode(world, mara, theirs, 'app')).toEqual(none)
  for (const by of [sam, uma, otto])
    expect(await setCode(world, by, [uma, sam], 'app')).toEqual(none)
  expect(await everything(world)).toEqual(before)

  const alone = await previewFor(world, mara, [uma], 'app')
  const among = await previewFor(world, mara, [...theirs, uma], 'app')
  expect(among).toEqual(alone)
  expect(await setCode(world, mara, [...theirs, uma], 'app')).toEqual({ done: 'user_changed' })
  for (const id of theirs.slice(0, 5))
    expect(await wantedNow(world, id)).toMatchObject({ code: null })
  expect(await wantedNow(world, uma)).toMatchObject({ code: 'app' })
  // An operator reaches all of them, but not their own.
  expect((await previewFor(world, anas, theirs, 'app')).count).toBe(4)
})

story('what a policy does not allow is refused, or left out of many', company, async (world) => {
  const { main, mara, sam, uma } = await addCompany(world)
  const { db } = world.app
  const policy = (rules: object) =>
    db
      .insertInto('policies')
      .values({ owner: main, rules: JSON.stringify(rules), version: 1, changedAt: 1 })
      .onConflict((c) => c.column('owner').doUpdateSet({ rules: JSON.stringify(rules) }))
      .execute()
  await db.updateTable('accounts').set({ emailProvenAt: 1 }).where('id', 'in', [uma, sam]).execute()
  await policy({ strongFor: ['support'] })
  const before = await everything(world)
  const barred = { refused: 'factor_not_allowed' }
  expect(await setCode(world, mara, [sam], 'email')).toEqual(barred)
  expect(await everything(world)).toEqual(before)
  expect((await previewFor(world, mara, [sam, uma], 'email')).barred).toMatchObject({
    factor_not_allowed: { count: 1 },
  })
  expect(await setCode(world, mara, [sam, uma], 'email')).toEqual({ done: 'user_changed' })
  expect(await wantedNow(world, sam)).toMatchObject({ code: null })
  expect(await wantedNow(world, uma)).toMatchObject({ code: 'email' })

  await policy({ protection: 'required' })
  await enrol(world, uma, 'email')
  const all = await everything(world)
  expect(await setCode(world, mara, [uma], null)).toEqual({ refused: 'policy_requires' })
  expect(await everything(world)).toEqual(all)
})

/** Their code by mail goes in a transaction that is not over before something else waits for it. */
async function losingMail<T>(world: World, id: string, meanwhile: () => Promise<T>): Promise<T> {
  const { app } = world
  const begun = Promise.withResolvers<void>()
  const over = Promise.withResolvers<void>()
  const losing = change(app, nobodysVisit, async ({ db }) => {
    await holdAccount(db, id)
    await deleteEnrolments(db, id, 'email')
    begun.resolve()
    await over.promise
  })
  await begun.promise
  const result = meanwhile()
  // SQLite has one writer, and lets nobody begin.
  if (hasRowLocks(app.db)) await expect.poll(() => waiting(world), { timeout: 20_000 }).toBe(1)
  over.resolve()
  await losing
  return result
}

async function waiting({ app: { db } }: World): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from pg_locks where not granted
      and pid in (select pid from pg_stat_activity where datname = current_database())`.execute(db)
  return Number(rows[0]!.count)
}

story(
  'what people change at the same moment is looked at, and locks nobody out',
  company,
  async (world) => {
    await linkSms(world)
    const { mara, uma, ugo } = await addCompany(world)
    const by = await byOf(world, mara)
    await enrol(world, uma, 'email')
    const refused = await losingMail(world, uma, () =>
      change(world.app, nobodysVisit, (change) => setLoginCode(change, by, wanted([uma]))),
    )
    expect(refused).toEqual({ refused: 'would_lock_out' })
    expect(await wantedNow(world, uma)).toMatchObject({ code: null })

    await enrol(world, ugo, 'email')
    await enrol(world, ugo, 'sms', { to: NUMBER })
    const results = await losingMail(world, ugo, () =>
      setInTurn(world.app, nobodysVisit, by, wanted([ugo]), [ugo]),
    )
    expect(results).toEqual({ set: 1, same: 0, left: 0 })
    expect(await wantedNow(world, ugo)).toMatchObject({ isAsked: true, has: ['sms'] })
  },
)
