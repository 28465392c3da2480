import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ana, bob, MINUTE, openWorld, protect, type World } from '../world.ts'
import { connectOnTheWay, saved, setPolicy, want } from '../stories/due-tools.ts'
import { connectApp } from '../stories/factor-tools.ts'
import { byPhone, linkSms, NUMBER, OTHER, smsCodeTo } from '../stories/sms-tools.ts'
import { copyOf, enrolledFor, kept, notThe, placeOf, whoIs, WIDE } from '../stories/story.ts'

const WAY = '/sign-in/set-up'
const people = [ana, bob]

describe('what is set up on the way in', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld({ people, given: byPhone, settings: WIDE })
    await linkSms(world)
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    const { db } = world.app
    await db.deleteFrom('enrolments').execute()
    await db.deleteFrom('limits').execute()
    await setPolicy(world, {})
    const none = { wantedCode: null, wantedPhone: null, wantedAt: null }
    await db.updateTable('accounts').set(none).execute()
  })

  test('is never begun while the second step is missing', async () => {
    await connectApp(world, await signedIn())
    await want(world, 'email')
    await setPolicy(world, { protection: 'required' })
    const thief = world.visitor()
    await thief.signIn()
    const before = await kept(world)
    for (const kind of ['totp', 'passkey', 'email', 'sms'])
      expect(placeOf(await thief.post(WAY, { kind, country: 'PT', phone: OTHER }))).toBe(
        '/sign-in/second',
      )
    expect(placeOf(await thief.post(`${WAY}/later`))).toBe('/sign-in/second')
    expect(placeOf(await saved(thief))).toBe('/sign-in/second')
    expect(await kept(world)).toEqual(before)
    expect(await whoIs(thief)).toBeNull()
  })

  test('is no second step: what was begun is worth nothing when that is missing again', async () => {
    await setPolicy(world, { protection: 'required' })
    const thief = world.visitor()
    await thief.signIn()
    await thief.post(WAY, { kind: 'email' })
    const code = await world.codeTo(ana.email)
    // Its owner has set something up meanwhile, in a way that leaves this attempt as it is.
    await insertEmailFor(ana.email)
    const before = await kept(world)
    expect(placeOf(await thief.post(`${WAY}/code`, { code, with: 'email' }))).toBe(
      '/sign-in/second',
    )
    const answer = await thief.post('/sign-in/second', { code, with: 'email' })
    expect(answer.status).toBe(403)
    expect((await thief.post('/sign-in/second/send', { with: 'email' })).status).toBe(403)
    expect(await kept(world)).toEqual(before)
    expect(await whoIs(thief)).toBeNull()
  })

  test('does not come of another attempt, nor of another account', async () => {
    await setPolicy(world, { protection: 'required' })
    const [one, two] = [world.visitor(), world.visitor()]
    await one.signIn()
    await two.signIn(bob)
    await one.post(WAY, { kind: 'email' })
    await two.post(WAY, { kind: 'email' })
    const code = await world.codeTo(ana.email)
    const wrong = await two.post(`${WAY}/code`, { code, with: 'email' })
    expect(wrong.status).toBe(401)
    // The codes of one are not confirmed by the other.
    await one.post(`${WAY}/code`, { code, with: 'email' })
    expect(placeOf(await saved(two))).toBe(`${WAY}/code`)
    expect(await enrolledFor(world)).toEqual([])
    expect(await enrolledFor(world, bob.email)).toEqual([])
  })

  test('costs a try for each wrong code, and the ledger of the account', async () => {
    await setPolicy(world, { protection: 'required' })
    const thief = world.visitor()
    await thief.signIn()
    await thief.post(WAY, { kind: 'email' })
    const code = await world.codeTo(ana.email)
    const before = await kept(world)
    const guesses = Array.from({ length: 12 }, (_, by) => notThe(code, by + 1))
    const answers = await Promise.all(
      guesses.map((guess) =>
        copyOf(world, thief).post(`${WAY}/code`, { code: guess, with: 'email' }),
      ),
    )
    expect(answers.every(({ status }) => status === 401 || status === 409)).toBe(true)
    // Ten tries are gone, and the right one comes too late.
    const late = await thief.post(`${WAY}/code`, { code, with: 'email' })
    expect(late.status).toBe(409)
    expect(await late.text()).toContain('Please start again')
    expect(await kept(world)).toEqual(before)
    const ledger = await world.app.db
      .selectFrom('limits')
      .select(['key', 'count'])
      .where('key', 'like', 'second:%')
      .execute()
    expect(ledger.map(({ count }) => Number(count))).toEqual([10])
  })

  test('is shown by its own code only, once', async () => {
    await want(world, 'sms', NUMBER)
    const person = world.visitor()
    await person.signIn()
    await person.post(WAY, { kind: 'email' })
    const mailed = await world.codeTo(ana.email)
    await person.post(WAY, { kind: 'sms' })
    const texted = await smsCodeTo(world)
    expect((await person.post(`${WAY}/code`, { code: mailed, with: 'sms' })).status).toBe(401)
    expect(placeOf(await person.post(`${WAY}/code`, { code: mailed, with: 'email' }))).toBe(
      `${WAY}/code`,
    )
    const answers = await Promise.all(
      [1, 2, 3].map(() => copyOf(world, person).post(`${WAY}/code`, { code: texted, with: 'sms' })),
    )
    // One of them saw codes; the others come too late.
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(placeOf(await saved(person))).toBe('/account')
    expect(await enrolledFor(world)).toEqual(['recovery', 'sms'])
  })

  test('is not what was set up after it was ended, nor with a password that is none any more', async () => {
    await setPolicy(world, { protection: 'required' })
    const thief = world.visitor()
    await thief.signIn()
    await connectOnTheWay(world, thief)
    // The owner protects the account: what is under way for it is over.
    await setPolicy(world, {})
    const owner = world.visitor()
    await protect(world, owner)
    world.pass(MINUTE)
    const before = await kept(world)
    expect(placeOf(await saved(thief))).toBe('/sign-in')
    expect(await kept(world)).toEqual(before)
    expect(await whoIs(thief)).toBeNull()
  })

  test('lets nobody in who is barred', async () => {
    await setPolicy(world, { protection: 'required' })
    const person = world.visitor()
    await person.signIn()
    await connectOnTheWay(world, person)
    const { db } = world.app
    const barred = (disabledAt: number | null) =>
      db.updateTable('accounts').set({ disabledAt }).where('email', '=', ana.email).execute()
    await barred(world.now())
    const before = await kept(world)
    expect(placeOf(await saved(person))).toBeNull()
    expect(await kept(world)).toEqual(before)
    await barred(null)
  })

  async function signedIn() {
    const browser = world.visitor()
    await browser.signIn()
    return browser
  }

  async function insertEmailFor(email: string): Promise<void> {
    const { db } = world.app
    const { id } = await db
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
    await db
      .insertInto('enrolments')
      .values({
        id: 'f'.repeat(32),
        accountId: id,
        kind: 'email',
        name: '',
        state: JSON.stringify({ to: email }),
        version: 0,
        createdAt: world.now(),
        failures: 0,
        disabledAt: null,
        lastUsedAt: null,
        handle: null,
        attemptId: null,
      })
      .execute()
  }
})
