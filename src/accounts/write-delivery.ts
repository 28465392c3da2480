import { sealGateway, versionOf } from '../delivery/linked.ts'
import type { NewLinked } from '../delivery/read-gateway.ts'
import { newId } from '../lib/random.ts'
import type { Change } from '../sign-in/change.ts'
import { replaceDelivery } from '../store/installation.ts'
import {
  deleteRoute,
  insertRoute,
  linkedRoutes,
  placeRoute,
  replaceRoute,
  type RouteRow,
} from '../store/routes.ts'
import type { DeliveryChange } from './delivery-change.ts'

type Route = Pick<RouteRow, 'name' | 'by'>

/** Writes it down. Gives the route it was done to; `undefined`: none. `null`: somebody else was faster. */
export async function writeDelivery(
  change: Change,
  wanted: Exclude<DeliveryChange, { what: 'route_tried' }>,
): Promise<Route | undefined | null> {
  const { app, db, now } = change
  if (wanted.what === 'rules_changed') {
    await replaceDelivery(db, JSON.stringify(wanted.rules))
    return undefined
  }
  const rows = await linkedRoutes(db)
  if (wanted.what === 'route_added') {
    const id = newId(app.random, now)
    const place = Math.max(0, ...rows.map((row) => row.place)) + 1
    const row = { id, by: wanted.linked.by, place, version: 1, createdAt: now }
    await insertRoute(db, { ...row, ...columnsOf(change, id, wanted.linked) })
    return wanted.linked
  }
  const row = rows.find(({ id }) => id === wanted.id)
  if (!row) return null
  switch (wanted.what) {
    case 'route_changed': {
      const isSame = versionOf(row) === wanted.version && row.by === wanted.linked.by
      const next = columnsOf(change, row.id, wanted.linked)
      return isSame && (await replaceRoute(db, row, next)) ? wanted.linked : null
    }
    case 'route_removed':
      return (await deleteRoute(db, row.id)) ? row : null
    case 'route_moved':
      await move(change, rows, row, wanted.to)
      return row
    default:
      return wanted satisfies never
  }
}

const columnsOf = ({ app }: Change, id: string, linked: NewLinked) => ({
  name: linked.name,
  countries: linked.countries && JSON.stringify(linked.countries),
  prices: JSON.stringify(linked.prices),
  sealed: sealGateway(app.keys, app.random, id, linked.gateway),
})

/** Changes places with the one before it, or after it, of its kind. */
async function move(
  { db }: Change,
  rows: readonly RouteRow[],
  row: RouteRow,
  to: 'up' | 'down',
): Promise<void> {
  const ofKind = rows.filter(({ by }) => by === row.by)
  const at = ofKind.indexOf(row)
  const other = ofKind[at + (to === 'up' ? -1 : 1)]
  if (!other) return
  const swapped = rows.map((each) => (each === row ? other : each === other ? row : each))
  for (const [place, { id }] of swapped.entries()) await placeRoute(db, id, place + 1)
}
