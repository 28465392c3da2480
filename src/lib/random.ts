import { hash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'

/** Where randomness comes from: the system's generator, or a test's. Bytes in, that many bytes out. */
export type Random = (bytes: number) => Uint8Array

const POOL = 4096
let pool = Buffer.alloc(0)

/** The system's generator, asked for much at a time: no byte is ever given out twice. */
export const systemRandom: Random = (bytes) => {
  if (pool.length < bytes) pool = randomBytes(Math.max(POOL, bytes))
  const given = pool.subarray(0, bytes)
  pool = pool.subarray(bytes)
  return given
}

/** 256 bits, safe in a cookie and a URL. */
export const newToken = (random: Random): string => Buffer.from(random(32)).toString('base64url')

let latest = 0
let inSameMoment = 0

/**
 * A name for a row: 48 bits of time (ms), 16 bits that count within it, 64 random bits, in hex. Rows
 * of one process sort in the order they were made, and new ones lie together in every index (as
 * RFC 9562 §6.2 has it for UUIDs). Not a secret.
 */
export function newId(random: Random, now: number): string {
  inSameMoment = now === latest ? (inSameMoment + 1) & 0xffff : 0
  latest = now
  const count = inSameMoment.toString(16).padStart(4, '0')
  return idsFrom(now) + count + Buffer.from(random(8)).toString('hex')
}

/** What comes before every row made at that moment (ms) or later, and after those made before. */
export const idsFrom = (time: number): string => time.toString(16).padStart(12, '0')

/** A name for one request, in logs and on error pages (RFC 9562 §5.4). Not a secret. */
export const newRequestId = (): string => randomUUID()

/**
 * So many digits (9 at most), every code equally likely: numbers past the last whole multiple are
 * drawn again.
 */
export function newCode(random: Random, digits = 6): string {
  const codes = 10 ** digits
  const whole = Math.floor(2 ** 32 / codes) * codes
  for (;;) {
    const number = Buffer.from(random(4)).readUInt32BE()
    if (number < whole) return String(number % codes).padStart(digits, '0')
  }
}

/** For secrets of 128 bits and more. Anything shorter needs `keyedHash` (seal.ts). */
export const sha256 = (text: string): string => hash('sha256', text, 'base64url')

/**
 * What a browser shows for a row: the row's id and 256 secret bits, `id.secret`. The row is found by
 * its id, so that no index has to hold hashes, which lie all over it.
 */
export const newBearer = (id: string, random: Random): string => `${id}.${newToken(random)}`

/** What is kept of it: `id.hash`. `null` for what is not of that form. */
export function hashBearer(bearer: string): string | null {
  const [, id, secret] = /^([0-9a-f]{32})\.([\w-]{43})$/.exec(bearer) ?? []
  return id && secret ? `${id}.${sha256(secret)}` : null
}

/** The id of the row that this was kept in. */
export const idOf = (bearerHash: string): string => bearerHash.slice(0, 32)

/** Compares hashes, so that neither the length nor the time taken says anything. */
export function same(a: string, b: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return timingSafeEqual(digest(a), digest(b))
}
