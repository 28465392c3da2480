import type { Measure } from './drive.ts'
import { median, roundsOf, type Alone, type Figures, type Flow } from './figures.ts'
import type { Hash } from './hashes.ts'
import { count, rates, rowsOf, type Row } from './rows.ts'
import type { Side } from './side.ts'

/** The tables of a run in Markdown: ours against the bounds, both sides, and the driver. */
export function tablesOf(figures: Figures, sides: Side[], sizes: readonly number[]): string {
  const rows = rowsOf(figures)
  const parts = sides.map((side) => `### ${side.name}\n\n${oneSide(rows, side, sizes)}`)
  const [ours, theirs] = sides
  if (ours && theirs)
    parts.push(`### ${ours.name} beside ${theirs.name}\n\n${beside(rows, ours, theirs, sizes)}`)
  parts.push(`### The bounds, and whether the driver kept up\n\n${driver(figures, sides, sizes)}`)
  return parts.join('\n\n')
}

/** A sentence on how much of the machine was not ours: past a few percent, rates mean little. */
export function foreignShare(rounds: Iterable<readonly Measure[]>): string {
  const shares = [...rounds].flat().map(({ foreign }) => foreign)
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
  return (
    `Other programs and other machines took ${percent(median(shares))} of a core while it was ` +
    `measured, ${percent(Math.max(...shares))} at worst.`
  )
}

function oneSide(rows: Row[], side: Side, sizes: readonly number[]): string {
  const head = [
    '',
    ...sizes.map(accountsText),
    '**(5)** change',
    ...(side.isOurs ? ['to reach'] : []),
  ]
  const lines = rows.flatMap(({ label, cell, goal = '' }) => {
    const cells = sizes.map((accounts) => cell(side, accounts))
    const [few, many] = cells
    if (!few || !many) return []
    return [
      [
        label,
        ...cells.map((each) => each!.text),
        change(few.value, many.value),
        ...(side.isOurs ? [goal] : []),
      ],
    ]
  })
  return markdown([head, ...lines])
}

function beside(rows: Row[], ours: Side, theirs: Side, sizes: readonly number[]): string {
  const head = sizes.flatMap((accounts) => [
    `${ours.name}, ${accountsText(accounts)}`,
    theirs.name,
    'times',
  ])
  const lines = rows.flatMap(({ label, cell }) => {
    const cells = sizes.map((accounts) => [cell(ours, accounts), cell(theirs, accounts)] as const)
    const texts = cells.flatMap(([our, their]) =>
      our && their ? [our.text, their.text, `× ${short(our.value / their.value)}`] : [],
    )
    return texts.length === 0 ? [] : [[label.replace(/^\*\*\(\d\)\*\* /, ''), ...texts]]
  })
  return markdown([['**(6)**', ...head], ...lines])
}

function driver(figures: Figures, sides: Side[], sizes: readonly number[]): string {
  const line = (label: string, found: (Alone & { driverUse?: number })[]): string[] => [
    label,
    count(median(rates(found))).text,
    share(median(found.map((each) => each.serverUse))),
    share(median(found.map((each) => each.driverUse ?? 0))),
  ]
  const flows: [string, Hash, Flow][] = [
    ['sign-in, default hash', 'default', 'sign-in'],
    ['sign-in, cheap hash', 'cheap', 'sign-in'],
    ['session check', 'cheap', 'session check'],
  ]
  const measured = sides.flatMap(({ name: side }) =>
    flows.map(([text, hash, flow]) =>
      line(`${side}: ${text}`, roundsOf(figures, { side, accounts: sizes[0]!, hash, flow })),
    ),
  )
  return markdown([
    ['', 'a second', "of the server's core", "of the driver's core"],
    line('argon2id alone, 16 in flight', [...figures.bound.values()].flat()),
    line('empty `node:http` server', [...figures.empty.values()].flat()),
    ...measured,
  ])
}

export const share = (use: number): string => `${Math.round(use * 100)} %`
export const short = (value: number): string => value.toPrecision(2)
const accountsText = (accounts: number): string => `${accounts.toLocaleString('en')} accounts`
const change = (few: number, many: number): string => {
  const percent = Math.round((many / few - 1) * 100)
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)} %`
}

export function markdown([head = [], ...lines]: string[][]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'))
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
