import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cbor,
  coseKey,
  newAuthenticator,
  type Authenticator,
  type Bend,
} from '../../test/setup/authenticator.ts'
import {
  challengeIn,
  checkAssertion,
  creationOptions,
  credentialIdIn,
  readCreation,
  requestOptions,
  type Credential,
} from './webauthn.ts'

const site = { rpId: 'login.example.com', origin: 'https://login.example.com', name: 'Example' }
const challenge = Buffer.alloc(32, 7).toString('base64url')
const otherChallenge = Buffer.alloc(32, 8).toString('base64url')
const userHandle = Buffer.alloc(16, 3).toString('base64url')
const user = { id: userHandle, name: 'ana@example.com', displayName: 'Ana Lima' }

const toMake = creationOptions(site, { challenge, user, exclude: [], timeout: 300_000 })
const toShow = requestOptions(site, {
  challenge,
  allow: [],
  userVerification: 'required',
  timeout: 300_000,
})

const readMade = (answer: string) => readCreation(site, challenge, answer)

async function make(authenticator: Authenticator): Promise<Credential> {
  const credential = await readMade(authenticator.create(toMake))
  if (!credential) throw new Error('a right answer was not taken')
  return credential
}

const check = (
  credential: Credential,
  answer: string,
  userVerification: 'required' | 'preferred' = 'required',
) => checkAssertion(site, challenge, credential, answer, { userVerification, userHandle })

const authenticator = newAuthenticator({ site })
const credential = await make(authenticator)

test('a browser is told what to make, and of what there is already one', () => {
  const exclude = [{ id: 'AQID', transports: ['usb'], publicKey: 'not for the browser' }]
  expect(creationOptions(site, { challenge, user, exclude, timeout: 300_000 })).toEqual({
    rp: { id: 'login.example.com', name: 'Example' },
    user,
    challenge,
    pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
    timeout: 300_000,
    excludeCredentials: [{ type: 'public-key', id: 'AQID', transports: ['usb'] }],
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    attestation: 'none',
  })
})

test('a browser is told what to show', () => {
  const allow = [{ id: 'AQID', transports: [], publicKey: 'not for the browser' }]
  const about = { challenge, allow, userVerification: 'preferred', timeout: 1000 } as const
  expect(requestOptions(site, about)).toEqual({
    rpId: 'login.example.com',
    challenge,
    allowCredentials: [{ type: 'public-key', id: 'AQID', transports: [] }],
    userVerification: 'preferred',
    timeout: 1000,
  })
})

for (const [name, algorithm] of [
  ['Ed25519', -8],
  ['P-256', -7],
  ['RSA', -257],
] as const)
  test(`a passkey with ${name} is taken, and lets in afterwards`, async () => {
    const aaguid = 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4'
    const own = newAuthenticator({ site, algorithm, aaguid, isSynced: true, counter: 0 })
    const made = await make(own)
    const about = { counter: 0, aaguid, isSynced: true, canSync: true }
    expect(made).toMatchObject({
      id: own.credentialId,
      ...about,
      transports: ['internal', 'hybrid'],
    })

    const answer = own.get(toShow)
    expect(credentialIdIn(answer)).toBe(made.id)
    expect(challengeIn(answer)).toBe(challenge)
    const found = { counter: 0, isVerified: true, isSynced: true, wentBack: false }
    expect(await check(made, answer)).toEqual(found)
  })

test('what a browser adds to its answer does not matter', async () => {
  const own = newAuthenticator({ site })
  const raw = (answer: any) => ({ ...answer, later: [[]], response: { ...answer.response, x: {} } })
  const made = await readMade(own.create(toMake, { raw }))
  expect(made?.id).toBe(own.credentialId)
  expect(await check(made!, own.get(toShow, { raw }))).not.toBeNull()
})

// Whatever is signed, and by whom.
const wrong: Record<string, Bend> = {
  'another origin': { origin: 'https://login.example.com.evil.example' },
  'an origin without TLS': { origin: 'http://login.example.com' },
  'an origin on another port': { origin: 'https://login.example.com:8443' },
  'an origin with a path': { origin: 'https://login.example.com/' },
  'an origin below ours': { origin: 'https://a.login.example.com' },
  'an app': { origin: 'android:apk-key-hash:AAAA' },
  'another relying party': { rpId: 'evil.example' },
  'the domain above': { rpId: 'example.com' },
  'another type': { type: 'payment.get' },
  'an old challenge': { challenge: otherChallenge },
  'no challenge': { challenge: '' },
  'a padded challenge': { challenge: `${challenge}=` },
  'a frame': { crossOrigin: true },
  'a frame in words': { crossOrigin: 'false' },
  'a frame on a page of ours': { crossOrigin: true, topOrigin: site.origin },
  'a page around it': { topOrigin: 'https://evil.example' },
  'a page around it that is nothing': { topOrigin: null },
  'nobody there': { userPresent: false },
  'nobody there, but known': { userPresent: false, userVerified: true },
  'a copy of what cannot be copied': { isSynced: true, canSync: false },
}

for (const [name, bend] of Object.entries(wrong))
  test(`no passkey is made, and none lets in, with ${name}`, async () => {
    expect(await readMade(newAuthenticator({ site }).create(toMake, bend))).toBeNull()
    expect(await check(credential, authenticator.get(toShow, bend))).toBeNull()
    // It was only that.
    expect(await check(credential, authenticator.get(toShow))).not.toBeNull()
  })

test('what was made does not let in, and what lets in is not made', async () => {
  expect(await readMade(authenticator.create(toMake, { type: 'webauthn.get' }))).toBeNull()
  expect(await readMade(authenticator.get(toShow))).toBeNull()
  expect(await check(credential, authenticator.get(toShow, { type: 'webauthn.create' }))).toBeNull()
  expect(await check(credential, authenticator.create(toMake))).toBeNull()
  expect(credentialIdIn(authenticator.create(toMake))).toBeNull()
})

test('the challenge that counts is the one that was signed', async () => {
  const raw = (answer: any) => ({
    ...answer,
    challenge,
    response: { ...answer.response, challenge },
  })
  const bend = { challenge: otherChallenge, raw }
  expect(await readMade(authenticator.create(toMake, bend))).toBeNull()
  const answer = authenticator.get(toShow, bend)
  expect(challengeIn(answer)).toBe(otherChallenge)
  expect(await check(credential, answer)).toBeNull()
})

test('somebody else’s passkey does not let in', async () => {
  const others = newAuthenticator({ site })
  const other = await make(others)
  expect(await check(credential, others.get(toShow))).toBeNull()
  const claimed = { credentialId: credential.id }
  expect(await check(credential, others.get(toShow, claimed))).toBeNull()
  expect(await check(other, others.get(toShow))).not.toBeNull()
  expect(await check(other, others.get(toShow, { signature: 'flipped' }))).toBeNull()
  expect(await check({ ...other, id: credential.id }, others.get(toShow))).toBeNull()
})

test('an answer may leave out its account where it is not alone, but never name another', async () => {
  const named = authenticator.get(toShow, { userHandle })
  expect(await check(credential, named, 'required')).not.toBeNull()
  for (const none of [null, '']) {
    const unnamed = authenticator.get(toShow, { userHandle: none })
    expect(await check(credential, unnamed, 'preferred')).not.toBeNull()
    expect(await check(credential, unnamed, 'required')).toBeNull()
  }
  for (const handle of [Buffer.alloc(16, 4).toString('base64url'), userHandle.slice(0, 20), 'AA'])
    expect(await check(credential, authenticator.get(toShow, { userHandle: handle }))).toBeNull()
})

test('whom the authenticator did not know is let in only where that is not required', async () => {
  const unknown = { userVerified: false }
  expect(await check(credential, authenticator.get(toShow, unknown), 'required')).toBeNull()
  expect(await check(credential, authenticator.get(toShow, unknown), 'preferred')).toMatchObject({
    isVerified: false,
  })
  expect(await check(credential, authenticator.get(toShow), 'preferred')).toMatchObject({
    isVerified: true,
  })
  expect(await readMade(newAuthenticator({ site }).create(toMake, unknown))).not.toBeNull()
})

for (const [kept, counter, wentBack] of [
  [0, 0, false],
  [0, 1, false],
  [1, 2, false],
  [7, 1000, false],
  [0xfffffffe, 0xffffffff, false],
  [1, 1, true],
  [2, 1, true],
  [1, 0, true],
  [0xffffffff, 0, true],
] as const)
  test(`a count of ${counter} after ${kept} ${wentBack ? 'went back' : 'is right'}`, async () => {
    const found = await check(
      { ...credential, counter: kept },
      authenticator.get(toShow, { counter }),
    )
    expect(found).toMatchObject({ counter, wentBack })
  })

test('whether there can be copies of it is settled when it is made, and whether there are some is not', async () => {
  const alone = { canSync: false, isSynced: false }
  const single = { canSync: true, isSynced: false }
  const copied = { canSync: true, isSynced: true }
  for (const [made, right, wrongOnes] of [
    [alone, [alone], [single, copied]],
    [single, [single, copied], [alone]],
    [copied, [single, copied], [alone]],
  ] as const) {
    const own = newAuthenticator({ site })
    const kept = (await readMade(own.create(toMake, made)))!
    expect(kept).toMatchObject(made)
    for (const userVerification of ['required', 'preferred'] as const) {
      for (const bend of right)
        expect(await check(kept, own.get(toShow, bend), userVerification)).toMatchObject({
          isSynced: bend.isSynced,
        })
      for (const bend of wrongOnes)
        expect(await check(kept, own.get(toShow, bend), userVerification)).toBeNull()
    }
  }
})

test('an attestation that nobody asked for is neither believed nor read', async () => {
  const junk = Buffer.alloc(100, 0x30)
  const statement = new Map<string, any>([
    ['alg', -7],
    ['sig', junk],
    ['x5c', [junk, junk]],
  ])
  for (const format of ['packed', 'android-key', 'apple', 'tpm', 'fido-u2f', 'none', 'new']) {
    const own = newAuthenticator({ site })
    const made = await readMade(own.create(toMake, { attestation: [format, statement] }))
    expect(made?.id, format).toBe(own.credentialId)
  }
})

const { publicKey: p256 } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const point = p256.export({ format: 'jwk' })
const [x, y] = [Buffer.from(point.x!, 'base64url'), Buffer.from(point.y!, 'base64url')]
const offCurve = Buffer.from(y).fill(1)
const modulusOf = (bytes: number) => Buffer.alloc(bytes, 0xff)
const exponent = Buffer.of(1, 0, 1)

const wrongKeys: Record<string, Buffer> = {
  'another algorithm (ES384)': coseKey([1, 2], [3, -35], [-1, 2], [-2, x], [-3, y]),
  'another algorithm (ML-DSA-44)': coseKey([1, 7], [3, -48], [-1, Buffer.alloc(1312)]),
  'no algorithm': coseKey([1, 2], [-1, 1], [-2, x], [-3, y]),
  'an algorithm in words': coseKey([1, 2], [3, 'ES256'], [-1, 1], [-2, x], [-3, y]),
  'the kind of another algorithm': coseKey([1, 2], [3, -8], [-1, 1], [-2, x], [-3, y]),
  'the curve of another algorithm': coseKey([1, 2], [3, -7], [-1, 2], [-2, x], [-3, y]),
  'a curve in words': coseKey([1, 'OKP'], [3, -8], [-1, 'Ed25519'], [-2, x]),
  Ed448: coseKey([1, 1], [3, -8], [-1, 7], [-2, Buffer.alloc(57, 1)]),
  'a point not on the curve': coseKey([1, 2], [3, -7], [-1, 1], [-2, x], [-3, offCurve]),
  'a compressed point': coseKey([1, 2], [3, -7], [-1, 1], [-2, x], [-3, true]),
  'half a point': coseKey([1, 2], [3, -7], [-1, 1], [-2, x]),
  'a longer point': coseKey(
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.concat([Buffer.of(0), x])],
    [-3, y],
  ),
  X25519: coseKey([1, 1], [3, -8], [-1, 4], [-2, x]),
  'text for a number': coseKey([1, 3], [3, -257], [-1, 'x'.repeat(256)], [-2, exponent]),
  'a short Ed25519 key': coseKey([1, 1], [3, -8], [-1, 6], [-2, x.subarray(1)]),
  'a weak RSA key': coseKey([1, 3], [3, -257], [-1, modulusOf(128)], [-2, exponent]),
  'a monstrous RSA key': coseKey([1, 3], [3, -257], [-1, modulusOf(1024)], [-2, exponent]),
  'more than a key': coseKey([1, 2], [3, -7], [-1, 1], [-2, x], [-3, y], [4, 'extra']),
  'the same part twice': Buffer.concat([
    Buffer.of(0xa6),
    coseKey([1, 2], [3, -7], [-1, 1], [-2, x], [-3, y]).subarray(1),
    cbor(3),
    cbor(-7),
  ]),
  'a list for a key': cbor([1, 2, 3, -7]),
  'a text for a key': cbor('key'),
  'nothing for a key': Buffer.alloc(0),
}

for (const [name, publicKey] of Object.entries(wrongKeys))
  test(`no passkey is made with ${name}`, async () => {
    expect(await readMade(newAuthenticator({ site }).create(toMake, { publicKey }))).toBeNull()
  })

test('a stored public key that is broken is our fault, and is thrown', async () => {
  const answer = authenticator.get(toShow)
  for (const [name, bytes] of Object.entries(wrongKeys)) {
    const publicKey = bytes.toString('base64url')
    await expect(check({ ...credential, publicKey }, answer), name).rejects.toThrow()
  }
  for (const publicKey of ['', 'AA', '####', credential.publicKey.slice(0, 40)])
    await expect(check({ ...credential, publicKey }, answer), publicKey).rejects.toThrow()
})

test('another right key is no fault of ours, and lets nobody in', async () => {
  const { publicKey } = await make(newAuthenticator({ site }))
  expect(await check({ ...credential, publicKey }, authenticator.get(toShow))).toBeNull()
})

test('an id of 1023 bytes is taken, one of 1024 is not, and none is none', async () => {
  for (const [bytes, isTaken] of [
    [1, true],
    [1023, true],
    [1024, false],
    [4000, false],
    [0, false],
  ] as const) {
    const own = newAuthenticator({ site })
    const credentialId = Buffer.alloc(bytes, 9).toString('base64url')
    const made = await readMade(own.create(toMake, { credentialId }))
    expect(made?.id ?? null, `${bytes}`).toBe(isTaken ? credentialId : null)
    const answer = own.get(toShow, { credentialId })
    expect(credentialIdIn(answer), `${bytes}`).toBe(isTaken ? credentialId : null)
    if (made) expect(await check(made, answer), `${bytes}`).not.toBeNull()
  }
})

test('an answer has one id, and it is the one that was made', async () => {
  const own = newAuthenticator({ site })
  const others = (answer: any) => ({ ...answer, id: credential.id, rawId: credential.id })
  expect(await readMade(own.create(toMake, { raw: others }))).toBeNull()
  for (const name of ['id', 'rawId']) {
    const raw = (answer: any) => ({ ...answer, [name]: 'AAAA' })
    expect(await readMade(own.create(toMake, { raw })), name).toBeNull()
    expect(await check(credential, authenticator.get(toShow, { raw })), name).toBeNull()
  }
})

test('an answer of 16,000 characters is read, a longer one is not', async () => {
  const own = newAuthenticator({ site })
  const answer = own.create(toMake)
  const ofLength = (length: number) => answer + ' '.repeat(length - answer.length)
  expect(await readMade(ofLength(16_000))).not.toBeNull()
  expect(await readMade(ofLength(16_001))).toBeNull()
  const huge = `{"id":"${'A'.repeat(10_000_000)}"}`
  expect(await readMade(huge)).toBeNull()
  expect(credentialIdIn(huge)).toBeNull()
})

const deep = (open: string, close: string) => open.repeat(3000) + close.repeat(3000)
const junk = [
  '',
  'null',
  'true',
  '0',
  '"answer"',
  '[]',
  '{}',
  '{',
  '\u0000',
  '[{"id":"AAAA"}]',
  '{"id":"AAAA","rawId":"AAAA","type":"public-key"}',
  '{"id":"AAAA","rawId":"AAAA","type":"public-key","response":[]}',
  '{"__proto__":{"id":"AAAA"}}',
  deep('[', ']'),
  `{"id":${deep('{"id":', '}').replace(':}', ':1}')}}`,
]

test('what is no answer is none', async () => {
  for (const text of junk) {
    const what = text.slice(0, 40)
    expect(await readMade(text), what).toBeNull()
    expect(await check(credential, text), what).toBeNull()
    expect(credentialIdIn(text), what).toBeNull()
    expect(challengeIn(text), what).toBeNull()
  }
})

const others = [undefined, null, 0, 1, true, '', ' ', 'a b', 'a+b/', 'AA==', [], ['AAAA'], {}]

test('a part of another kind makes it no answer', async () => {
  const own = newAuthenticator({ site })
  const parts = ['clientDataJSON', 'authenticatorData', 'signature', 'attestationObject']
  for (const other of others) {
    const what = JSON.stringify(other)
    for (const name of ['id', 'rawId', 'type', 'response']) {
      const raw = (answer: any) => ({ ...answer, [name]: other })
      expect(await readMade(own.create(toMake, { raw })), `${name} ${what}`).toBeNull()
      expect(await check(credential, authenticator.get(toShow, { raw })), name).toBeNull()
    }
    for (const name of parts) {
      const raw = ({ response, ...answer }: any) => ({
        ...answer,
        response: name in response ? { ...response, [name]: other } : null,
      })
      expect(await readMade(own.create(toMake, { raw })), `${name} ${what}`).toBeNull()
      expect(await check(credential, authenticator.get(toShow, { raw })), name).toBeNull()
    }
  }
  for (const handle of [0, true, [], {}]) {
    const raw = (answer: any) => ({
      ...answer,
      response: { ...answer.response, userHandle: handle },
    })
    expect(await check(credential, authenticator.get(toShow, { raw }))).toBeNull()
  }
})

test('a right part in another spelling makes it no answer', async () => {
  const own = newAuthenticator({ site })
  for (const spelled of [
    (text: string) => `${text}=`,
    (text: string) => `${text}\n`,
    (text: string) => ` ${text}`,
    (text: string) => `${text.slice(0, 8)} ${text.slice(8)}`,
  ]) {
    const raw = ({ response, ...answer }: any) => ({
      ...answer,
      response: { ...response, clientDataJSON: spelled(response.clientDataJSON) },
    })
    expect(await readMade(own.create(toMake, { raw }))).toBeNull()
    expect(await check(credential, authenticator.get(toShow, { raw }))).toBeNull()
  }
})

test('how it is reached is kept as far as it makes sense', async () => {
  const reached = (transports: unknown) => {
    const raw = (answer: any) => ({ ...answer, response: { ...answer.response, transports } })
    return readMade(newAuthenticator({ site }).create(toMake, { raw }))
  }
  expect((await reached(['usb', '<b>', 'smart-card', 'x'.repeat(21)]))?.transports).toEqual([
    'usb',
    'smart-card',
  ])
  expect((await reached(undefined))?.transports).toEqual([])
  for (const other of ['usb', [1], {}, null, Array<string>(21).fill('usb')])
    expect(await reached(other), JSON.stringify(other)).toBeNull()
})

/** A right answer with another attestation object. */
const withObject = (change: (object: Buffer) => Uint8Array): string => {
  const raw = ({ response, ...answer }: any) => {
    const object = change(Buffer.from(response.attestationObject, 'base64url'))
    const attestationObject = Buffer.from(object).toString('base64url')
    return { ...answer, response: { ...response, attestationObject } }
  }
  return newAuthenticator({ site }).create(toMake, { raw })
}

const prefix = Buffer.concat([cbor('attStmt'), cbor(new Map()), cbor('authData')])
const authDataIn = (object: Buffer) => object.subarray(object.indexOf(prefix) + prefix.length + 2)
const inMap = (size: number, ...items: Uint8Array[]) =>
  Buffer.concat([Buffer.of(0xa0 | size), ...items])

const wrongObjects: Record<string, (object: Buffer) => Uint8Array> = {
  'bytes after its end': (object) => Buffer.concat([object, Buffer.of(0)]),
  'a second object after it': (object) => Buffer.concat([object, object]),
  'its end cut off': (object) => object.subarray(0, -1),
  'a part twice': (object) => inMap(4, object.subarray(1), cbor('fmt'), cbor('none')),
  'a length that is not there': (object) => {
    const longer = Buffer.from(object)
    longer[object.indexOf(prefix) + prefix.length + 1]!++
    return longer
  },
  'an absurd length': (object) =>
    inMap(
      3,
      cbor('fmt'),
      cbor('none'),
      prefix,
      Buffer.of(0x5b, 0, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      authDataIn(object),
    ),
  'a length written longer than need be': (object) => {
    const data = authDataIn(object)
    return inMap(3, cbor('fmt'), cbor('none'), prefix, Buffer.of(0x59, 0, data.length), data)
  },
  'no length': () => Buffer.from('bf63666d74646e6f6e65ff', 'hex'),
  'a million parts': () => Buffer.from('ba000f4240', 'hex'),
  'deep nesting': () => Buffer.alloc(11_000, 0x81),
  'deep tags': () => Buffer.alloc(11_000, 0xc1),
  'no data': () => cbor(new Map([['fmt', 'none']])),
  'text for data': () => cbor(new Map([['authData', 'x'.repeat(200)]])),
  'too little data': () => cbor(new Map([['authData', Buffer.alloc(36)]])),
  'data with bytes after it': (object) => {
    const data = Buffer.concat([authDataIn(object), Buffer.of(0)])
    return cbor(
      new Map<string, any>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', data],
      ]),
    )
  },
  nothing: () => Buffer.of(0xf6),
}

test('what is changed here is right before', async () => {
  expect(await readMade(withObject((object) => object))).not.toBeNull()
  const same = (object: Buffer) =>
    cbor(
      new Map<string, any>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authDataIn(object)],
      ]),
    )
  expect(await readMade(withObject(same))).not.toBeNull()
})

for (const [name, change] of Object.entries(wrongObjects))
  test(`no passkey is made of an attestation object with ${name}`, async () => {
    expect(await readMade(withObject(change))).toBeNull()
  })

const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.json())

test('no text lets in, and none is too strange', async () => {
  const run = fc.asyncProperty(anyText, async (text) => {
    expect(await readMade(text)).toBeNull()
    expect(await check(credential, text)).toBeNull()
  })
  await fc.assert(run)
})

test('no bytes make a passkey, and none are too strange', async () => {
  const run = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
    expect(await readMade(withObject(() => bytes))).toBeNull()
  })
  await fc.assert(run)
})

for (const [name, algorithm] of [
  ['Ed25519', -8],
  ['P-256', -7],
] as const)
  test(`an answer in which one byte was changed does not let in (${name})`, async () => {
    const own = newAuthenticator({ site, algorithm })
    const made = await make(own)
    const right = JSON.parse(own.get(toShow))
    expect(await check(made, JSON.stringify(right))).not.toBeNull()
    const part = fc.constantFrom('clientDataJSON', 'authenticatorData', 'signature')
    const run = fc.asyncProperty(part, fc.nat(), fc.integer({ min: 1, max: 255 }), bent)
    async function bent(name: string, place: number, change: number): Promise<void> {
      const bytes = Buffer.from(right.response[name], 'base64url')
      bytes[place % bytes.length]! ^= change
      const response = { ...right.response, [name]: bytes.toString('base64url') }
      expect(await check(made, JSON.stringify({ ...right, response }))).toBeNull()
    }
    await fc.assert(run, { numRuns: 500 })
  })

test('a signature is DER, and DER only', async () => {
  const right = JSON.parse(authenticator.get(toShow))
  const signature = Buffer.from(right.response.signature, 'base64url')
  const withSignature = (bytes: Buffer) =>
    JSON.stringify({
      ...right,
      response: { ...right.response, signature: bytes.toString('base64url') },
    })
  const [, length = 0, ...parts] = signature
  expect(await check(credential, withSignature(signature))).not.toBeNull()
  for (const [name, bytes] of Object.entries({
    'bytes after it': [...signature, 0],
    'a long length': [0x30, 0x81, length, ...parts],
    'no length': [0x30, 0x80, ...parts, 0, 0],
    'a wrong length': [0x30, length - 1, ...parts],
    'another first byte': [0xb0, length, ...parts],
    nothing: [0],
  }))
    expect(await check(credential, withSignature(Buffer.from(bytes))), name).toBeNull()
})
