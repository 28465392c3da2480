import { doUserChange } from '../users/do-user-change.ts'
import type { Doing } from './deed.ts'

/** What somebody with a privilege does to accounts of others. */
export const user: Doing<'user'> = (change, { account }, { change: wanted }) =>
  doUserChange(change, account, wanted)
