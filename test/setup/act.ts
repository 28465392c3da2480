import { doUserChange, type By } from '../../src/accounts/users/do-user-change.ts'
import type { UserChange } from '../../src/accounts/users/user-change.ts'
import type { Outcome } from '../../src/accounts/deeds/deed.ts'
import type { App } from '../../src/app.ts'
import type { Refusal } from '../../src/sign-in/attempt.ts'
import { change, undo } from '../../src/sign-in/change.ts'
import { findAccountByLogin, holdAccount } from '../../src/store/accounts.ts'
import { nobodysVisit } from '../world.ts'

/** Somebody with an account does it to another one, as a deed does: held, and undone where it is refused. */
export async function actAs(
  app: App,
  email: string,
  wanted: UserChange,
): Promise<Outcome | Refusal> {
  const { id } = (await findAccountByLogin(app.db, email))!
  return change(app, nobodysVisit, async (change): Promise<Outcome | Refusal> => {
    const by = await holdAccount(change.db, id)
    const outcome: Outcome | Refusal = by
      ? await doUserChange(change, by, wanted)
      : { refused: 'attempt_over' }
    return 'refused' in outcome ? undo(outcome) : outcome
  })
}

/** The same by a program, or at the machine. */
export const actBy = (app: App, by: By, wanted: UserChange): Promise<Outcome | Refusal> =>
  change(app, nobodysVisit, async (change): Promise<Outcome | Refusal> => {
    const outcome = await doUserChange(change, by, wanted)
    return 'refused' in outcome ? undo(outcome) : outcome
  })

/** Whoever is to have an account. */
export const newUser = {
  email: 'nina@example.com',
  login: 'nina@example.com',
  name: 'Nina Roth',
  country: 'DE',
  language: 'en',
  phone: null,
  privilege: null,
  mainId: null,
} as const
