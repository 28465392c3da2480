import { notMeToken } from '../../src/delivery/not-me.ts'
import { ana, type World } from '../world.ts'

/** The newest message of this kind to an address: its row, and the link in it. */
export async function messageTo(world: World, kind: string, email: string = ana.email) {
  const row = await world.app.db
    .selectFrom('messages')
    .selectAll()
    .where('recipient', '=', email)
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  const token = notMeToken(world.app.keys, row.id)
  return { ...row, token, link: `/not-me?token=${token}` }
}

/** Somebody who reads the mail in another browser, and presses the button there. */
export async function sayNotMe(world: World, kind: string, email?: string): Promise<Response> {
  const { token } = await messageTo(world, kind, email)
  return world.visitor({ address: '203.0.113.50' }).post('/not-me', { token })
}
