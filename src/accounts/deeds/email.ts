import type { Doing } from './deed.ts'
import { proveAddress } from './prove-address.ts'

/**
 * Nothing changes yet: a code goes to the new address. Whether the address is somebody's already is
 * for the reader of its mailbox to learn, and for nobody else.
 */
export const email: Doing<'email'> = async (change, asker, { to }) => ({
  opened: await proveAddress(change, asker, 'new-email', { to }),
  path: '/account/email/code',
})
