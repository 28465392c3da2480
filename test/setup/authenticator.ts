import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** An authenticator with one passkey, and the browser before it, in software. */
export type Authenticator = {
  readonly credentialId: string
  /** Answers creation options (the object that our page carries as JSON), as JSON. */
  create(options: any, bend?: Bend): string
  /** Answers request options. */
  get(options: any, bend?: Bend): string
}

/** What is to be otherwise than it should be, in what is signed. */
export type Bend = {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly challenge?: string
  readonly crossOrigin?: unknown
  readonly topOrigin?: unknown
  readonly userPresent?: boolean
  readonly userVerified?: boolean
  readonly canSync?: boolean
  readonly isSynced?: boolean
  readonly counter?: number
  /** Another's, or one of another length. */
  readonly credentialId?: string
  /** `null` leaves it out. */
  readonly userHandle?: string | null
  /** In place of the COSE key. */
  readonly publicKey?: Uint8Array
  /** Format and statement, in place of none. */
  readonly attestation?: readonly [format: string, statement: Cbor]
  /** One bit of it is turned over. */
  readonly signature?: 'flipped'
  /** Has the last word, on the answer as an object. */
  readonly raw?: (answer: any) => unknown
}

const BITS = { userPresent: 1, userVerified: 4, canSync: 8, isSynced: 16, attested: 64 }

export function newAuthenticator(
  options: {
    readonly site?: { readonly origin: string; readonly rpId?: string }
    readonly aaguid?: string
    /** Where it starts and counts on from, 1 if left out; 0 for one that does not count. */
    readonly counter?: number
    readonly isSynced?: boolean
    readonly algorithm?: Algorithm
  } = {},
): Authenticator {
  const { site, isSynced = false, algorithm = -7, counter: first = 1 } = options
  const aaguid = Buffer.from((options.aaguid ?? '').replaceAll('-', '').padEnd(32, '0'), 'hex')
  const { publicKey, privateKey } = newKeys(algorithm)
  const key = cose(algorithm, publicKey)
  const credentialId = randomBytes(32).toString('base64url')
  let counter = first
  let userHandle: string | null = null

  const clientData = (type: string, rpId: string, challenge: string, bend: Bend): Buffer => {
    const origin = bend.origin ?? site?.origin ?? `https://${rpId}`
    const { crossOrigin = false, topOrigin } = bend
    const said = { type: bend.type ?? type, challenge: bend.challenge ?? challenge, origin }
    return Buffer.from(JSON.stringify({ ...said, crossOrigin, topOrigin }))
  }
  const authenticatorData = (rpId: string, attested: Uint8Array[], bend: Bend): Buffer => {
    const is = { userPresent: true, userVerified: true, canSync: isSynced, isSynced, ...bend }
    const flags = Object.entries(BITS)
      .filter(([name]) => (name === 'attested' ? attested.length > 0 : is[name as keyof Bend]))
      .reduce((sum, [, bit]) => sum + bit, 0)
    const rpIdHash = sha256(bend.rpId ?? site?.rpId ?? rpId)
    const count = bytesOf(bend.counter ?? counter, 4)
    return Buffer.concat([rpIdHash, Buffer.of(flags), count, ...attested])
  }

  return {
    credentialId,
    create(options, bend = {}) {
      userHandle = options.user.id
      const id = bend.credentialId ?? credentialId
      const rawId = Buffer.from(id, 'base64url')
      const attested = [aaguid, bytesOf(rawId.length, 2), rawId, bend.publicKey ?? key]
      const authData = authenticatorData(options.rp.id, attested, bend)
      const [format, statement] = bend.attestation ?? ['none', new Map()]
      const object = new Map<string, Cbor>([
        ['fmt', format],
        ['attStmt', statement],
        ['authData', authData],
      ])
      return answer(id, bend, {
        clientDataJSON: clientData('webauthn.create', options.rp.id, options.challenge, bend),
        attestationObject: cbor(object),
        transports: ['internal', 'hybrid'],
      })
    },
    get(options, bend = {}) {
      if (counter > 0) counter++
      const clientDataJSON = clientData('webauthn.get', options.rpId, options.challenge, bend)
      const authData = authenticatorData(options.rpId, [], bend)
      const signed = Buffer.concat([authData, sha256(clientDataJSON)])
      const signature = sign(algorithm === -8 ? null : 'sha256', signed, privateKey)
      if (bend.signature === 'flipped') signature[20]! ^= 1
      const handle = bend.userHandle === undefined ? userHandle : bend.userHandle
      return answer(bend.credentialId ?? credentialId, bend, {
        clientDataJSON,
        authenticatorData: authData,
        signature,
        ...(handle === null ? {} : { userHandle: Buffer.from(handle, 'base64url') }),
      })
    },
  }
}

/** As `PublicKeyCredential.toJSON()` has it (WebAuthn L3 §5.1). */
function answer(id: string, bend: Bend, response: Record<string, Buffer | string[]>): string {
  const inText = Object.entries(response).map(([name, value]) => [
    name,
    Buffer.isBuffer(value) ? value.toString('base64url') : value,
  ])
  const whole = {
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
    response: Object.fromEntries(inText),
  }
  return JSON.stringify(bend.raw ? bend.raw(whole) : whole)
}

type Algorithm = -7 | -8 | -257

function newKeys(algorithm: Algorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (algorithm) {
    case -7:
      return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    case -8:
      return generateKeyPairSync('ed25519')
    case -257:
      return generateKeyPairSync('rsa', { modulusLength: 2048 })
  }
}

/** A public key as authenticators write it (WebAuthn L3 §6.5.1.1). */
function cose(algorithm: Algorithm, key: KeyObject): Buffer {
  const jwk = key.export({ format: 'jwk' })
  const part = (name: 'x' | 'y' | 'n' | 'e') => Buffer.from(jwk[name] ?? '', 'base64url')
  switch (algorithm) {
    case -7:
      return coseKey([1, 2], [3, -7], [-1, 1], [-2, part('x')], [-3, part('y')])
    case -8:
      return coseKey([1, 1], [3, -8], [-1, 6], [-2, part('x')])
    case -257:
      return coseKey([1, 3], [3, -257], [-1, part('n')], [-2, part('e')])
  }
}

/** A COSE key of these parts, right or wrong. */
export const coseKey = (...parts: [label: number, value: Cbor][]): Buffer => cbor(new Map(parts))

export type Cbor = number | boolean | string | Uint8Array | readonly Cbor[] | CborMap
type CborMap = ReadonlyMap<string | number, Cbor>

/** CBOR (RFC 8949), as much of it as is needed here; maps stay in the order they come in. */
export function cbor(value: Cbor): Buffer {
  if (typeof value === 'boolean') return Buffer.of(value ? 0xf5 : 0xf4)
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (value instanceof Map) {
    const parts = [...(value as CborMap)].flat().map(cbor)
    return Buffer.concat([head(5, value.size), ...parts])
  }
  const items = value as readonly Cbor[]
  return Buffer.concat([head(4, items.length), ...items.map(cbor)])
}

function head(major: number, argument: number): Buffer {
  const kind = major << 5
  if (argument < 24) return Buffer.of(kind | argument)
  if (argument < 256) return Buffer.of(kind | 24, argument)
  return Buffer.concat([Buffer.of(kind | 25), bytesOf(argument, 2)])
}

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest()

function bytesOf(number: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(number, 0, length)
  return bytes
}
