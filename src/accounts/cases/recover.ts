import type { App } from '../../app.ts'
import { parseEmail } from '../../lib/email.ts'
import { newId } from '../../lib/random.ts'
import { change } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { findAccountByLogin, holdAccount } from '../../store/accounts.ts'
import { cancelCase, insertCase, openCaseOf } from '../../store/cases.ts'
import { enrolmentsOf } from '../../store/enrolments.ts'
import { undecided } from './open-case.ts'
import { newPass } from './pass.ts'
import { sealAsked } from './sealed.ts'
import { noteDone, tellOwner } from './tell-all.ts'

/** Who decides at the machine, as it is written down. */
const MACHINE = 'this machine'

type NoPass = { readonly refused: 'no_account' | 'disabled' | 'not_protected' }

/**
 * A pass for an account, given by whoever may run commands on the server: without a wait, and without a second
 * person. It is a case like others, decided at once, and its owner is told.
 */
export async function recoverAtMachine(
  app: App,
  visit: Visit,
  login: string,
): Promise<{ readonly pass: string; readonly email: string } | NoPass> {
  const canonical = parseEmail(login)?.canonical ?? null
  const account = canonical === null ? null : await findAccountByLogin(app.db, canonical)
  if (!account) return { refused: 'no_account' }
  return change(app, visit, async (change) => {
    const { db, now } = change
    const owner = await holdAccount(db, account.id)
    if (!owner) return { refused: 'no_account' }
    if (owner.disabledAt !== null) return { refused: 'disabled' }
    if ((await enrolmentsOf(db, owner.id)).length === 0) return { refused: 'not_protected' }
    const before = await openCaseOf(db, owner.id, now)
    if (before && (await cancelCase(db, before.id, now)))
      await noteDone(change, 'case_cancelled', owner, { case: before.id, by: 'another' })
    const id = newId(app.random, now)
    const pass = newPass(app, id, now)
    await insertCase(db, {
      ...undecided,
      ...pass.kept,
      id,
      accountId: owner.id,
      openedAt: now,
      openUntil: pass.kept.passUntil,
      waitsUntil: now,
      sealed: sealAsked(app, id, { reach: '', text: '' }),
      knowsPassword: 0,
      deviceId: null,
      isKnownPlace: 0,
      address: visit.address,
      userAgent: visit.userAgent,
      approvedAt: now,
      approvedBy: MACHINE,
      secondedAt: now,
      decidedBy: MACHINE,
    })
    await noteDone(change, 'case_approved', owner, { actor: MACHINE, login: MACHINE, case: id })
    await tellOwner(change, owner, id, 'machine')
    return { pass: pass.shown, email: owner.email }
  })
}
