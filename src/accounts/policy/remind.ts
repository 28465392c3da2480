import type { App } from '../../app.ts'
import { change, tell } from '../../sign-in/change.ts'
import { spend } from '../../sign-in/limits.ts'
import { dueFor, policyFrom, type PolicyRules } from '../../sign-in/policy.ts'
import { reminders } from '../../sign-in/rules.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { holdAccount, mainOf, type Account } from '../../store/accounts.ts'
import { INSTALLATION } from '../../store/policies.ts'
import { hasEnrolment, withoutFactor } from '../../store/unprotected.ts'
import { rulesByOwner } from './rules-by-owner.ts'

const DAY = 24 * 60 * 60 * 1000
/** Days before it counts. */
const STAGES = [1, 3, 7, 14] as const
/** People looked at in one go. */
const BATCH = 200

/** Which reminder is due now for something that must be done by then; `null`: none. Pure. */
export function stageOf(until: number, now: number): (typeof STAGES)[number] | null {
  if (until <= now) return null
  return STAGES.find((days) => until - now <= days * DAY) ?? null
}

/** Until when (ms) this account can put off what a policy asks of it; `null`: nothing, or not at all. Pure. */
export function untilFor(
  config: Pick<App['config'], 'factors' | 'limits'>,
  all: ReadonlyMap<string, PolicyRules>,
  account: Pick<Account, 'id' | 'mainId' | 'privilege' | 'wantedCode' | 'wantedPhone' | 'wantedAt'>,
): number | null {
  const written = [all.get(INSTALLATION), all.get(mainOf(account))]
  const rules = written.filter((each) => each !== undefined)
  const policy = policyFrom(config, rules, account.privilege)
  const due = dueFor(policy, account, [], { isEnrolled: false, sendsNew: false })
  return due?.why === 'policy' ? due.until : null
}

/**
 * Reminds some of those who must set up protection by a day, and have nothing: at most one mail to each,
 * 14, 7, 3 and 1 days before. Any number of processes may do so at once. Gives where to go on (an id).
 */
export async function remindSome(app: App, after = ''): Promise<string> {
  const { config, db } = app
  const now = app.now()
  const all = await rulesByOwner(app, db)
  const soon = [...all].filter(
    ([, rules]) =>
      rules.shadowSince === null &&
      rules.protection === 'required' &&
      stageOf(rules.requiredFrom ?? 0, now) !== null,
  )
  if (soon.length === 0) return ''
  const owners = soon.map(([owner]) => owner)
  const some = await withoutFactor(db, owners, after, BATCH)
  for (const account of some) {
    const until = untilFor(config, all, account)
    const stage = until === null ? null : stageOf(until, now)
    if (until !== null && stage !== null) await remind(app, account.id, until, stage)
  }
  return some.length < BATCH ? '' : some.at(-1)!.id
}

async function remind(app: App, accountId: string, until: number, stage: number): Promise<void> {
  try {
    await change(app, byItself, async (change) => {
      const { db, now } = change
      const account = await holdAccount(db, accountId)
      if (!account || account.disabledAt !== null || (await hasEnrolment(db, accountId))) return
      if (!(await spend(db, reminders(accountId, stage), now))) return
      const from = new Date(until).toISOString()
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
