import { expect } from 'vitest'
import { ana, MINUTE, protect, signInFully, type World } from '../world.ts'
import { sayNotMe } from './not-me-tools.ts'
import { codeFor, codesSentTo, eventsOf, kept, noticesTo, placeOf, story, whole } from './story.ts'

// An attempt that could send no code has no question, and what is typed there is no guess.

const settings = { PASSWORD_ADDRESS_REQUESTS_MINUTE: '1000' }

/** Somebody with the password, once "this was not me" has stopped the codes. */
async function stopped(world: World): Promise<readonly string[]> {
  const codes = await protect(world, world.visitor())
  await codeFor(world, thiefAt(world, 1))
  await sayNotMe(world, 'code')
  return codes
}
const thiefAt = (world: World, place: number) => world.visitor({ address: `198.51.100.${place}` })

story(
  'whoever has only the password closes nothing by codes where none was sent',
  { people: [ana], settings },
  async (world) => {
    const codes = await stopped(world)
    const sent = await codesSentTo(world)
    const [before, told] = [await kept(world), await noticesTo(world)]
    for (let place = 2; place <= 11; place++) {
      const thief = thiefAt(world, place)
      expect(placeOf(await thief.signIn())).toBe('/sign-in/second')
      for (let turn = 1; turn <= 5; turn++)
        expect((await thief.post('/sign-in/second', { code: '123456' })).status).toBe(401)
    }
    expect(await codesSentTo(world)).toBe(sent)
    expect(await eventsOf(world, 'second_step_refused')).toEqual([])
    expect(await eventsOf(world, 'password_known')).toEqual([])
    expect(await noticesTo(world)).toEqual(told)
    expect(await kept(world)).toEqual(before)
    const [mail] = await world.app.db
      .selectFrom('enrolments')
      .select('failures')
      .where('kind', '=', 'email')
      .execute()
    expect(mail).toEqual({ failures: 0 })

    // The owner comes at once, with what needs no mail, and later with a code.
    const owner = world.visitor()
    await owner.signIn()
    const paper = await owner.post('/sign-in/second', { code: codes[0]!, with: 'recovery' })
    expect(placeOf(paper)).toContain('/account')
    world.pass(60 * MINUTE)
    expect(placeOf(await signInFully(world, world.visitor()))).toBe('/account')
  },
)

story(
  'such an answer looks like a wrong code, costs a try, and counts for where it came from',
  { people: [ana], settings },
  async (world) => {
    await protect(world, world.visitor())
    const asked = thiefAt(world, 2)
    await codeFor(world, asked)
    const wrong = await whole(await asked.post('/sign-in/second', { code: '000000' }))
    await sayNotMe(world, 'code')

    const thief = thiefAt(world, 3)
    await thief.signIn()
    const first = await thief.post('/sign-in/second', { code: '123456' })
    expect([first.status, [...first.headers]]).toEqual([wrong.status, wrong.headers])
    const alert = /<div[^>]*role="alert"[^>]*>.*?<\/div>/s
    const said = alert.exec(await first.text())?.[0]
    expect(said).toBeDefined()
    expect(said).toBe(alert.exec(wrong.body)?.[0])
    const { triesLeft } = await world.app.db
      .selectFrom('attempts')
      .select('triesLeft')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    expect(triesLeft).toBe(4)

    // From one place there are ten wrong answers in five minutes, whatever they answer.
    for (let turn = 2; turn <= 10; turn++) {
      if (turn % 5 === 1) await thief.signIn()
      expect((await thief.post('/sign-in/second', { code: '123456' })).status).toBe(401)
    }
    await thief.signIn()
    expect((await thief.post('/sign-in/second', { code: '123456' })).status).toBe(429)
  },
)
