import { describe, expect } from 'vitest'
import { useKey } from '../../src/accounts/keys/use-key.ts'
import { doByKey } from '../../src/accounts/keys/do-by-key.ts'
import { operations, type Operation } from '../../src/http/api/operations.ts'
import { enrolmentsOf } from '../../src/store/enrolments.ts'
import { keyOf, programOf, type Program } from '../setup/api.ts'
import { addCompany } from '../setup/people.ts'
import { story } from '../stories/story.ts'
import { ana, DAY, nobodysVisit, PASSWORD, protect, type World } from '../world.ts'
import { expectNoChange } from './tools.ts'

const ALL = '/api/v1/accounts'
const NO_ID = '0'.repeat(32)
const about = { email: 'uma@example.com', password: PASSWORD }
const every: readonly Operation[] = Object.values(operations)

/** Each operation as a request about this account, with a body that is understood. */
const asking = (id: string) =>
  every.map(({ method, path, body, example, scope }) => ({
    method: method.toUpperCase(),
    path: path.replace('{id}', id).replace(/\{\w+\}/, NO_ID),
    body: body ? example : undefined,
    scope,
  }))

/** What is counted; and mails of sign-ins before, which may be on their way still. */
const SETTLING = ['limits', 'keys', 'messages']

/** What each operation is answered for this account: the same for all, and nothing has changed. */
async function expectRefused(
  world: World,
  program: Program,
  id: string,
  expected: readonly [number, string],
  which: (asked: ReturnType<typeof asking>[number]) => boolean = () => true,
): Promise<void> {
  await expectNoChange(
    world,
    async () => {
      for (const { method, path, body } of asking(id).filter(which)) {
        const { status, body: said } = await program.ask(method, path, body)
        expect([status, said.error], `${method} ${path}`).toEqual(expected)
      }
    },
    SETTLING,
  )
}

const ofOne = ({ path }: { path: string }): boolean => path !== ALL

describe('who shows no key that works gets nothing', () => {
  story('not with a session, nor on the way to one', { people: [ana] }, async (world) => {
    const { uma } = await addCompany(world)
    await protect(world, world.visitor(), about)
    const operator = world.visitor()
    await operator.signIn()
    const half = world.visitor()
    await half.signIn(about)
    await expectNoChange(world, async () => {
      for (const browser of [operator, half, world.visitor()])
        for (const { method, path, body } of asking(uma)) {
          const headers = {
            'content-type': 'application/json',
            'sec-fetch-site': 'same-origin',
            origin: world.url,
          }
          const sent = { method, headers, ...(body && { body: JSON.stringify(body) }) }
          const answer = await browser.send(path, sent)
          expect([answer.status, answer.headers.get('www-authenticate')], path).toEqual([
            401,
            'Bearer',
          ])
          expect(answer.headers.get('access-control-allow-origin')).toBe(null)
        }
    })
  })

  story(
    'not with one that is wrong, ended, over, or was never shown',
    { people: [ana] },
    async (world) => {
      const { uma } = await addCompany(world)
      const good = await keyOf(world, ana.email, undefined, { days: '30' })
      const other = await keyOf(world, ana.email)
      const swapped = `${good.split('.')[0]}.${other.split('.')[1]}`
      const unshown = `${good.slice(0, 36)}.`
      const all = [swapped, unshown, good.slice(4), `${good}x`, 'nlk_', "nlk_'--"]
      for (const [index, wrong] of all.entries()) {
        const program = programOf(world, wrong, `192.0.2.${index}`)
        await expectRefused(world, program, uma, [401, 'key_needed'])
      }
      const browser = world.visitor()
      await browser.signIn()
      await browser.post('/settings/keys/end', { key: other.slice(4, 36) })
      await expectRefused(world, programOf(world, other), uma, [401, 'key_needed'])
      expect((await programOf(world, good).ask('GET', ALL)).status).toBe(200)
      world.pass(30 * DAY)
      await expectRefused(world, programOf(world, good), uma, [401, 'key_needed'])
    },
  )

  story('nor does it open a page', { people: [ana] }, async (world) => {
    const key = await keyOf(world, ana.email)
    const stranger = world.visitor()
    const answer = await stranger.get('/settings/keys', { authorization: `Bearer ${key}` })
    expect(answer.headers.get('location')).toContain('/sign-in')
  })

  for (const [what, change] of [
    ['has lost the privilege', { privilege: 'support' }],
    ['is barred', { disabledAt: 1 }],
    ['belongs to others now', { mainId: 'omar' }],
  ] as const)
    story(
      `a key whose maker ${what} works no longer, at once`,
      { people: [ana] },
      async (world) => {
        const ids = await addCompany(world)
        const key = await keyOf(world, 'mara@example.com')
        const program = programOf(world, key)
        const inUse = await useKey(world.app, key, '192.0.2.1')
        if (!('by' in inUse)) throw new Error('it does not work')
        const next = 'mainId' in change ? { mainId: ids[change.mainId] } : change
        await world.app.db.updateTable('accounts').set(next).where('id', '=', ids.mara).execute()
        await expectRefused(world, program, ids.uma, [401, 'key_needed'])
        // Also what was let in a moment before.
        await expectNoChange(world, async () => {
          const done = await doByKey(world.app, nobodysVisit, inUse, ids.uma, ({ id }) => ({
            what: 'disable',
            id,
          }))
          expect(done).toEqual({ noKey: true })
        })
      },
    )

  story('a key whose maker is gone works no longer', { people: [ana] }, async (world) => {
    const { mara, uma } = await addCompany(world)
    const program = programOf(world, await keyOf(world, 'mara@example.com'))
    await world.app.db.deleteFrom('accounts').where('id', '=', mara).execute()
    await expectRefused(world, program, uma, [401, 'key_needed'])
  })
})

story(
  'what was let in with a key that is ended at this moment is not done',
  { people: [ana] },
  async (world) => {
    const { uma } = await addCompany(world)
    const key = await keyOf(world, ana.email)
    const inUse = await useKey(world.app, key, '192.0.2.1')
    if (!('by' in inUse)) throw new Error('it does not work')
    const browser = world.visitor()
    await browser.signIn()
    const [ended, ...answers] = await Promise.all([
      browser.post('/settings/keys/end', { key: inUse.id }),
      ...['A', 'B', 'C', 'D'].map((name) =>
        programOf(world, key).ask('PATCH', `${ALL}/${uma}`, { name }),
      ),
    ])
    expect(ended.headers.get('location')).toContain('key_ended')
    for (const { status } of answers) expect([200, 401]).toContain(status)
    await expectNoChange(world, async () => {
      const done = await doByKey(world.app, nobodysVisit, inUse, uma, ({ id }) => ({
        what: 'disable',
        id,
      }))
      expect(done).toEqual({ noKey: true })
    })
  },
)

story('a key does what it is for, and nothing else', { people: [ana] }, async (world) => {
  const { uma } = await addCompany(world)
  const reader = programOf(world, await keyOf(world, 'mara@example.com', ['accounts:read']))
  const writer = programOf(world, await keyOf(world, 'mara@example.com', ['accounts:write']))
  const needs = (needed: string) => (asked: { scope: string }) => asked.scope === needed
  await expectRefused(world, reader, uma, [403, 'scope_missing'], needs('accounts:write'))
  await expectRefused(world, writer, uma, [403, 'scope_missing'], needs('accounts:read'))
})

story(
  'a key of one company finds nobody of another, and cannot tell who there is',
  { people: [ana] },
  async (world) => {
    const ids = await addCompany(world)
    const program = programOf(world, await keyOf(world, 'mara@example.com'))
    const { id: operator } = await world.app.db
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', ana.email)
      .executeTakeFirstOrThrow()
    const isRead = ({ scope, path }: { scope: string; path: string }) =>
      scope === 'accounts:read' && path !== ALL
    const isWritten = ({ scope, path }: { scope: string; path: string }) =>
      scope === 'accounts:write' && path !== ALL
    for (const id of [ids.otto, ids.omar, ids.main, operator, NO_ID]) {
      await expectRefused(world, program, id, [404, 'not_found'], isRead)
      await expectRefused(world, program, id, [404, 'no_such_user'], isWritten)
    }
    const there = await program.ask('GET', `${ALL}/${ids.otto}`)
    const nowhere = await program.ask('GET', `${ALL}/${NO_ID}`)
    const without = ({ body }: typeof there) => ({ ...body, requestId: '' })
    expect(without(there)).toEqual(without(nowhere))
    for (const id of ['1', "' or 1=1", '..', 'A'.repeat(32)])
      expect((await program.ask('GET', `${ALL}/${encodeURIComponent(id)}`)).status).toBe(404)
    const lea = { email: 'lea@example.com', name: 'Lea', country: 'DE' }
    await expectNoChange(
      world,
      async () => {
        for (const mainId of [ids.omar, ids.uma, null, NO_ID])
          expect((await program.ask('POST', ALL, { ...lea, mainId })).status).toBe(404)
        const { body } = await program.ask('GET', `${ALL}?mainId=${ids.omar}`)
        expect(body.accounts).toEqual([])
      },
      SETTLING,
    )
  },
)

story('no program touches an operator, or makes one', { people: [ana] }, async (world) => {
  const { uma } = await addCompany(world)
  const program = programOf(world, await keyOf(world, ana.email))
  const { id } = await world.app.db
    .selectFrom('accounts')
    .select('id')
    .where('email', '=', ana.email)
    .executeTakeFirstOrThrow()
  const isWritten = (asked: { scope: string; path: string }) =>
    asked.scope === 'accounts:write' && ofOne(asked)
  await expectRefused(world, program, id, [403, 'not_allowed'], isWritten)
  await expectNoChange(
    world,
    async () => {
      const raised = await program.ask('PUT', `${ALL}/${uma}/privilege`, { privilege: 'operator' })
      expect([raised.status, raised.body.fields[0].field]).toEqual([400, 'privilege'])
      const lea = { email: 'lea@example.com', name: 'Lea', country: 'DE', privilege: 'operator' }
      expect((await program.ask('POST', ALL, lea)).status).toBe(400)
    },
    SETTLING,
  )
})

story('nothing can be set that is not asked for', { people: [ana] }, async (world) => {
  const { uma, omar } = await addCompany(world)
  const program = programOf(world, await keyOf(world, ana.email))
  const surplus = {
    id: omar,
    privilege: 'manage',
    passwordHash: 'x',
    mainId: omar,
    emailProvenAt: 1,
    disabledAt: null,
    login: 'other@example.com',
    factors: [],
    constructor: 1,
  }
  await expectNoChange(
    world,
    async () => {
      for (const [field, value] of Object.entries(surplus)) {
        const changed = await program.ask('PATCH', `${ALL}/${uma}`, { name: 'Uma', [field]: value })
        expect([changed.status, changed.body.fields], field).toMatchObject([
          400,
          [{ field, error: 'unknown' }],
        ])
      }
      const lea = { email: 'lea@example.com', name: 'Lea', country: 'DE' }
      for (const field of ['id', 'passwordHash', 'password', 'emailProvenAt', 'createdAt'])
        expect((await program.ask('POST', ALL, { ...lea, [field]: 'x' })).status, field).toBe(400)
      for (const sent of [
        '{"name":"U","__proto__":{"privilege":"manage"}}',
        '{"name":["U"]}',
        '{"name":{"$ne":1}}',
      ])
        expect((await program.ask('PATCH', `${ALL}/${uma}`, {}, { body: sent })).status, sent).toBe(
          400,
        )
    },
    SETTLING,
  )
})

story('no answer holds a secret', { people: [ana] }, async (world) => {
  const { uma } = await addCompany(world)
  await protect(world, world.visitor(), about)
  const program = programOf(world, await keyOf(world, ana.email))
  const states = (await enrolmentsOf(world.app.db, uma)).map(({ state }) => state)
  const accounts = await world.app.db.selectFrom('accounts').select('passwordHash').execute()
  const rows = await world.app.db.selectFrom('keys').select('secretHash').execute()
  const secrets = (JSON.stringify([states, accounts, rows]).match(/[\w+/=$.-]{16,}/g) ?? []).filter(
    (each) => !each.includes('@'),
  )
  expect(secrets.length).toBeGreaterThan(12)
  for (const { method, path } of asking(uma).filter(({ method: its }) => its === 'GET')) {
    const { status, text } = await program.ask(method, path)
    expect(status).toBe(200)
    for (const secret of secrets) expect(text, path).not.toContain(secret)
    expect(text, path).not.toMatch(/hash|secret|state"|token|handle/i)
  }
})

story(
  'a key that asks without end waits, and whoever tries keys keeps nobody from theirs',
  { people: [ana] },
  async (world) => {
    const key = await keyOf(world, ana.email)
    const program = programOf(world, key)
    const { db } = world.app
    const now = world.now()
    const used = { since: now, last: now, endsAt: now + 60_000 }
    const lastOf = (name: string, count: number) =>
      db
        .insertInto('limits')
        .values({ key: name, count, ...used })
        .execute()
    await lastOf(`key:${key.slice(4, 36)}`, 599)
    expect((await program.ask('GET', ALL)).status).toBe(200)
    const over = await program.ask('GET', ALL)
    expect([over.status, over.body.error, over.headers.get('retry-after')]).toEqual([
      429,
      'too_often',
      '60',
    ])
    const other = programOf(world, await keyOf(world, ana.email))
    expect((await other.ask('GET', ALL)).status).toBe(200)

    const stranger = programOf(world, `nlk_${NO_ID}.${'x'.repeat(43)}`)
    await lastOf('unknown-keys:192.0.2.50', 59)
    expect((await stranger.ask('GET', ALL)).status).toBe(401)
    expect((await stranger.ask('GET', ALL)).status).toBe(429)
    expect((await other.ask('GET', ALL)).status).toBe(200)
    expect((await programOf(world, stranger.key, '192.0.2.51').ask('GET', ALL)).status).toBe(401)
    world.pass(60_000)
    expect((await program.ask('GET', ALL)).status).toBe(200)
  },
)
