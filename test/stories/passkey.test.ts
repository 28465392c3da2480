import { expect } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { expectNoChange } from '../attacks/tools.ts'
import { newAuthenticator, type Authenticator, type Bend } from '../setup/authenticator.ts'
import {
  ana,
  bob,
  DAY,
  MINUTE,
  openWorld,
  protect,
  recoveryCodesIn,
  signInFully,
  type Visitor,
  type World,
} from '../world.ts'
import {
  answerByPasskey,
  askToRemove,
  authenticatorFor,
  begin,
  enrolmentRows,
  expectPlace,
  factorsOn,
  makePasskey,
  optionsAtDoor,
  optionsIn,
  signInByPasskey,
  siteOf,
  unknownOn,
  wayOn,
  waysOn,
  withPasskey,
} from './factor-tools.ts'
import {
  asHtml,
  codesSentTo,
  copyOf,
  enrolledFor,
  eventsOf,
  kept,
  notThe,
  noticesTo,
  placeOf,
  story,
  whoIs,
  WIDE,
} from './story.ts'

const CODE = '/account/security/code'
const CONFIRM = '/account/confirm'
const SECOND = '/sign-in/second'
const HERE = '/account/security'
const https = { PUBLIC_URL: 'https://id.example.com', ALLOW_NO_MAIL: 'yes' }
const ONE_PASSWORD = 'bada5566-a7aa-401f-bd96-45619a55120d'
const { problems, security, notices } = textsOf('en')
const aida = { ...bob, email: 'aida@example.com', name: 'Aida Nur', language: 'ar' }

const kinds = async (world: World) => (await noticesTo(world)).map(({ kind }) => kind)
const pageOf = async (browser: Visitor, path = HERE) => (await browser.get(path)).text()

/** It is refused with these words, and nothing has changed. */
async function expectRefused(
  world: World,
  status: number,
  text: string,
  work: () => Promise<Response>,
): Promise<string> {
  const before = await kept(world)
  const answer = await work()
  const page = await answer.text()
  expect([answer.status, page.includes(asHtml(text))]).toEqual([status, true])
  expect(await kept(world)).toEqual(before)
  return page
}

story(
  'the first passkey counts for nothing before its recovery codes are saved',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    expectPlace(await begin(browser, 'passkey'), CODE)
    const options = optionsIn(await pageOf(browser, CODE))
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Nightlatch' },
      user: { name: ana.email, displayName: ana.name },
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      attestation: 'none',
    })
    // What the authenticator keeps for good says nothing about the person.
    expect(Buffer.from(options.user.id, 'base64url').toString()).not.toContain('ana')

    const key = authenticatorFor(world)
    await expectRefused(world, 401, problems.wrong_passkey, () =>
      browser.post(CODE, { code: key.create(options, { challenge: 'AAAA' }), with: 'passkey' }),
    )
    const shown = await browser.post(CODE, { code: key.create(options), with: 'passkey' })
    expect(recoveryCodesIn(await shown.text())).toHaveLength(10)
    expect(await enrolledFor(world)).toEqual([])
    expect((await signInByPasskey(world.visitor(), key)).status).toBe(401)
    expectPlace(await world.visitor().signIn(), '/account')

    await browser.post('/account/security/confirm', { saved: 'yes' })
    expect(await enrolledFor(world)).toEqual(['passkey', 'recovery'])
    expectPlace(await world.visitor().signIn(), SECOND)
    expectPlace(await signInByPasskey(world.visitor(), key), '/account')
    const [event] = await eventsOf(world, 'protected')
    expect(event?.detail).toContain('"by":"passkey"')
    expect(await kinds(world)).toContain('protected')
    expect(await codesSentTo(world)).toBe(0)
    const page = await pageOf(browser)
    expect(page).toContain(asHtml(security.judgements.one_strong))
    expect(page).toContain(security.notSynced)
  },
)

story(
  'where protection is on, one more is made by whoever has just shown who they are, and counts at once',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    world.pass(6 * MINUTE)
    expectPlace(await browser.post('/account/security/add', { kind: 'passkey' }), CONFIRM)
    await expectRefused(world, 401, problems.wrong_code, async () =>
      browser.post(CONFIRM, { code: notThe(await world.codeTo(ana.email)) }),
    )
    expectPlace(await browser.get(CODE), HERE)
    expectPlace(await browser.post(CONFIRM, { code: await world.codeTo(ana.email) }), CODE)

    const key = authenticatorFor(world, { isSynced: true })
    const options = optionsIn(await pageOf(browser, CODE))
    const code = key.create(options)
    await expectRefused(world, 422, textsOf('en').fields.too_long, () =>
      browser.post(CODE, { code, with: 'passkey', name: 'x'.repeat(51) }),
    )
    const made = await browser.post(CODE, { code, with: 'passkey', name: ' My  phone ' })
    expectPlace(made, `${HERE}?notice=factor_added`)
    expect(await pageOf(browser, placeOf(made)!)).toContain(asHtml(notices.factor_added))
    expect(await enrolledFor(world)).toEqual(['email', 'passkey', 'recovery'])
    const page = await pageOf(browser)
    expect(page).toContain('<bdi>My phone</bdi>')
    expect(page).toContain(security.isSynced)
    expect(page).toContain(security.never)
    expect((await eventsOf(world, 'factor_added'))[0]?.detail).toContain('"by":"passkey"')
    expect((await noticesTo(world)).at(-1)).toMatchObject({
      kind: 'factor_added',
      by: 'passkey',
      called: 'My phone',
    })
    expectPlace(await signInByPasskey(world.visitor(), key), '/account')
    expect(await pageOf(browser)).not.toContain(security.never)
  },
)

story(
  'there can be several: each has a name, all are asked for, and none is made twice in one place',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { browser, key: first } = await withPasskey(world, { name: 'Phone' })
    const { browser: bobs } = await withPasskey(world, { typed: bob })
    const second = authenticatorFor(world, { aaguid: ONE_PASSWORD })
    await begin(browser, 'passkey')
    const options = optionsIn(await pageOf(browser, CODE))
    const known = { type: 'public-key', transports: ['internal', 'hybrid'] }
    expect(options.excludeCredentials).toEqual([{ ...known, id: first.credentialId }])
    await browser.post(CODE, { code: second.create(options), with: 'passkey' })
    // It says itself who made it, and is called by that.
    const page = await pageOf(browser)
    expect(page).toContain('<bdi>1Password</bdi>')
    expect(page).toContain(security.judgements.strong)

    const other = world.visitor()
    await other.signIn()
    const asked = optionsIn(await pageOf(other, SECOND))
    expect(asked).toMatchObject({ rpId: 'localhost', userVerification: 'preferred' })
    expect(asked.allowCredentials).toEqual(
      [first, second].map(({ credentialId: id }) => ({ ...known, id })),
    )
    expect((await optionsAtDoor(other)).allowCredentials).toEqual([])
    expectPlace(await answerByPasskey(other, SECOND, second), '/account')

    const [, its = ''] = await factorsOn(browser)
    const call = (factor: string, name: string, who = browser) =>
      who.post('/account/security/name', { factor, name })
    expectPlace(await call(its, 'Vault'), `${HERE}?notice=factor_named`)
    expect((await enrolmentRows(world)).map(({ name }) => name)).toEqual(['Phone', '', 'Vault'])
    expect((await eventsOf(world, 'factor_named')).at(-1)?.detail).toContain('Vault')
    const tooLong = textsOf('en').fields.too_long
    await expectRefused(world, 422, tooLong, () => call(its, 'x'.repeat(51)))
    await expectRefused(world, 422, textsOf('en').fields.bad_text, () => call(its, 'a\u202Eb'))
    await expectRefused(world, 404, problems.no_such_factor, () => call('none', 'Vault'))
    await expectRefused(world, 404, problems.no_such_factor, () => call(its, 'Mine', bobs))
    await expectRefused(world, 404, problems.no_such_factor, () => askToRemove(bobs, its))
    expectPlace(await call(its, ''), `${HERE}?notice=factor_named`)
    expect((await enrolmentRows(world)).map(({ name }) => name)).toEqual(['Phone', '', ''])
  },
)

story(
  'a passkey is the second step, and its browser can be remembered',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { key } = await withPasskey(world)
    const browser = world.visitor()
    expectPlace(await browser.signIn(), SECOND)
    const page = await pageOf(browser, SECOND)
    expect(wayOn(page, SECOND)).toBe('passkey')
    expect(waysOn(page)).toEqual(['recovery'])
    await expectRefused(world, 401, problems.wrong_passkey, () =>
      answerByPasskey(browser, SECOND, key, {}, { signature: 'flipped' }),
    )
    expect((await eventsOf(world, 'second_step_refused'))[0]?.detail).toContain('"by":"passkey"')
    expect(await whoIs(browser)).toBeNull()

    expectPlace(await answerByPasskey(browser, SECOND, key, { remember: 'yes' }), '/account')
    expect(await whoIs(browser)).toBe(ana.email)
    expect((await eventsOf(world, 'signed_in')).at(-1)?.detail).toContain('password+passkey')
    expect(await eventsOf(world, 'device_remembered')).toHaveLength(1)
    await browser.post('/sign-out')
    expectPlace(await browser.signIn(), '/account')
    expect(await codesSentTo(world)).toBe(0)
  },
)

story(
  'a copied token of a remembered device is noticed when its owner signs in by passkey too',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { key } = await withPasskey(world)
    const browser = world.visitor()
    await browser.signIn()
    await answerByPasskey(browser, SECOND, key, { remember: 'yes' })
    // The newest token ends nothing.
    expectPlace(await signInByPasskey(browser, key), '/account')
    await browser.post('/sign-out')
    expect(await eventsOf(world, 'device_trust_ended')).toEqual([])

    const thief = copyOf(world, browser, { address: '198.51.100.66' })
    world.pass(MINUTE)
    expectPlace(await thief.signIn(), '/account')
    world.pass(MINUTE)
    expectPlace(await signInByPasskey(browser, key), '/account')
    expect([await whoIs(thief), await whoIs(browser)]).toEqual([null, ana.email])
    expect(await eventsOf(world, 'device_trust_ended')).toHaveLength(1)
    expect(await kinds(world)).toContain('device_trust_ended')
    expectPlace(await thief.signIn(), SECOND)
    expect(await eventsOf(world, 'device_trust_ended')).toHaveLength(1)
  },
)

story(
  'a passkey is the whole sign-in: no password, no code, and on to where one was going',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { browser: owner, key } = await withPasskey(world)
    const browser = world.visitor()
    const door = await browser.get('/sign-in?to=/account/devices')
    const page = await door.text()
    expect(page).toContain('data-options-from="/sign-in/passkey"')
    expect(page).toContain('autocomplete="username webauthn"')
    expect(page.split('name="to" value="/account/devices"')).toHaveLength(3)

    const asked = await browser.get('/sign-in/passkey')
    expect(asked.headers.get('cache-control')).toBe('no-store')
    expect(asked.headers.getSetCookie().join()).toMatch(/^passkey=[^;]+; .*HttpOnly; SameSite=Lax/)
    const options: any = await asked.json()
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
    const bearer = browser.cookies.get('passkey')
    expect((await optionsAtDoor(browser)).challenge).not.toBe(options.challenge)
    // The page may ask twice, for the button and for the list beside the login: both are good.
    expect(browser.cookies.get('passkey')).toBe(bearer)
    const code = key.get(options)
    expectPlace(
      await browser.post('/sign-in/passkey', { code, to: '/account/devices' }),
      '/account/devices',
    )
    expect(await whoIs(browser)).toBe(ana.email)
    expect((await eventsOf(world, 'signed_in')).at(-1)?.detail).toContain('"by":"passkey"')
    expect((await kinds(world)).at(-1)).toBe('new_device')
    const devices = async () => ((await kept(world)) as any[][])[2]!.length
    const before = await devices()

    const old = copyOf(world, browser)
    world.pass(MINUTE)
    for (const to of ['//evil.example', 'https://evil.example/', '/sign-in', '/\\evil.example'])
      expectPlace(await signInByPasskey(browser, key, {}, { to }), '/account')
    expect(await whoIs(browser)).toBe(ana.email)
    expect(await whoIs(old)).toBeNull()
    // The same browser is the same device, and ends its session before.
    expect(await devices()).toBe(before)
    expect((await enrolmentRows(world))[0]?.lastUsedAt).toBe(world.now())
    expect(await pageOf(owner)).not.toContain(security.never)

    // Somebody else was signed in here.
    const shared = world.visitor()
    await shared.signIn(bob)
    expectPlace(await signInByPasskey(shared, key), '/account')
    expect(await whoIs(shared)).toBe(ana.email)
    expect(await codesSentTo(world)).toBe(0)
    expect(await codesSentTo(world, bob.email)).toBe(0)
  },
)

story(
  'what needs to be shown anew is shown by a passkey: a change, new recovery codes, switching off',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { browser, key, codes } = await withPasskey(world)
    const profile = { name: 'Ana Nova', country: 'PT', language: 'en', phone: '+351912345678' }
    world.pass(6 * MINUTE)
    expectPlace(await browser.post('/account', profile), CONFIRM)
    expect(wayOn(await pageOf(browser, CONFIRM), CONFIRM)).toBe('passkey')
    await expectRefused(world, 401, problems.wrong_passkey, () =>
      answerByPasskey(browser, CONFIRM, key, {}, { origin: 'https://localhost.evil.example' }),
    )
    expectPlace(await answerByPasskey(browser, CONFIRM, key), '/account?notice=saved')
    expect(await pageOf(browser, '/account')).toContain('Ana Nova')

    expectPlace(await browser.post('/account/security/recovery-codes'), CODE)
    const shown = await (await answerByPasskey(browser, CODE, key)).text()
    const fresh = recoveryCodesIn(shown)
    expect(fresh).toHaveLength(10)
    await browser.post('/account/security/confirm', { saved: 'yes' })
    const recover = async (code: string) => {
      const other = world.visitor()
      await other.signIn()
      return other.post(SECOND, { code, with: 'recovery' })
    }
    expect((await recover(codes[0]!)).status).toBe(401)
    expectPlace(await recover(fresh[0]!), '/account?notice=recovery_left')

    expectPlace(await browser.post('/account/security/unprotect'), CODE)
    await expectRefused(world, 401, problems.wrong_passkey, () =>
      answerByPasskey(browser, CODE, key, {}, { userPresent: false }),
    )
    expectPlace(await answerByPasskey(browser, CODE, key), `${HERE}?notice=unprotected`)
    expect(await enrolledFor(world)).toEqual([])
    expect(await codesSentTo(world)).toBe(0)
    const page = await (await signInByPasskey(world.visitor(), key)).text()
    expect(unknownOn(page)?.credentialId).toBe(key.credentialId)
  },
)

story(
  'one account has twenty passkeys at most, in however many tabs they are made',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { browser, key } = await withPasskey(world)
    const [row] = await enrolmentRows(world)
    const more = Array.from({ length: 18 }, (_, n) => ({
      ...row!,
      id: `${row!.id}${n}`,
      handle: `${n}`,
    }))
    await world.app.db.insertInto('enrolments').values(more).execute()
    const other = world.visitor()
    await signInByPasskey(other, key)
    for (const tab of [browser, other]) expectPlace(await begin(tab, 'passkey'), CODE)
    const answers = []
    for (const tab of [browser, other])
      answers.push({
        tab,
        code: authenticatorFor(world).create(optionsIn(await pageOf(tab, CODE))),
      })
    const [first, second] = answers
    const made = await first!.tab.post(CODE, { code: first!.code, with: 'passkey' })
    expectPlace(made, `${HERE}?notice=factor_added`)
    await expectRefused(world, 409, problems.too_many_factors, () =>
      second!.tab.post(CODE, { code: second!.code, with: 'passkey' }),
    )
    await expectRefused(world, 409, problems.too_many_factors, () => begin(browser, 'passkey'))
    expect(await pageOf(browser)).not.toContain('name="kind" value="passkey"')
    expect((await enrolledFor(world)).filter((kind) => kind === 'passkey')).toHaveLength(20)
  },
)

story(
  'a passkey that is removed is dead at once, everywhere, and the browser is told of it alone',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { browser, key: first, codes } = await withPasskey(world, { name: 'Phone' })
    const { key: neighbours } = await withPasskey(world, { typed: bob })
    const second = authenticatorFor(world)
    await makePasskey(world, browser, second)
    const beside = await openWorld({ beside: world, settings: WIDE })
    const remembered = beside.visitor()
    await remembered.signIn()
    await answerByPasskey(remembered, SECOND, second, { remember: 'yes' })
    await remembered.post('/sign-out')
    const underWay = beside.visitor()
    await underWay.signIn()
    const answered = first.get(optionsIn(await pageOf(underWay, SECOND)))
    const atDoor = beside.visitor()
    const shown = first.get(await optionsAtDoor(atDoor))

    const [its = '', others = ''] = await factorsOn(browser)
    const removed = placeOf(await askToRemove(browser, its))!
    expect(removed).toBe(`${HERE}?notice=factor_removed&gone=${first.credentialId}`)
    const gone = { rpId: 'localhost', credentialId: first.credentialId }
    expect(unknownOn(await pageOf(browser, removed))).toEqual(gone)
    expect((await eventsOf(world, 'factor_removed'))[0]?.detail).toContain('Phone')
    expect((await noticesTo(world)).at(-1)).toMatchObject({
      kind: 'factor_removed',
      called: 'Phone',
    })

    await expectRefused(world, 401, problems.wrong_passkey, () =>
      underWay.post(SECOND, { code: answered, with: 'passkey' }),
    )
    const refused = await expectRefused(world, 401, problems.unknown_passkey, () =>
      atDoor.post('/sign-in/passkey', { code: shown }),
    )
    expect(unknownOn(refused)).toEqual(gone)
    expectPlace(await remembered.signIn(), SECOND)
    const asked = optionsIn(await pageOf(remembered, SECOND))
    expect(asked.allowCredentials.map(({ id }: any) => id)).toEqual([second.credentialId])
    await expectRefused(world, 401, problems.wrong_passkey, () =>
      answerByPasskey(remembered, SECOND, first),
    )
    expectPlace(await signInByPasskey(beside.visitor(), second), '/account')
    await beside.close()

    // Anybody can write an address: no living passkey is ever taken out of a browser.
    for (const id of [second.credentialId, neighbours.credentialId])
      for (const spelt of [id, otherSpelling(id), `${id}=`, `${id}A`.slice(0, -1)])
        expect(
          unknownOn(await pageOf(browser, `${HERE}?notice=factor_removed&gone=${spelt}`)),
        ).toBeNull()
    for (const odd of ['', '%22%3E%3Cscript%3E', 'a'.repeat(1400)])
      expect(unknownOn(await pageOf(browser, `${HERE}?gone=${odd}`))).toBeNull()

    await expectRefused(world, 404, problems.no_such_factor, () => askToRemove(browser, its))
    await expectRefused(world, 409, problems.last_factor, () => askToRemove(browser, others))
    // The last strong one goes only with a proof that was asked for now.
    await begin(browser, 'email')
    await browser.post(CODE, { code: await world.codeTo(ana.email), with: 'email' })
    expectPlace(await askToRemove(browser, others), CONFIRM)
    expect(waysOn(await pageOf(browser, CONFIRM))).toEqual(['recovery'])
    expect(await enrolledFor(world)).toEqual(['email', 'passkey', 'recovery'])
    const done = await browser.post(CONFIRM, { code: codes[0]!, with: 'recovery' })
    expectPlace(done, `${HERE}?notice=factor_removed&gone=${second.credentialId}`)
    expect(await enrolledFor(world)).toEqual(['email', 'recovery'])
  },
)

story(
  'a browser is told to drop a passkey only if it was one of an account of ours, where none is being made',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { browser, key } = await withPasskey(world)
    const gone = authenticatorFor(world)
    await makePasskey(world, browser, gone)
    /** What a browser is told that shows a passkey which we do not know. */
    const toldOf = async (shown: Authenticator, bend: Bend = {}) => {
      const answer = () => signInByPasskey(world.visitor(), shown, bend)
      return unknownOn(await expectRefused(world, 401, problems.unknown_passkey, answer))
    }
    const [, its = ''] = await factorsOn(browser)
    await askToRemove(browser, its)
    const drop = { rpId: 'localhost', credentialId: gone.credentialId }
    expect(await toldOf(gone)).toEqual(drop)
    // Another system under the same domain has accounts of its own, or says none.
    for (const userHandle of [Buffer.alloc(16, 7).toString('base64url'), 'YW5h', '', null])
      expect(await toldOf(gone, { userHandle })).toBeNull()

    // Being made: the first one of somebody until its codes are saved, and one more until it is sent.
    const first = world.visitor()
    await first.signIn(bob)
    await begin(first, 'passkey')
    const made = authenticatorFor(world)
    const code = made.create(optionsIn(await pageOf(first, CODE)))
    expect(await toldOf(made)).toBeNull()
    await first.post(CODE, { code, with: 'passkey' })
    expect(await toldOf(made)).toBeNull()
    await first.post('/account/security/confirm', { saved: 'yes' })
    expectPlace(await signInByPasskey(world.visitor(), made), '/account')

    await begin(browser, 'passkey')
    const late = authenticatorFor(world)
    late.create(optionsIn(await pageOf(browser, CODE)))
    expect([await toldOf(late), await toldOf(gone)]).toEqual([null, null])
    // What came of it is known as soon as it is over.
    await browser.post(`${HERE}/cancel`)
    expect((await toldOf(late))?.credentialId).toBe(late.credentialId)
    await begin(browser, 'passkey')
    expect(await toldOf(gone)).toBeNull()
    world.pass(21 * MINUTE)
    expect(await toldOf(gone)).toEqual(drop)
    expectPlace(await signInByPasskey(world.visitor(), key), '/account')
  },
)

/** The same bytes in base64url, with other bits where there are some to spare. */
function otherSpelling(id: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const spelt = id.slice(0, -1) + alphabet[alphabet.indexOf(id.at(-1)!) ^ 1]
  expect(Buffer.from(spelt, 'base64url')).toEqual(Buffer.from(id, 'base64url'))
  return spelt
}

story(
  'a sign count that went back lets in, and the person is told a few times a day; one that never counts tells nobody',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { key } = await withPasskey(world, { name: 'Phone', counter: 5 })
    const { key: still } = await withPasskey(world, { typed: bob, counter: 0 })
    const told = async () => {
      const notes = (await noticesTo(world)).filter(({ kind }) => kind === 'passkey_went_back')
      return notes.length
    }
    const noted = async () => (await eventsOf(world, 'passkey_went_back')).length
    expectPlace(await signInByPasskey(world.visitor(), key), '/account')
    expect(await told()).toBe(0)
    expectPlace(await signInByPasskey(world.visitor(), key, { counter: 4 }), '/account')
    expect(await told()).toBe(1)
    expect(await noticesTo(world)).toContainEqual({ kind: 'passkey_went_back', called: 'Phone' })
    expectPlace(await signInByPasskey(world.visitor(), key), '/account')
    expect(await told()).toBe(1)
    const browser = world.visitor()
    await browser.signIn()
    expectPlace(await answerByPasskey(browser, SECOND, key, {}, { counter: 0 }), '/account')
    expect(await told()).toBe(2)
    const [event] = await eventsOf(world, 'passkey_went_back')
    expect(event?.detail).toContain('Phone')
    expect(await pageOf(browser, '/account/history')).toContain(
      textsOf('en').history.events.passkey_went_back,
    )

    for (let turn = 0; turn < 3; turn++)
      expectPlace(await signInByPasskey(world.visitor(), still), '/account')
    expect(await told()).toBe(2)
    expect(await noticesTo(world, bob.email)).not.toContainEqual(
      expect.objectContaining({ kind: 'passkey_went_back' }),
    )

    expect(await noted()).toBe(2)
    await signInByPasskey(world.visitor(), key)
    const goBack = () => signInByPasskey(world.visitor(), key, { counter: 1 })
    for (let turn = 3; turn <= 7; turn++) expectPlace(await goBack(), '/account')
    expect([await told(), await noted()]).toEqual([5, 7])
    world.pass(DAY)
    expectPlace(await goBack(), '/account')
    expect([await told(), await noted()]).toEqual([6, 8])
  },
)

story(
  'where passkeys are not allowed they are nowhere, let nobody in, and their owners come in otherwise',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { key, codes } = await withPasskey(world)
    const strict = await openWorld({ beside: world, settings: { ...WIDE, FACTORS: 'totp,email' } })
    const browser = strict.visitor()
    expect(await pageOf(browser, '/sign-in')).not.toContain('data-passkey')
    for (const path of ['/sign-in/passkey', '/.well-known/passkey-endpoints'])
      expect((await browser.get(path)).status).toBe(404)
    const asked = copyOf(world, browser)
    const shown = key.get(await optionsAtDoor(asked))
    await expectRefused(world, 403, problems.factor_not_allowed, () =>
      copyOf(strict, asked).post('/sign-in/passkey', { code: shown }),
    )

    expectPlace(await browser.signIn(), SECOND)
    const page = await pageOf(browser, `${SECOND}?with=passkey`)
    expect(wayOn(page, SECOND)).toBe('recovery')
    expect([waysOn(page), optionsIn(page)]).toEqual([[], null])
    // The same attempt at a server that still allows them shows what is to be answered.
    const allowed = copyOf(world, browser)
    const code = key.get(optionsIn(await pageOf(allowed, SECOND)))
    await expectRefused(world, 403, problems.factor_not_allowed, () =>
      browser.post(SECOND, { code, with: 'passkey' }),
    )
    await expectRefused(world, 401, problems.wrong_code, () => browser.post(SECOND, { code }))
    const recovered = await browser.post(SECOND, { code: codes[0]!, with: 'recovery' })
    const asksForMore = `${HERE}?notice=add_another&to=%2Faccount`
    expectPlace(recovered, asksForMore)

    const own = await pageOf(browser, asksForMore)
    expect(own).toContain(asHtml(notices.add_another))
    expect(own).toContain(security.forbidden)
    expect(own).toContain(asHtml(security.judgements.only_codes))
    expect(own).not.toContain('name="kind" value="passkey"')
    await expectRefused(world, 403, problems.factor_not_allowed, () => begin(browser, 'passkey'))
    // Nor is one made that was begun while they were allowed.
    const tab = copyOf(world, browser)
    await begin(tab, 'passkey')
    const made = authenticatorFor(world).create(optionsIn(await pageOf(tab, CODE)))
    await expectRefused(world, 403, problems.factor_not_allowed, () =>
      copyOf(strict, tab).post(CODE, { code: made, with: 'passkey' }),
    )
    await begin(browser, 'email')
    await browser.post(CODE, { code: await world.codeTo(ana.email), with: 'email' })
    const other = strict.visitor()
    await other.signIn()
    expect(wayOn(await pageOf(other, SECOND), SECOND)).toBe('email')
    expectPlace(await signInFully(strict, other), '/account')
    expect(await pageOf(other, asksForMore)).not.toContain(asHtml(notices.add_another))
    await strict.close()

    expectPlace(await signInByPasskey(world.visitor(), key), '/account')
  },
)

story(
  'where browsers have no passkeys, at an IP address or over plain http, none are offered',
  {
    people: [ana],
    settings: { PUBLIC_URL: 'http://192.0.2.80', ALLOW_PLAIN_HTTP: 'yes', ALLOW_NO_MAIL: 'yes' },
  },
  async (world) => {
    for (const PUBLIC_URL of ['https://192.0.2.80', 'https://[2001:db8::1]', 'http://nas.local'])
      expect(configWith({ PUBLIC_URL })).toMatchObject({
        site: null,
        factors: ['totp', 'sms', 'email'],
      })
    for (const PUBLIC_URL of [
      'https://id.example.com',
      'http://localhost:81',
      'http://a.localhost',
    ])
      expect(configWith({ PUBLIC_URL })).toMatchObject({
        site: { rpId: new URL(PUBLIC_URL).hostname, origin: PUBLIC_URL },
        factors: ['passkey', 'totp', 'sms', 'email'],
      })

    const browser = world.visitor()
    const page = await pageOf(browser, '/sign-in')
    expect(page).not.toContain('data-passkey')
    for (const path of ['/sign-in/passkey', '/.well-known/passkey-endpoints'])
      expect((await browser.get(path)).status).toBe(404)
    await expectRefused(world, 403, problems.factor_not_allowed, () =>
      browser.post('/sign-in/passkey', { code: '{}' }),
    )
    await browser.signIn()
    expect(await pageOf(browser)).not.toContain('name="kind" value="passkey"')
    await expectRefused(world, 403, problems.factor_not_allowed, () => begin(browser, 'passkey'))
  },
)

function configWith(settings: Record<string, string>) {
  const about = { DATA_DIR: '/nowhere', ALLOW_PLAIN_HTTP: 'yes', ALLOW_NO_MAIL: 'yes' }
  const loaded = loadConfig({ ...about, ...settings }, null)
  return 'problems' in loaded ? loaded.problems.map(({ name }) => name) : loaded.config
}

story(
  'passkeys can be good for a domain above ours, and password managers find where they are kept',
  { people: [ana], settings: { ...WIDE, ...https, PASSKEY_RP_ID: 'example.com' } },
  async (world) => {
    const wrong = [
      'com',
      'ample.com',
      'other.com',
      'a.id.example.com',
      '192.0.2.1',
      'https://example.com',
    ]
    for (const PASSKEY_RP_ID of wrong)
      expect(configWith({ ...https, PASSKEY_RP_ID })).toEqual(['PASSKEY_RP_ID'])
    expect(siteOf(world)).toMatchObject({ rpId: 'example.com', origin: https.PUBLIC_URL })

    const { browser, key } = await withPasskey(world)
    expect([...browser.cookies.keys()]).not.toContain('passkey')
    const other = world.visitor()
    const options = await optionsAtDoor(other)
    expect(options.rpId).toBe('example.com')
    expect(other.cookies.get('__Host-passkey')).toMatch(/^[\w-]{43}$/)
    expectPlace(await other.post('/sign-in/passkey', { code: key.get(options) }), '/account')
    const third = world.visitor()
    await third.signIn()
    await expectRefused(world, 401, problems.wrong_passkey, () =>
      answerByPasskey(third, SECOND, key, {}, { rpId: 'id.example.com' }),
    )
    expectPlace(await answerByPasskey(third, SECOND, key), '/account')
    const [its = ''] = await factorsOn(third)
    await makePasskey(world, third, authenticatorFor(world))
    const removed = placeOf(await askToRemove(third, its))!
    expect(unknownOn(await pageOf(third, removed))).toEqual({
      rpId: 'example.com',
      credentialId: key.credentialId,
    })

    const found = await world.visitor().get('/.well-known/passkey-endpoints')
    expect([found.status, found.headers.get('content-type')]).toEqual([200, 'application/json'])
    const url = `${https.PUBLIC_URL}${HERE}`
    expect(await found.json()).toEqual({ enroll: url, manage: url })
  },
)

story(
  'who has a passkey is in by it after a reset, and sets a new password first where others know it',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { key } = await withPasskey(world)
    const reset = world.visitor()
    await reset.post('/sign-in/forgot', { login: ana.email })
    const link = (await noticesTo(world)).find(({ kind }) => kind === 'password_reset')
    const token = (link as { token: string }).token
    const renewed = { ...ana, password: 'seven herons over the weir' }
    await reset.post('/sign-in/reset', { token, password: renewed.password })
    expectPlace(await signInByPasskey(world.visitor(), key), '/account')
    const browser = world.visitor()
    expectPlace(await browser.signIn(renewed), SECOND)
    expectPlace(await answerByPasskey(browser, SECOND, key), '/account')

    const now = world.now()
    await world.app.db.updateTable('accounts').set({ passwordKnownAt: now }).execute()
    const due = world.visitor()
    const to = '/account/devices'
    expectPlace(await signInByPasskey(due, key, {}, { to }), '/sign-in/password')
    expect(await whoIs(due)).toBeNull()
    expectPlace(await due.get(SECOND), '/sign-in/password')
    const tooShort = await due.post('/sign-in/password', { password: 'short' })
    expect([tooShort.status, await whoIs(due)]).toEqual([422, null])
    const last = 'a third one, for good measure'
    expectPlace(await due.post('/sign-in/password', { password: last }), to)
    expect(await whoIs(due)).toBe(ana.email)
    expect(await whoIs(browser)).toBeNull()
    expectPlace(await signInByPasskey(world.visitor(), key), '/account')
    expect(await codesSentTo(world)).toBe(0)
  },
)

story(
  'at the door a refusal is in the language of the browser, whoever has that passkey; later in theirs',
  { people: [ana, aida], settings: WIDE },
  async (world) => {
    const { key } = await withPasskey(world, { typed: aida })
    const own = textsOf('ar').problems.wrong_passkey
    for (const [who, text] of [
      [world.visitor(), problems.wrong_passkey],
      [world.visitor({ language: 'zh-CN' }), textsOf('zh-CN').problems.wrong_passkey],
    ] as const) {
      // Who it was is not known, so nobody hears of it, and nothing is written down.
      const said = await expectNoChange(world, () =>
        expectRefused(world, 401, text, () => signInByPasskey(who, key, { signature: 'flipped' })),
      )
      expect(said).not.toContain('dir="rtl"')
    }
    const nobodys = newAuthenticator({ site: siteOf(world) })
    const said = await expectNoChange(world, () =>
      expectRefused(world, 401, problems.unknown_passkey, () =>
        signInByPasskey(world.visitor(), nobodys),
      ),
    )
    expect(unknownOn(said)).toBeNull()

    const browser = world.visitor()
    await browser.signIn(aida)
    await expectRefused(world, 401, own, () =>
      answerByPasskey(browser, SECOND, key, {}, { signature: 'flipped' }),
    )
    expectPlace(await signInByPasskey(world.visitor(), key), '/account')
  },
)
