/** A route that could take a message. */
export type Candidate = {
  readonly id: string
  /** It keeps failing: better another one. */
  readonly isResting: boolean
}

/** That the message was given to a route before. Neither accepted nor refused: nobody knows. */
export type Before = {
  readonly route: string
  readonly refusedAt: number | null
  readonly lasting: number
}

/**
 * Which of the routes, in the operator's order, is to take the message now? One that was not asked yet,
 * before those that were, of which the one asked longest ago; one that does not rest, before those that
 * do. None that has refused it for good, and, unless it may come twice (`repeats`), none that may have
 * taken it. `before`: oldest first. `avoid`: routes by which the person has waited for the same in vain.
 * `null`: there is none left. Pure.
 */
export function pickRoute<C extends Candidate>(
  routes: readonly C[],
  before: readonly Before[],
  { repeats, avoid }: { readonly repeats: boolean; readonly avoid: ReadonlySet<string> },
): C | null {
  const isOpen = ({ id }: C): boolean =>
    before
      .filter(({ route }) => route === id)
      .every(({ lasting, refusedAt }) => lasting === 0 && (repeats || refusedAt !== null))
  const rank = (route: C): number[] => [
    before.findLastIndex((one) => one.route === route.id),
    avoid.has(route.id) ? 1 : 0,
    route.isResting ? 1 : 0,
  ]
  const [first] = routes.filter(isOpen).toSorted((a, b) => compare(rank(a), rank(b)))
  return first ?? null
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((value, index) => value !== b[index])
  return differs === -1 ? 0 : a[differs]! - b[differs]!
}
