import type { Outcome, Route } from './route.ts'

/** A route that can be left without breaking off what is under way. */
export type Leaving = {
  readonly route: Route<never>
  /** Takes nothing more; closes it when what is under way has ended. */
  readonly leave: () => Promise<void>
}

/** Surely not taken, and no failure of anybody: another route, or what has taken its place, gets it. */
const GONE: Outcome = {
  accepted: false,
  lasting: false,
  isSure: true,
  isLeft: true,
  reason: 'the route was changed or removed',
}

export function leaving(route: Route<never>): Leaving {
  const { promise: idle, resolve: becomeIdle } = Promise.withResolvers<void>()
  let underWay = 0
  let isLeft = false
  let closing: Promise<void> | null = null
  const hasLeft = (): boolean => isLeft
  const close = (): Promise<void> => (closing ??= route.close())

  async function send(what: never): Promise<Outcome> {
    if (isLeft) return GONE
    underWay += 1
    try {
      const outcome = await route.send(what)
      return outcome.accepted || !hasLeft() ? outcome : { ...outcome, isLeft: true }
    } finally {
      underWay -= 1
      if (isLeft && underWay === 0) becomeIdle()
    }
  }

  async function leave(): Promise<void> {
    isLeft = true
    if (underWay > 0) await idle
    await close()
  }

  return { route: { send, close }, leave }
}
