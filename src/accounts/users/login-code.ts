import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import type { Outcome } from '../deeds/deed.ts'
import type { By } from './do-user-change.ts'
import type { WantedLoginCode } from './user-change.ts'

/** Says what is asked of these accounts beside the password. */
export async function setLoginCode(
  _change: Change,
  _by: By,
  _wanted: WantedLoginCode,
): Promise<Outcome | Refusal> {
  return { refused: 'attempt_over' }
}
