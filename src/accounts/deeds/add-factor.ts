import { factorOf } from '../../factors/all.ts'
import { toolsFor } from '../../sign-in/attempt.ts'
import { enrolmentsOf } from '../../store/enrolments.ts'
import { whyNotOneMore } from '../factor-rules.ts'
import type { Doing } from './deed.ts'
import { openDraft } from './open-draft.ts'

/** Begins to set up a factor: the first one switches protection on, and recovery codes come with it. */
export const addFactor: Doing<'add-factor'> = async (change, asker, { factor: kind }) => {
  const { app, db, now } = change
  const enrolments = await enrolmentsOf(db, asker.account.id)
  const refused = whyNotOneMore(app, enrolments, kind)
  if (refused) return refused
  const purpose = enrolments.length === 0 ? 'protect' : 'add-factor'
  const opened = await openDraft(
    change,
    asker,
    purpose,
    kind,
    (attempt) => factorOf(kind).enrol(asker.account, toolsFor(app, attempt, now)).draft,
  )
  return { opened, path: '/account/security/code' }
}
