import type { App } from '../../app.ts'
import { doersOf, type Doer, type FoundEvent } from '../../store/event-search.ts'
import { byIn, detailIn } from './lines.ts'

/** An event as somebody may see it. */
export type SeenEvent = FoundEvent & {
  /** The login of who did it. */
  readonly by: string | null
  /** From where, and by which browser and device, is left out. */
  readonly isWithheld: boolean
}

/**
 * Events as those see them who look after a main account (`null`: after all). Where somebody has done it whom they do
 * not look after, from where is nothing for them.
 */
export async function seenFrom(
  db: App['db'],
  main: string | null,
  events: readonly FoundEvent[],
): Promise<readonly SeenEvent[]> {
  const read = events.map((event) => ({ event, detail: detailIn(event.detail) }))
  const ids = read.flatMap(({ detail }) => actorIn(detail) ?? [])
  const doers = await doersOf(db, [...new Set(ids)])
  return read.map(({ event, detail }) => {
    const actor = actorIn(detail)
    const seen = { ...event, by: doneBy(detail, doers), isWithheld: false }
    if (main === null || actor === null || actor === event.accountId) return seen
    return isAmong(main, doers.get(actor)) ? seen : withheld(seen)
  })
}

/** Those who run the installation are nobody else's to look at, wherever they belong. Pure. */
const isAmong = (main: string, doer: Doer | undefined): boolean =>
  doer !== undefined && doer.main === main && doer.privilege !== 'operator'

const withheld = (event: SeenEvent): SeenEvent => ({
  ...event,
  sessionId: null,
  deviceId: null,
  address: '',
  userAgent: '',
  isWithheld: true,
})

/** The login of who did it: of an account as it is now, or its id where it is gone. Pure. */
export function doneBy(detail: unknown, doers: ReadonlyMap<string, Doer>): string | null {
  const actor = actorIn(detail)
  return byIn(detail) ?? (actor === null ? null : (doers.get(actor)?.login ?? actor))
}

/** Who did it, an account or a key, as the details say. Pure. */
export function actorIn(detail: unknown): string | null {
  const actor = typeof detail === 'object' && detail !== null && 'actor' in detail && detail.actor
  return typeof actor === 'string' ? actor : null
}
