import { createHmac } from 'node:crypto'
import { toBase32 } from './base32.ts'

/** The hash in the HMAC, named as key URIs and Node's crypto both have it. */
export type Algorithm = 'SHA1' | 'SHA256' | 'SHA512'

/** How the codes of one key are made; `period` is in seconds. */
export type Otp = {
  readonly algorithm: Algorithm
  readonly digits: number
  readonly period: number
}

/** What every authenticator app can do, and what some do whatever the key URI says. */
export const USUAL: Otp = { algorithm: 'SHA1', digits: 6, period: 30 }

/** The code of a key for one counter (RFC 4226 §5.3; with SHA-2, RFC 6238 §1.2). */
export const hotp = (key: Uint8Array, counter: number, otp: OfCodes = USUAL): string =>
  String(numberOf(key, counter, otp)).padStart(otp.digits, '0')

type OfCodes = Pick<Otp, 'algorithm' | 'digits'>

function numberOf(key: Uint8Array, counter: number, otp: OfCodes): number {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  // A digest that comes as a buffer of its own costs a fifth more of the whole.
  const bytes = createHmac(otp.algorithm, key).update(message).digest('latin1')
  const digest = Buffer.from(bytes, 'latin1')
  const number = digest.readUInt32BE(digest.at(-1)! & 0xf) & 0x7fffffff
  return number % 10 ** otp.digits
}

/** The time step of a moment in ms; `period` in seconds (RFC 6238 §4.2). */
export const stepAt = (now: number, period: number): number => Math.floor(now / (period * 1000))

/**
 * The step that has this code (RFC 6238 §5.2), of those within `window` steps of `now` (ms) and after
 * `after`: the last step used, or -1. Null: none has it. All of them are compared, so that the time
 * taken does not tell which it was.
 */
export function matchingStep(
  key: Uint8Array,
  code: string,
  about: { readonly now: number; readonly window: number; readonly after: number },
  otp: Otp = USUAL,
): number | null {
  if (code.length !== otp.digits || !/^\d+$/.test(code)) return null
  const given = Number(code)
  const middle = stepAt(about.now, otp.period)
  let found: number | null = null
  for (let step = Math.max(0, middle - about.window); step <= middle + about.window; step++) {
    // Numbers are compared whole, not digit by digit: how much was right takes no time to tell.
    const right = numberOf(key, step, otp) === given
    // The latest, should two steps have one code: else it would be good once more (RFC 6238 §5.2).
    if (right && step > about.after) found = step
  }
  return found
}

/**
 * The key as authenticator apps read it from a QR code (Google's Key URI format, de facto). The
 * account and the issuer can be any text: none of it gets out of its place.
 */
export function keyUri(
  about: { readonly issuer: string; readonly account: string; readonly key: Uint8Array },
  otp: Otp = USUAL,
): string {
  const issuer = encodeURIComponent(plain(about.issuer))
  const account = encodeURIComponent(plain(about.account))
  const kind = `algorithm=${otp.algorithm}&digits=${otp.digits}&period=${otp.period}`
  return `otpauth://totp/${issuer}:${account}?secret=${toBase32(about.key)}&issuer=${issuer}&${kind}`
}

// A colon, however it is encoded, ends the issuer. Controls, those of writing direction and halves
// of a surrogate pair show as nothing, or make the rest of the line look like something else.
const plain = (text: string): string =>
  text
    .replace(/[\s:]+/g, ' ')
    .replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, '')
    .trim()
