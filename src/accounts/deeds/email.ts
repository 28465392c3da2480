import type { Doing } from './deed.ts'
import { openDraft } from './open-draft.ts'

/**
 * Nothing changes yet: a code goes to the new address. Whether the address is somebody's already is
 * for the reader of its mailbox to learn, and for nobody else.
 */
export const email: Doing<'email'> = async (change, asker, { to }) => ({
  opened: await openDraft(change, asker, 'new-email', 'email', () => ({ to })),
  path: '/account/email/code',
})
