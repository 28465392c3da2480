import { SAMPLE, stretchesOf } from '../delivery/count.ts'
import { seenOne, seenSince } from '../delivery/seen.ts'
import { deliveriesPage } from '../pages/deliveries.ts'
import { deliveryPage } from '../pages/delivery.ts'
import { deliveriesPath } from '../pages/delivery-filter.ts'
import { ID, saidBy, wantedIn } from './delivery-filter.ts'
import { overviewOf } from './delivery-overview.ts'
import { frameOf, operator, type Door } from './door.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { shownTo } from './shown-delivery.ts'

/** `/deliveries`: what was sent by this installation, for who runs it. */
export function deliveriesRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const session = await operator(door, c)
      const { days, filter, before } = wantedIn(c)
      const now = app.now()
      const rules = await app.gateways.rules(app.db)
      const stretches = stretchesOf(days, now)
      const at = { since: stretches[0]!.from, before, now }
      const { shown, older } = await seenSince(app.db, filter, at)
      const overview = before === null ? await overviewOf(app, rules, stretches) : null
      const lines = overview?.lines ?? []
      const said = saidBy(filter)
      const linked = (await app.gateways.linked(app.db)).map(({ name }) => name)
      const page = deliveriesPage(frameOf(door, c, session, deliveriesPath(days, said, before)), {
        days,
        filter: said,
        currency: rules.currency,
        shown: shown.map((each) => shownTo(session, each)),
        older,
        overview: overview && { ...overview, most: SAMPLE },
        routes: names([...linked, ...lines.map(({ route }) => route), said.route]),
        countries: names([
          ...rules.countries,
          ...lines.map(({ country }) => country),
          said.country,
        ]),
      })
      return reply.page(page)
    },

    async showOne(c: Ctx) {
      const session = await operator(door, c)
      const { id = '' } = c.req.query()
      const seen = ID.test(id) ? await seenOne(app.db, id, app.now()) : null
      if (!seen) throw new Refused(404, 'not_found')
      const { currency } = await app.gateways.rules(app.db)
      const frame = frameOf(door, c, session, `/deliveries/message?id=${id}`)
      return reply.page(deliveryPage(frame, { delivery: shownTo(session, seen), currency }))
    },
  }
}

/** Each once, without what is none. */
const names = (all: readonly (string | null)[]): string[] => [
  ...new Set(all.flatMap((name) => (name === null || name === '' ? [] : [name]))),
]
