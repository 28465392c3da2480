import { sentCode } from './sent-code.ts'

/**
 * A code by e-mail. Whoever reads the mailbox has it (NIST SP 800-63B-4 §3.1.3.1 does not count it as a
 * second factor).
 */
export const email = sentCode({ kind: 'email', place: 'code', toOf: (who) => who.email })
