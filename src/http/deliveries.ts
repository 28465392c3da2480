import { shownRecipient } from '../accounts/shown-recipient.ts'
import { SAMPLE, stretchesOf } from '../delivery/count.ts'
import { FIXED_MAIL } from '../delivery/linked.ts'
import { seenOne, seenSince, type Leg, type Seen } from '../delivery/seen.ts'
import { deliveriesPage } from '../pages/deliveries.ts'
import { deliveryPage } from '../pages/delivery.ts'
import {
  deliveriesPath,
  USUAL_DAYS,
  type ShownDelivery,
  type ShownFilter,
  type ShownLeg,
} from '../pages/delivery-list.ts'
import type { DeliveryFilter } from '../store/deliveries.ts'
import { linkedRoutes } from '../store/routes.ts'
import type { SignedIn } from '../store/sessions.ts'
import { overviewOf } from './delivery-overview.ts'
import { reasonsIn } from './delivery-reasons.ts'
import { frameOf, operator, type Door } from './door.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

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
      const linked = (await linkedRoutes(app.db)).map(({ name }) => name)
      const fixed = app.config.smtpUrl === null ? [] : [FIXED_MAIL]
      const page = deliveriesPage(frameOf(door, c, session, deliveriesPath(days, said, before)), {
        days,
        filter: said,
        currency: rules.currency,
        shown: shown.map((each) => shownTo(session, each)),
        older,
        overview: overview && { ...overview, most: SAMPLE },
        routes: names([...fixed, ...linked, ...lines.map(({ route }) => route), said.route]),
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

function shownTo(viewer: SignedIn, { message, state, legs, cost }: Seen): ShownDelivery {
  const { id, kind, country, route, createdAt, acceptedAt, deliveredAt, enteredAt, failedAt } =
    message
  const isOver = state === 'failed' && failedAt === null
  const hasArrived = deliveredAt !== null || enteredAt !== null
  return {
    id,
    by: message.by as ShownDelivery['by'],
    kind,
    to: shownRecipient(viewer, message),
    country,
    route,
    state,
    made: new Date(createdAt),
    accepted: dateOf(acceptedAt),
    delivered: dateOf(deliveredAt),
    entered: dateOf(enteredAt),
    failed: dateOf(failedAt),
    cost,
    reasons: hasArrived ? [] : reasonsIn(isOver ? 'expired' : message.reason),
    legs: legs.map(shownLeg),
  }
}

const dateOf = (time: number | null): Date | null => (time === null ? null : new Date(time))

const shownLeg = ({ reason, at, ...leg }: Leg): ShownLeg => ({
  ...leg,
  at: new Date(at),
  reasons: leg.became === 'delivered' ? [] : reasonsIn(reason),
})

const ID = /^[0-9a-f]{32}$/
const MOST_DAYS = 30
const LONGEST_NAME = 200
const kinds: readonly string[] = ['email', 'sms'] satisfies DeliveryFilter['by'][]
const states: readonly string[] = [
  'entered',
  'delivered',
  'failed',
  'accepted',
  'underway',
] satisfies DeliveryFilter['state'][]

/** What the address asks for; one that nobody of ours has made is no address. */
function wantedIn(c: Ctx): {
  readonly days: number
  readonly filter: DeliveryFilter
  readonly before: string | null
} {
  const { days = '', by = '', state = '', route = '', country = '', before } = c.req.query()
  const isOurs =
    (days === '' || (/^[1-9]\d?$/.test(days) && Number(days) <= MOST_DAYS)) &&
    (by === '' || kinds.includes(by)) &&
    (state === '' || states.includes(state)) &&
    route.length <= LONGEST_NAME &&
    !route.includes('\0') &&
    /^([A-Z]{2})?$/.test(country) &&
    (before === undefined || ID.test(before))
  if (!isOurs) throw new Refused(404, 'not_found')
  return {
    days: days === '' ? USUAL_DAYS : Number(days),
    filter: {
      by: by === '' ? null : (by as DeliveryFilter['by']),
      state: state === '' ? null : (state as DeliveryFilter['state']),
      route: route === '' ? null : route,
      country: country === '' ? null : country,
    },
    before: before ?? null,
  }
}

const saidBy = ({ by, state, route, country }: DeliveryFilter): ShownFilter => ({
  by: by ?? '',
  state: state ?? '',
  route: route ?? '',
  country: country ?? '',
})
