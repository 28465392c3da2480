import { cp, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { enter, type Contender } from './contender.ts'
import { drive, type Flow as Work } from './drive.ts'
import { add, keyOf, newFigures, type Alone, type Figures } from './figures.ts'
import type { Plan } from './plan.ts'
import { start } from './running.ts'
import type { Side } from './side.ts'

type Say = (text: string) => void

/**
 * The whole measurement: databases are filled in the folder `data`, servers are started and stay
 * up, and every round takes each of them in turn. Throws at the first thing that goes wrong.
 */
export async function bench(
  plan: Plan,
  sides: Side[],
  data: string,
  say: Say,
): Promise<{ readonly figures: Figures; readonly prepared: string[] }> {
  const figures = newFigures()
  const prepared: string[] = []
  const contenders: Contender[] = []
  for (const accounts of plan.sizes) {
    for (const side of sides) {
      const folder = join(data, `${side.name}-${accounts}`)
      say(`${side.name}: filling a database with ${accounts.toLocaleString('en')} accounts`)
      prepared.push(await prepare(side, accounts, folder))
      say(`${side.name}: starting ${plan.starts + 2} times`)
      contenders.push(...(await startSide(plan, figures, side, accounts, folder)))
    }
  }
  await measure(plan, figures, contenders, say)
  return { figures, prepared }
}

async function prepare(side: Side, accounts: number, folder: string): Promise<string> {
  const from = performance.now()
  await mkdir(folder, { mode: 0o700 })
  await side.prepare(folder, accounts)
  const seconds = ((performance.now() - from) / 1000).toFixed(1)
  const names = await readdir(folder)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const size = Math.round(bytes / 2 ** 20)
  return `${side.name}, ${accounts.toLocaleString('en')} accounts, ${seconds} s, ${size} MiB`
}

async function startSide(
  plan: Plan,
  figures: Figures,
  side: Side,
  accounts: number,
  folder: string,
): Promise<Contender[]> {
  const key = keyOf(side.name, accounts)
  for (let n = 0; n < plan.starts; n++) {
    const server = await start(side.program, [folder, 'default'], side.first)
    add(figures.starts, key, server.started)
    await server.stop()
  }
  // Two servers on one database would send each other's codes: the second gets a copy.
  const copy = `${folder}-copy`
  await cp(folder, copy, { recursive: true })
  const contenders = [
    await enter(side, accounts, 'default', folder),
    await enter(side, accounts, 'cheap', copy),
  ]
  for (const { atRest } of contenders) add(figures.rests, key, atRest)
  return contenders
}

async function measure(
  plan: Plan,
  figures: Figures,
  contenders: Contender[],
  say: Say,
): Promise<void> {
  const bound = await start('bound.ts', [], null)
  const empty = await start('serve-empty.ts', [], '/')
  const [request] = contenders.find(({ hash }) => hash === 'cheap')!.checks
  const askEmpty: Work = (connection) => connection.send(request!)

  say('Warming up: nothing is counted yet')
  await drive(empty, askEmpty, plan.warmUp)
  for (const { contender, flow } of plan.loads.flatMap((load) => entriesOf(contenders, load)))
    await drive(contender.server, contender.workFor(flow), plan.warmUp)

  for (let round = 1; round <= plan.rounds; round++) {
    const tell = (what: string): void => say(`Round ${round} of ${plan.rounds}: ${what}`)

    for (const accounts of plan.sizes) {
      const alone = (await bound.ask(plan.bound)) as Alone
      add(figures.bound, accounts, alone)
      tell(`argon2id alone: ${alone.perSecond.toFixed(1)} a second`)
      const answered = await drive(empty, askEmpty, plan.empty)
      add(figures.empty, accounts, answered)
      tell(`the empty server: ${answered.perSecond.toFixed(0)} a second`)

      const present = contenders.filter((each) => each.accounts === accounts)
      for (const { contender, flow, load } of plan.loads.flatMap((each) =>
        entriesOf(present, each),
      )) {
        const key = keyOf(contender.side.name, accounts, contender.hash, flow)
        const measured = await drive(contender.server, contender.workFor(flow), load)
        add(figures.rounds, key, measured)
        const { perSecond, cpu } = measured
        tell(`${key}: ${perSecond.toFixed(1)} a second, ${cpu.toFixed(3)} ms CPU each`)
      }
    }
  }
}

/** Who takes part in that load. */
const entriesOf = (contenders: Contender[], { hash, flow, load }: Plan['loads'][number]) =>
  contenders
    .filter((each) => each.hash === hash && (flow !== 'sign-in with page' || each.side.hasPage))
    .map((contender) => ({ contender, flow, load }))
