import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { betterAuth } from './better-auth.ts'
import { bench } from './bench.ts'
import { describeMachine } from './machine.ts'
import { nightlatch } from './nightlatch.ts'
import { planFor } from './plan.ts'
import { stopAll } from './running.ts'
import { secondSteps } from './second-steps.ts'
import { secondStepsTables } from './second-steps-table.ts'
import { foreignShare, tablesOf } from './tables.ts'

// `npm run bench`: measures, prints the tables, and keeps those of whole parts in README.md.
const { values: asked } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})
const plan = planFor(asked.quick)
const isAsked = (name: string) =>
  asked.only === undefined || name.toLowerCase() === asked.only.toLowerCase()
const sides = [nightlatch, betterAuth].filter(({ name }) => isAsked(name))
if (sides.length === 0 && !isAsked('totp'))
  throw new Error('--only takes nightlatch, better-auth or totp')

// On the disk of the project, since a temporary folder may lie in memory, where nothing is durable.
const data = fileURLToPath(new URL('data/', import.meta.url))
const began = performance.now()

try {
  await rm(data, { recursive: true, force: true })
  await mkdir(data, { mode: 0o700 })
  const machine = describeMachine(data)
  say(machine)
  if (sides.length > 0) {
    const report = await measure(machine, plan.rounds, async () => {
      const { figures, prepared } = await bench(plan, sides, data, say)
      const tables = tablesOf(figures, sides, plan.sizes)
      const filling = `Filling the databases: ${prepared.join('; ')}.`
      return { rounds: figures.rounds.values(), tables: `${tables}\n\n${filling}` }
    })
    if (!asked.quick && asked.only === undefined) await keep('figures', report)
  }
  if (isAsked('totp')) {
    const report = await measure(machine, plan.totp.rounds, async () => {
      const figures = await secondSteps(plan, data, say)
      return { rounds: figures.steps.values(), tables: secondStepsTables(figures) }
    })
    if (!asked.quick) await keep('figures of totp', report)
  }
} finally {
  await stopAll()
  await rm(data, { recursive: true, force: true })
}

/** A part of the bench with all that it has started, and its report. */
async function measure(
  machine: string,
  rounds: number,
  part: () => Promise<{ rounds: Parameters<typeof foreignShare>[0]; tables: string }>,
): Promise<string> {
  const from = performance.now()
  const found = await part()
  await stopAll()
  const minutes = ((performance.now() - from) / 60_000).toFixed(1)
  const report = [
    `Measured on ${new Date().toISOString().slice(0, 10)} in ${minutes} minutes, medians of ${rounds} rounds.`,
    `${machine}. ${foreignShare(found.rounds)}\n`,
    found.tables,
  ].join('\n')
  process.stdout.write(`\n${report}\n`)
  return report
}

function say(text: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  process.stderr.write(`${seconds.padStart(4)} s  ${text}\n`)
}

/** Puts a report between its two marks in README.md. */
async function keep(name: string, report: string): Promise<void> {
  const readme = new URL('README.md', import.meta.url)
  const text = await readFile(readme, 'utf8')
  const marks = new RegExp(`(<!-- ${name} -->)[\\s\\S]*(<!-- end of ${name} -->)`)
  if (!marks.test(text)) throw new Error('bench/README.md has lost its two marks')
  await writeFile(
    readme,
    text.replace(marks, (_, open: string, close: string) => `${open}\n\n${report}\n\n${close}`),
  )
  say('Written to bench/README.md')
}
