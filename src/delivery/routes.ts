import { forgetGone, routeHealths, type RouteHealth } from '../store/routes.ts'
import type { Database } from '../store/open.ts'
import { priceIn, serves, type Linked } from './gateway.ts'
import { restsUntil } from './rest.ts'
import { leaving, type Leaving } from './leaving.ts'
import type { MailRoute, SmsRoute } from './route.ts'

/** A route that is open, and what is known of it. */
export type Open = {
  readonly id: string
  readonly name: string
  /** What one part of a message costs there, in millionths. */
  readonly price: (country: string | null) => number
  /** It has failed since its last success. */
  readonly fails: boolean
  readonly isResting: boolean
} & (
  | { readonly by: 'email'; readonly route: MailRoute }
  | { readonly by: 'sms'; readonly route: SmsRoute }
)

export type By = Open['by']

/** The ways messages can take, as they were at the last look. */
export type Routes = {
  /** Those for a message to this country (`null`: a mail), in the operator's order. */
  readonly for: (by: By, country: string | null, now: number) => readonly Open[]
  /** By which kinds of routes anything can be sent at all. */
  readonly kinds: () => readonly By[]
  /** Looks at what is linked now: opens what is new, closes what is gone. */
  readonly refresh: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What is linked, and how to open it. */
type Sources = {
  readonly linked: (db: Database) => Promise<readonly Linked[]>
  /** Throws when its settings cannot work. */
  readonly open: (linked: Linked) => MailRoute | SmsRoute
  readonly onError: (error: unknown) => void
}

type Held = { readonly linked: Linked; readonly open: Leaving }

/** Another one when anything about it has changed. */
const nameOf = ({ id, version }: Linked): string => `${id} ${version}`

/** Keeps routes open as they are linked, in this process. */
export function openRoutes(db: Database, { linked, open, onError }: Sources): Routes {
  let held: readonly Held[] = []
  let healths: ReadonlyMap<string, RouteHealth> = new Map()
  let looking: Promise<void> | null = null
  let isClosed = false
  /** Those that are gone, and have something under way. */
  const gone = new Set<Leaving>()
  /** Said once, not at every look. */
  let unusable: ReadonlySet<string> = new Set()

  async function look(): Promise<void> {
    const all = await linked(db)
    healths = new Map((await routeHealths(db)).map((each) => [each.route, each]))
    const ids = new Set(all.map(({ id }) => id))
    const strays = [...healths.keys()].filter((id) => !ids.has(id))
    if (strays.length > 0) await forgetGone(db, strays)
    if (isClosed) return
    const broken = new Set<string>()
    const before = held
    held = all.flatMap((its): Held[] => {
      const same = before.find((one) => nameOf(one.linked) === nameOf(its))
      if (same) return [{ ...same, linked: its }]
      try {
        return [{ linked: its, open: leaving(open(its)) }]
      } catch (error) {
        if (!unusable.has(nameOf(its))) onError(error)
        broken.add(nameOf(its))
        return []
      }
    })
    unusable = broken
    const kept = new Set(held.map((one) => one.open))
    for (const one of before) if (!kept.has(one.open)) leave(one)
  }

  function leave({ open: its }: Held): void {
    gone.add(its)
    void its
      .leave()
      .catch(onError)
      .finally(() => void gone.delete(its))
  }

  const seenAs = ({ linked: its, open: { route } }: Held, now: number): Open => {
    const health = healths.get(its.id)
    return {
      id: its.id,
      name: its.name,
      price: (country) => priceIn(its, country),
      fails: health !== undefined,
      isResting: health !== undefined && now < restsUntil(health),
      ...({ by: its.by, route } as Pick<Open & { by: 'sms' }, 'by' | 'route'>),
    }
  }

  return {
    for: (by, country, now) =>
      held
        .filter(({ linked: its }) => its.by === by && serves(its, country))
        .map((one) => seenAs(one, now)),
    kinds: () => [...new Set(held.map(({ linked: its }) => its.by))],
    refresh: () =>
      (looking ??= look().finally(() => {
        looking = null
      })),
    async close() {
      isClosed = true
      await Promise.all([...held.map((one) => one.open), ...gone].map(({ route }) => route.close()))
    },
  }
}

/** For a program that sends nothing: what it writes down goes out by another. */
export const noRoutes: Routes = {
  for: () => [],
  kinds: () => [],
  refresh: async () => {},
  close: async () => {},
}
