/** Leaves the seat; more than once does no harm. */
export type Leave = () => void

/**
 * So many seats in all, and so many for each key. `take` gives the way to leave one again, or `null` when
 * there is none.
 */
export function seats(most: number, mostOfOne: number) {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(key: string): Leave | null {
      const its = taken.get(key) ?? 0
      if (all >= most || its >= mostOfOne) return null
      all += 1
      taken.set(key, its + 1)
      let isTaken = true
      return () => {
        if (!isTaken) return
        isTaken = false
        all -= 1
        const left = taken.get(key)! - 1
        if (left > 0) taken.set(key, left)
        else taken.delete(key)
      }
    },
  }
}
