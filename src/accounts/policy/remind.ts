import { setImmediate as turn } from 'node:timers/promises'
import type { App } from '../../app.ts'
import type { FactorKind } from '../../factors/factor.ts'
import { change, tell } from '../../sign-in/change.ts'
import { spend } from '../../sign-in/limits.ts'
import { dueFor, policyFrom, type PolicyRules } from '../../sign-in/policy.ts'
import { reminders } from '../../sign-in/rules.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { holdAccount, mainOf, type Account } from '../../store/accounts.ts'
import { INSTALLATION } from '../../store/policies.ts'
import { withoutFactor, workingKinds } from '../../store/unprotected.ts'
import { rulesByOwner } from './rules-by-owner.ts'

const DAY = 24 * 60 * 60 * 1000
/** Days before it counts. */
const STAGES = [1, 3, 7, 14] as const
/** People looked at in one go. */
const BATCH = 200
/** Milliseconds for which one process goes on at a time. */
const ROUND = 45_000

/** Which reminder is due now for something that must be done by then; `null`: none. Pure. */
export function stageOf(until: number, now: number): (typeof STAGES)[number] | null {
  if (until <= now) return null
  return STAGES.find((days) => until - now <= days * DAY) ?? null
}

/**
 * Until when (ms) this account, on which these kinds work, can put off what a policy asks of it; `null`: nothing,
 * or not at all. Pure.
 */
export function untilFor(
  config: Pick<App['config'], 'factors' | 'limits'>,
  all: ReadonlyMap<string, PolicyRules>,
  account: Pick<Account, 'id' | 'mainId' | 'privilege' | 'wantedCode' | 'wantedPhone' | 'wantedAt'>,
  working: readonly FactorKind[] = [],
): number | null {
  const written = [all.get(INSTALLATION), all.get(mainOf(account))]
  const rules = written.filter((each) => each !== undefined)
  const policy = policyFrom(config, rules, account.privilege)
  const enrolled = working.filter((kind) => config.factors.some((each) => each === kind))
  const own = enrolled.filter((kind) => policy.factors.some((each) => each === kind))
  const due = dueFor(policy, account, own, { enrolled, sendsNew: false })
  return due?.why === 'policy' ? due.until : null
}

/**
 * Goes on reminding while there are more, for less than a minute. Gives where to go on (an id); '' where all were
 * looked at.
 */
export async function remindAll(app: App, after = '', most = BATCH): Promise<string> {
  const end = app.now() + ROUND
  let next = after
  do {
    next = await remindSome(app, next, most)
    await turn()
  } while (next !== '' && app.now() < end && !app.stopping.aborted)
  return next
}

/**
 * Reminds some of those who must set up protection by a day, and have nothing that will do: at most one mail to each,
 * 14, 7, 3 and 1 days before. Any number of processes may do so at once. Gives where to go on (an id).
 */
export async function remindSome(app: App, after = '', most = BATCH): Promise<string> {
  const { config, db } = app
  const now = app.now()
  const all = await rulesByOwner(app, db)
  const soon = [...all].filter(
    ([, rules]) => rules.shadowSince === null && stageOf(rules.requiredFrom ?? 0, now) !== null,
  )
  if (soon.length === 0) return ''
  const owners = soon.map(([owner]) => owner)
  const stageFor: StageFor = (account, kinds, at) => {
    const until = untilFor(config, all, account, kinds)
    const stage = until === null ? null : stageOf(until, at)
    return until === null || stage === null ? null : { until, stage }
  }
  const some = await withoutFactor(db, owners, enoughFor(config, all), { after, most })
  const working = await workingKinds(
    db,
    some.map(({ id }) => id),
  )
  for (const account of some)
    if (stageFor(account, working.get(account.id), now)) await remind(app, account.id, stageFor)
  return some.length < most ? '' : some.at(-1)!.id
}

type StageFor = (
  account: Account,
  working: readonly FactorKind[] | undefined,
  now: number,
) => { readonly until: number; readonly stage: number } | null

/** Kinds that do for everybody, whatever policy is theirs: who has one of these need not be looked at. Pure. */
function enoughFor(
  config: Pick<App['config'], 'factors' | 'limits'>,
  all: ReadonlyMap<string, PolicyRules>,
): FactorKind[] {
  const general = all.get(INSTALLATION)
  const each = [undefined, ...all.values()].flatMap((own) =>
    ([null, 'support', 'manage', 'operator'] as const).map((privilege) => {
      const rules = [general, own].filter((some) => some !== undefined)
      return policyFrom(config, rules, privilege).factors
    }),
  )
  return config.factors.filter((kind) => each.every((factors) => factors.includes(kind)))
}

async function remind(app: App, accountId: string, stageFor: StageFor): Promise<void> {
  try {
    await change(app, byItself, async (change) => {
      const { db, now } = change
      const account = await holdAccount(db, accountId)
      if (!account || account.disabledAt !== null) return
      const due = stageFor(account, (await workingKinds(db, [accountId])).get(accountId), now)
      if (!due || !(await spend(db, reminders(accountId, due.until, due.stage), now))) return
      const from = new Date(due.until).toISOString()
      await tell(change, account, { kind: 'protection_due', from })
    })
  } catch (error) {
    // One that fails is tried again later, and holds up nobody else.
    app.log.error({ error: String(error), accountId }, 'reminder')
  }
}

const byItself: Visit = {
  address: '',
  userAgent: '',
  requestId: 'by itself',
  sessionToken: null,
  deviceTokens: new Map(),
}
