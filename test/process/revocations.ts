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
