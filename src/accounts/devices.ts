import type { App } from '../app.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change, note } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { holdAccount } from '../store/accounts.ts'
import { devicesAmong, nameDevice } from '../store/devices.ts'
import type { SignedIn } from '../store/sessions.ts'
import type { Deed } from './deeds/deed.ts'
import type { FieldCode } from './new-account.ts'
import { readOwnName } from './own-name.ts'
import { doNow, whenSure, type Sure } from './step-up.ts'

/** Calls a device as the person wants; nothing typed gives it back the name we make. */
export async function renameDevice(
  app: App,
  visit: Visit,
  session: SignedIn,
  id: string,
  typed: string,
): Promise<'done' | { readonly problem: FieldCode } | Refusal> {
  const read = readOwnName(typed)
  if ('problem' in read) return read
  const name = read.name === '' ? null : read.name
  const { accountId } = session
  return change(app, visit, async (change) => {
    if (!(await nameDevice(change.db, accountId, id, name))) return { refused: 'no_such_device' }
    await note(change, 'device_named', { accountId, deviceId: id })
    return 'done'
  })
}

type DeviceDeed = Extract<Deed, { kind: `${string}-devices` | 'remove-others' }>

/**
 * Removes or forgets devices, all that were named or none. What concerns only the one that asks is
 * done at once; what concerns others, when the person has shown who they are. `goal` is the page to
 * come back to.
 */
export async function changeDevices(
  app: App,
  visit: Visit,
  session: SignedIn,
  deed: DeviceDeed,
  goal: string,
): Promise<Sure | Refusal> {
  return change(app, visit, async (change): Promise<Sure | Refusal> => {
    const account = await holdAccount(change.db, session.accountId)
    if (!account) return { refused: 'attempt_over' }
    const ids = 'ids' in deed ? deed.ids : []
    const known = ids.length > 0 ? await devicesAmong(change.db, account.id, ids) : []
    if (known.length < ids.length) return { refused: 'no_such_device' }
    const isOwn = 'ids' in deed && ids.every((id) => id === session.deviceId)
    return isOwn
      ? doNow(change, account, session, deed)
      : whenSure(change, account, session, deed, goal)
  })
}
