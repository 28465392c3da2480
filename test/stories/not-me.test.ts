import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { expect } from 'vitest'
import { linkOf, sayByLink } from '../../src/accounts/say-not-me.ts'
import { insertAsking } from '../../src/sign-in/ask.ts'
import { openAttempt } from '../../src/sign-in/attempt.ts'
import { change, tell } from '../../src/sign-in/change.ts'
import { findAccount, holdAccount } from '../../src/store/accounts.ts'
import { findAgain } from '../../src/store/attempts.ts'
import { hasRowLocks } from '../../src/store/open.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { expectNoChange } from '../attacks/tools.ts'
import { addCompany } from '../setup/people.ts'
import {
  ana,
  bob,
  DAY,
  HOUR,
  MINUTE,
  nobodysVisit,
  openWorld,
  PASSWORD,
  protect,
  signInFully,
  type World,
} from '../world.ts'
import {
  answerByPasskey,
  askToRemove,
  authenticatorFor,
  connectApp,
  enrolmentRows,
  expectPlace,
  factorsOn,
  makePasskey,
  optionsIn,
  signInByApp,
  signInByPasskey,
  withPasskey,
} from './factor-tools.ts'
import { messageTo, sayNotMe } from './not-me-tools.ts'
import {
  asHtml,
  askForEmail,
  codeFor,
  codesSentTo,
  eventsOf,
  kept,
  noticesTo,
  placeOf,
  story,
  waitOf,
  whoIs,
  WIDE,
} from './story.ts'

const thiefAt = (world: World) =>
  world.visitor({
    address: '198.51.100.66',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
  })

const alarms = async (world: World): Promise<string> =>
  /nightlatch_alarms_total\{kind="not_me"\} (\d+)/.exec(await world.app.metrics.text())?.[1] ?? '0'

story(
  'the link in a mail shows what it is about, and however often it is looked at, nothing changes',
  { people: [ana] },
  async (world) => {
    await protect(world, world.visitor())
    await codeFor(world, thiefAt(world))
    const { link } = await messageTo(world, 'code')
    const pages = await expectNoChange(world, async () => {
      const seen = []
      for (let turn = 1; turn <= 10; turn++) seen.push(await world.visitor().get(link))
      return seen
    }, [])
    for (const each of pages) expect(each.status).toBe(200)
    const page = await pages[0]!.text()
    expect(page).toContain('code (signing in)')
    expect(page).toContain('a•••@e•••.com')
    expect(page).toContain('198.51.100.66')
    expect(page).toContain('Firefox, Linux')
    expect(page).toContain('January 5, 2026 at 09:00 UTC')
    expect(page).toContain('no code is sent to your account')
    const code = await world.codeTo(ana.email)
    for (const secret of [ana.email, ana.name, code]) expect(page).not.toContain(secret)
  },
)

story(
  'the thief is at the code page: the button makes the code worthless',
  { people: [ana] },
  async (world) => {
    await protect(world, world.visitor())
    const thief = thiefAt(world)
    const code = await codeFor(world, thief)
    const before = await kept(world)
    expect((await sayNotMe(world, 'code')).status).toBe(303)
    expect((await thief.post('/sign-in/second', { code })).status).toBe(401)
    expect((await thief.post('/sign-in/second/send')).status).toBe(429)
    expect(await whoIs(thief)).toBeNull()
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'for an hour no code is sent to this account, and a recovery code signs in meanwhile',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const [recovery] = await protect(world, world.visitor())
    await protect(world, world.visitor(), bob)
    await codeFor(world, thiefAt(world))
    await sayNotMe(world, 'code')
    const sent = await codesSentTo(world)

    const owner = world.visitor()
    expect(placeOf(await owner.signIn())).toBe('/sign-in/second')
    const asked = await owner.post('/sign-in/second/send')
    expect(asked.status).toBe(429)
    expect(waitOf(asked)).toBe(HOUR / 1000)
    expect(await asked.text()).toContain('Somebody said')
    const inSession = await owner.post('/sign-in/second', { code: recovery!, with: 'recovery' })
    expect(placeOf(inSession)).toContain('/account')
    await owner.post('/account/security/recovery-codes')
    expect(await codesSentTo(world)).toBe(sent)
    const refused = await eventsOf(world, 'code_not_sent')
    expect(refused.map(({ detail }) => JSON.parse(detail))).toEqual(
      Array(2).fill({ reason: 'sends_stopped' }),
    )

    // Nobody else is concerned.
    await codeFor(world, world.visitor(), bob)
    world.pass(HOUR - 1)
    await world.visitor().signIn()
    expect(await codesSentTo(world)).toBe(sent)
    world.pass(1)
    await signInFully(world, world.visitor())
    expect(await codesSentTo(world)).toBe(sent + 1)
  },
)

for (const where of ['on this server', 'on a second one'] as const)
  story(
    `whoever got in by the code is signed out and not remembered, the owner is not: ${where}`,
    { people: [ana], settings: WIDE },
    async (world) => {
      const second = await openWorld({ beside: world, settings: WIDE })
      try {
        const owner = world.visitor()
        await protect(world, owner)
        await signInFully(world, owner, ana, { remember: 'yes' })
        const thief = (where === 'on this server' ? world : second).visitor({
          address: '198.51.100.66',
        })
        await signInFully(world, thief, ana, { remember: 'yes' })
        expect(await whoIs(thief)).toBe(ana.email)
        // They come again, by the trust they got, in an attempt of its own.
        const { token } = await messageTo(world, 'code')
        world.pass(MINUTE)
        await thief.post('/sign-out')
        expect(placeOf(await thief.signIn())).toBe('/account')

        await world.visitor().post('/not-me', { token })
        expect(await whoIs(thief)).toBeNull()
        expect(placeOf(await thief.signIn())).toBe('/sign-in/second')
        expect(await whoIs(owner)).toBe(ana.email)
        await owner.post('/sign-out')
        expect(placeOf(await owner.signIn())).toBe('/account')
      } finally {
        await second.close()
      }
    },
  )

story(
  'a code that was asked for in a session ends that session, and what was begun in it',
  { people: [ana], settings: WIDE },
  async (world) => {
    const owner = world.visitor()
    await protect(world, owner)
    const thief = thiefAt(world)
    await signInFully(world, thief)
    world.pass(6 * MINUTE)
    const profile = { name: ana.name, country: 'PT', language: 'en', phone: '912 345 678' }
    expect(placeOf(await thief.post('/account', profile))).toBe('/account/confirm')
    const code = await world.codeTo(ana.email)
    await sayNotMe(world, 'code')
    expect(await whoIs(thief)).toBeNull()
    expect(placeOf(await thief.post('/account/confirm', { code }))).toContain('/sign-in')
    expect(await whoIs(owner)).toBe(ana.email)
    const open = await world.app.db
      .selectFrom('attempts')
      .select('id')
      .where('sessionId', 'is not', null)
      .where('endedAt', 'is', null)
      .execute()
    expect(open).toEqual([])
    const account = await world.app.db
      .selectFrom('accounts')
      .select('phone')
      .where('email', '=', ana.email)
      .executeTakeFirstOrThrow()
    expect(account.phone).toBeNull()
  },
)

story(
  'a notice of a change ends the session that made it',
  { people: [ana], settings: WIDE },
  async (world) => {
    const owner = world.visitor()
    await owner.signIn()
    const thief = thiefAt(world)
    await thief.signIn()
    await protectIn(world, thief)
    const { attemptId, sessionId } = await messageTo(world, 'protected')
    expect([attemptId, sessionId]).not.toContain(null)
    await sayNotMe(world, 'protected')
    expect(await whoIs(thief)).toBeNull()
    expect(await whoIs(owner)).toBe(ana.email)
  },
)

/** Switches protection on in a session that is there. */
async function protectIn(world: World, browser: ReturnType<World['visitor']>): Promise<void> {
  await browser.post('/account/security/protect')
  await browser.post('/account/security/code', { code: await world.codeTo(ana.email) })
  await browser.post('/account/security/confirm', { saved: 'yes' })
}

story(
  'a notice that no attempt caused ends the session it was written in, and one of neither ends none',
  { people: [ana] },
  async (world) => {
    const [owner, thief] = [world.visitor(), thiefAt(world)]
    await owner.signIn()
    await thief.signIn()
    const sessions = await world.app.db.selectFrom('sessions').selectAll().orderBy('id').execute()
    const { id, deviceId, accountId } = sessions.at(-1)!
    const account = (await findAccount(world.app.db, accountId))!
    const inSession = { ...nobodysVisit, session: { id, deviceId } }
    await change(world.app, nobodysVisit, (change) =>
      tell(change, account, { kind: 'unprotected' }),
    )
    await sayNotMe(world, 'unprotected')
    expect([await whoIs(owner), await whoIs(thief)]).toEqual([ana.email, ana.email])
    await change(world.app, inSession, (change) => tell(change, account, { kind: 'protected' }))
    await sayNotMe(world, 'protected')
    expect([await whoIs(owner), await whoIs(thief)]).toEqual([ana.email, null])
  },
)

story(
  'the page says what was ended and offers a new password; saying it again says the same, and does nothing',
  { people: [ana], settings: WIDE },
  async (world) => {
    await protect(world, world.visitor())
    await signInFully(world, thiefAt(world), ana, { remember: 'yes' })
    const { link, token } = await messageTo(world, 'code')
    const reader = world.visitor()
    const said = await reader.post('/not-me', { token })
    expect(placeOf(said)).toBe(link)
    const page = await (await reader.get(link)).text()
    expect(page).toContain('1 sign-in was ended.')
    expect(page).toContain('not remembered any more')
    expect(page).toContain('January 5, 2026 at 10:00 UTC')
    expect(page).toContain('href="/sign-in/forgot"')
    expect(page).not.toContain('<form method="post" action="/not-me">')

    world.pass(MINUTE)
    const again = await expectNoChange(world, () => reader.post('/not-me', { token }), [])
    expect([again.status, placeOf(again)]).toEqual([303, link])
    expect(await (await reader.get(link)).text()).toBe(page)
    expect(await eventsOf(world, 'not_me')).toHaveLength(1)
    world.pass(HOUR)
    expect(await (await reader.get(link)).text()).toContain('Codes are sent to your account again.')
  },
)

story('the link works for 24 hours, and then says so', { people: [ana] }, async (world) => {
  await protect(world, world.visitor())
  await codeFor(world, thiefAt(world))
  const { link, token } = await messageTo(world, 'code')
  world.pass(DAY - 1)
  expect((await world.visitor().get(link)).status).toBe(200)
  world.pass(1)
  await expectNoChange(world, async () => {
    for (const each of [
      await world.visitor().get(link),
      await world.visitor().post('/not-me', { token }),
    ]) {
      expect(each.status).toBe(410)
      expect(await each.text()).toContain('It may be older than a day')
    }
  }, [])
})

const lines: string[] = []
const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })

story(
  'the operators hear of it, the log and the metrics too, and nobody is told of their own report',
  { people: [ana, bob], settings: WIDE, given: { log } },
  async (world) => {
    lines.length = 0
    await protect(world, world.visitor(), bob)
    await codeFor(world, thiefAt(world), bob)
    await sayNotMe(world, 'code', bob.email)
    // ana made the installation, so she is its operator.
    expect(await noticesTo(world, ana.email)).toEqual([
      { kind: 'reported', login: bob.email, what: 'code' },
    ])
    expect((await noticesTo(world, bob.email)).map(({ kind }) => kind)).toEqual(['protected'])
    expect(await alarms(world)).toBe('1')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('this was not me')
    expect(lines[0]).not.toContain(bob.email)

    await protect(world, world.visitor(), ana)
    await codeFor(world, thiefAt(world), ana)
    await sayNotMe(world, 'code', ana.email)
    const told = await noticesTo(world, ana.email)
    expect(told.filter(({ kind }) => kind === 'reported')).toHaveLength(1)
    expect(await alarms(world)).toBe('2')
    const { token } = await messageTo(world, 'reported')
    expect((await world.visitor().get(`/not-me?token=${token}`)).status).toBe(410)
    expect((await world.visitor().post('/not-me', { token })).status).toBe(410)
  },
)

story(
  'who manages the accounts of the main account hears of it too, and nobody else',
  { people: [ana], settings: WIDE },
  async (world) => {
    await addCompany(world)
    const uma = { email: 'uma@example.com', password: PASSWORD }
    await protect(world, world.visitor(), uma)
    await codeFor(world, thiefAt(world), uma)
    await sayNotMe(world, 'code', uma.email)
    const said = [{ kind: 'reported', login: uma.email, what: 'code' }]
    for (const name of ['ana', 'main', 'mara'])
      expect(await noticesTo(world, `${name}@example.com`), name).toEqual(said)
    for (const each of ['sam@example.com', 'ugo@example.com', 'omar@example.org'])
      expect(await noticesTo(world, each), each).toEqual([])
  },
)

story(
  'an alarm that is raised was written down: what could not be written raises none',
  { people: [ana] },
  async (world) => {
    await protect(world, world.visitor())
    await codeFor(world, thiefAt(world))
    const { token } = await messageTo(world, 'code')
    await world.app.db.deleteFrom('accounts').execute()
    expect((await world.visitor().post('/not-me', { token })).status).toBe(410)
    expect(await alarms(world)).toBe('0')
  },
)

story(
  'every notice is tied to what caused it',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    const codes = await protect(world, browser)
    await signInFully(world, browser, ana, { remember: 'yes' })
    const copy = world.visitor()
    for (const [name, value] of browser.cookies)
      if (name.includes('device-')) copy.cookies.set(name, value)
    world.pass(DAY)
    await browser.signIn()
    world.pass(MINUTE)
    await copy.signIn()
    await copy.post('/sign-in/second', { code: codes[0]!, with: 'recovery' })
    await copy.post('/account/security/unprotect')
    await copy.post('/account/security/code', { code: await world.codeTo(ana.email) })
    const rows = await world.app.db.selectFrom('messages').selectAll().orderBy('id').execute()
    const kinds = rows.map(({ kind }) => kind).filter((kind) => kind !== 'code')
    expect(kinds).toEqual([
      'protected',
      'device_trust_ended',
      'recovery_code_used',
      'new_device',
      'unprotected',
    ])
    for (const { kind, attemptId } of rows) expect(attemptId, kind).not.toBeNull()
    const noted = await eventsOf(world, 'notice_sent')
    expect(noted.map(({ detail }) => JSON.parse(detail).kind)).toEqual(kinds)
  },
)

story(
  'whoever gets a code for an address they never gave ends that attempt, and nothing else',
  { people: [bob, ana] },
  async (world) => {
    const owner = world.visitor()
    await owner.signIn()
    const session = await world.app.db
      .selectFrom('sessions')
      .selectAll()
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    const account = (await findAccount(world.app.db, session.accountId))!
    const attempt = await change(world.app, nobodysVisit, async (change) => {
      const about = { accountId: account.id, sessionId: session.id, goal: null, draft: null }
      const opened = openAttempt(world.app, change.now, {
        ...about,
        purpose: 'new-email',
        proofs: [],
      })
      const state = { to: 'stranger@example.com' }
      await insertAsking(change, opened.attempt, account, 'email', state)
      return opened.attempt
    })
    const { link, token } = await messageTo(world, 'code', 'stranger@example.com')
    const page = await (await world.visitor().get(link)).text()
    expect(page).toContain('s•••@e•••.com')
    expect(page).not.toContain('signed out')
    expect((await world.visitor().post('/not-me', { token })).status).toBe(303)
    expect(await (await world.visitor().get(link)).text()).not.toContain('/sign-in/forgot')
    expect((await findAgain(world.app.db, attempt))!.endedAt).toBe(world.now())
    expect(await whoIs(owner)).toBe(ana.email)
    expect(await noticesTo(world, bob.email)).toEqual([])
    await owner.post('/account/security/protect')
    expect(await codesSentTo(world)).toBe(1)
  },
)

story(
  'a password that somebody set through a mailed link: whoever came in by it is out, and what is under way ends',
  { people: [ana] },
  async (world) => {
    const thief = thiefAt(world)
    await thief.post('/sign-in/forgot', { login: ana.email })
    const [token] = (await world.messagesTo(ana.email)).flatMap(({ notice }) =>
      notice.kind === 'password_reset' ? [notice.token] : [],
    )
    const password = 'taken by a stranger'
    await thief.post('/sign-in/reset', { token: token!, password })
    await thief.signIn({ ...ana, password })
    expect(await whoIs(thief)).toBe(ana.email)
    expect((await sayNotMe(world, 'password_changed')).status).toBe(303)
    expect(await whoIs(thief)).toBe(null)
    const [event] = await eventsOf(world, 'not_me')
    expect(JSON.parse(event!.detail)).toMatchObject({ kind: 'password_changed', sessions: 1 })
  },
)

for (const remember of ['yes', ''])
  story(
    `whoever was reported comes back from the same browser: it is a new one again (${remember ? 'remembered' : 'not remembered'})`,
    { people: [ana], settings: WIDE },
    async (world) => {
      const owner = world.visitor()
      await owner.signIn()
      const thief = thiefAt(world)
      if (remember) await protect(world, owner)
      if (remember) await signInFully(world, thief, ana, { remember })
      else await thief.signIn()
      expect(await told(world, 'new_device')).toBe(1)
      await sayNotMe(world, 'new_device')
      expect(await whoIs(thief)).toBeNull()
      world.pass(HOUR)
      if (remember) await signInFully(world, thief)
      else await thief.signIn()
      expect(await whoIs(thief)).toBe(ana.email)
      expect(await told(world, 'new_device')).toBe(2)
      // The owner's own browser is not concerned.
      await owner.post('/sign-out')
      if (remember) await signInFully(world, owner)
      else await owner.signIn()
      expect(await told(world, 'new_device')).toBe(2)
    },
  )

const told = async (world: World, kind: string): Promise<number> =>
  (await noticesTo(world)).filter((notice) => notice.kind === kind).length

story(
  'after a password that somebody set through a mailed link, no browser is known any more',
  { people: [ana] },
  async (world) => {
    const [owner, thief] = [world.visitor(), thiefAt(world)]
    await owner.signIn()
    await thief.post('/sign-in/forgot', { login: ana.email })
    const [token] = (await world.messagesTo(ana.email)).flatMap(({ notice }) =>
      notice.kind === 'password_reset' ? [notice.token] : [],
    )
    const password = 'taken by a stranger'
    await thief.post('/sign-in/reset', { token: token!, password })
    await thief.signIn({ ...ana, password })
    expect(await told(world, 'new_device')).toBe(1)
    await sayNotMe(world, 'password_changed')
    await thief.signIn({ ...ana, password })
    expect(await told(world, 'new_device')).toBe(2)
  },
)

story(
  'whoever says so by the link waits for the account first, and keeps nobody from its message meanwhile',
  { people: [ana] },
  async (world) => {
    await protect(world, world.visitor())
    await codeFor(world, thiefAt(world))
    const { id, token, accountId } = await messageTo(world, 'code')
    const held = await change(world.app, nobodysVisit, async ({ db }) => {
      await holdAccount(db, accountId)
      const saying = world.visitor().post('/not-me', { token })
      await sleep(100)
      let query = db.selectFrom('messages').select('id').where('id', '=', id)
      if (hasRowLocks(db)) query = query.forUpdate().skipLocked()
      return { saying, free: await query.execute() }
    })
    expect(held.free).toEqual([{ id }])
    expect((await held.saying).status).toBe(303)
    expect(await eventsOf(world, 'not_me')).toHaveLength(1)
  },
)

story(
  'a mail whose event is not known may be a stranger’s: its link ends the attempt, and nothing else',
  { people: [bob, ana], settings: WIDE },
  async (world) => {
    const owner = world.visitor()
    await protect(world, owner)
    const thief = thiefAt(world)
    await signInFully(world, thief)
    const open = thiefAt(world)
    world.pass(MINUTE)
    await codeFor(world, open)
    const { id, token, attemptId } = await messageTo(world, 'code')
    expect((await linkOf(world.app, token))!.isStranger).toBe(false)
    const sent = await eventsOf(world, 'code_sent')
    const event = sent.find(({ detail }) => JSON.parse(detail).message === id)!
    await world.app.db.deleteFrom('events').where('id', '=', event.id).execute()
    expect(await linkOf(world.app, token)).toMatchObject({ event: null, isStranger: true })

    expect(await sayByLink(world.app, nobodysVisit, token)).toBe('said')
    const attempt = await world.app.db
      .selectFrom('attempts')
      .select('endedAt')
      .where('id', '=', attemptId!)
      .executeTakeFirstOrThrow()
    expect(attempt.endedAt).toBe(world.now())
    expect([await whoIs(owner), await whoIs(thief)]).toEqual([ana.email, ana.email])
    expect(await noticesTo(world, bob.email)).toEqual([])
    // Codes are sent as before.
    const before = await codesSentTo(world)
    await codeFor(world, world.visitor())
    expect(await codesSentTo(world)).toBe(before + 1)
  },
)

const SECURITY = '/account/security'
const CODE = '/account/security/code'
const SECOND = '/sign-in/second'
const { notMe, security } = textsOf('en')

/** Which of an account's factors are switched off, by the order in which they were set up. */
const areOff = async (world: World, email?: string): Promise<boolean[]> =>
  (await enrolmentRows(world, email)).map(({ disabledAt }) => disabledAt !== null)

story(
  'a passkey that somebody else added lets nobody in once its owner says so by the mail, until it is shown anew',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { browser: owner, key: own } = await withPasskey(world)
    const thief = thiefAt(world)
    await thief.signIn()
    await answerByPasskey(thief, SECOND, own)
    const theirs = authenticatorFor(world)
    await makePasskey(world, thief, theirs)
    // They use it at once, in other browsers, and are about to in another.
    const [elsewhere, known, half] = [world.visitor(), world.visitor(), world.visitor()]
    expectPlace(await signInByPasskey(elsewhere, theirs), '/account')
    await known.signIn()
    await answerByPasskey(known, SECOND, theirs, { remember: 'yes' })
    const optionsAt = async (browser: typeof half, path: string) =>
      optionsIn(await (await browser.get(path)).text())
    await half.signIn()
    const asked = await optionsAt(half, SECOND)

    const { link, token } = await messageTo(world, 'factor_added')
    const reader = world.visitor()
    expect(await (await reader.get(link)).text()).toContain(asHtml(notMe.added))
    expectPlace(await reader.post('/not-me', { token }), link)
    expect(await (await reader.get(link)).text()).toContain(asHtml(notMe.disabled))
    expect(await areOff(world)).toEqual([false, false, true])
    for (const each of [thief, elsewhere, known, half]) expect(await whoIs(each)).toBeNull()
    expectPlace(await known.signIn(), SECOND)
    const atDoor = () => signInByPasskey(world.visitor(), theirs)
    const answers = [
      await half.post(SECOND, { code: theirs.get(asked), with: 'passkey' }),
      await answerByPasskey(known, SECOND, theirs),
      await atDoor(),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
    expect((await optionsAt(known, SECOND)).allowCredentials).toHaveLength(1)

    // The owner's own does as before, and theirs only when it is shown to be the owner's.
    expectPlace(await signInByPasskey(owner, own), '/account')
    expect(await (await owner.get(SECURITY)).text()).toContain(asHtml(security.disabledFactor))
    const [, factor] = await factorsOn(owner)
    expectPlace(await owner.post(`${SECURITY}/bind-anew`, { factor: factor! }), CODE)
    const options = await optionsAt(owner, CODE)
    expect(options.allowCredentials).toMatchObject([{ id: theirs.credentialId }])
    const { challenge } = options
    const user = { id: Buffer.alloc(16, 7).toString('base64url') }
    const made = authenticatorFor(world).create({ rp: { id: 'localhost' }, user, challenge })
    const before = await kept(world)
    for (const code of [theirs.get(options, { signature: 'flipped' }), own.get(options), made])
      expect((await owner.post(CODE, { code, with: 'passkey' })).status).toBe(401)
    expect(await kept(world)).toEqual(before)
    const code = theirs.get(options)
    expectPlace(await owner.post(CODE, { code, with: 'passkey' }), `${SECURITY}?notice=bound_anew`)
    expect(await areOff(world)).toEqual([false, false, false])
    expectPlace(await atDoor(), '/account')
  },
)

story(
  'so does an app, once its owner says so in the history: that very one, and the owner takes it away',
  { people: [ana], settings: WIDE },
  async (world) => {
    const owner = world.visitor()
    await protect(world, owner)
    const { phone: own } = await connectApp(world, owner)
    const thief = thiefAt(world)
    expectPlace(await signInByApp(thief, own.code()), '/account')
    const { phone: theirs } = await connectApp(world, thief)
    expect(await areOff(world)).toEqual([false, false, false, false])
    const event = (await eventsOf(world, 'factor_added')).at(-1)!.id
    const said = await owner.post('/account/history/not-me', { event })
    expectPlace(said, '/account/history?notice=not_me')
    expect(await areOff(world)).toEqual([false, false, false, true])
    expect([await whoIs(owner), await whoIs(thief)]).toEqual([ana.email, null])
    expect((await signInByApp(world.visitor(), theirs.code())).status).toBe(401)
    expectPlace(await signInByApp(world.visitor(), own.code()), '/account')
    const gone = (await factorsOn(owner)).at(-1)!
    expectPlace(await askToRemove(owner, gone), `${SECURITY}?notice=factor_removed`)
    expect(await areOff(world)).toEqual([false, false, false])
  },
)

story(
  'nothing is switched off by what tells of no factor that was added, nor by a stranger',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const { db } = world.app
    const thief = thiefAt(world)
    await thief.signIn()
    await connectApp(world, thief)
    const { browser } = await withPasskey(world, { typed: bob })
    await makePasskey(world, browser, authenticatorFor(world))
    const unknown = await messageTo(world, 'factor_added', bob.email)
    const noted = await eventsOf(world, 'notice_sent')
    const event = noted.find(({ detail }) => JSON.parse(detail).message === unknown.id)!
    await db.deleteFrom('events').where('id', '=', event.id).execute()
    await askForEmail(browser, 'stranger@example.com')
    // Switched on by somebody who was in: its factor is of no attempt.
    const own = await messageTo(world, 'protected')
    expectPlace(await world.visitor().post('/not-me', { token: own.token }), own.link)
    const all = [unknown, await messageTo(world, 'code', 'stranger@example.com')]
    for (const { link, token, attemptId, accountId } of all) {
      // Not even where it was set up in that attempt.
      const ofAccount = db.updateTable('enrolments').where('accountId', '=', accountId)
      await ofAccount.set({ attemptId }).execute()
      expect(await (await world.visitor().get(link)).text()).not.toContain(asHtml(notMe.added))
      expectPlace(await world.visitor().post('/not-me', { token }), link)
      expect(await (await world.visitor().get(link)).text()).not.toContain(asHtml(notMe.disabled))
    }
    expect(await areOff(world)).toEqual([false, false])
    expect(await areOff(world, bob.email)).toEqual([false, false, false])
    expect(await eventsOf(world, 'not_me')).toHaveLength(3)
  },
)
