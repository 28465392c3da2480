import type { Measure } from './drive.ts'
import { keyOf, median, ratio, roundsOf, type Figures, type Flow } from './figures.ts'
import type { Hash } from './hashes.ts'
import type { Side } from './side.ts'

/** A figure and how it is written. */
export type Cell = { readonly value: number; readonly text: string }

/** One line of the tables, for either side and any number of accounts. */
export type Row = {
  readonly label: string
  /** Left out where there is no such thing on that side. */
  readonly cell: (side: Side, accounts: number) => Cell | null
  readonly goal?: string
}

/** What is shown of a side; the numbers in bold are those of the list in README.md. */
export function rowsOf(figures: Figures): Row[] {
  const rounds = (side: Side, accounts: number, hash: Hash, flow: Flow): Measure[] | null =>
    flow === 'sign-in with page' && !side.hasPage
      ? null
      : roundsOf(figures, { side: side.name, accounts, hash, flow })
  const row = (
    label: string,
    hash: Hash,
    flow: Flow,
    read: (rounds: Measure[], accounts: number) => Cell,
    goal = '',
  ): Row => ({
    label,
    goal,
    cell(side, accounts) {
      const found = rounds(side, accounts, hash, flow)
      return found && read(found, accounts)
    },
  })
  const perSecond = (found: Measure[]) => count(median(rates(found)))
  const cpu = (found: Measure[]) => milliseconds(median(cpus(found)))
  const toBound = (found: Measure[], accounts: number) =>
    fraction(ratio(rates(found), rates(figures.bound.get(accounts)!)))
  const toBoundByCpu = (found: Measure[], accounts: number) =>
    fraction(ratio(cpus(figures.bound.get(accounts)!), cpus(found)))
  const toEmptyByCpu = (found: Measure[], accounts: number) =>
    fraction(ratio(cpus(figures.empty.get(accounts)!), cpus(found)))
  const toEmpty = (found: Measure[], accounts: number) =>
    fraction(ratio(rates(found), rates(figures.empty.get(accounts)!)))
  const list =
    (lists: Map<string, number[]>, read: (values: number[]) => Cell): Row['cell'] =>
    (side, accounts) =>
      read(lists.get(keyOf(side.name, accounts)) ?? [])

  return [
    row('sign-ins a second, default hash', 'default', 'sign-in', perSecond),
    row('… with the code page fetched', 'default', 'sign-in with page', perSecond),
    row('**(1)** as a ratio to argon2id alone', 'default', 'sign-in', toBound, '≥ 0.90'),
    row('… with the code page fetched', 'default', 'sign-in with page', toBound),
    row('… by CPU: argon2id alone ÷ sign-in', 'default', 'sign-in', toBoundByCpu),
    row('**(2)** server CPU per sign-in, cheap hash, ms', 'cheap', 'sign-in', cpu, '≤ 0.7'),
    row('… with the code page fetched, ms', 'cheap', 'sign-in with page', cpu),
    row('sign-ins a second, cheap hash', 'cheap', 'sign-in', perSecond),
    row('… with the code page fetched', 'cheap', 'sign-in with page', perSecond),
    row('session checks a second', 'cheap', 'session check', perSecond),
    row('**(3)** as a ratio to an empty server', 'cheap', 'session check', toEmpty, '≥ 0.5'),
    row('… by CPU: empty server ÷ session check', 'cheap', 'session check', toEmptyByCpu),
    row('server CPU per session check, ms', 'cheap', 'session check', cpu),
    {
      label: '**(4)** start to first answer, ms',
      cell: list(figures.starts, (values) => count(median(values))),
    },
    {
      label: 'memory at rest, MiB',
      cell: list(figures.rests, (values) => mebibytes(median(values))),
    },
    row('memory under load, default hash, MiB', 'default', 'sign-in', memory),
    row('memory under load, cheap hash, MiB', 'cheap', 'session check', memory),
  ]
}

export const rates = (found: readonly Pick<Measure, 'perSecond'>[]): number[] =>
  found.map((each) => each.perSecond)
export const cpus = (found: readonly Pick<Measure, 'cpu'>[]): number[] =>
  found.map((each) => each.cpu)
const memory = (found: readonly Measure[]): Cell =>
  mebibytes(Math.max(...found.map((each) => each.memory)))

export const count = (value: number): Cell => ({
  value,
  text: value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en'),
})
export const milliseconds = (value: number): Cell => ({
  value,
  text: value < 1 ? value.toFixed(3) : value.toFixed(2),
})
const fraction = (value: number): Cell => ({ value, text: value.toFixed(value < 0.1 ? 3 : 2) })
const mebibytes = (bytes: number): Cell => count(Math.round(bytes / 2 ** 20))
