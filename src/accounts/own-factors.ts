import type { App } from '../app.ts'
import { factorOf, type kinds } from '../factors/all.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change, note, type Change } from '../sign-in/change.ts'
import { hold } from '../sign-in/limits.ts'
import { policyOf } from '../sign-in/policy.ts'
import { stepUps } from '../sign-in/rules.ts'
import { whyOwnMute } from '../sign-in/reach.ts'
import { whyNoSms } from '../sign-in/sms-guard.ts'
import type { Visit } from '../sign-in/visit.ts'
import { chooseBoth, holdAccount, preferFactor, type Account } from '../store/accounts.ts'
import { enrolmentsOf, renameEnrolment, type Enrolment } from '../store/enrolments.ts'
import type { SignedIn } from '../store/sessions.ts'
import type { Deed } from './deeds/deed.ts'
import { givesWay, isLastStrong, whyNotOneMore, whyNotRemoved } from './factor-rules.ts'
import type { FieldCode } from './new-account.ts'
import { readOwnName } from './own-name.ts'
import { whenSure, type Sure } from './step-up.ts'
import { whyNotGivenUp } from './wanted-rules.ts'

const HERE = '/account/security'

type Kind = (typeof kinds)[number]
type Plain = Exclude<Kind, 'sms'>

/** Sets up one more factor that needs nothing said about it, for somebody who has shown who they are. */
export const addFactor = (
  app: App,
  visit: Visit,
  session: SignedIn,
  factor: Plain,
): Promise<Sure | Refusal> =>
  ask(app, visit, session, async (change, enrolments) => {
    const refused = (await countOne(change, session)) ?? whyNotOneMore(app, enrolments, factor)
    return refused ?? { deed: { kind: 'add-factor', factor } }
  })

/** Sets up codes by text message to this number (E.164), in place of the one that gets them now. */
export const addNumber = (
  app: App,
  visit: Visit,
  session: SignedIn,
  to: string,
): Promise<Sure | Refusal> =>
  ask(app, visit, session, async (change, enrolments, account) => {
    const others = enrolments.filter((each) => each !== givesWay(enrolments, 'sms'))
    const refused =
      (await countOne(change, session)) ??
      whyNotOneMore(app, others, 'sms') ??
      (await whyNoSms(change, account, to))
    return refused ?? { deed: { kind: 'add-factor', factor: 'sms', to } }
  })

/**
 * Takes one factor away. Before the last strong one goes it is asked anew, however lately something
 * was shown; the very last goes only when protection is switched off.
 */
export const removeFactor = (
  app: App,
  visit: Visit,
  session: SignedIn,
  id: string,
): Promise<Sure | Refusal> =>
  ask(app, visit, session, async ({ db }, enrolments, account) => {
    const isAnew = isLastStrong(app, enrolments, id)
    const mute = await whyOwnMute(app, db, account, enrolments)
    const policy = await policyOf(app, db, account)
    const refused =
      whyNotRemoved(app, enrolments, id, mute) ?? whyNotGivenUp(account, policy, enrolments, id)
    return refused ?? { deed: { kind: 'remove-factor', id }, isAnew }
  })

/** A factor that was switched off is to count again. */
export const askToBindAnew = (
  app: App,
  visit: Visit,
  session: SignedIn,
  id: string,
): Promise<Sure | Refusal> =>
  ask(
    app,
    visit,
    session,
    async (change) => (await countOne(change, session)) ?? { deed: { kind: 'bind-anew', id } },
  )

type Wish = { readonly deed: Deed; readonly isAnew?: boolean }

/** What is wished for is done once it is sure who asks. The account is held. */
const ask = (
  app: App,
  visit: Visit,
  session: SignedIn,
  wishFor: (
    change: Change,
    enrolments: readonly Enrolment[],
    account: Account,
  ) => Promise<Wish | Refusal>,
): Promise<Sure | Refusal> =>
  change(app, visit, async (change): Promise<Sure | Refusal> => {
    const account = await holdAccount(change.db, session.accountId)
    if (!account) return { refused: 'attempt_over' }
    const wish = await wishFor(change, await enrolmentsOf(change.db, account.id), account)
    if ('refused' in wish) return wish
    const { deed, isAnew = false } = wish
    return whenSure(change, account, session, deed, HERE, { isAnew })
  })

/** Each writes an attempt down, so there is an end to it. */
async function countOne({ app, db, now }: Change, session: SignedIn): Promise<Refusal | null> {
  const each = stepUps(app.config.limits, session.deviceId)
  const held = await hold(db, [each], now)
  if (held.wait > 0) return { refused: 'slow_down', wait: held.wait }
  await held.count([each])
  return null
}

/** Calls a factor as the person wants; nothing typed takes the name away. */
export async function renameFactor(
  app: App,
  visit: Visit,
  session: SignedIn,
  id: string,
  typed: string,
): Promise<'done' | { readonly problem: FieldCode } | Refusal> {
  const read = readOwnName(typed)
  if ('problem' in read) return read
  const { accountId } = session
  return change(app, visit, async (change) => {
    const enrolments = await enrolmentsOf(change.db, accountId)
    const kind = enrolments.find((each) => each.id === id)?.kind
    // What a code goes to is called by its address, and recovery codes by nothing.
    if (!kind || kind === 'recovery' || factorOf(kind).isSent) return { refused: 'no_such_factor' }
    if (!(await renameEnrolment(change.db, accountId, id, read.name)))
      return { refused: 'no_such_factor' }
    await note(change, 'factor_named', { accountId, detail: { by: kind, name: read.name } })
    return 'done'
  })
}

/** Asks for this kind first where nothing else was shown last; `null`: as it comes. */
export const preferKind = (
  app: App,
  visit: Visit,
  session: SignedIn,
  kind: Kind | null,
): Promise<void> =>
  change(app, visit, async (change) => {
    await preferFactor(change.db, session.accountId, kind)
  })

/**
 * Sends each code by mail and by text message at once, or by one of them. Nothing is asked first: either
 * let in alone before, and does so still.
 */
export const sendByBoth = (
  app: App,
  visit: Visit,
  session: SignedIn,
  isBoth: boolean,
): Promise<'done' | Refusal> =>
  change(app, visit, async (change): Promise<'done' | Refusal> => {
    const { db, now } = change
    const account = await holdAccount(db, session.accountId)
    if (!account) return { refused: 'attempt_over' }
    const kinds = (await enrolmentsOf(db, account.id)).map(({ kind }) => kind)
    if (!kinds.includes('email') || !kinds.includes('sms')) return { refused: 'no_such_factor' }
    if (isBoth === (account.bothSince !== null)) return 'done'
    if (!isBoth && account.wantedCode === 'both') return { refused: 'wanted_by_administrator' }
    await chooseBoth(db, account.id, isBoth ? now : null)
    await note(change, isBoth ? 'both_on' : 'both_off', { accountId: account.id })
    return 'done'
  })
