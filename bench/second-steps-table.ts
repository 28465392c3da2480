import type { Measure } from './drive.ts'
import { keyOf, median, ratio } from './figures.ts'
import { count, cpus, milliseconds, rates, type Cell } from './rows.ts'
import { alone, codes, inside, type SecondSteps } from './second-steps.ts'
import { markdown, share, short } from './tables.ts'

/** The tables of the part about authenticator apps, in Markdown. */
export const secondStepsTables = (figures: SecondSteps): string =>
  `${insideTable(figures)}\n\n${aloneTable(figures)}`

function insideTable({ steps }: SecondSteps): string {
  const both = inside.map((name) => steps.get(name)!)
  const line = (label: string, read: (all: Measure[]) => number[], write: (n: number) => Cell) => {
    const [ours, theirs] = both.map(read)
    const texts = [ours!, theirs!].map((values) => write(median(values)).text)
    return [label, ...texts, `× ${ratio(ours!, theirs!).toFixed(2)}`]
  }
  const use = (label: string, read: (one: Measure) => number) => [
    label,
    ...both.map((all) => share(median(all.map(read)))),
    '',
  ]
  return markdown([
    ['**(7)**', 'Nightlatch', 'with otplib inside', 'times'],
    line('second steps a second', rates, count),
    line('server CPU per second step, ms', cpus, milliseconds),
    use("of the server's core", (one) => one.serverUse),
    use("of the driver's core", (one) => one.driverUse),
  ])
}

function aloneTable({ checks }: SecondSteps): string {
  // By CPU time: nothing but the CPU is needed, and what others take of it falls out.
  const perSecond = (by: string, kind: string) =>
    checks.get(keyOf(by, kind))!.map(({ cpu }) => 1000 / cpu)
  const lines = codes.flatMap((kind) => {
    const ours = perSecond('Nightlatch', kind)
    return [
      [`${kind} codes`, ...alone.map((by) => count(median(perSecond(by, kind))).text)],
      [
        '… Nightlatch, times',
        ...alone.map((by) =>
          by === 'Nightlatch' ? '' : `× ${short(ratio(ours, perSecond(by, kind)))}`,
        ),
      ],
    ]
  })
  return markdown([['checks a second of CPU', ...alone], ...lines])
}
