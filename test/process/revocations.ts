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

  async 'changing the password'(world) {
    const [other, trusted] = [await signedIn(world), await signedIn(world, { remember: 'yes' })]
    const visitor = await signedIn(world)
    return {
      visitor,
      path: '/account/password',
      form: { current: ana.password, next: NEXT },
      answer: '303 /account/security?notice=password_changed',
      broken: await afterNewPassword(world, { other, trusted, 'the old token': visitor }),
    }
  },

  async 'resetting the password'(world) {
    const trusted = await signedIn(world, { remember: 'yes' })
    await world.visitor().post('/sign-in/forgot', { login: ana.email })
    const notice = (await world.messagesTo(ana.email)).at(-1)!.notice
    const token = notice.kind === 'password_reset' ? notice.token : ''
    const broken = await afterNewPassword(world, { trusted })
    return {
      visitor: world.visitor(),
      path: '/sign-in/reset',
      form: { token, password: NEXT },
      answer: '303 /sign-in?notice=password_set',
      async broken() {
        const found = await broken()
        const again = await world.visitor().get(`/sign-in/reset?token=${token}`)
        return again.status === 410 ? found : [...found, 'the link works again']
      },
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

const NEXT = 'seven herons over the weir'

/** What is left of the old password. Then it is put back, for the next turn. */
async function afterNewPassword(world: World, browsers: Record<string, Visitor>) {
  const { db } = world.app
  const before = await db.selectFrom('accounts').select('passwordHash').executeTakeFirstOrThrow()
  return async (): Promise<string[]> => {
    const found = await gone(world, browsers)
    if ((await world.visitor().signIn()).status !== 401) found.push('the old password works')
    const trusted = await db
      .selectFrom('devices')
      .select('id')
      .where('rememberedAt', 'is not', null)
      .execute()
    if (trusted.length > 0) found.push('a device is remembered')
    await db
      .updateTable('accounts')
      .set({ ...before, passwordResetAt: null })
      .execute()
    return found
  }
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
