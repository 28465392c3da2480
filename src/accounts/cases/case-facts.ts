import type { App } from '../../app.ts'
import type { EventKind } from '../../sign-in/change.ts'
import { findAccount, type Account } from '../../store/accounts.ts'
import { casesFor, casesOf, findCase, openCaseOf, type Case } from '../../store/cases.ts'
import { devicesOf, type Device } from '../../store/devices.ts'
import { eventsOf, type Event } from '../../store/events.ts'
import { has, reaches, scopeOf, type Actor } from '../privileges.ts'
import { whyNotApproved, whyNotDecided } from './case-rules.ts'
import { openAsked, openChecks, type Asked, type Check } from './sealed.ts'

const DAY = 24 * 60 * 60_000
const CHANGES_FOR = 30 * DAY
const SIGN_INS = 5
const CHANGES = 50
const EARLIER = 20

/** What changes how somebody gets in, or where they are told of it. */
const changes: readonly EventKind[] = [
  'password_changed',
  'password_reset',
  'password_known',
  'email_change_proven',
  'email_changed',
  'profile_changed',
  'protected',
  'unprotected',
  'factor_added',
  'factor_removed',
  'factor_disabled',
  'factor_bound_anew',
  'recovery_codes_renewed',
  'login_code_set',
  'privilege_given',
  'account_changed',
  'account_enabled',
]

/** What somebody of support is shown to decide a case by. */
export type CaseFacts = {
  readonly it: Case
  readonly owner: Account
  readonly asked: Asked
  readonly checks: readonly Check[]
  readonly device: Device | null
  readonly signIns: readonly Event[]
  readonly changes: readonly Event[]
  readonly earlier: readonly Case[]
  readonly mayNotApprove: ReturnType<typeof whyNotApproved>
  readonly mayNotRefuse: ReturnType<typeof whyNotDecided>
}

/** `null`: there is no such case for this one. */
export async function caseFacts(app: App, actor: Actor, id: string): Promise<CaseFacts | null> {
  const it = await findCase(app.db, id)
  const owner = it && (await findAccount(app.db, it.accountId))
  if (!it || !owner || !reaches(actor, owner, 'support')) return null
  const now = app.now()
  const signIns = { before: null, kinds: ['signed_in'], most: SIGN_INS }
  const changed = { before: null, kinds: changes, most: CHANGES }
  return {
    it,
    owner,
    asked: openAsked(app, it),
    checks: openChecks(app, it),
    device: (await devicesOf(app.db, owner.id)).find((each) => each.id === it.deviceId) ?? null,
    signIns: await eventsOf(app.db, owner.id, signIns),
    changes: (await eventsOf(app.db, owner.id, changed)).filter(({ at }) => at > now - CHANGES_FOR),
    earlier: (await casesOf(app.db, owner.id, EARLIER)).filter((each) => each.id !== it.id),
    mayNotApprove: whyNotApproved(it, owner, actor, now),
    mayNotRefuse: whyNotDecided(it, owner, actor, now),
  }
}

/** Cases of one page. */
const PAGE = 25

/** The cases this one may look at, the newest first. `older`: from where the next page goes on. */
export async function caseList(
  app: App,
  actor: Actor,
  { isOpen, before }: { readonly isOpen: boolean; readonly before: string | null },
) {
  const privileges = (['support', 'manage', 'operator'] as const).filter((each) => has(actor, each))
  const wanted = { scope: scopeOf(actor), privileges, isOpen, before, most: PAGE + 1 }
  const all = await casesFor(app.db, wanted, app.now())
  const shown = all.slice(0, PAGE)
  return { shown, older: all.length > PAGE ? shown.at(-1)!.id : null }
}

/** Since when (ms) somebody asks support to be let into this account; `null`: nobody does. */
export const caseSince = async (app: App, accountId: string): Promise<number | null> =>
  (await openCaseOf(app.db, accountId, app.now()))?.openedAt ?? null
