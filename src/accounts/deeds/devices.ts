import { longestLifetimeOf } from '../../sign-in/attempt.ts'
import { note, type Change } from '../../sign-in/change.ts'
import { endSessionsThere } from '../../sign-in/end-sessions.ts'
import { endAttemptsOf } from '../../store/attempts.ts'
import { forgetThese, removeDevices as removeRows, type Which } from '../../store/devices.ts'
import type { Doing } from './deed.ts'

export const removeDevices: Doing<'remove-devices'> = async (change, asker, { ids }) => {
  for (const deviceId of await remove(change, asker.account.id, { ids }))
    await note(change, 'device_removed', { accountId: asker.account.id, deviceId })
  return { done: ids.includes(asker.deviceId) ? 'signed_out' : 'devices_removed' }
}

export const removeOthers: Doing<'remove-others'> = async (change, { account, deviceId }) => {
  const { app, db, now } = change
  // A sign-in under way belongs to nobody we know of.
  await endAttemptsOf(db, account.id, longestLifetimeOf(app), now)
  const removed = await remove(change, account.id, { allBut: deviceId })
  const detail = { others: removed.length }
  await note(change, 'device_removed', { accountId: account.id, deviceId, detail })
  return { done: 'others_removed' }
}

export const forgetDevices: Doing<'forget-devices'> = async (change, { account }, { ids }) => {
  for (const deviceId of await forgetThese(change.db, account.id, ids, change.now))
    await note(change, 'device_forgotten', { accountId: account.id, deviceId })
  return { done: 'devices_forgotten' }
}

/** Gives the devices that were still on the list. */
async function remove(change: Change, accountId: string, which: Which): Promise<string[]> {
  const removed = await removeRows(change.db, accountId, which, change.now)
  await endSessionsThere(change, accountId, which, 'removed')
  return removed
}
