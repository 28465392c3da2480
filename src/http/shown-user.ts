import { codeOf, statesOf } from '../accounts/users/seen-user.ts'
import type { App } from '../app.ts'
import type { ShownUser } from '../pages/users.ts'
import type { User } from '../store/users-list.ts'

/** An account as pages have it. */
export function shownUser({ config }: Pick<App, 'config'>, user: User): ShownUser {
  const { code, waits } = codeOf(user, config.factors)
  const { id, name, email, privilege, mainId, mainLogin, codesLeft, lastSeenAt } = user
  return {
    id,
    name,
    email,
    privilege: privilege ?? 'none',
    main: mainId === null ? null : { id: mainId, login: mainLogin ?? '' },
    code: code ?? 'off',
    codeWaits: waits,
    factors: user.factors.map(({ kind }) => kind),
    codesLeft,
    lastSeen: lastSeenAt === null ? null : new Date(lastSeenAt),
    states: statesOf(user),
  }
}
