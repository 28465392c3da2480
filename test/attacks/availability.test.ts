import { afterEach, expect, test } from 'vitest'
import { openSetUp } from '../../src/accounts/set-up.ts'
import { turnstile } from '../../src/lib/password.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { clean } from '../../src/store/clean.ts'
import { databases } from '../setup/databases.ts'
import { placeOf } from '../stories/story.ts'
import { ana, DAY, HOUR, MINUTE, openWorld, protect, type World } from '../world.ts'
import { atOnce, dump, expectNoChange, overhear, rowsIn, statuses } from './tools.ts'

const { problems } = textsOf('en')
const open: World[] = []
afterEach(async () => {
  for (const world of open.splice(0)) await world.close()
})
async function openWith(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = await openWorld({ people: [ana], ...options })
  open.push(world)
  return world
}

test('P-02: as many hashes run at once as were allowed, as many wait, and the rest is turned away', async () => {
  const inTurn = turnstile(2, 3)
  const finish: (() => void)[] = []
  let running = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++running)
    await new Promise<void>((done) => finish.push(done))
    running -= 1
    return 'done'
  }
  const all = Array.from({ length: 20 }, () => inTurn(work))
  const turnedAway = await Promise.all(all.slice(5))
  expect(turnedAway).toEqual(Array(15).fill(null))
  for (let turn = 0; turn < 5; turn++) {
    while (finish.length === 0) await new Promise(setImmediate)
    finish.shift()!()
  }
  expect(await Promise.all(all.slice(0, 5))).toEqual(Array(5).fill('done'))
  expect([most, running]).toEqual([2, 0])

  // One that fails makes room like any other.
  const one = turnstile(1, 0)
  await expect(one(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await one(() => Promise.resolve('next'))).toBe('next')
})

test('P-02: when too many sign in at once the rest is told when to come back, and pages still open', async () => {
  const settings = { PASSWORD_PARALLEL: '1', PASSWORD_QUEUE: '2' }
  const world = await openWith({ settings, given: { cost: { memory: 65_536, passes: 2 } } })
  const guesses = atOnce(40, (index) =>
    world
      .visitor({ address: `198.51.100.${index}` })
      .signIn({ email: ana.email, password: 'wrong' }),
  )
  const began = performance.now()
  for (const path of ['/health', '/ready', '/sign-in'])
    expect((await world.visitor().get(path)).status).toBe(200)
  expect(performance.now() - began).toBeLessThan(1000)

  const answers = await guesses
  const { 401: told = 0, 503: busy = 0 } = statuses(answers)
  expect(told + busy).toBe(40)
  expect(told).toBeGreaterThanOrEqual(3)
  expect(busy).toBeGreaterThanOrEqual(20)
  for (const answer of answers.filter(({ status }) => status === 503)) {
    expect(await answer.text()).toContain('Nothing was done')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  // Who was turned away was not counted as wrong.
  expect((await world.visitor().signIn()).status).toBe(303)
})

test('P-02: set-up while too many hashes wait loses neither what was typed nor the link', async () => {
  const settings = { PASSWORD_PARALLEL: '1', PASSWORD_QUEUE: '0' }
  const cost = { memory: 65_536, passes: 4 }
  const world = await openWith({ settings, people: [], given: { cost } })
  const token = await openSetUp(world.app)
  const browser = world.visitor()
  const typed = { ...ana, name: 'Ana <Lima>', phone: '+351 912 345 678' }
  let isBusy = true
  const others = (async () => {
    while (isBusy) await world.app.passwords.hash('somebody else')
  })()
  const answer = await expectNoChange(world, () => browser.post('/setup', { token, ...typed }), [])
  isBusy = false
  await others

  expect(answer.status).toBe(503)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  const page = await answer.text()
  expect(page).toContain(problems.busy)
  const values = { token, email: typed.email, name: 'Ana &lt;Lima&gt;', phone: typed.phone }
  for (const [name, value] of Object.entries(values))
    expect(page).toMatch(
      new RegExp(`<input[^>]* name="${name}"[^>]* value="${RegExp.escape(value)}"`),
    )
  for (const chosen of ['PT', 'en'])
    expect(page).toMatch(new RegExp(`<option[^>]* value="${chosen}"[^>]* selected`))
  expect(page).not.toContain(typed.password)

  expect(placeOf(await browser.post('/setup', { token, ...typed }))).toBe('/sign-in?notice=set_up')
  expect(placeOf(await browser.signIn(typed))).toBe('/account')
})

test('P-01: a password that is too long is refused before anything is asked or hashed', async () => {
  const { heard, wrap } = overhear()
  const world = await openWith({ wrap })
  heard.length = 0
  for (const length of [4001, 60_000, 10_000_000]) {
    const { status } = await world
      .visitor()
      .signIn({ email: ana.email, password: 'x'.repeat(length) })
    expect([400, 413]).toContain(status)
  }
  expect(heard).toEqual([])
})

for (const { name } of databases) {
  // As many as show what grows, and no more than a test has time for.
  const turns = name === 'SQLite' ? 10_000 : 2000
  test(`${name}: P-07: ${turns} wrong sign-ins leave limits behind, which go, and nothing else`, async () => {
    const world = await openWith({ database: name, settings: { PASSWORD_QUEUE: '200' } })
    await protect(world, world.visitor())
    await expectNoChange(world, async () => {
      for (let turn = 0; turn < turns; turn += 100)
        await atOnce(100, async (index) => {
          const visitor = world.visitor({ address: `198.51.100.${(turn / 100) % 5}` })
          const email = `nobody${(turn + index) % 50}@example.com`
          const { status } = await visitor.signIn({ email, password: 'x' })
          if (status !== 401) expect(status).toBe(429)
        })
    })
    const rows = await rowsIn(world, 'limits')
    // Fifty logins, a few rows for each of five addresses, and those of the set-up.
    expect(rows).toBeLessThan(50 + 5 * 3 + 20)

    world.pass(2 * HOUR)
    expect(await clean(world.app.db, world.now())).toBeGreaterThan(0)
    expect(await rowsIn(world, 'limits')).toBeLessThan(rows)
    world.pass(DAY)
    await clean(world.app.db, world.now())
    expect(await rowsIn(world, 'limits')).toBe(0)
  })

  test(`${name}: P-07: cleaning takes away what has run out, and nothing that counts`, async () => {
    const world = await openWith({ database: name })
    const browser = world.visitor()
    await protect(world, browser)
    const guess = { email: ana.email, password: 'wrong' }
    await world.visitor({ address: '198.51.100.1' }).signIn(guess)
    const before = await dump(world)
    const limits = await rowsIn(world, 'limits')
    await clean(world.app.db, world.now())
    expect(await dump(world)).toEqual(before)

    world.pass(MINUTE - 1)
    await clean(world.app.db, world.now())
    expect((await browser.get('/session')).status).toBe(200)
    expect(await rowsIn(world, 'limits')).toBe(limits)

    world.pass(40 * DAY)
    await clean(world.app.db, world.now())
    const after = await dump(world)
    expect([after.limits, after.attempts, after.sessions]).toEqual([[], [], []])
    for (const kept of ['accounts', 'enrolments', 'devices', 'events', 'installation'])
      expect(after[kept]).toEqual(before[kept])
  })

  test(`${name}: P-07: more limits than one batch are cleaned away, batch by batch`, async () => {
    const world = await openWith({ database: name })
    const row = { count: 1, since: 0, last: 0, endsAt: 0 }
    const rows = Array.from({ length: 1200 }, (_, index) => ({ ...row, key: `old:${index}` }))
    await world.app.db.insertInto('limits').values(rows).execute()
    let taken = 0
    for (let more = 1; more > 0; taken += more) more = await clean(world.app.db, world.now())
    expect(taken).toBe(1200)
    expect(await rowsIn(world, 'limits')).toBe(0)
  })
}

test('P-11: nothing that a stranger makes up becomes a label of a metric', async () => {
  const world = await openWith()
  const lines = async () => (await world.app.metrics.text()).split('\n').length
  for (const method of ['GET', 'POST', 'DELETE']) await world.visitor().send('/nowhere', { method })
  await world.visitor().signIn({ email: 'made-up@example.com', password: 'x' })
  const before = await lines()
  for (let turn = 0; turn < 100; turn++) {
    const visitor = world.visitor({ userAgent: `made-up-${turn}`, address: '198.51.100.1' })
    await visitor.get(`/made-up-${turn}`)
    await visitor.send('/nowhere', { method: `MADEUP${turn}` })
    await visitor.signIn({ email: `made-up-${turn}@example.com`, password: 'x' })
  }
  expect(await world.app.metrics.text()).not.toContain('made-up')
  expect((await lines()) - before).toBeLessThan(30)
})
