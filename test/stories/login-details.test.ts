import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import { clean, cleanDevices } from '../../src/store/clean.ts'
import { placesFile } from '../setup/places.ts'
import {
  ana,
  bob,
  DAY,
  HOUR,
  MINUTE,
  openWorld,
  protect,
  signInFully,
  type Visitor,
  type VisitorOptions,
  type World,
} from '../world.ts'
import {
  asHtml,
  copyOf,
  eventsOf,
  hiddenFields,
  kept,
  noticesTo,
  notThe,
  placeOf,
  story,
  whoIs,
  WIDE,
} from './story.ts'

const HERE = '/account/devices'
const CONFIRM = '/account/confirm'
const t = textsOf('en')
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'

const listOf = async (visitor: Visitor, query = ''): Promise<string> =>
  (await visitor.get(HERE + query)).text()

/** What stands in the list: for each device, its markup. */
const cardsIn = (page: string): string[] => page.split('<li class="card item">').slice(1)
const idIn = (card: string): string => /value="([0-9a-f]{32})"/.exec(card)![1]!
const nameIn = (card: string): string => /<label for="tick-[^>]*><bdi[^>]*>([^<]*)/.exec(card)![1]!
const idsOf = async (visitor: Visitor, query = ''): Promise<string[]> =>
  cardsIn(await listOf(visitor, query)).map(idIn)
const namesOf = async (visitor: Visitor, query = ''): Promise<string[]> =>
  cardsIn(await listOf(visitor, query)).map(nameIn)
/** The device this browser is. */
const ownId = async (visitor: Visitor): Promise<string> =>
  idIn(cardsIn(await listOf(visitor)).find((card) => card.includes(t.devices.thisOne))!)

/** A browser that has just signed in to ana's unprotected account. */
async function enter(world: World, options?: VisitorOptions): Promise<Visitor> {
  const visitor = world.visitor(options)
  expect(placeOf(await visitor.signIn())).toBe('/account')
  return visitor
}

const ticked = (ids: readonly string[], more: Record<string, string> = {}): [string, string][] => [
  ...ids.map((id): [string, string] => ['device', id]),
  ...Object.entries(more),
]
const remove = (visitor: Visitor, ...ids: string[]) => visitor.post(`${HERE}/remove`, ticked(ids))
const forget = (visitor: Visitor, ...ids: string[]) => visitor.post(`${HERE}/forget`, ticked(ids))
const removeOthers = (visitor: Visitor) => visitor.post(`${HERE}/remove-others`)

const eventKinds = async (world: World, kind: string) =>
  (await eventsOf(world, kind)).map(({ deviceId, detail }) => ({
    deviceId,
    detail: JSON.parse(detail) as unknown,
  }))

story(
  'every device is listed with its name, address, times, and what is known of it now',
  { people: [ana] },
  async (world) => {
    const here = await enter(world, { userAgent: FIREFOX, address: '192.0.2.7' })
    world.pass(DAY)
    const phone = await enter(world, { userAgent: IPHONE, address: '2001:db8::7' })
    world.pass(20 * MINUTE)
    await here.signIn()
    world.pass(MINUTE)

    const [first = '', second = '', ...rest] = cardsIn(await listOf(here))
    expect(rest).toEqual([])
    expect(nameIn(first)).toBe('Firefox, Windows, computer')
    expect(first).toContain(t.devices.thisOne)
    expect(first).toContain('192.0.2.7')
    expect(first).toContain('datetime="2026-01-05T09:00:00.000Z"')
    expect(first).toContain('datetime="2026-01-06T09:21:00.000Z"')
    expect(first).not.toContain(t.devices.remembered)
    expect(nameIn(second)).toBe('Safari, iPhone, phone')
    expect(second).toContain(t.devices.signedIn)
    expect(second).not.toContain(t.devices.thisOne)
    expect(second).toContain('2001:db8::7')

    // What the phone does is seen; when its session has run out it is signed in no more.
    world.pass(8 * MINUTE)
    await phone.get('/account')
    world.pass(MINUTE)
    const [newest = ''] = cardsIn(await listOf(here))
    expect(nameIn(newest)).toBe('Firefox, Windows, computer')
    world.pass(24 * MINUTE)
    await here.get('/account')
    world.pass(10 * MINUTE)
    const [, later = ''] = cardsIn(await listOf(here))
    expect(nameIn(later)).toBe('Safari, iPhone, phone')
    expect(later).not.toContain(t.devices.signedIn)
    expect(later).toContain('datetime="2026-01-06T09:29:00.000Z"')
  },
)

story('the list says until when a device is remembered', { people: [ana] }, async (world) => {
  const here = world.visitor()
  await protect(world, here)
  await signInFully(world, here, ana, { remember: 'yes' })
  expect(await listOf(here)).toMatch(/Remembered until[^]*?datetime="2026-01-19T09:00/)
  for (const day of [10, 10]) {
    world.pass(day * DAY)
    expect(placeOf(await here.signIn())).toBe('/account')
  }
  expect(await listOf(here)).toMatch(/Remembered until[^]*?datetime="2026-02-04T09:00/)
})

story(
  'a device is called as the person wants, and by its kind again when nothing is typed',
  { people: [ana] },
  async (world) => {
    const here = await enter(world, { userAgent: FIREFOX })
    const id = await ownId(here)
    const other = await enter(world, { userAgent: IPHONE })
    const rename = (name: string, device = id) =>
      here.post(`${HERE}/name`, { device, name, find: 'work', page: '2' })

    const answer = await rename('  At  Work ☕ ')
    expect(placeOf(answer)).toBe(`${HERE}?find=work&page=2&notice=device_named`)
    expect(await listOf(here, '?notice=device_named')).toContain(t.notices.device_named)
    expect((await namesOf(here)).toSorted()).toEqual(['At Work ☕', 'Safari, iPhone, phone'])
    const page = await listOf(here)
    expect(page).toContain('Firefox, Windows, computer')
    // Another's device of the same account may be named too, without a step-up.
    await rename('Mine', await ownId(other))
    expect(await namesOf(here)).toContain('Mine')
    await rename('   ')
    expect(await namesOf(here)).toContain('Firefox, Windows, computer')
    expect(await eventKinds(world, 'device_named')).toHaveLength(3)
  },
)

story(
  'a name that is too long or holds what nobody can see is refused, and stays as typed',
  { people: [ana] },
  async (world) => {
    const here = await enter(world)
    const device = await ownId(here)
    const before = await kept(world)
    for (const [name, why] of [
      ['x'.repeat(51), t.fields.too_long],
      ['a\u202Eb', t.fields.bad_text],
      ['a\u0000b', t.fields.bad_text],
    ] as const) {
      const answer = await here.post(`${HERE}/name`, { device, name })
      expect(answer.status, name).toBe(422)
      const page = await answer.text()
      expect(page).toContain(asHtml(why))
      expect(page).toMatch(/<details open>/)
    }
    expect(await kept(world)).toEqual(before)
    expect((await here.post(`${HERE}/name`, { device, name: 'é'.repeat(50) })).status).toBe(303)
  },
)

story(
  'devices are searched by name, made name and address, and pages keep the search',
  { people: [ana], settings: { ...WIDE, SESSIONS: '1000' } },
  async (world) => {
    const here = await enter(world, { userAgent: FIREFOX, address: '198.51.100.1' })
    for (let n = 0; n < 44; n++) {
      world.pass(1000)
      const even = { userAgent: IPHONE, address: '203.0.113.20' }
      await enter(world, n % 2 ? even : { userAgent: FIREFOX, address: '203.0.113.21' })
    }
    const all = await listOf(here)
    expect(cardsIn(all)).toHaveLength(20)
    expect(all).toContain(asHtml(t.devices.count({ count: 45 })))
    expect(all).toContain(t.devices.page({ page: 1, pages: 3 }))
    expect(await idsOf(here, '?page=3')).toHaveLength(5)
    expect(await idsOf(here, '?page=99')).toHaveLength(5)
    for (const page of ['0', '-1', 'x', '1e9', '99999999999999999999', ''])
      expect((await idsOf(here, `?page=${page}`)).length, page).toBe(20)

    const phones = await listOf(here, '?find=IPHONE')
    expect(phones).toContain(t.devices.found({ found: 22, count: 45 }))
    expect(phones).toContain('href="/account/devices?find=IPHONE&amp;page=2"')
    expect(await idsOf(here, '?find=IPHONE&page=2')).toHaveLength(2)
    expect(await idsOf(here, '?find=203.0.113.21')).toHaveLength(20)
    expect(await idsOf(here, '?find=198.51')).toEqual([await ownIdAt(here, '?page=3')])
    expect(await listOf(here, '?find=nothing+such')).toContain(t.devices.none)
    // Every page once, none twice.
    const seen = (await Promise.all([1, 2, 3].map((n) => idsOf(here, `?page=${n}`)))).flat()
    expect(new Set(seen).size).toBe(45)
  },
)
const ownIdAt = async (visitor: Visitor, query: string): Promise<string> =>
  idIn(cardsIn(await listOf(visitor, query)).find((card) => card.includes(t.devices.thisOne))!)

story(
  'deleting a device ends its session and makes it a stranger, also on a second server',
  { people: [ana] },
  async (world) => {
    const there = await enter(world, { userAgent: IPHONE })
    const here = await enter(world, { userAgent: FIREFOX })
    const beside = await openWorld({ beside: world })
    const elsewhere = copyOf(beside, there)
    expect(await whoIs(elsewhere)).toBe(ana.email)
    const id = await ownId(there)
    await there.post('/account/security/protect')
    const attempts = () =>
      world.app.db
        .selectFrom('attempts')
        .select(['endedAt', 'draft'])
        .where('purpose', '=', 'protect')
        .execute()
    expect(await attempts()).toMatchObject([{ endedAt: null }])

    const answer = await remove(here, id)
    expect(placeOf(answer)).toBe(`${HERE}?notice=devices_removed`)
    expect(await whoIs(elsewhere)).toBeNull()
    expect(await whoIs(there)).toBeNull()
    expect(await whoIs(here)).toBe(ana.email)
    // What was under way in it is over too.
    expect(await attempts()).toEqual([{ endedAt: world.now(), draft: null }])
    expect(await idsOf(here)).toEqual([await ownId(here)])
    expect(await eventKinds(world, 'device_removed')).toEqual([{ deviceId: id, detail: {} }])
    const ended = { deviceId: id, detail: { why: 'removed' } }
    expect(await eventKinds(world, 'session_ended')).toEqual([ended])

    // It comes back as another one, and the person is told.
    await there.signIn()
    const back = await ownId(there)
    expect(back).not.toBe(id)
    expect(await noticesTo(world)).toContainEqual({ kind: 'new_device' })
    await beside.close()
  },
)

story(
  'a deleted device is trusted no more, whether it was remembered or its tab is late',
  { people: [ana] },
  async (world) => {
    const there = world.visitor()
    await protect(world, there)
    await signInFully(world, there, ana, { remember: 'yes' })
    const here = world.visitor({ address: '198.51.100.9' })
    await signInFully(world, here)
    const [id = ''] = (await idsOf(here)).filter(Boolean)
    const others = (await idsOf(here)).filter((each) => each !== id)
    expect(placeOf(await remove(here, ...others))).toBe(`${HERE}?notice=devices_removed`)
    expect(placeOf(await there.signIn())).toBe('/sign-in/second')
  },
)

story(
  'several are deleted at once, and what was looked for is kept',
  { people: [ana] },
  async (world) => {
    const others = []
    for (let n = 0; n < 3; n++) others.push(await enter(world, { userAgent: IPHONE }))
    const here = await enter(world, { userAgent: FIREFOX })
    const page = await listOf(here, '?find=iphone')
    const fields = hiddenFields(page, `${HERE}/remove`)
    expect(fields).toEqual({ find: 'iphone' })
    const ids = cardsIn(page).map(idIn)
    const answer = await here.post(`${HERE}/remove`, ticked(ids.slice(0, 2), fields))
    expect(placeOf(answer)).toBe(`${HERE}?find=iphone&notice=devices_removed`)
    expect(await idsOf(here)).toHaveLength(2)
    expect(await Promise.all(others.map(whoIs))).toEqual([ana.email, null, null])
  },
)

story(
  'all but this one: every other session, device and attempt under way ends',
  { people: [ana] },
  async (world) => {
    const there = world.visitor()
    await protect(world, there)
    await signInFully(world, there, ana, { remember: 'yes' })
    const half = world.visitor({ address: '198.51.100.8' })
    await half.signIn()
    const code = await world.codeTo(ana.email)
    const here = world.visitor({ address: '198.51.100.9' })
    await signInFully(world, here)
    const beside = await openWorld({ beside: world })

    expect(placeOf(await removeOthers(here))).toBe(`${HERE}?notice=others_removed`)
    const elsewhere = copyOf(beside, there)
    expect(await whoIs(elsewhere)).toBeNull()
    expect(await whoIs(here)).toBe(ana.email)
    expect(await idsOf(here)).toEqual([await ownId(here)])
    expect((await half.post('/sign-in/second', { code })).status).toBe(401)
    expect(await whoIs(half)).toBeNull()
    expect(placeOf(await there.signIn())).toBe('/sign-in/second')
    // Where there is no other one, there is nothing to press.
    expect(await listOf(here)).not.toContain(t.devices.removeOthers)
    await beside.close()
  },
)

story(
  'deleting this very device signs out, and asks for nothing',
  { people: [ana] },
  async (world) => {
    const here = world.visitor()
    await protect(world, here)
    await signInFully(world, here, ana, { remember: 'yes' })
    world.pass(20 * MINUTE)
    const answer = await remove(here, await ownId(here))
    expect(placeOf(answer)).toBe('/sign-in?notice=signed_out')
    expect(here.cookies.has('session')).toBe(false)
    expect(placeOf(await here.signIn())).toBe('/sign-in/second')
  },
)

story(
  'deleting this one among others asks first, and signs out when it is done',
  { people: [ana] },
  async (world) => {
    const other = world.visitor()
    await protect(world, other)
    const here = world.visitor({ address: '198.51.100.9' })
    await signInFully(world, here)
    world.pass(10 * MINUTE)
    const ids = await idsOf(here)
    expect(placeOf(await remove(here, ...ids))).toBe(CONFIRM)
    const code = await world.codeTo(ana.email)
    expect(placeOf(await here.post(CONFIRM, { code }))).toBe('/sign-in?notice=signed_out')
    expect(await whoIs(here)).toBeNull()
    expect(await whoIs(other)).toBeNull()
  },
)

story(
  'to stop remembering keeps the session and ends the trust',
  { people: [ana] },
  async (world) => {
    const here = world.visitor()
    await protect(world, here)
    await signInFully(world, here, ana, { remember: 'yes' })
    world.pass(20 * MINUTE)
    const id = await ownId(here)
    expect(placeOf(await forget(here, id))).toBe(`${HERE}?notice=devices_forgotten`)
    expect(await whoIs(here)).toBe(ana.email)
    expect(await listOf(here)).not.toContain(t.devices.remembered)
    expect(await eventKinds(world, 'device_forgotten')).toEqual([{ deviceId: id, detail: {} }])
    // Once more changes nothing, and is no event.
    await forget(here, id)
    expect(await eventsOf(world, 'device_forgotten')).toHaveLength(1)
    expect(placeOf(await here.signIn())).toBe('/sign-in/second')
    // It is known still: no mail about a new device, and the same device after the code.
    await here.post('/sign-in/second', { code: await world.codeTo(ana.email) })
    expect(await ownId(here)).toBe(id)
    expect(await noticesTo(world)).not.toContainEqual({ kind: 'new_device' })
  },
)

for (const [what, path, isDone] of [
  ['deleting', 'remove', async (_: Visitor, there: Visitor) => (await whoIs(there)) === null],
  [
    'forgetting',
    'forget',
    async (here: Visitor) => !(await listOf(here)).includes(t.devices.remembered),
  ],
  [
    'deleting all',
    'remove-others',
    async (_: Visitor, there: Visitor) => (await whoIs(there)) === null,
  ],
] as const)
  story(
    `${what} others asks who it is once that is not fresh, and comes back to the search`,
    { people: [ana] },
    async (world) => {
      const there = world.visitor()
      await protect(world, there)
      await signInFully(world, there, ana, { remember: 'yes' })
      const here = world.visitor({ address: '198.51.100.9' })
      await signInFully(world, here)
      const id = await ownId(there)
      const fields: [string, string][] = [
        ...(path === 'remove-others' ? [] : ticked([id])),
        ['find', '192.0 ü'],
      ]
      const deed = path === 'remove-others' ? path : (`${path}-devices` as const)
      world.pass(5 * MINUTE)
      const before = await kept(world)
      expect(placeOf(await here.post(`${HERE}/${path}`, fields))).toBe(CONFIRM)
      const shown = await (await here.get(CONFIRM)).text()
      expect(shown).toContain(asHtml(t.stepUp.what[deed]))
      const code = await world.codeTo(ana.email)
      expect((await here.post(CONFIRM, { code: notThe(code) })).status).toBe(401)
      expect(await kept(world)).toEqual(before)
      expect(await isDone(here, there)).toBe(false)

      const done = await here.post(CONFIRM, { code })
      expect(placeOf(done)).toMatch(/^\/account\/devices\?find=192\.0\+%C3%BC&notice=/)
      expect(await isDone(here, there)).toBe(true)
      // It is fresh now: the next is done at once.
      if (path !== 'remove-others') expect((await forget(here, id)).status).not.toBe(401)
    },
  )

story('ticking nothing changes nothing and says so', { people: [ana] }, async (world) => {
  const here = await enter(world)
  const before = await kept(world)
  for (const path of ['remove', 'forget']) {
    const answer = await here.post(`${HERE}/${path}`, { find: 'x' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(asHtml(t.devices.choose))
  }
  expect(await kept(world)).toEqual(before)
})

story(
  'a device that was deleted meanwhile is refused, and the list says so',
  { people: [ana] },
  async (world) => {
    const there = await enter(world)
    const here = await enter(world)
    const [id, own] = [await ownId(there), await ownId(here)]
    await remove(here, id)
    const before = await kept(world)
    for (const answer of [
      await remove(here, id),
      await remove(here, own, id),
      await forget(here, id),
      await here.post(`${HERE}/name`, { device: id, name: 'x' }),
    ]) {
      expect(answer.status).toBe(404)
      expect(await answer.text()).toContain(asHtml(t.problems.no_such_device))
    }
    expect(await kept(world)).toEqual(before)
    expect(await whoIs(here)).toBe(ana.email)
  },
)

story(
  'twenty sessions live at once, and past that the oldest ends with a notice',
  { people: [ana], settings: WIDE },
  async (world) => {
    const visitors = []
    for (let n = 0; n < 20; n++) {
      world.pass(1000)
      visitors.push(await enter(world))
    }
    expect(await eventsOf(world, 'session_ended')).toEqual([])
    // To have been used last does not help: it is the age that counts.
    world.pass(MINUTE)
    await visitors[0]!.get('/account')
    const oldest = await ownId(visitors[0]!)
    const newest = await enter(world)
    expect(await Promise.all(visitors.map(whoIs))).toEqual([null, ...Array(19).fill(ana.email)])
    expect(await whoIs(newest)).toBe(ana.email)
    const ended = { deviceId: oldest, detail: { why: 'limit' } }
    expect(await eventKinds(world, 'session_ended')).toEqual([ended])
    const told = await noticesTo(world)
    expect(told.filter(({ kind }) => kind === 'session_ended')).toHaveLength(1)
    // The device is still known there.
    expect(await idsOf(newest, '?page=2')).toHaveLength(1)
  },
)

story(
  'sessions that ended, ran out or are of others do not count',
  { people: [ana, bob], settings: { ...WIDE, SESSIONS: '2' } },
  async (world) => {
    const [out, idle, kept_] = [await enter(world), await enter(world), world.visitor()]
    await out.post('/sign-out')
    world.pass(30 * MINUTE)
    await kept_.signIn()
    await world.visitor().signIn(bob)
    await world.visitor().signIn(bob)
    await enter(world)
    expect(await whoIs(idle)).toBeNull()
    expect(await whoIs(kept_)).toBe(ana.email)
    expect(await eventsOf(world, 'session_ended')).toEqual([])
    // Signing in again in the same browser takes the place of its own session.
    await kept_.signIn()
    expect(await eventsOf(world, 'session_ended')).toEqual([])
  },
)

story(
  'a setting that was lowered ends as many as there are too many, with one notice',
  { people: [ana], settings: WIDE },
  async (world) => {
    const visitors = []
    for (let n = 0; n < 5; n++) {
      world.pass(1000)
      visitors.push(await enter(world))
    }
    const strict = await openWorld({ beside: world, settings: { ...WIDE, SESSIONS: '2' } })
    world.pass(1000)
    await strict.visitor().signIn()
    expect((await Promise.all(visitors.map(whoIs))).filter(Boolean)).toHaveLength(1)
    expect(await whoIs(visitors[4]!)).toBe(ana.email)
    expect(await eventsOf(world, 'session_ended')).toHaveLength(4)
    const told = await noticesTo(world)
    expect(told.filter(({ kind }) => kind === 'session_ended')).toHaveLength(1)
    await strict.close()
  },
)

const toldOfNew = async (world: World, email = ana.email): Promise<number> =>
  (await noticesTo(world, email)).filter(({ kind }) => kind === 'new_device').length

story(
  'a browser that was never seen is told by mail, but not the first, and none that is known',
  { people: [ana, bob] },
  async (world) => {
    const first = await enter(world)
    await world.visitor().signIn(bob)
    expect(await toldOfNew(world)).toBe(0)
    expect(await toldOfNew(world, bob.email)).toBe(0)
    await first.post('/sign-out')
    await first.signIn()
    expect(await toldOfNew(world)).toBe(0)
    const second = await enter(world, { userAgent: FIREFOX })
    expect(await toldOfNew(world)).toBe(1)
    world.pass(DAY)
    await second.signIn()
    expect(await toldOfNew(world)).toBe(1)
    // The first of an account is not the first again when its devices are gone.
    await remove(second, ...(await idsOf(second)))
    world.pass(400 * DAY)
    await cleanDevices(world.app.db, world.now())
    await enter(world)
    expect(await toldOfNew(world)).toBe(2)
  },
)

story(
  'a new device is told with the attempt it came from, by a second step too',
  { people: [ana] },
  async (world) => {
    await protect(world, world.visitor())
    const other = world.visitor({ address: '198.51.100.9' })
    await signInFully(world, other)
    const { attemptId } = await world.app.db
      .selectFrom('messages')
      .select('attemptId')
      .where('kind', '=', 'new_device')
      .executeTakeFirstOrThrow()
    const session = await world.app.db
      .selectFrom('sessions')
      .select('attemptId')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    expect(attemptId).toBe(session.attemptId)
  },
)

story(
  'where the mail about new devices is off, none is sent',
  { people: [ana], settings: { NEW_DEVICE_MAIL: 'no' } },
  async (world) => {
    await enter(world)
    await enter(world)
    expect(await toldOfNew(world)).toBe(0)
  },
)

const folder = mkdtempSync(join(tmpdir(), 'nightlatch-places-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const GEO_DATABASE = join(folder, 'places.mmdb')
const names = (en: string, zh: string) => ({ names: { en, 'zh-CN': zh } })
writeFileSync(
  GEO_DATABASE,
  placesFile({
    '203.0.113.0/24': { city: names('Lisbon', '里斯本'), country: names('Portugal', '葡萄牙') },
  }),
)

story(
  'the place of an address is shown in the language of the page, searched, and not kept',
  { people: [ana], settings: { GEO_DATABASE } },
  async (world) => {
    await enter(world, { address: '203.0.113.5' })
    const here = await enter(world)
    expect(await listOf(here)).toContain('Lisbon, Portugal')
    expect(await (await here.get('/account/history')).text()).toContain('Lisbon, Portugal')
    expect(await idsOf(here, '?find=PORTUGAL')).toHaveLength(1)
    await here.post('/language', { language: 'zh-CN', to: HERE })
    expect(await listOf(here)).toContain('里斯本, 葡萄牙')
    expect(
      JSON.stringify(await world.app.db.selectFrom('devices').selectAll().execute()),
    ).not.toMatch(/Lisbon|里斯本/)
  },
)

story(
  'deleted devices go a month later, unused ones after a year, and no session loses its own',
  { people: [ana] },
  async (world) => {
    const tidy = async () => {
      await clean(world.app.db, world.now())
      return (await cleanDevices(world.app.db, world.now())).removed
    }
    const lost = () =>
      world.app.db
        .selectFrom('sessions')
        .leftJoin('devices', 'devices.id', 'sessions.deviceId')
        .select('sessions.id')
        .where('devices.id', 'is', null)
        .execute()
    const rows = async () =>
      (await world.app.db.selectFrom('devices').select('id').execute()).length
    const there = await enter(world)
    const here = await enter(world)
    await remove(here, await ownId(there))
    world.pass(30 * DAY)
    expect(await tidy()).toBe(0)
    expect(await lost()).toEqual([])
    world.pass(DAY + 1)
    expect(await tidy()).toBe(1)
    expect(await rows()).toBe(1)

    world.pass(330 * DAY)
    await here.signIn()
    world.pass(365 * DAY)
    expect(await tidy()).toBe(0)
    expect(await lost()).toEqual([])
    world.pass(1)
    expect(await tidy()).toBe(1)
    expect(await rows()).toBe(0)
    expect(await lost()).toEqual([])
    world.pass(HOUR)
    await enter(world)
  },
)
