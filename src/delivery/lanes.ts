/** Work that waits, by lanes, so that what is slow in one holds up no other. */
export type Lanes = {
  /** To be done before all that is left over in this lane. */
  readonly now: (lane: string, id: string) => void
  /** How much of that waits in this lane. */
  readonly waiting: (lane: string) => number
  /** To be done when nothing else waits in this lane; once, however often it is said. */
  readonly later: (lane: string, id: string) => void
  /** Begins nothing more. */
  readonly stop: () => void
}

type Lane = { busy: number; readonly first: Set<string>; readonly rest: Set<string> }

/** At most so many are under way at once in each lane. `work` never throws. */
export function openLanes(most: number, work: (id: string) => Promise<void>): Lanes {
  const lanes = new Map<string, Lane>()
  let stopped = false

  function join(name: string, which: 'first' | 'rest', id: string): void {
    const lane = lanes.get(name) ?? { busy: 0, first: new Set(), rest: new Set() }
    lanes.set(name, lane)
    lane[which].add(id)
    next(name, lane)
  }

  function next(name: string, lane: Lane): void {
    while (!stopped && lane.busy < most) {
      const id = shift(lane.first) ?? shift(lane.rest)
      if (id === null) break
      lane.busy += 1
      void work(id).then(() => {
        lane.busy -= 1
        next(name, lane)
      })
    }
    if (lane.busy === 0 && lane.first.size + lane.rest.size === 0) lanes.delete(name)
  }

  return {
    now: (lane, id) => join(lane, 'first', id),
    waiting: (lane) => lanes.get(lane)?.first.size ?? 0,
    later: (lane, id) => join(lane, 'rest', id),
    stop: () => void (stopped = true),
  }
}

function shift(waiting: Set<string>): string | null {
  for (const id of waiting) {
    waiting.delete(id)
    return id
  }
  return null
}
