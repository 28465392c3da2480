import { expect } from 'vitest'
import { verifyFile } from '../../src/accounts/events/verify-file.ts'
import { doUserChange } from '../../src/accounts/users/do-user-change.ts'
import { machine } from '../../src/commands/users.ts'
import { change } from '../../src/sign-in/change.ts'
import { newId } from '../../src/lib/random.ts'
import { insertEvent } from '../../src/store/events.ts'
import { addCompany } from '../setup/people.ts'
import { ana, DAY, nobodysVisit, PASSWORD, type Visitor, type World } from '../world.ts'
import { placeOf, story } from './story.ts'

type Event = Parameters<typeof insertEvent>[1]

const happen = (world: World, about: Partial<Event>): Promise<void> =>
  insertEvent(world.app.db, {
    id: newId(world.app.random, world.now()),
    at: world.now(),
    kind: 'profile_changed',
    accountId: null,
    attemptId: null,
    sessionId: null,
    deviceId: null,
    address: '192.0.2.7',
    userAgent: '',
    requestId: 'a request',
    detail: {},
    ...about,
  })

async function signedIn(world: World, email: string): Promise<Visitor> {
  const visitor = world.visitor({ address: '203.0.113.9' })
  await visitor.signIn({ email, password: PASSWORD })
  return visitor
}

/** What is in the list: the words of each event. */
const listed = (page: string): string[] =>
  [...page.matchAll(/<li>\s*<div>\s*<h2>([^<]*)<\/h2>/g)].map(([, what]) => what!)

const look = async (visitor: Visitor, query = ''): Promise<string> =>
  (await visitor.get(`/events?${query}`)).text()

story(
  'events are found by account, kind, time and address, newest first, a page at a time; each with who did it',
  { people: [ana] },
  async (world) => {
    const { uma } = await addCompany(world)
    await happen(world, { accountId: uma, detail: { actor: 'x', login: 'mara@example.com' } })
    world.pass(DAY)
    await happen(world, { accountId: uma, kind: 'second_step_refused', address: '198.51.100.77' })
    await happen(world, { kind: 'route_rests', detail: { route: 'one' } })
    world.pass(DAY)
    await happen(world, { accountId: uma, kind: 'password_changed', address: '2001:db8::7' })
    const visitor = await signedIn(world, ana.email)

    const all = await look(visitor)
    expect(listed(all)).toEqual([
      'Signed in',
      'The password was changed',
      'A gateway fails and is asked last',
      'A wrong code was refused',
      'The profile was changed',
      'The account was made, the first one here',
    ])
    expect(all).toMatch(/By whom: <bdi[^>]*>mara@example.com<\/bdi>/)
    expect(all.match(/>mara@example\.com</g)).toHaveLength(1)
    const found: [string, string[]][] = [
      ['account=uma%40example.com&kind=refusals', ['A wrong code was refused']],
      [`account=${uma}&kind=profile_changed`, ['The profile was changed']],
      ['kind=alarms', ['A gateway fails and is asked last']],
      ['from=2026-01-06&to=2026-01-06&kind=refusals', ['A wrong code was refused']],
      ['from=2026-01-07&kind=changes', ['The password was changed']],
      ['to=2026-01-05&kind=profile_changed', ['The profile was changed']],
      ['address=198.51.100.77', ['A wrong code was refused']],
      ['address=198.51.100.64%2F26', ['A wrong code was refused']],
      ['address=2001:db8::%2F64', ['The password was changed']],
      ['address=198.51.100.78', []],
    ]
    for (const [query, what] of found)
      expect(listed(await look(visitor, query)), query).toEqual(what)

    for (const [query, text] of [
      ['account=nobody%40example.com', 'There is no such account'],
      ['address=somewhere', 'This is no IP address'],
      ['from=2026-02-31', 'There is no such day'],
    ] as const) {
      const page = await visitor.get(`/events?${query}`)
      expect(page.status).toBe(400)
      expect(await page.text()).toContain(text)
    }
    for (const query of ['kind=nothing', 'before=%27', 'more=1', `account=${'x'.repeat(500)}`])
      expect((await visitor.get(`/events?${query}`)).status, query).toBe(404)

    for (let n = 0; n < 30; n++) await happen(world, { accountId: uma, kind: 'device_named' })
    const first = await look(visitor, 'kind=device_named')
    expect(listed(first)).toHaveLength(25)
    const next = /href="\/events\?([^"]*before=[^"]*)" rel="next"/.exec(first)![1]!
    const second = await look(visitor, next.replaceAll('&amp;', '&'))
    expect(listed(second)).toHaveLength(5)
    expect(second).not.toContain('rel="next"')
  },
)

story(
  'who manages the accounts of a company finds no event of another one, whatever is asked for; who manages none, nothing',
  { people: [ana] },
  async (world) => {
    const { uma, otto, main } = await addCompany(world)
    await happen(world, { accountId: otto, kind: 'password_changed', address: '198.51.100.1' })
    await happen(world, { accountId: uma, kind: 'device_named' })
    await happen(world, { kind: 'route_rests', detail: { route: 'one' } })
    const gone = { main, login: 'mara@example.com' }
    await happen(world, { accountId: 'a'.repeat(32), kind: 'account_deleted', detail: gone })
    await happen(world, { accountId: 'b'.repeat(32), kind: 'account_deleted' })
    const mara = await signedIn(world, 'mara@example.com')
    expect(listed(await look(mara))).toEqual([
      'Signed in',
      'An account was deleted',
      'A device was named',
    ])
    expect(listed(await look(mara, `account=${uma}`))).toEqual(['A device was named'])
    for (const [query, status] of [
      [`account=${otto}`, 400],
      ['account=otto%40example.org', 400],
      ['account=ana%40example.com', 400],
      [`account=${'b'.repeat(32)}`, 200],
      ['address=198.51.100.1', 200],
      ['kind=alarms', 404],
      ['kind=route_rests', 200],
    ] as const) {
      const page = await mara.get(`/events?${query}`)
      expect(page.status, query).toBe(status)
      expect(listed(await page.text()), query).toEqual([])
    }
    const nobody = world.visitor()
    expect(placeOf(await nobody.get('/events'))).toMatch(/^\/sign-in/)
    for (const email of ['uma@example.com', 'sam@example.com'])
      expect((await (await signedIn(world, email)).get('/events')).status).toBe(403)
  },
)

story(
  'who manages a company does not learn from where those work whom they do not manage: on no page, by no search, in no file',
  { people: [ana] },
  async (world) => {
    const { uma, main } = await addCompany(world)
    const operator = world.visitor({ address: '203.0.113.200', userAgent: 'Mozilla/5.0 Operators' })
    await operator.signIn({ email: ana.email, password: ana.password })
    const done = await operator.post('/users/user/password-due', { id: uma })
    expect(done.status).toBe(303)
    const keys = [
      { id: '1'.repeat(32), mainId: main },
      { id: '2'.repeat(32), mainId: null },
    ]
    for (const { id, mainId } of keys) {
      const about = { name: id, scopes: 'accounts:write', madeBy: main, createdAt: 1 }
      const times = { expiresAt: null, lastUsedAt: null, endedAt: null }
      const row = { id, mainId, secretHash: id, ...about, ...times }
      await world.app.db.insertInto('keys').values(row).execute()
      const detail = { actor: `key:${id}`, login: 'a program' }
      const address = `198.51.100.${id[0]}`
      await happen(world, { accountId: uma, kind: 'device_named', address, detail })
    }
    const gone = { actor: 'f'.repeat(32), login: 'gone@example.com' }
    await happen(world, {
      accountId: uma,
      kind: 'account_changed',
      address: '198.51.100.9',
      detail: gone,
    })

    const mara = await signedIn(world, 'mara@example.com')
    const hidden = /203\.0\.113\.200|Operators|198\.51\.100\.[29]/
    const page = await look(mara)
    expect(page).toContain('asked for a new password')
    expect(page).not.toMatch(hidden)
    expect(page).toContain('198.51.100.1')
    const searches = ['203.0.113.200', '198.51.100.2', '198.51.100.9', '198.51.100.1']
    const counts: number[] = []
    for (const address of searches)
      counts.push(listed(await look(mara, `address=${address}`)).length)
    expect(counts).toEqual([0, 0, 0, 1])
    const asked = { account: '', kind: '', from: '', to: '', address: '' }
    const csv = await (await mara.post('/events/export', { ...asked, format: 'csv' })).text()
    const json = await (await mara.post('/events/export', { ...asked, format: 'json' })).text()
    for (const file of [csv, json]) expect(file).not.toMatch(hidden)
    const lines = json.trimEnd().split('\n')
    const { faulty, holds, withheld } = await verifyFile(world.app.keys, each(lines))
    expect([faulty, holds, withheld.length]).toEqual([0, 'search', 3])
    const line = JSON.parse(lines[withheld[0]! - 1]!) as object
    const put = JSON.stringify({ ...line, address: '192.0.2.66' })
    expect((await verifyFile(world.app.keys, each([put]))).faulty).toBe(1)
    // Operators see all, and each person is told nothing of it.
    expect(listed(await look(operator, 'address=203.0.113.200'))).toContain(
      'An administrator asked for a new password',
    )
    await world.app.db.updateTable('accounts').set({ passwordDueAt: null }).execute()
    const own = await signedIn(world, 'uma@example.com')
    expect((await own.get('/account/history')).status).toBe(200)
    for (const path of ['/account/history', '/account/history.json'])
      expect(await (await own.get(path)).text()).not.toMatch(/203\.0\.113\.200|Operators|198\.51/)
  },
)

story(
  'the login of an administrator stands in no event of others: it is looked up, and gone with the account',
  { people: [ana] },
  async (world) => {
    const { uma, mara } = await addCompany(world)
    const manager = await signedIn(world, 'mara@example.com')
    const done = await manager.post('/users/user/password-due', { id: uma })
    expect(done.status).toBe(303)
    const rows = await world.app.db.selectFrom('events').select('detail').execute()
    expect(JSON.stringify(rows)).not.toContain('mara@example.com')
    const operator = await signedIn(world, ana.email)
    const query = `account=${uma}`
    expect(await look(operator, query)).toMatch(/By whom: <bdi[^>]*>mara@example.com<\/bdi>/)
    await world.app.db.updateTable('accounts').set({ passwordDueAt: null }).execute()
    const own = await signedIn(world, 'uma@example.com')
    expect((await own.get('/account/history')).status).toBe(200)
    const history = async () => (await own.get('/account/history')).text()
    expect(await history()).toContain('mara@example.com')
    const file = async () => {
      const asked = { account: uma, kind: '', from: '', to: '', address: '', format: 'json' }
      return (await operator.post('/events/export', asked)).text()
    }
    const lines = (await file()).trimEnd().split('\n')
    expect(lines.join()).toContain('"by":"mara@example.com"')
    expect((await verifyFile(world.app.keys, each(lines))).faulty).toBe(0)

    await change(world.app, nobodysVisit, (change) =>
      doUserChange(change, machine, { what: 'delete', id: mara }),
    )
    for (const text of [await look(operator, query), await history(), await file()]) {
      expect(text).not.toContain('mara@example.com')
      expect(text).toContain(mara)
    }
  },
)

/* oxlint-disable-next-line typescript/require-await -- lines come one by one from a file */
async function* each(lines: readonly string[]) {
  yield* lines
}
