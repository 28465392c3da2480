import { note } from '../../sign-in/change.ts'
import { endStop } from '../../store/stopped-prefixes.ts'
import type { Doing } from './deed.ts'

/** Only what is sent from then on counts when the prefix is looked at next. */
export const releasePrefix: Doing<'release-prefix'> = async (change, { account }, { prefix }) => {
  const { db, now } = change
  if (account.privilege !== 'operator') return { refused: 'attempt_over' }
  const end = { releasedAt: now, releasedBy: account.id }
  if (!(await endStop(db, prefix, end))) return { refused: 'changed_meanwhile' }
  await note(change, 'prefix_released', { accountId: account.id, detail: { prefix } })
  return { done: 'prefix_released' }
}
