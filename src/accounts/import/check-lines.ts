import type { App } from '../../app.ts'
import { mayBeWanted } from '../../sign-in/login-code.ts'
import { policyOf } from '../../sign-in/policy.ts'
import { findAccountsByLogin, type Account } from '../../store/accounts.ts'
import { firstLines, settleLines, type Import, type ImportLine } from '../../store/imports.ts'
import type { Database } from '../../store/open.ts'
import { write } from '../../store/write.ts'
import type { By } from '../users/do-user-change.ts'
import { previewLoginCode, whyNotSet } from '../users/login-code.ts'
import type { WantedLoginCode } from '../users/user-change.ts'
import { optionsIn } from './import.ts'
import { planLine, whatOf, type Outcome, type Plan } from './plan-line.ts'
import { readLine, type Cells, type ReadLine } from './read-line.ts'

/** Looks what would come of these lines, and writes that down. Nothing else changes. */
export async function checkLines(
  app: App,
  about: Import,
  by: By,
  lines: readonly ImportLine[],
): Promise<void> {
  const plans = await plansFor(app.db, about, by, lines)
  const outcomes = await Promise.all(plans.map((plan) => tryPlan(app, by, plan)))
  const alike = Map.groupBy(lines, (line) => JSON.stringify(outcomes[lines.indexOf(line)]))
  await write(app.db, async (db) => {
    for (const [text, some] of alike) {
      const outcome = JSON.parse(text) as Outcome
      const isDone = outcome.result === 'refused' ? 1 : 0
      const numbers = some.map(({ line }) => line)
      await settleLines(db, about.id, numbers, { ...outcome, isDone })
    }
  })
}

/** What is asked for by each of these lines, as things are now. */
export async function plansFor(
  db: Database,
  about: Import,
  by: By,
  lines: readonly ImportLine[],
): Promise<readonly Plan[]> {
  const reads = lines.map(({ cells }) =>
    readLine(cells === null ? null : (JSON.parse(cells) as Cells)),
  )
  const wellWritten = reads.filter((read): read is ReadLine => !('fault' in read))
  const logins = wellWritten.map(({ login }) => login)
  const mains = wellWritten.flatMap(({ main }) => main ?? [])
  const found = await findAccountsByLogin(db, [...new Set([...logins, ...mains])])
  const first = await firstLines(db, about.id, logins)
  const { language } = optionsIn(about)
  const accountOf = (login: string | undefined): Account | null => found.get(login ?? '') ?? null
  return reads.map((read, index): Plan => {
    if ('fault' in read) return { result: 'refused', why: read.fault }
    const { line } = lines[index]!
    if ((first.get(read.login) ?? line) < line) return { result: 'refused', why: 'doubled' }
    const around = { by, found: accountOf(read.login), main: accountOf(read.main), language }
    return planLine(read, around)
  })
}

/** What would come of it? */
async function tryPlan(app: App, by: By, plan: Plan): Promise<Outcome> {
  if (plan.result === 'made' && plan.code) {
    const policy = await policyOf(app, app.db, { ...plan.user, id: '' })
    if (!mayBeWanted(policy, plan.code)) return { result: 'refused', why: 'factor_not_allowed' }
  }
  for (const each of plan.result === 'changed' ? plan.changes : []) {
    const why = each.what === 'login_code' ? await whyNotCode(app, by, each.wanted) : null
    if (why) return { result: 'refused', why }
  }
  return { result: plan.result, why: whatOf(plan) }
}

async function whyNotCode(app: App, by: By, wanted: WantedLoginCode): Promise<string | null> {
  const refused = whyNotSet(await previewLoginCode(app, app.db, by, wanted), wanted, false)
  return refused?.refused ?? null
}
