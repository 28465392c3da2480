import type { Became, Given, Stretch, Took } from '../store/delivery-figures.ts'

/** What is known about the messages of a stretch of time. */
export type Counted = Stretch & {
  readonly became: readonly Became[]
  readonly given: readonly Given[]
  readonly took: readonly Took[]
}

/** How many messages went so far, what they cost, and what that bought. */
export type Figures = {
  readonly sent: number
  readonly accepted: number
  readonly delivered: number
  readonly entered: number
  readonly signIns: number
  /** In millionths of the currency. */
  readonly cost: number
  /** Half of them had arrived in so many milliseconds; mails: were taken. `null`: none has. */
  readonly medianMs: number | null
}

/** Those to one country by one route; `route: null`: those that none has taken. */
export type Line = Figures & {
  readonly by: string
  readonly country: string | null
  readonly route: string | null
}

/** A stretch of time, as it is drawn. */
export type Slice = {
  readonly from: number
  readonly accepted: number
  readonly underway: number
  readonly failed: number
  readonly cost: number
}

/** All messages of one kind together, each counted once. */
export type Total = Figures & { readonly by: string }

/** One line for each kind, country and route, together where they go; most sent first. Pure. */
export function linesOf(counted: readonly Counted[]): Line[] {
  const given = counted.flatMap((each) => each.given)
  const became = counted.flatMap((each) => each.became)
  const rows = [
    ...given.map((row) => ({ ...row, sent: row.messages })),
    // Of mails only what went wrong is among what was given; of the rest, what nobody has taken is left.
    ...became
      .filter(({ by, route, accepted }) => by === 'email' && route !== null && accepted > 0)
      .map((row) => ({ ...row, sent: row.accepted, cost: 0 })),
    ...became
      .filter(({ route }) => route === null)
      .map((row) => ({ ...row, sent: row.messages, cost: 0 })),
  ]
  const times = timesBy(counted, nameOf)
  const lines = [...Map.groupBy(rows, nameOf)].map(([name, its]): Line => {
    const { by, country, route } = its[0]!
    return { by, country, route, ...sumOf(its), medianMs: medianOf(times(name)) }
  })
  const there = Map.groupBy(lines, ({ by, country }) => JSON.stringify([by, country]))
  return [...there.values()]
    .map((its) => its.toSorted((a, b) => b.sent - a.sent || b.accepted - a.accepted))
    .toSorted((a, b) => b[0]!.by.localeCompare(a[0]!.by) || b[0]!.sent - a[0]!.sent)
    .flat()
}

/** Text messages together, and mails together. Pure. */
export function totalsOf(counted: readonly Counted[]): Total[] {
  const became = counted.flatMap((each) => each.became)
  const given = counted.flatMap((each) => each.given)
  const times = timesBy(counted, ({ by }) => by)
  const totals = [...Map.groupBy(became, ({ by }) => by)].map(([by, rows]): Total => {
    const paid = given.filter((row) => row.by === by)
    const cost = paid.reduce((sum, row) => sum + row.cost, 0)
    const sum = sumOf(rows.map((row) => ({ ...row, sent: row.messages, cost: 0 })))
    return { by, ...sum, cost, medianMs: medianOf(times(by)) }
  })
  return totals.toSorted((a, b) => b.by.localeCompare(a.by))
}

/** What is drawn, in the order of time. Pure. */
export const slicesOf = (counted: readonly Counted[]): Slice[] =>
  counted.map(({ from, became, given }) => {
    const sum = (name: 'messages' | 'underway' | 'failed') =>
      became.reduce((all, row) => all + row[name], 0)
    const [failed, underway] = [sum('failed'), sum('underway')]
    const cost = given.reduce((all, row) => all + row.cost, 0)
    return { from, accepted: sum('messages') - failed - underway, underway, failed, cost }
  })

const nameOf = (row: Pick<Line, 'by' | 'country' | 'route'>): string =>
  JSON.stringify([row.by, row.country, row.route])

function timesBy(counted: readonly Counted[], nameIt: (took: Took) => string) {
  const groups = Map.groupBy(
    counted.flatMap(({ took }) => took),
    nameIt,
  )
  return (name: string): number[] => (groups.get(name) ?? []).map(({ ms }) => ms)
}

type Summed = Omit<Figures, 'medianMs'>

const sumOf = (rows: readonly Summed[]): Summed => {
  const sum = (name: keyof Summed) => rows.reduce((all, row) => all + row[name], 0)
  return {
    sent: sum('sent'),
    accepted: sum('accepted'),
    delivered: sum('delivered'),
    entered: sum('entered'),
    signIns: sum('signIns'),
    cost: sum('cost'),
  }
}

/** The one in the middle, of two the mean; `null` where there is none. Pure. */
export function medianOf(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle]!
  return (sorted[middle - 1]! + sorted[middle]!) / 2
}
