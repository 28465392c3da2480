import { setImmediate as turn } from 'node:timers/promises'
import type { App } from '../../app.ts'
import { serves } from '../../delivery/gateway.ts'
import { aboutNumber } from '../../lib/phone.ts'
import { dayOf, setDaily } from '../../store/daily.ts'
import { accountsAfter } from '../../store/standings.ts'
import { write } from '../../store/write.ts'
import { standingOf, stuckKinds, type Around, type Standing, type Stuck } from './standing.ts'

type Tools = Pick<App, 'db' | 'now' | 'config' | 'gateways'>

/** How many accounts there are, how many of them are protected, and how many will be stuck for which reason. */
export type Figures = Readonly<Record<'accounts' | 'protected' | Stuck, number>>

export const figureNames = ['accounts', 'protected', ...stuckKinds] as const

export const noFigures: Figures = {
  accounts: 0,
  protected: 0,
  no_second_way: 0,
  out_of_reach: 0,
  address_unproven: 0,
  not_come: 0,
}

/** Accounts looked at in one piece: some milliseconds of SQLite. */
const BATCH = 500

/** The figures as they are now: of the sub-accounts of a main account, or of all (''), with those of each company. */
export async function countNow(
  app: Tools,
  main: string | null,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Figures>> {
  const around = await aroundUs(app)
  const figures = new Map<string, Figures>([[main ?? '', noFigures]])
  for (let after = ''; ; await turn()) {
    signal?.throwIfAborted()
    const accounts = await accountsAfter(app.db, main, after, BATCH)
    for (const { enrolled, ...account } of accounts) {
      const standing = standingOf(account, enrolled, around)
      const owners = main === null ? ['', account.mainId] : [main]
      for (const owner of owners)
        if (owner !== null) figures.set(owner, plus(figures.get(owner) ?? noFigures, standing))
    }
    if (accounts.length < BATCH) return figures
    after = accounts.at(-1)!.id
  }
}

const plus = (sum: Figures, { isProtected, stuck }: Standing): Figures => {
  const next: Record<keyof Figures, number> = { ...sum, accounts: sum.accounts + 1 }
  if (isProtected) next.protected += 1
  for (const kind of stuck) next[kind] += 1
  return next
}

/** Written down for this day, where it takes the place of what was counted before on it. */
export async function countDay(app: Tools, signal?: AbortSignal): Promise<void> {
  const day = dayOf(app.now())
  const figures = [...(await countNow(app, null, signal))]
  for (let from = 0; from < figures.length; from += BATCH)
    await write(app.db, async (tx) => {
      for (const [owner, its] of figures.slice(from, from + BATCH))
        for (const name of figureNames)
          await setDaily(tx, { owner, day, name, by: '', count: its[name] })
    })
}

async function aroundUs({ db, now, config, gateways }: Tools): Promise<Around> {
  const routes = (await gateways.linked(db)).filter(({ by }) => by === 'sms')
  const { countries } = await gateways.rules(db)
  return {
    factors: config.factors,
    now: now(),
    reaches(number) {
      const { country } = aboutNumber(number)
      return (
        country !== null &&
        countries.includes(country) &&
        routes.some((route) => serves(route, country))
      )
    },
  }
}
