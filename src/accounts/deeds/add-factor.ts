import { factorOf } from '../../factors/all.ts'
import { toolsFor } from '../../sign-in/attempt.ts'
import { policyOf } from '../../sign-in/policy.ts'
import { whyNoSms } from '../../sign-in/sms-guard.ts'
import { enrolmentsOf } from '../../store/enrolments.ts'
import { givesWay, whyNotOneMore } from '../factor-rules.ts'
import type { Doing } from './deed.ts'
import { openDraft } from './open-draft.ts'

/** Begins to set up a factor: the first one switches protection on, and recovery codes come with it. */
export const addFactor: Doing<'add-factor'> = async (change, asker, deed) => {
  const { app, db, now } = change
  const { account } = asker
  const kind = deed.factor
  const enrolments = await enrolmentsOf(db, account.id)
  const before = givesWay(enrolments, kind)
  const others = enrolments.filter((each) => each !== before)
  const refused = whyNotOneMore(await policyOf(app, db, account), others, kind)
  if (refused) return refused
  const purpose = enrolments.length === 0 ? 'protect' : 'add-factor'
  const phone = kind === 'sms' ? deed.to : null
  // Without a code there is nothing to set it up by, and this number gets none.
  const mute = phone === null ? null : await whyNoSms(change, account, phone)
  if (mute) return mute
  const who = { email: account.email, phone }
  const opened = await openDraft(
    change,
    asker,
    purpose,
    kind,
    (attempt) => factorOf(kind).enrol(who, toolsFor(app, attempt, now)).draft,
    before ? { replaces: before.id } : {},
  )
  return { opened, path: '/account/security/code' }
}
