import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { betterAuth } from './better-auth.ts'
import { bench } from './bench.ts'
import { describeMachine } from './machine.ts'
import { nightlatch } from './nightlatch.ts'
import { planFor } from './plan.ts'
import { stopAll } from './running.ts'
import { foreignShare, tablesOf } from './tables.ts'

// `npm run bench`: measures, prints the tables, and keeps those of a whole run in README.md.
const { values: asked } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})
const plan = planFor(asked.quick)
const sides = [nightlatch, betterAuth].filter(
  ({ name }) => asked.only === undefined || name.toLowerCase() === asked.only.toLowerCase(),
)
if (sides.length === 0) throw new Error('--only takes nightlatch or better-auth')

// On the disk of the project, since a temporary folder may lie in memory, where nothing is durable.
const data = fileURLToPath(new URL('data/', import.meta.url))
const began = performance.now()

try {
  await rm(data, { recursive: true, force: true })
  await mkdir(data, { mode: 0o700 })
  const machine = describeMachine(data)
  say(machine)
  const { figures, prepared } = await bench(plan, sides, data, say)

  const minutes = ((performance.now() - began) / 60_000).toFixed(1)
  const report = [
    `Measured on ${new Date().toISOString().slice(0, 10)} in ${minutes} minutes, medians of ${plan.rounds} rounds.`,
    `${machine}. ${foreignShare(figures)}\n`,
    `${tablesOf(figures, sides, plan.sizes)}\n`,
    `Filling the databases: ${prepared.join('; ')}.`,
  ].join('\n')
  process.stdout.write(`\n${report}\n`)
  if (!asked.quick && asked.only === undefined) await keep(report)
} finally {
  await stopAll()
  await rm(data, { recursive: true, force: true })
}

function say(text: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  process.stderr.write(`${seconds.padStart(4)} s  ${text}\n`)
}

/** Puts the report between the two marks in README.md. */
async function keep(report: string): Promise<void> {
  const readme = new URL('README.md', import.meta.url)
  const text = await readFile(readme, 'utf8')
  const marks = /(<!-- figures -->)[\s\S]*(<!-- end of figures -->)/
  if (!marks.test(text)) throw new Error('bench/README.md has lost its two marks')
  await writeFile(
    readme,
    text.replace(marks, (_, open: string, close: string) => `${open}\n\n${report}\n\n${close}`),
  )
  say('Written to bench/README.md')
}
