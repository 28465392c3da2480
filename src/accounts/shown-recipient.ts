import { maskEmail } from '../lib/email.ts'
import { maskPhone, shownPhone } from '../lib/phone.ts'
import { has, reaches, type Actor, type Target } from './privileges.ts'

/**
 * What this person may see of where a message went: all of it where they look after the account it is of
 * (`whose`), and operators always; `null` is whoever holds a link, or reads their own history. Pure.
 */
export function shownRecipient(
  viewer: Actor | null,
  { by, recipient }: { readonly by: string; readonly recipient: string },
  whose: Target | null = null,
): string {
  // The account is gone, and with it where its messages went.
  if (recipient === '') return '—'
  const looksAfter =
    viewer !== null &&
    (has(viewer, 'operator') || (whose !== null && reaches(viewer, whose, 'manage')))
  if (looksAfter) return by === 'sms' ? shownPhone(recipient) : recipient
  return by === 'sms' ? maskPhone(recipient) : maskEmail(recipient)
}
