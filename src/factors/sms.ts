import { sentCode } from './sent-code.ts'

/**
 * A code by text message. Whoever takes over the number has it, by a new SIM card or a forwarding
 * (NIST SP 800-63B-4 §3.1.3.3 restricts it): it counts no more than a mailbox here.
 */
export const sms = sentCode({
  kind: 'sms',
  place: 'code-sms',
  toOf({ phone }) {
    if (!phone) throw new Error('a code by text message needs a number')
    return phone
  },
})
