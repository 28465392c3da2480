import { readReceipts } from '../delivery/http-receipts.ts'
import { recipeOf } from '../delivery/recipe-of.ts'
import { routeIn } from '../delivery/receipts.ts'
import type { Door } from './door.ts'
import { readBody } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

/** What gateways tell about messages they have taken: by GET or POST, each at an address of its own. */
export function receiptsRoutes({ app, reply }: Door) {
  async function take(c: Ctx): Promise<Response> {
    const route = routeIn(app.keys, c.req.param('token') ?? '')
    const linked = route === null ? [] : await app.gateways.linked(app.db)
    const gateway = linked.find(({ id }) => id === route)?.gateway
    if (route === null || gateway?.kind !== 'http') throw new Refused(404, 'not_found')
    // Whoever only looks whether there is anything says nothing.
    if (c.req.method === 'HEAD') return reply.text('ok')
    const query = URL.parse(c.req.url)?.search.slice(1) ?? ''
    const type = c.req.header('content-type') ?? null
    const body = c.req.method === 'POST' ? await readBody(c) : ''
    for (const receipt of readReceipts(recipeOf(gateway), { query, type, body }))
      await app.takeReceipt(route, receipt)
    // Also for what we do not know, or no more: else they would tell it for days.
    return reply.text('ok')
  }

  return { take }
}
