import { createPublicKey, hash, verify, type JsonWebKeyInput, type KeyObject } from 'node:crypto'
import { z } from 'zod'

/**
 * Where passkeys are good for: the relying party's id and the origin of its pages (WebAuthn L3 §4,
 * "Relying Party Identifier"), and what it is called.
 */
export type Site = { readonly rpId: string; readonly origin: string; readonly name: string }

/** What is kept of a passkey. Its maker (`aaguid`) is what it says of itself. */
export type Credential = {
  /** Base64url, as the browser calls it. */
  readonly id: string
  /** A COSE key, in base64url. */
  readonly publicKey: string
  /** How often it has signed, where it counts; else 0. */
  readonly counter: number
  /** How a browser can reach it: `internal`, `usb` … */
  readonly transports: readonly string[]
  readonly aaguid: string
  /** There is a copy of it elsewhere, now (BS). */
  readonly isSynced: boolean
  /** There can be one (BE). */
  readonly canSync: boolean
}

type Known = Pick<Credential, 'id' | 'transports'>

/** EdDSA, ES256 and RS256, best first. Not ML-DSA, which the library adds where Node knows it. */
const ALGORITHMS = [-8, -7, -257]

/**
 * What a browser is given to make a passkey, as JSON (PublicKeyCredentialCreationOptionsJSON,
 * WebAuthn L3 §5.4): none on an authenticator that has one of `exclude`. Challenge and user id (64
 * bytes at most) are base64url, the timeout is in milliseconds.
 */
export function creationOptions(
  site: Site,
  about: {
    readonly challenge: string
    readonly user: { readonly id: string; readonly name: string; readonly displayName: string }
    readonly exclude: readonly Known[]
    readonly timeout: number
  },
): object {
  const { challenge, user, exclude, timeout } = about
  return {
    rp: { id: site.rpId, name: site.name },
    user: { id: user.id, name: user.name, displayName: user.displayName },
    challenge,
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout,
    excludeCredentials: exclude.map(descriptor),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    attestation: 'none',
  }
}

/**
 * What a browser is given to show a passkey, as JSON (PublicKeyCredentialRequestOptionsJSON,
 * WebAuthn L3 §5.5): one of `allow`, or, where that is empty, any that there is for the site.
 */
export function requestOptions(
  site: Site,
  about: {
    readonly challenge: string
    readonly allow: readonly Known[]
    readonly userVerification: 'required' | 'preferred'
    readonly timeout: number
  },
): object {
  const { challenge, allow, userVerification, timeout } = about
  const allowCredentials = allow.map(descriptor)
  return { rpId: site.rpId, challenge, allowCredentials, userVerification, timeout }
}

const descriptor = ({ id, transports }: Known) => ({ type: 'public-key', id, transports })

/**
 * The passkey that a browser has made (WebAuthn L3 §7.1): `answer` is its
 * `PublicKeyCredential.toJSON()`, as text. `null` when that is no right answer to this challenge.
 */
export async function readCreation(
  site: Site,
  challenge: string,
  answer: string,
): Promise<Credential | null> {
  const made = read(Creation, answer)
  if (!made) return null
  const { clientDataJSON, attestationObject, transports } = made.response
  const { verifyRegistrationResponse, isoCBOR } = await library()
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...made,
        response: {
          clientDataJSON,
          attestationObject: withoutStatement(attestationObject, isoCBOR),
        },
        clientExtensionResults: {},
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (registrationInfo?.credential.id !== made.id) return null
    const { credential, aaguid, credentialBackedUp, credentialDeviceType } = registrationInfo
    keyOf(isoCBOR.decodeFirst(credential.publicKey))
    return {
      id: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: transports.filter((each) => /^[a-z-]{1,20}$/.test(each)),
      aaguid,
      isSynced: credentialBackedUp,
      canSync: credentialDeviceType === 'multiDevice',
    }
  } catch {
    // The library throws at whatever does not fit, and all that is in there came with the answer.
    return null
  }
}

/** The id of the passkey that an answer claims to come from; `null` when it is no such answer. */
export const credentialIdIn = (answer: string): string | null => read(Shown, answer)?.id ?? null

/** The user handle in such an answer; `null` when it has none. */
export const userHandleIn = (answer: string): string | null =>
  read(Shown, answer)?.response.userHandle || null

/** The challenge that such an answer claims to be to; `null` when it is no such answer. */
export function challengeIn(answer: string): string | null {
  const clientDataJSON = read(Shown, answer)?.response.clientDataJSON ?? ''
  return read(ClientData, decoded(clientDataJSON).toString())?.challenge ?? null
}

/**
 * Has this passkey answered this challenge (WebAuthn L3 §7.2)? `null` when not. `userHandle` is its
 * account, as it was told at creation: an answer may leave it out where somebody has said already who they
 * are, but not name another. A sign
 * count that went back is for the caller to judge (§6.1.1). Throws when the public key is not one.
 */
export async function checkAssertion(
  site: Site,
  challenge: string,
  credential: Pick<Credential, 'id' | 'publicKey' | 'counter' | 'canSync'>,
  answer: string,
  about: { readonly userVerification: 'required' | 'preferred'; readonly userHandle: string },
): Promise<{
  readonly counter: number
  /** The authenticator knew who it was, by a finger, a face or a PIN (UV). */
  readonly isVerified: boolean
  readonly isSynced: boolean
  /** The count is not above the one kept, so that there may be two of it. */
  readonly wentBack: boolean
} | null> {
  const shown = read(Shown, answer)
  if (!shown || shown.id !== credential.id) return null
  const { userHandle, ...response } = shown.response
  // Who signs in by it alone must be named (§7.2, step 6).
  const isNamed = userHandle ? userHandle === about.userHandle : null
  if (isNamed === false || (isNamed === null && about.userVerification === 'required')) return null
  const { verifyAuthenticationResponse, isoCBOR } = await library()
  const publicKey = decoded(credential.publicKey)
  if (!isSigned(keyOf(isoCBOR.decodeFirst(publicKey)), response)) return null
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...shown, response, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      // It refuses a count that went back, unless it knows of none.
      credential: { id: credential.id, publicKey, counter: 0 },
      requireUserVerification: about.userVerification === 'required',
    })
    if (!verified) return null
    const { newCounter: counter, userVerified, credentialBackedUp } = authenticationInfo
    // That there can be copies is settled when it is made (§7.2, step 18).
    const canSync = authenticationInfo.credentialDeviceType === 'multiDevice'
    if (canSync !== credential.canSync) return null
    const counts = counter > 0 || credential.counter > 0
    return {
      counter,
      isVerified: userVerified,
      isSynced: credentialBackedUp,
      wentBack: counts && counter <= credential.counter,
    }
  } catch {
    // What is ours was looked at before: what it throws at now is the answer.
    return null
  }
}

/**
 * The library looks at the signature too, but takes an ECDSA one of any length and with anything
 * after it; this asks for DER.
 */
function isSigned(key: KeyObject, response: z.infer<typeof Shown>['response']): boolean {
  const { clientDataJSON, authenticatorData, signature } = response
  const hashed = hash('sha256', decoded(clientDataJSON), 'buffer')
  const signed = Buffer.concat([decoded(authenticatorData), hashed])
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  return verify(digest, signed, key, decoded(signature))
}

/** It takes a tenth of a second to load, and 30 MB: not before the first passkey comes. */
const library = async () => ({
  ...(await import('@simplewebauthn/server')),
  isoCBOR: (await import('@simplewebauthn/server/helpers')).isoCBOR,
})
type Cbor = Awaited<ReturnType<typeof library>>['isoCBOR']
type Item = Parameters<Cbor['encode']>[0]

const LONGEST = 16_000
const base64url = z.string().regex(/^[\w-]+$/)

// Not in a frame on somebody else's page (WebAuthn L3 §5.8.1). The library does not look when a
// passkey is made, and afterwards lets a frame pass that does not say whose page it is on.
const ClientData = z.object({
  challenge: base64url,
  crossOrigin: z.literal(false).optional(),
  topOrigin: z.never().optional(),
})
const clientData = base64url.refine((text) => read(ClientData, decoded(text).toString()) !== null)

// 1023 bytes (WebAuthn L3 §4, "Credential ID").
const id = base64url.max(1364)
const Answer = z.object({ id, rawId: id, type: z.literal('public-key') })
const Creation = Answer.extend({
  response: z.object({
    clientDataJSON: clientData,
    attestationObject: base64url,
    transports: z.array(z.string()).max(20).default([]),
  }),
})
const Shown = Answer.extend({
  response: z.object({
    clientDataJSON: clientData,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: z.string().nullish(),
  }),
})

/** JSON of that form, whatever stands beside it; `null` for everything else. */
function read<T>(form: z.ZodType<T>, text: string): T | null {
  if (text.length > LONGEST) return null
  try {
    return form.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

const decoded = (text: string): Buffer<ArrayBuffer> => Buffer.from(text, 'base64url')

/**
 * Nobody asked for an attestation, so none is believed: it is taken out unread, since the library
 * would go and fetch what the certificates in it name. Throws at CBOR in another form than the
 * canonical one (WebAuthn L3 §2.4), which has nothing after its end and lengths that are right.
 */
function withoutStatement(attestationObject: string, cbor: Cbor): string {
  const bytes = decoded(attestationObject)
  const parts = cbor.decodeFirst<Map<string, Item>>(bytes)
  if (!bytes.equals(cbor.encode(parts))) throw new Error('this CBOR is not canonical')
  const bare = new Map<string, Item>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', parts.get('authData')],
  ])
  return Buffer.from(cbor.encode(bare)).toString('base64url')
}

/**
 * A COSE key, if it is one for an algorithm of ours, on its curve, with nothing beside it; else it
 * throws (WebAuthn L3 §5.8.5 and §6.5.1; RFC 9053 §7, RFC 8230 §4). The library never asks.
 */
function keyOf(cose: Map<number, unknown>): KeyObject {
  const key = createPublicKey({ key: jwkOf(cose), format: 'jwk' })
  const { modulusLength = 2048 } = key.asymmetricKeyDetails ?? {}
  if (modulusLength >= 2048 && modulusLength <= 4096) return key
  throw new Error('an RSA key of no good length')
}

function jwkOf(cose: Map<number, unknown>): JsonWebKeyInput['key'] {
  const part = (label: number, length?: number): string => {
    const bytes = cose.get(label)
    if (bytes instanceof Uint8Array && bytes.length === (length ?? bytes.length))
      return Buffer.from(bytes).toString('base64url')
    throw new Error(`a key without a right part ${label}`)
  }
  switch ([cose.get(3), cose.get(1), cose.size].join(' ')) {
    case '-7 2 5':
      if (cose.get(-1) === 1) return { kty: 'EC', crv: 'P-256', x: part(-2, 32), y: part(-3, 32) }
      break
    case '-8 1 4':
      if (cose.get(-1) === 6) return { kty: 'OKP', crv: 'Ed25519', x: part(-2, 32) }
      break
    case '-257 3 4':
      return { kty: 'RSA', n: part(-1), e: part(-2) }
  }
  throw new Error('a key for no algorithm of ours')
}
