import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import { holdAccount, operators, type Account } from '../../store/accounts.ts'
import { holdInstallation } from '../../store/installation.ts'
import type { Outcome } from '../deeds/deed.ts'
import { has, mayReplace, reaches, type Actor } from '../privileges.ts'
import { addUser } from './add-user.ts'
import { disable, enable } from './bar.ts'
import { deleteUser } from './delete-user.ts'
import { askPassword, endDevices, signOutEverywhere } from './end-access.ts'
import { givePrivilege } from './give-privilege.ts'
import { invite } from './invite.ts'
import { setLoginCode } from './login-code.ts'
import { removeTheirFactor } from './remove-factor.ts'
import { rewriteProfile } from './rewrite-profile.ts'
import type { UserChange } from './user-change.ts'

/** Who does it: an account, or a program by what its key is called. `login` is what others are told. */
export type By = Actor & { readonly login: string }

/** What is done to one account that is there already. */
type ToOne = Exclude<UserChange, { readonly what: 'add' | 'login_code' }>

/**
 * Does it, in the transaction that has made sure who asks, if they may. `by` must be as it is in this very
 * transaction: an account that acts is held. A refusal may come late: the caller undoes the transaction.
 */
export async function doUserChange(
  change: Change,
  by: By,
  wanted: UserChange,
): Promise<Outcome | Refusal> {
  if (wanted.what === 'login_code') return setLoginCode(change, by, wanted.wanted)
  if (wanted.what === 'add') return addUser(change, by, wanted)
  if (has(by, 'manage') && by.id === wanted.id && notOnOneself.includes(wanted.what))
    return { refused: 'not_yourself' }
  const target = await holdUser(change, by, wanted.id)
  if (!target) return { refused: 'no_such_user' }
  if (takesOver(wanted, target) && !mayReplace(by, target)) return { refused: 'same_privilege' }
  if (takesOperator(wanted, target) && (await isLastOperator(change, target)))
    return { refused: 'last_operator' }
  return doToOne(change, by, target, wanted)
}

/** These people do on their own pages, or somebody else does it for them. */
const notOnOneself: readonly UserChange['what'][] = [
  'profile',
  'privilege',
  'disable',
  'delete',
  'factor',
]

/** One that does not exist and one that is another's cannot be told apart. It is held from here on. */
export async function holdUser(change: Change, by: By, id: string): Promise<Account | null> {
  const target = await holdAccount(change.db, id)
  return target && reaches(by, target, 'manage') ? target : null
}

/** With another address, or without a factor, somebody else can become this person. */
const takesOver = (wanted: ToOne, { login }: Account): boolean =>
  wanted.what === 'factor' || (wanted.what === 'profile' && wanted.user.login !== login)

const takesOperator = (wanted: ToOne, { privilege, disabledAt }: Account): boolean =>
  privilege === 'operator' &&
  disabledAt === null &&
  (wanted.what === 'disable' ||
    wanted.what === 'delete' ||
    (wanted.what === 'privilege' && wanted.privilege !== 'operator'))

/** Of two who take the last two operators away, the second waits here, and counts again. */
async function isLastOperator({ db }: Change, target: Account): Promise<boolean> {
  await holdInstallation(db)
  return (await operators(db, 2)).every(({ id }) => id === target.id)
}

function doToOne(
  change: Change,
  by: By,
  target: Account,
  wanted: ToOne,
): Promise<Outcome | Refusal> {
  switch (wanted.what) {
    case 'invite':
      return invite(change, by, target)
    case 'profile':
      return rewriteProfile(change, by, target, wanted.user)
    case 'privilege':
      return givePrivilege(change, by, target, wanted.privilege)
    case 'disable':
      return disable(change, by, target)
    case 'enable':
      return enable(change, by, target)
    case 'delete':
      return deleteUser(change, by, target)
    case 'password_due':
      return askPassword(change, by, target)
    case 'sign_out':
      return signOutEverywhere(change, by, target)
    case 'devices':
      return endDevices(change, by, target, wanted.devices)
    case 'factor':
      return removeTheirFactor(change, by, target, wanted)
    default:
      return wanted satisfies never
  }
}
