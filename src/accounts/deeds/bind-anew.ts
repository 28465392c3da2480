import type { FactorKind } from '../../factors/factor.ts'
import { enrolmentsOf } from '../../store/enrolments.ts'
import type { Doing } from './deed.ts'
import { openDraft } from './open-draft.ts'

/** Asks for a code of what must be proven anew; it stays as it is until then. */
export const bindAnew: Doing<'bind-anew'> = async (change, asker, { id }) => {
  const enrolments = await enrolmentsOf(change.db, asker.account.id)
  const disabled = enrolments.find((each) => each.id === id && each.disabledAt !== null)
  if (!disabled) return { refused: 'attempt_over' }
  const kind = disabled.kind as FactorKind
  const opened = await openDraft(change, asker, 'bind-anew', kind, () => disabled.state, { id })
  return { opened, path: '/account/security/code' }
}
