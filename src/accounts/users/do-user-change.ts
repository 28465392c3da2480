import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import type { Outcome } from '../deeds/deed.ts'
import type { Actor } from '../privileges.ts'
import type { UserChange } from './user-change.ts'

/** Who does it: an account, or a program by what its key is called. `login` is what others are told. */
export type By = Actor & { readonly login: string }

/** Does it, in the transaction that has made sure who asks, if they may. */
export async function doUserChange(
  _change: Change,
  _by: By,
  _wanted: UserChange,
): Promise<Outcome | Refusal> {
  return { refused: 'attempt_over' }
}
