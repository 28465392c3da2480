import { authenticatorName } from '../lib/authenticators.ts'
import { sha256 } from '../lib/random.ts'
import { keyedHash, seal, unseal } from '../lib/seal.ts'
import {
  challengeIn,
  checkAssertion,
  creationOptions,
  credentialIdIn,
  readCreation,
  requestOptions,
  userHandleIn,
  type Credential,
  type Site,
} from '../lib/webauthn.ts'
import type { Factor, Quality, Tools } from './factor.ts'

/** A credential whose public key is sealed, so that nobody can put another in its place. */
type State = Credential | Record<string, never>

/** Of a sign-in that begins with it. In an attempt the challenge is the attempt's own. */
type Question = { readonly challenge: string; readonly userVerification: 'required' }

/**
 * A passkey (WebAuthn). It shows that you have it, and, where the authenticator has looked at a
 * finger, a face or a PIN, that you are the one: then it lets in alone.
 */
export const passkey: Factor<State, Question> = {
  kind: 'passkey',
  isStrong: true,
  isGuessable: false,
  isSent: false,
  most: 20,

  enrol: () => ({ draft: {}, show: [] }),

  challenge: () => null,

  reads: (answer) => answer.startsWith('{'),

  async check(state, question, answer, tools) {
    const credential = state as Credential
    // Of several, one that does not open is no trouble for the others.
    if (credentialIdIn(answer) !== credential.id) return null
    const userVerification = question?.userVerification ?? 'preferred'
    const found = await checkAssertion(
      siteOf(tools),
      question?.challenge ?? attemptChallenge(tools, 'check'),
      {
        ...credential,
        publicKey: unseal(tools.keys, placeOf(tools, credential), credential.publicKey),
      },
      answer,
      { userVerification, userHandle: userHandleOf(tools.accountId) },
    )
    if (!found) return null
    const shows: Quality[] = found.isVerified ? ['has', 'is'] : ['has']
    const { counter, isSynced, wentBack } = found
    return { state: { ...credential, counter, isSynced }, shows, wentBack }
  },

  async bind(_draft, answer, tools) {
    const made = await readCreation(siteOf(tools), attemptChallenge(tools, 'bind'), answer)
    if (!made) return null
    const publicKey = seal(tools.keys, tools.random, placeOf(tools, made), made.publicKey)
    return { state: { ...made, publicKey }, shows: ['has'] }
  },

  handleOf: (state) => handleFor((state as Credential).id),
}

/** What a passkey is found by, from an answer of its browser; `null` when it is no such answer. */
export function handleIn(answer: string): string | null {
  const id = credentialIdIn(answer)
  return id === null ? null : handleFor(id)
}

/** The challenge that an answer says it answers; `null` when it is no such answer. */
export const challengeOf = (answer: string): string | null => challengeIn(answer)

/** The account that an answer says it is of; `null` when it says none. */
export function accountIn(answer: string): string | null {
  const id = Buffer.from(userHandleIn(answer) ?? '', 'base64url').toString('hex')
  return id === '' ? null : id
}

/** As the browser calls it. */
export const credentialIdOf = (state: unknown): string => (state as Credential).id

/** The same for an id as the browser calls it, however it is spelt: base64url has bits to spare. */
export const handleFor = (credentialId: string): string =>
  sha256(Buffer.from(credentialId, 'base64url').toString('base64url'))

/** What of it is for the person to see. */
export const aboutPasskey = (state: unknown): { readonly isSynced: boolean } => ({
  isSynced: (state as Credential).isSynced,
})

/** What the one who made it is called, when that is known. */
export const makerOf = (state: unknown): string | null =>
  authenticatorName((state as Credential).aaguid)

/** What a browser is asked to make, as JSON. `states` are there already: none of them is made again. */
export const toMake = (
  states: readonly unknown[],
  user: { readonly email: string; readonly name: string },
  tools: Tools,
): string =>
  JSON.stringify(
    creationOptions(siteOf(tools), {
      challenge: attemptChallenge(tools, 'bind'),
      user: { id: userHandleOf(tools.accountId), name: user.email, displayName: user.name },
      exclude: states as Credential[],
      timeout: LIFETIME,
    }),
  )

/** What a browser is asked to show, as JSON: one of these. */
export const toShow = (states: readonly unknown[], tools: Tools): string =>
  JSON.stringify(
    requestOptions(siteOf(tools), {
      challenge: attemptChallenge(tools, 'check'),
      allow: states as Credential[],
      userVerification: 'preferred',
      timeout: LIFETIME,
    }),
  )

/** What a browser is asked to show, as JSON, before anybody has said who they are: any of ours. */
export const toSignIn = (site: Site, challenge: string): string =>
  JSON.stringify(
    requestOptions(site, { challenge, allow: [], userVerification: 'required', timeout: LIFETIME }),
  )

/** As WebAuthn L3 recommends (§15.1, timeouts), in milliseconds. */
export const LIFETIME = 5 * 60_000

/**
 * Each attempt has one challenge of its own for each ceremony, which nobody can work out who has not
 * our key. It is over with the attempt, so it need not be kept.
 */
const attemptChallenge = ({ keys, attemptId }: Tools, ceremony: 'bind' | 'check'): string =>
  keyedHash(keys, `passkey:${ceremony}`, attemptId).split('.')[1]!

/** The account, as the authenticator keeps it: it says nothing about the person (WebAuthn L3 §14.6.1). */
const userHandleOf = (accountId: string): string =>
  Buffer.from(accountId, 'hex').toString('base64url')

const placeOf = ({ accountId }: Tools, { id }: Pick<Credential, 'id'>): string =>
  `passkey:${accountId}:${id}`

function siteOf({ site }: Tools): Site {
  if (!site) throw new Error('there are no passkeys here')
  return site
}
