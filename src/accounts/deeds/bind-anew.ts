import { enrolmentsOfKind } from '../../store/enrolments.ts'
import type { Doing } from './deed.ts'
import { proveAddress } from './prove-address.ts'

/** Sends a code to the address that must be proven anew; what is set up stays as it is until then. */
export const bindAnew: Doing<'bind-anew'> = async (change, asker) => {
  const enrolments = await enrolmentsOfKind(change.db, asker.account.id, 'email')
  const disabled = enrolments.find(({ disabledAt }) => disabledAt !== null)
  if (!disabled) return { refused: 'attempt_over' }
  const opened = await proveAddress(change, asker, 'bind-anew', disabled.state)
  return { opened, path: '/account/security/code' }
}
