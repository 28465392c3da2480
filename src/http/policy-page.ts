import { policyPath } from '../accounts/policy/change-policy.ts'
import { weakOf } from '../accounts/policy/effect-of.ts'
import { holdsNow } from '../accounts/policy/holds-now.ts'
import { measuredFor } from '../accounts/policy/measured.ts'
import { rulesByOwner } from '../accounts/policy/rules-by-owner.ts'
import { typedFrom, type PolicyProblem, type TypedPolicy } from '../accounts/policy/read-policy.ts'
import type { App } from '../app.ts'
import { policyPage } from '../pages/policy.ts'
import type { PolicyFormProps } from '../pages/policy-form.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { noRules, rulesOrNull } from '../sign-in/policy.ts'
import type { Database } from '../store/open.ts'
import { INSTALLATION, ownersWithPolicy, policyOfOwner } from '../store/policies.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noticeOf } from './account.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import type { Ctx } from './request.ts'

/** The main account ('': the installation), and its login. */
export type Whose = { readonly owner: string; readonly login: string | null }

const MOST_MAINS = 50

/** What a policy says now, and in which version: 0 where nothing was written. What cannot be read says nothing. */
export async function writtenFor(db: Database, owner: string) {
  const row = await policyOfOwner(db, owner)
  const rules = row ? rulesOrNull(row.rules) : noRules
  return { rules: rules ?? noRules, version: row?.version ?? 0, isReadable: rules !== null }
}

/** The page as things are now; with what was refused, and the form as it was typed. */
export async function policyReply(
  door: Door,
  c: Ctx,
  session: SignedIn,
  whose: Whose,
  its: {
    readonly typed?: TypedPolicy
    /** In place of which it was typed. */
    readonly version?: number
    readonly problems?: Readonly<Partial<Record<string, PolicyProblem>>>
    readonly refused?: Refusal
    readonly notFound?: string
  } = {},
): Promise<Response> {
  const { app, reply } = door
  const { owner, login } = whose
  const texts = textsFor(door, c, session)
  const { rules, version, isReadable } = await writtenFor(app.db, owner)
  const all = await rulesByOwner(app, app.db)
  const said = its.refused ? refusal(texts, its.refused) : null
  const status = said?.status ?? (its.problems ? 422 : its.notFound === undefined ? 200 : 404)
  const since = rules.shadowSince
  const page = policyPage(frameOf(door, c, session, policyPath(owner)), {
    main: login,
    isReadable,
    others:
      session.privilege === 'operator'
        ? { mains: await mainsBut(app.db, owner), typed: its.notFound ?? null }
        : null,
    holds: holdsNow(
      app.config,
      all.get(INSTALLATION) ?? null,
      owner === INSTALLATION ? null : (all.get(owner) ?? null),
    ),
    weak: await weakOf(app.db, owner),
    measured:
      since === null
        ? null
        : {
            since: new Date(since),
            ...(await measuredFor(app.db, owner, since, app.now())),
          },
    form: formOf(app, whose, {
      version: its.version ?? version,
      values: its.typed ?? typedFrom(rules, app.config.factors),
      problems: Object.fromEntries(
        Object.entries(its.problems ?? {}).map(([name, code]) => [
          name,
          code && texts.policy.problems[code],
        ]),
      ),
    }),
    notice: said || its.problems ? null : await noticeOf(app, c, session, texts),
    problem: said?.text ?? null,
  })
  return reply.page(page, status, { headers: said?.headers ?? {} })
}

/** The form, with what there is to choose from. */
export const formOf = (
  { config }: Pick<App, 'config'>,
  { owner }: Whose,
  its: Pick<PolicyFormProps, 'version' | 'values' | 'problems'>,
): PolicyFormProps => ({
  ...its,
  owner,
  kinds: config.factors,
  privileges: owner === INSTALLATION ? ['operator', 'manage', 'support'] : ['manage', 'support'],
})

async function mainsBut(db: Database, owner: string) {
  const mains = await ownersWithPolicy(db, MOST_MAINS)
  return mains
    .filter(({ id }) => id !== owner)
    .map(({ id, login }) => ({ path: policyPath(id), login }))
}
