import { USUAL_DAYS, type ShownFilter } from '../pages/delivery-filter.ts'
import type { DeliveryFilter } from '../store/deliveries.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

/** Of a message. */
export const ID = /^[0-9a-f]{32}$/
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
export function wantedIn(c: Ctx): {
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

/** The same as the page says it. */
export const saidBy = ({ by, state, route, country }: DeliveryFilter): ShownFilter => ({
  by: by ?? '',
  state: state ?? '',
  route: route ?? '',
  country: country ?? '',
})
