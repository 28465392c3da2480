import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Where randomness comes from: the system's generator, or a test's. Bytes in, that many bytes out. */
export type Random = (bytes: number) => Uint8Array

export const systemRandom: Random = (bytes) => randomBytes(bytes)

/** 256 bits, safe in a cookie and a URL. */
export const newToken = (random: Random): string => Buffer.from(random(32)).toString('base64url')

/**
 * A name for a row: 48 bits of time, then 80 random bits, in hex, so that new rows lie together in
 * every index. Not a secret.
 */
export function newId(random: Random, now: number): string {
  return now.toString(16).padStart(12, '0') + Buffer.from(random(10)).toString('hex')
}

/** Six digits, every code equally likely: numbers past the last whole million are drawn again. */
export function newCode(random: Random): string {
  const whole = Math.floor(2 ** 32 / 1_000_000) * 1_000_000
  for (;;) {
    const number = Buffer.from(random(4)).readUInt32BE()
    if (number < whole) return String(number % 1_000_000).padStart(6, '0')
  }
}

/** For secrets of 128 bits and more. Anything shorter needs `keyedHash` (seal.ts). */
export const sha256 = (text: string): string =>
  createHash('sha256').update(text).digest('base64url')

/** Compares hashes, so that neither the length nor the time taken says anything. */
export function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
