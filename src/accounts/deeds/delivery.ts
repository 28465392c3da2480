import { openChange } from '../delivery-change.ts'
import { doDelivery } from '../do-delivery.ts'
import type { Doing } from './deed.ts'

/** Links, changes and removes the ways messages take, sets their rules, and tries them out. */
export const delivery: Doing<'delivery'> = async (change, { account }, { sealed }) => {
  const wanted = openChange(change.app, account.id, sealed, change.now)
  return wanted ? doDelivery(change, account, wanted) : { refused: 'attempt_over' }
}
