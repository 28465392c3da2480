import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import type { Outcome } from '../deeds/deed.ts'
import type { Actor } from '../privileges.ts'
import { setLoginCode } from './login-code.ts'
import type { UserChange } from './user-change.ts'

/** Who does it: an account, or a program by what its key is called. `login` is what others are told. */
export type By = Actor & { readonly login: string }

/** Does it, in the transaction that has made sure who asks, if they may. */
export async function doUserChange(
  change: Change,
  by: By,
  wanted: UserChange,
): Promise<Outcome | Refusal> {
  if (wanted.what === 'login_code') return setLoginCode(change, by, wanted.wanted)
  return { refused: 'attempt_over' }
}
