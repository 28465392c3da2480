import { blanker } from './blank.ts'
import { readable } from './readable.ts'
import type { Outcome } from './route.ts'

/** What the library says went wrong, as far as we look at it. */
type Trouble = {
  readonly code: string
  readonly originalCode?: string
  readonly responseCode?: number
  readonly response?: string
  readonly message: string
}

/**
 * What an error of nodemailer means for the letter. Only a 5xx about this sender, recipient or
 * letter is for good (RFC 5321, section 4.2.1); wrong settings are the operator's to put right,
 * and the letter is still good afterwards. `blank` takes our login out of what the server says: some
 * repeat the command that they did not understand.
 */
export function outcomeOf(error: unknown, blank: (said: string) => string): Outcome {
  const trouble = troubleOf(error)
  const { code, originalCode, responseCode } = trouble
  const isRefused = code === 'EENVELOPE' || code === 'EMESSAGE'
  // 503: the conversation was out of step, which a new connection mends.
  const isForGood = responseCode === undefined || (responseCode >= 500 && responseCode !== 503)
  const what = [
    code === 'EAUTH' ? 'EAUTH (the SMTP settings are wrong)' : code,
    originalCode !== code && originalCode,
    responseCode,
    readable(blank(trouble.response?.replace(/^\d{3}[ -]?/, '') ?? trouble.message)),
  ]
  const reason = what.filter(Boolean).join(' ')
  return { accepted: false, lasting: isRefused && isForGood, reason }
}

/** Blanks a password, also as it goes over the wire: alone (LOGIN), or after the user (PLAIN, RFC 4616). */
export const loginBlanker = (user: string, password: string): ((said: string) => string) =>
  blanker(password === '' ? [] : [password, `\0${user}\0${password}`])

function troubleOf(error: unknown): Trouble {
  const { code, message, ...rest } = error as Partial<Trouble>
  // Our own limit on the whole of it.
  if (code === 'EABORT') return { code: 'ETIMEDOUT', message: 'the server took too long' }
  return { ...rest, code: code ?? 'EUNKNOWN', message: message ?? '' }
}
