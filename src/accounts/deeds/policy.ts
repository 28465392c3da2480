import { setPolicy } from '../policy/set-policy.ts'
import type { Doing } from './deed.ts'

/** What somebody with a privilege says about who must have what. */
export const policy: Doing<'policy'> = (change, { account }, { change: wanted }) =>
  setPolicy(change, account, wanted)
