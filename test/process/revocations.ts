import { ana, signInFully, type Visitor, type World } from '../world.ts'
import { copyOf, whoIs } from '../stories/story.ts'

/** A request that takes something away, and what must be gone from the moment it is answered. */
export type Revocation = {
  readonly visitor: Visitor
  readonly path: string
  readonly form: Record<string, string>
  /** Status and place of the answer. */
  readonly answer: string
  /** What still works, in words; it is asked at another server on the same database. */
  readonly broken: () => Promise<string[]>
}

type Prepare = (world: World, recoveryCodes: string[]) => Promise<Revocation>

export const revocations: Record<string, Prepare> = {
  async 'signing out'(world) {
    const visitor = await signedIn(world)
    return {
      visitor,
      path: '/sign-out',
      form: {},
      answer: '303 /sign-in?notice=signed_out',
      broken: () => gone(world, { 'the session': visitor }),
    }
  },

  async 'deleting a device'(world) {
    const there = await signedIn(world, { remember: 'yes' })
    const device = await newestDevice(world)
    const visitor = await signedIn(world)
    return {
      visitor,
      path: '/account/devices/remove',
      form: { device },
      answer: '303 /account/devices?notice=devices_removed',
      broken: async () => [
        ...(await gone(world, { 'the deleted device': there })),
        ...(await untrusted(world, there)),
      ],
    }
  },

  async 'deleting all but this one'(world) {
    const [there, elsewhere] = [await signedIn(world, { remember: 'yes' }), await signedIn(world)]
    const visitor = await signedIn(world)
    return {
      visitor,
      path: '/account/devices/remove-others',
      form: {},
      answer: '303 /account/devices?notice=others_removed',
      broken: async () => [
        ...(await gone(world, { 'another device': there, 'one more': elsewhere })),
        ...(await untrusted(world, there)),
      ],
    }
  },

  async 'to stop remembering'(world) {
    const visitor = await signedIn(world, { remember: 'yes' })
    return {
      visitor,
      path: '/account/devices/forget',
      form: { device: await newestDevice(world) },
      answer: '303 /account/devices?notice=devices_forgotten',
      broken: () => untrusted(world, visitor),
    }
  },
}

const newestDevice = async ({ app }: World): Promise<string> =>
  (
    await app.db
      .selectFrom('sessions')
      .select('deviceId')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
  ).deviceId

/** Is the second step left out in this browser? */
async function untrusted(world: World, visitor: Visitor): Promise<string[]> {
  const answer = await copyOf(world, visitor).signIn()
  return answer.headers.get('location') === '/sign-in/second' ? [] : ['the device is still trusted']
}

async function signedIn(world: World, more: Record<string, string> = {}): Promise<Visitor> {
  const visitor = world.visitor()
  await signInFully(world, visitor, ana, more)
  if ((await whoIs(visitor)) === null) throw new Error('nobody is signed in')
  return visitor
}

/** Which of these browsers are still signed in. */
async function gone(world: World, browsers: Record<string, Visitor>): Promise<string[]> {
  const found: string[] = []
  for (const [name, visitor] of Object.entries(browsers))
    if ((await whoIs(copyOf(world, visitor))) !== null) found.push(`${name} is still signed in`)
  return found
}
