import { isLoopback } from '../lib/address.ts'
import { same } from '../lib/random.ts'
import { ping } from '../store/installation.ts'
import type { Door } from './door.ts'
import { Refused } from './refused.ts'
import { addressOf, isForwarded, type Ctx } from './request.ts'

/** For those who watch over the server. */
export function healthRoutes({ app, reply }: Door) {
  return {
    /** The process answers. */
    async health() {
      return reply.json({ status: 'ok' })
    },

    /** The database answers too. */
    async ready() {
      await ping(app.db)
      return reply.json({ status: 'ready' })
    },

    /** With the token of the settings; without one, only on and for this machine, through no proxy. */
    async metrics(c: Ctx) {
      const { metricsToken } = app.config
      const given = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
      const names = [app.config.publicUrl, `http://${c.req.header('host')}`]
      const isOurs = names.every((name) => isLoopback(URL.parse(name)?.hostname ?? ''))
      const isHere = isOurs && isLoopback(addressOf(app, c)) && !isForwarded(c)
      const allowed = metricsToken ? given !== undefined && same(given, metricsToken) : isHere
      if (!allowed) throw new Refused(404, 'not_found')
      return reply.text(await app.metrics.text())
    },
  }
}
