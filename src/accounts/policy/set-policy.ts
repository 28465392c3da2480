import type { Notice } from '../../delivery/message.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { note, tell, type Change } from '../../sign-in/change.ts'
import { noRules, rulesOrNull, type PolicyRules } from '../../sign-in/policy.ts'
import { findAccount, mainOf, managersOf, operators, type Account } from '../../store/accounts.ts'
import { INSTALLATION, policyOfOwner, replacePolicy } from '../../store/policies.ts'
import type { Outcome } from '../deeds/deed.ts'
import { mayRule } from '../privileges.ts'
import type { By } from '../users/do-user-change.ts'
import { whoOf } from '../users/told.ts'
import { limitLiving } from './limit-living.ts'

/** Rules for a main account, or the installation (''), in place of this version (0: of none). */
export type PolicyChange = {
  readonly owner: string
  readonly rules: PolicyRules
  readonly version: number
  /** The name of the effect that was seen. */
  readonly seen: string
}

const MOST_TOLD = 20

/** Does it, in the transaction that has made sure who asks, if they may. */
export async function setPolicy(
  change: Change,
  by: By,
  { owner, rules, version }: PolicyChange,
): Promise<Outcome | Refusal> {
  const { app, db, now } = change
  const main = owner === INSTALLATION ? null : await findAccount(db, owner)
  if (!mayRule(by, main && mainOf(main))) return { refused: 'attempt_over' }
  if (owner !== INSTALLATION && main?.mainId !== null) return { refused: 'attempt_over' }
  const row = await policyOfOwner(db, owner)
  if ((row?.version ?? 0) !== version) return { refused: 'changed_meanwhile' }
  // What cannot be read is written anew.
  const before = row ? rulesOrNull(row.rules) : noRules
  // What is measured already goes on to be.
  const since = rules.shadowSince === null ? null : (before?.shadowSince ?? now)
  const next = { ...rules, shadowSince: since }
  const text = JSON.stringify(next)
  if (!(await replacePolicy(db, { owner, rules: text, version, changedAt: now })))
    return { refused: 'changed_meanwhile' }
  await limitLiving(app, db, owner, now)
  const { from, to } = difference(before ?? noRules, next)
  const detail = { from: before ? from : '{}', to, policy: main?.login ?? '', ...whoOf(by) }
  await note(change, 'policy_changed', { accountId: main?.id ?? by.id, detail })
  await tellOthers(change, by, main)
  return { done: 'policy_saved' }
}

/** Those who look after it, and whoever did it. */
export async function tellOthers(change: Change, by: By, main: Account | null): Promise<void> {
  const { db } = change
  const own = main ? await managersOf(db, main.id, MOST_TOLD) : []
  const others = main ? [] : await operators(db, MOST_TOLD)
  const doer = await findAccount(db, by.id)
  const told = new Map([...own, ...others, ...(doer ? [doer] : [])].map((each) => [each.id, each]))
  for (const account of told.values()) {
    const notice: Notice = {
      kind: 'policy_changed',
      main: main?.login ?? null,
      login: by.login,
      isOwn: account.id === by.id,
    }
    await tell(change, account, notice)
  }
}

/**
 * What is in force of a policy and stops where it is only to be measured from now on, as JSON; `null`: nothing.
 * How long cases wait goes on to count. Pure.
 */
export function stopsIn(before: PolicyRules, after: PolicyRules): string | null {
  if (before.shadowSince !== null || after.shadowSince === null) return null
  const { caseKnownHours, caseHours } = noRules
  const { from } = difference({ ...before, caseKnownHours, caseHours }, noRules)
  return from === '{}' ? null : from
}

/** What was said before of what is said otherwise now, as JSON. Pure. */
export function difference(before: PolicyRules, after: PolicyRules) {
  const names = (Object.keys(noRules) as (keyof PolicyRules)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  const only = (rules: PolicyRules): string =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, rules[name]])))
  return { from: only(before), to: only(after) }
}
