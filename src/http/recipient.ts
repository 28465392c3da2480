import { maskEmail } from '../lib/email.ts'
import { maskPhone } from '../lib/phone.ts'

/** Where a message went, as far as its pages say: enough to know it again, and no more. */
export const maskRecipient = ({
  by,
  recipient,
}: {
  readonly by: string
  readonly recipient: string
}) => (by === 'sms' ? maskPhone(recipient) : maskEmail(recipient))
