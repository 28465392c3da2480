import { maskEmail } from '../lib/email.ts'
import { maskPhone } from '../lib/phone.ts'
import type { SignedIn } from '../store/sessions.ts'

/**
 * What this person may see of where a message went; `null` is whoever holds a link, or reads their own history. Nobody has the privilege to see whole
 * addresses and numbers yet: where one is made, it is asked for here, and nowhere else. Pure.
 */
export const shownRecipient = (
  _viewer: Pick<SignedIn, 'privilege'> | null,
  { by, recipient }: { readonly by: string; readonly recipient: string },
): string => (by === 'sms' ? maskPhone(recipient) : maskEmail(recipient))
