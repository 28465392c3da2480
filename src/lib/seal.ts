import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import type { Random } from './random.ts'

/** The keys of an installation, newest first. They live outside the database. */
export type Keys = readonly [Key, ...Key[]]
type Key = { readonly id: string; readonly seal: Buffer; readonly hash: Buffer }

/** 32 random bytes become two keys, so that one use says nothing about the other (RFC 5869). */
export const keyFrom = (id: string, secret: Uint8Array): Key => ({
  id,
  seal: Buffer.from(hkdfSync('sha256', secret, '', 'nightlatch seal', 32)),
  hash: Buffer.from(hkdfSync('sha256', secret, '', 'nightlatch hash', 32)),
})

/**
 * AES-256-GCM under the newest key: `id.nonce.text.tag`. `place` says where the record belongs
 * (table, row); a record moved to another place does not open.
 */
export function seal(keys: Keys, random: Random, place: string, text: string): string {
  const nonce = random(12)
  const cipher = createCipheriv('aes-256-gcm', keys[0].seal, nonce).setAAD(Buffer.from(place))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [keys[0].id, base64(nonce), base64(sealed), base64(cipher.getAuthTag())].join('.')
}

/** Throws when the key is not there or the record was changed or moved: nothing opens by half. */
export function unseal(keys: Keys, place: string, record: string): string {
  const [id = '', nonce = '', sealed = '', tag = ''] = record.split('.')
  const decipher = createDecipheriv('aes-256-gcm', keyOf(keys, id).seal, bytes(nonce), {
    authTagLength: 16,
  })
  decipher.setAAD(Buffer.from(place)).setAuthTag(bytes(tag))
  return decipher.update(bytes(sealed), undefined, 'utf8') + decipher.final('utf8')
}

/** HMAC-SHA-256: `id.hash`. For what is too short to be kept as a plain hash. */
export function keyedHash(keys: Keys, place: string, text: string, id = keys[0].id): string {
  const hmac = createHmac('sha256', keyOf(keys, id).hash).update(`${place}\0${text}`)
  return `${id}.${hmac.digest('base64url')}`
}

/** The key a record of ours was made with. */
export const keyIdOf = (record: string): string => record.slice(0, record.indexOf('.'))

function keyOf(keys: Keys, id: string): Key {
  const key = keys.find((each) => each.id === id)
  if (!key) throw new Error(`the key ${id} is not in the key file`)
  return key
}

const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64url')
const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')
