import { expect } from 'vitest'
import { notMeToken } from '../../src/delivery/not-me.ts'
import { addCompany } from '../setup/people.ts'
import { ana, MINUTE, protect, signInFully, type World } from '../world.ts'
import { as, ELSEWHERE, openHouse } from './case-tools.ts'
import { connectOnTheWay, saved, setPolicy, want } from './due-tools.ts'
import { connectApp, wrongFor } from './factor-tools.ts'
import { setCode } from './login-code-tools.ts'
import { byPhone, linkSms, NUMBER, OTHER, smsCodeTo, smsTo } from './sms-tools.ts'
import { enrolledFor, eventsOf, placeOf, story, whoIs, WIDE } from './story.ts'

// What somebody tries who has the password and no more, and what must not keep anybody out.

const people = [ana]
const WAY = '/sign-in/set-up'
const uma = as('uma')
const onTheWay = { status: 303, place: '/sign-in/second' }
const where = (answer: Response) => ({ status: answer.status, place: placeOf(answer) })
const instead = { NEW_LOGIN_CODE: 'instead' }

/** Uma has an app, and Mara wants codes to a number that cannot be reached yet: it waits. Then it can be. */
async function waitingForNumber(world: World) {
  const { ids, phones } = await openHouse(world)
  const wait = { phone: NUMBER, wayOut: { number_out_of_reach: 'wait' } } as const
  expect(await setCode(world, ids.mara, [ids.uma], 'sms', wait)).toHaveProperty('done')
  await linkSms(world)
  return phones['uma']!
}

story(
  'a number that is only typed never stands for the second step, also where the login code has waited',
  { people, given: byPhone, settings: instead },
  async (world) => {
    await waitingForNumber(world)
    // With the password, and nothing else.
    const thief = world.visitor(ELSEWHERE)
    await thief.signIn(uma)
    await thief.post(WAY, { kind: 'sms', country: 'PT', phone: OTHER })
    const sent = (await smsTo(world, OTHER)).length
    if (sent > 0) {
      await thief.post(`${WAY}/code`, { code: await smsCodeTo(world, OTHER), with: 'sms' })
      await thief.post(`${WAY}/later`)
    }
    const got = { sent, who: await whoIs(thief), has: await enrolledFor(world, uma.email) }
    expect(got).toEqual({ sent: 0, who: null, has: ['recovery', 'totp'] })
  },
)

story('a login code that waits for an address keeps nobody out', { people }, async (world) => {
  const { mara, uma: id } = await addCompany(world)
  const wait = { wayOut: { address_unproven: 'wait' } } as const
  expect(await setCode(world, mara, [id], 'email', wait)).toHaveProperty('done')
  expect(where(await world.visitor().signIn(uma))).toEqual(onTheWay)
})

story(
  'a login code that waited for a number keeps nobody out once there is one',
  { people, given: byPhone },
  async (world) => {
    await linkSms(world)
    const { mara, uma: id } = await addCompany(world)
    const wait = { wayOut: { no_number: 'wait' } } as const
    expect(await setCode(world, mara, [id], 'sms', wait)).toHaveProperty('done')
    const before = world.visitor()
    await before.signIn(uma)
    expect(await whoIs(before)).toBe(uma.email)
    // She types her number in, in her profile.
    const { db } = world.app
    await db.updateTable('accounts').set({ phone: NUMBER }).where('id', '=', id).execute()
    expect(where(await world.visitor().signIn(uma))).toEqual(onTheWay)
  },
)

story(
  'the code of a login code that waited goes where it was wished, and can be sent again',
  { people, given: byPhone },
  async (world) => {
    const phone = await waitingForNumber(world)
    const browser = world.visitor()
    await browser.signIn(uma)
    const answer = await browser.post('/sign-in/second', { code: phone.code(), with: 'totp' })
    expect(placeOf(answer)).toBe(WAY)
    const page = await browser.get(`${WAY}/number`)
    await browser.post(WAY, { kind: 'sms', country: 'PT', phone: OTHER })
    const sent = { wished: (await smsTo(world)).length, typed: (await smsTo(world, OTHER)).length }
    world.pass(MINUTE)
    const again = where(await browser.post(`${WAY}/send`))
    expect({ page: page.status, sent, again }).toEqual({
      page: 404,
      sent: { wished: 1, typed: 0 },
      again: { status: 303, place: `${WAY}/code` },
    })
  },
)

story(
  'whoever guesses at an app until it is off cannot come in as an operator by the mailbox',
  { people, settings: { ...WIDE, CODE_TRIES: '10' } },
  async (world) => {
    await protect(world, world.visitor())
    world.pass(MINUTE)
    const own = world.visitor()
    await signInFully(world, own)
    const { phone } = await connectApp(world, own)
    await setPolicy(world, { strongFor: ['operator'], factors: ['totp', 'passkey'] })
    // The password and the mailbox, and no app.
    const { secondStepFailuresInARow: most } = world.app.config.limits
    for (let tried = 0; tried < most;) {
      const guesser = world.visitor(ELSEWHERE)
      await guesser.signIn()
      for (let each = 0; each < 10 && tried < most; each++, tried++)
        await guesser.post('/sign-in/second', { code: wrongFor(phone), with: 'totp' })
    }
    expect(await eventsOf(world, 'factor_disabled')).toHaveLength(1)
    const thief = world.visitor(ELSEWHERE)
    await thief.signIn()
    await thief.post('/sign-in/second/send', { with: 'email' })
    const code = await world.codeTo(ana.email)
    const answer = await thief.post('/sign-in/second', { code, with: 'email' })
    if (placeOf(answer) === WAY) await connectOnTheWay(world, thief)
    expect(await whoIs(thief)).toBeNull()
  },
)

story(
  'who says "this was not me" of what was set up on the way in is rid of it',
  { people },
  async (world) => {
    await setPolicy(world, { protection: 'required' })
    const thief = world.visitor(ELSEWHERE)
    await thief.signIn()
    const { phone } = await connectOnTheWay(world, thief)
    await saved(thief)
    expect(await whoIs(thief)).toBe(ana.email)
    const { id } = await world.app.db
      .selectFrom('messages')
      .select('id')
      .where('kind', '=', 'protected')
      .executeTakeFirstOrThrow()
    await world.visitor().post('/not-me', { token: notMeToken(world.app.keys, id) })
    expect(await eventsOf(world, 'not_me')).toHaveLength(1)
    expect(await whoIs(thief)).toBeNull()
    world.pass(MINUTE)
    const again = world.visitor(ELSEWHERE)
    await again.signIn()
    await again.post('/sign-in/second', { code: phone.code(), with: 'totp' })
    expect(await whoIs(again)).toBeNull()
  },
)

story(
  'where nothing that is required can be set up, there is a way in for the operator',
  { people },
  async (world) => {
    // The SMS account was unlinked after the policy was saved.
    await setPolicy(world, { protection: 'required', factors: ['sms'] })
    const browser = world.visitor()
    await browser.signIn()
    const page = await (await browser.get(WAY)).text()
    const actions = [...page.matchAll(/action="([^"]*)"/g)].map(([, action]) => action)
    const links = [...page.matchAll(/href="(\/sign-in\/[^"]*)"/g)].map(([, href]) => href)
    const ways = [...actions, ...links].filter((way) => way?.startsWith(WAY))
    expect(ways, `${actions.join(' ')} ${links.join(' ')}`).not.toEqual([])
  },
)

story(
  'where an administrator wants an app, nothing weaker takes its place, and it is not put off',
  { people },
  async (world) => {
    await want(world, 'app')
    const browser = world.visitor(ELSEWHERE)
    await browser.signIn()
    expect((await browser.post(WAY, { kind: 'email' })).status).toBe(403)
    expect((await browser.post(`${WAY}/later`)).status).toBe(409)
    expect(await whoIs(browser)).toBeNull()
    await connectOnTheWay(world, browser)
    await saved(browser)
    expect(await whoIs(browser)).toBe(ana.email)
  },
)
