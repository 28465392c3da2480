import { chainEvents } from '../../src/accounts/events/chain.ts'
import { verifyEvents } from '../../src/accounts/events/verify.ts'
import { expect } from 'vitest'
import { applyDueChanges } from '../../src/accounts/contact-changes.ts'
import { machine } from '../../src/commands/users.ts'
import type { UserChange } from '../../src/accounts/users/user-change.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { findAccountByLogin } from '../../src/store/accounts.ts'
import { clean } from '../../src/store/clean.ts'
import { dump, expectNoChange } from '../attacks/tools.ts'
import { actAs, actBy, newUser } from '../setup/act.ts'
import { addCompany, addPerson, type names } from '../setup/people.ts'
import {
  ana,
  DAY,
  HOUR,
  PASSWORD,
  protect,
  signInFully,
  type Visitor,
  type World,
} from '../world.ts'
import { enrolmentRows } from './factor-tools.ts'
import {
  asHtml,
  codeFor,
  enrolledFor,
  eventsOf,
  hiddenFields,
  noticesTo,
  placeOf,
  story,
  whoIs,
  whole,
  WIDE,
} from './story.ts'

const { problems, newPassword, notices } = textsOf('en')
const NEXT = 'seven herons over the weir'
const mara = 'mara@example.com'
const uma = { email: 'uma@example.com', password: PASSWORD }
const company = { people: [ana], settings: WIDE }

type Ids = Record<(typeof names)[number], string>

const invitationsTo = async (world: World, email: string): Promise<string[]> =>
  (await noticesTo(world, email)).flatMap((notice) =>
    notice.kind === 'invitation' ? [notice.token] : [],
  )

const accept = (browser: Visitor, token: string, password = NEXT) =>
  browser.post('/invitation', { token, password })

/** Of the account that was made. */
const idIn = (made: Awaited<ReturnType<typeof actAs>>): string =>
  ('done' in made && made.with?.['id']) || ''

/** What the person was told of by mail, in short. */
const toldTo = async (world: World, email: string) =>
  (await noticesTo(world, email)).map((notice) =>
    notice.kind === 'account_changed' ? `${notice.what} by ${notice.login}` : notice.kind,
  )

const did = async (world: World, kind: string) =>
  (await eventsOf(world, kind)).map(({ accountId, detail }) => ({
    accountId,
    ...(JSON.parse(detail) as object),
  }))

story(
  'who is invited sets a password by the link, once, and signs in with it',
  company,
  async (world) => {
    const ids = await addCompany(world)
    const made = await actAs(world.app, mara, { what: 'add', user: newUser, invite: true })
    const id = idIn(made)
    expect(made).toMatchObject({ done: 'user_added_invited' })
    expect(await findAccountByLogin(world.app.db, newUser.login)).toMatchObject({
      id,
      mainId: ids.main,
      passwordHash: '',
      emailProvenAt: null,
      invitedAt: world.now(),
    })
    expect(await did(world, 'account_invited')).toEqual([{ accountId: id, actor: ids.mara }])
    // Nobody guesses the password of somebody who has none.
    expect((await world.visitor().signIn({ ...newUser, password: '' })).status).toBe(401)

    const [token] = await invitationsTo(world, newUser.email)
    const browser = world.visitor()
    for (const _ of [1, 2]) {
      const page = await (await browser.get(`/invitation?token=${token}`)).text()
      expect(page).toContain(newPassword.invitation.title)
      expect(page).toContain(newUser.email)
      expect(hiddenFields(page, '/invitation')).toEqual({ token })
    }
    expect((await accept(browser, token!, 'short')).status).toBe(422)
    const accepted = await (await accept(browser, token!)).text()
    expect(accepted).toContain(asHtml(notices.password_set))
    expect(accepted).toContain(`value="${newUser.email}"`)
    expect(await whoIs(browser)).toBe(null)
    expect(await findAccountByLogin(world.app.db, newUser.login)).toMatchObject({
      emailProvenAt: world.now(),
    })
    expect(placeOf(await browser.signIn({ ...newUser, password: NEXT }))).toBe('/account')
    expect((await accept(world.visitor(), token!)).status).toBe(410)
    expect(await actAs(world.app, mara, { what: 'invite', id })).toEqual({
      refused: 'has_password',
    })
  },
)

story(
  'an invitation that is dead says the same, whatever it died of, and changes nothing',
  company,
  async (world) => {
    await addCompany(world)
    const invited = async (email: string, until?: (id: string) => Promise<unknown>) => {
      const user = { ...newUser, email, login: email }
      const made = await actAs(world.app, mara, { what: 'add', user, invite: true })
      await until?.(idIn(made))
      return (await invitationsTo(world, email))[0]!
    }
    const act = (what: 'disable' | 'invite') => (id: string) => actAs(world.app, mara, { what, id })
    const old = await invited('old@example.com')
    world.pass(72 * HOUR)
    const [rebarred, gone, replaced] = [
      await invited('barred@example.com', act('disable')),
      await invited('gone@example.com'),
      await invited('replaced@example.com', act('invite')),
    ]
    await actAs(world.app, mara, {
      what: 'delete',
      id: (await findAccountByLogin(world.app.db, 'gone@example.com'))!.id,
    })
    const dead = await whole(await world.visitor().get('/invitation?token=none'))
    expect(dead.status).toBe(410)
    expect(dead.body).toContain(asHtml(problems.invitation_dead))
    await expectNoChange(world, async () => {
      for (const token of [old, rebarred, gone, replaced, '']) {
        const answer = await accept(world.visitor(), token)
        expect(answer.status).toBe(410)
        expect(await answer.text()).toContain(asHtml(problems.invitation_dead))
        expect((await world.visitor().get(`/invitation?token=${token}`)).status).toBe(410)
      }
    })
    // Enabled again, a new one is needed: what was ended stays so.
    const barred = (await findAccountByLogin(world.app.db, 'barred@example.com'))!
    await actAs(world.app, mara, { what: 'enable', id: barred.id })
    expect((await accept(world.visitor(), rebarred)).status).toBe(410)
    const newest = (await invitationsTo(world, 'replaced@example.com')).at(-1)!
    expect((await accept(world.visitor(), newest)).status).toBe(200)
  },
)

story('one account gets five invitations a day', company, async (world) => {
  await addCompany(world)
  const made = await actAs(world.app, mara, { what: 'add', user: newUser, invite: true })
  const id = idIn(made)
  const again = () => actAs(world.app, mara, { what: 'invite', id })
  for (let turn = 0; turn < 4; turn++) expect(await again()).toEqual({ done: 'user_invited' })
  expect(await expectNoChange(world, again, [])).toMatchObject({ refused: 'slow_down' })
  world.pass(DAY)
  expect(await again()).toEqual({ done: 'user_invited' })
})

/** Who tries what, and how it is refused. */
const refused: readonly (readonly [string, (ids: Ids) => UserChange, string])[] = [
  [
    mara,
    () => ({ what: 'add', user: { ...newUser, privilege: 'operator' }, invite: true }),
    'not_allowed_to_give',
  ],
  ['sam@example.com', () => ({ what: 'add', user: newUser, invite: false }), 'not_allowed_to_give'],
  [
    mara,
    () => ({ what: 'add', user: { ...newUser, login: uma.email }, invite: true }),
    'login_taken',
  ],
  [
    ana.email,
    (ids) => ({ what: 'add', user: { ...newUser, mainId: ids.uma }, invite: true }),
    'no_such_user',
  ],
  [
    ana.email,
    () => ({ what: 'add', user: { ...newUser, mainId: 'nobody' }, invite: true }),
    'no_such_user',
  ],
  [
    mara,
    (ids) => ({ what: 'privilege', id: ids.uma, privilege: 'operator' }),
    'not_allowed_to_give',
  ],
  [mara, (ids) => ({ what: 'privilege', id: ids.mara, privilege: null }), 'not_yourself'],
  [mara, (ids) => ({ what: 'disable', id: ids.mara }), 'not_yourself'],
  [mara, (ids) => ({ what: 'delete', id: ids.mara }), 'not_yourself'],
  [
    mara,
    (ids) => ({ what: 'factor', id: ids.mara, factor: 'any', reason: 'lost' }),
    'not_yourself',
  ],
  [mara, (ids) => ({ what: 'profile', id: ids.mara, user: newUser }), 'not_yourself'],
  [ana.email, (ids) => ({ what: 'delete', id: ids.main }), 'has_sub_accounts'],
  [
    mara,
    (ids) => ({ what: 'profile', id: ids.uma, user: { ...newUser, login: ana.email } }),
    'login_taken',
  ],
  [
    mara,
    (ids) => ({ what: 'factor', id: ids.uma, factor: 'none', reason: 'lost' }),
    'no_such_factor',
  ],
  [mara, (ids) => ({ what: 'invite', id: ids.uma }), 'has_password'],
  [mara, (ids) => ({ what: 'disable', id: ids.main }), 'no_such_user'],
]

story('what may not be done is refused, and nothing has changed', company, async (world) => {
  const ids = await addCompany(world)
  await expectNoChange(world, async () => {
    for (const [who, wanted, why] of refused) {
      const answer = await actAs(world.app, who, wanted(ids))
      expect([who, wanted(ids).what, answer]).toEqual([who, wanted(ids).what, { refused: why }])
    }
  })
})

story(
  'the last operator who can sign in stays, whoever asks; one of two does not',
  company,
  async (world) => {
    const { id } = (await findAccountByLogin(world.app.db, ana.email))!
    const barred = { email: 'barred@example.com', privilege: 'operator', disabledAt: 1 } as const
    const other = await addPerson(world, barred)
    const ways = [
      { what: 'disable', id },
      { what: 'delete', id },
      { what: 'privilege', id, privilege: 'manage' },
    ] as const
    await expectNoChange(world, async () => {
      for (const wanted of ways)
        expect(await actBy(world.app, machine, wanted)).toEqual({ refused: 'last_operator' })
    })
    await actBy(world.app, machine, { what: 'enable', id: other })
    expect(await actBy(world.app, machine, ways[2])).toEqual({ done: 'user_changed' })
    expect(await actBy(world.app, machine, { what: 'delete', id: other })).toEqual({
      refused: 'last_operator',
    })
  },
)

story(
  'a privilege counts at the next request, and so does its end; the person is told',
  company,
  async (world) => {
    const ids = await addCompany(world)
    const browser = world.visitor()
    await browser.signIn(uma)
    const give = (privilege: 'operator' | null) =>
      actAs(world.app, ana.email, { what: 'privilege', id: ids.uma, privilege })
    expect((await browser.get('/deliveries')).status).toBe(403)
    expect(await give('operator')).toEqual({ done: 'user_changed' })
    expect((await browser.get('/deliveries')).status).toBe(200)
    await give(null)
    expect((await browser.get('/deliveries')).status).toBe(403)
    await give(null)
    const said = `privilege by ${ana.email}`
    expect(await toldTo(world, uma.email)).toEqual([said, said])
    expect((await did(world, 'privilege_given'))[1]).toMatchObject({
      accountId: ids.uma,
      before: 'operator',
      privilege: null,
    })
  },
)

story(
  'who is disabled is out at once, and at the door it is as if there were no such account',
  company,
  async (world) => {
    const ids = await addCompany(world)
    const [browser, other] = [world.visitor(), world.visitor()]
    await protect(world, browser, uma)
    await codeFor(world, other, uma)
    const code = await world.codeTo(uma.email)
    await world.visitor().post('/sign-in/forgot', { login: uma.email })
    const reset = (await noticesTo(world, uma.email)).find(({ kind }) => kind === 'password_reset')
    expect(await actAs(world.app, mara, { what: 'disable', id: ids.uma })).toEqual({
      done: 'user_changed',
    })
    expect(await whoIs(browser)).toBe(null)
    expect((await other.post('/sign-in/second', { code })).status).toBe(401)
    expect(await whoIs(other)).toBe(null)
    const { token } = reset as { token: string }
    expect((await world.visitor().get(`/sign-in/reset?token=${token}`)).status).toBe(410)
    const bodyOf = async (login: string, password: string) => {
      const { status, body } = await whole(await world.visitor().signIn({ email: login, password }))
      return { status, body: body.replaceAll(login, '') }
    }
    const unknown = await bodyOf('nobody@example.com', PASSWORD)
    expect(await bodyOf(uma.email, PASSWORD)).toEqual(unknown)
    const before = (await noticesTo(world, uma.email)).length
    await world.visitor().post('/sign-in/forgot', { login: uma.email })
    expect(await noticesTo(world, uma.email)).toHaveLength(before)

    await actAs(world.app, mara, { what: 'enable', id: ids.uma })
    expect(placeOf(await signInFully(world, world.visitor(), uma))).toBe('/account')
    expect(await toldTo(world, uma.email)).toEqual(
      expect.arrayContaining([`disabled by ${mara}`, `enabled by ${mara}`]),
    )
    expect(await did(world, 'account_disabled')).toMatchObject([
      { accountId: ids.uma, actor: ids.mara },
    ])
  },
)

story(
  'of who is deleted nothing personal stays, but that things happened',
  company,
  async (world) => {
    const email = 'zelda@personal.example'
    const ids = await addCompany(world)
    const about = { email, name: 'Zelda Quorn', phone: '+351919191919', main: 'main@example.com' }
    const id = await addPerson(world, about)
    const browser = world.visitor({ address: '203.0.113.77', userAgent: 'Quornzilla/9' })
    await protect(world, browser, { email, password: PASSWORD })
    // What has its place in the chain already, and what has not yet.
    await chainEvents(world.app)
    await world.visitor().post('/sign-in/forgot', { login: email })
    const before = (
      await world.app.db.selectFrom('events').select('id').where('accountId', '=', id).execute()
    ).length
    expect(await actAs(world.app, mara, { what: 'delete', id })).toEqual({ done: 'user_deleted' })
    expect(await whoIs(browser)).toBe(null)
    expect((await noticesTo(world, email)).map(({ kind }) => kind)).toEqual(['account_deleted'])

    // The last mail has gone out.
    await world.app.db
      .updateTable('messages')
      .set({ body: null })
      .where('accountId', '=', id)
      .execute()
    await clean(world.app.db, world.now())
    const left = JSON.stringify(await dump(world, ['limits']))
    for (const word of ['zelda', 'Quorn', '919191', '203.0.113.77'])
      expect(left, word).not.toContain(word)
    const events = await world.app.db
      .selectFrom('events')
      .selectAll()
      .where('accountId', '=', id)
      .orderBy('id')
      .execute()
    expect(events.filter(({ erasedAt }) => erasedAt !== null)).toHaveLength(before)
    expect(events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['protected', 'account_deleted']),
    )
    expect((await did(world, 'account_deleted'))[0]).toEqual({
      accountId: id,
      actor: ids.mara,
      main: ids.main,
    })
    await chainEvents(world.app)
    expect((await verifyEvents(world.app, world.now())).faults).toEqual([])
  },
)

story(
  'a password that an administrator wants is chosen at the next sign-in, which goes on then',
  company,
  async (world) => {
    const ids = await addCompany(world)
    const browser = world.visitor()
    await browser.signIn(uma)
    await actAs(world.app, mara, { what: 'password_due', id: ids.uma })
    expect(await whoIs(browser)).toBe(uma.email)
    const again = world.visitor()
    expect(placeOf(await again.signIn(uma))).toBe('/sign-in/second')
    expect(placeOf(await again.get('/sign-in/second'))).toBe('/sign-in/password')
    const page = await (await again.get('/sign-in/password')).text()
    expect(page).toContain(newPassword.due.lead)
    expect((await again.post('/sign-in/password', { password: PASSWORD })).status).toBe(422)
    expect(await whoIs(again)).toBe(null)
    expect(placeOf(await again.post('/sign-in/password', { password: NEXT }))).toBe('/account')
    expect(await whoIs(browser)).toBe(null)
    const later = world.visitor()
    expect(placeOf(await later.signIn({ ...uma, password: NEXT }))).toBe('/account')
    expect(await toldTo(world, uma.email)).toContain(`password_due by ${mara}`)
  },
)

story(
  'sessions, sign-ins under way and trust in devices end when an administrator says so',
  company,
  async (world) => {
    const ids = await addCompany(world)
    const [browser, under, trusted] = [world.visitor(), world.visitor(), world.visitor()]
    await protect(world, browser, uma)
    await signInFully(world, trusted, uma, { remember: 'yes' })
    const code = await codeFor(world, under, uma)
    await actAs(world.app, mara, { what: 'sign_out', id: ids.uma })
    for (const each of [browser, trusted]) expect(await whoIs(each)).toBe(null)
    expect((await under.post('/sign-in/second', { code })).status).toBe(401)
    expect(placeOf(await trusted.signIn(uma))).toBe('/sign-in/second')

    await signInFully(world, browser, uma)
    await signInFully(world, trusted, uma)
    const devices = await world.app.db
      .selectFrom('devices')
      .select('id')
      .where('accountId', '=', ids.uma)
      .where('removedAt', 'is', null)
      .orderBy('id')
      .execute()
    expect(devices).toHaveLength(2)
    const one = { what: 'devices', id: ids.uma, devices: [devices[0]!.id] } as const
    await actAs(world.app, mara, one)
    const still = [await whoIs(browser), await whoIs(trusted)]
    expect(new Set(still)).toEqual(new Set([null, uma.email]))
    await actAs(world.app, mara, { ...one, devices: null })
    expect([await whoIs(browser), await whoIs(trusted)]).toEqual([null, null])
    expect((await toldTo(world, uma.email)).filter((each) => each.includes(' by '))).toEqual([
      `signed_out by ${mara}`,
      `devices by ${mara}`,
      `devices by ${mara}`,
    ])
    // A device of another account is none of theirs.
    const ugo = world.visitor()
    await ugo.signIn({ ...uma, email: 'ugo@example.com' })
    const his = await world.app.db
      .selectFrom('devices')
      .select('id')
      .where('accountId', '=', ids.ugo)
      .execute()
    await actAs(world.app, mara, { ...one, devices: his.map(({ id }) => id) })
    expect(await whoIs(ugo)).toBe('ugo@example.com')
  },
)

story(
  'a factor is taken away with a reason that the person reads; with the last one the codes go too',
  company,
  async (world) => {
    const ids = await addCompany(world)
    const browser = world.visitor()
    await protect(world, browser, uma)
    const [factor] = (await enrolmentRows(world, uma.email)).filter(({ kind }) => kind === 'email')
    const codes = (await enrolmentRows(world, uma.email)).find(({ kind }) => kind === 'recovery')!
    const wanted = {
      what: 'factor',
      id: ids.uma,
      reason: 'Lost her mailbox, seen at the desk',
    } as const
    await expectNoChange(world, async () => {
      const alone = await actAs(world.app, mara, { ...wanted, factor: codes.id })
      expect(alone).toEqual({ refused: 'no_such_factor' })
    })
    await actAs(world.app, mara, { ...wanted, factor: factor!.id })
    expect(await enrolledFor(world, uma.email)).toEqual([])
    expect(await whoIs(browser)).toBe(null)
    expect(placeOf(await world.visitor().signIn(uma))).toBe('/account')
    expect(await did(world, 'factor_removed')).toMatchObject([
      { accountId: ids.uma, actor: ids.mara, by: 'email', because: wanted.reason, last: true },
    ])
    expect(await noticesTo(world, uma.email)).toContainEqual({
      kind: 'account_changed',
      what: 'factor',
      login: mara,
      reason: wanted.reason,
    })
    const history = await (await signedIn(world)).get('/account/history')
    const said = await history.text()
    expect(said).toContain(wanted.reason)
    expect(said).toContain(mara)
    // From where the administrator did it is nothing for the person.
    expect(said).not.toContain('192.0.2.1<')
  },
)

async function signedIn(world: World): Promise<Visitor> {
  const browser = world.visitor({ address: '198.51.100.9' })
  await browser.signIn(uma)
  return browser
}

story(
  'another address counts at once; codes go where they arrived before, until the new one is proven',
  company,
  async (world) => {
    const ids = await addCompany(world)
    await protect(world, world.visitor(), uma)
    const moved = 'uma@new.example'
    const user = { ...newUser, email: moved, login: moved, name: 'Uma Vane' }
    const change = { what: 'profile', id: ids.uma, user } as const
    expect(await actAs(world.app, mara, change)).toEqual({ done: 'user_changed' })
    expect(await findAccountByLogin(world.app.db, moved)).toMatchObject({
      id: ids.uma,
      name: 'Uma Vane',
      nameFolded: 'uma vane',
      emailProvenAt: null,
    })
    for (const address of [uma.email, moved])
      expect(await toldTo(world, address)).toContain(`profile by ${mara}`)
    expect((await world.visitor().signIn(uma)).status).toBe(401)
    const browser = world.visitor()
    const signIn = await browser.signIn({ email: moved, password: PASSWORD })
    expect(placeOf(signIn)).toBe('/sign-in/second')
    const code = await world.codeTo(uma.email)
    expect(placeOf(await browser.post('/sign-in/second', { code }))).toBe('/account')

    // The person proves it: it is theirs already, so it is no other's, and codes go there.
    expect(placeOf(await browser.post('/account/email', { email: moved }))).toBe(
      '/account/email/code',
    )
    const proven = await browser.post('/account/email/code', { code: await world.codeTo(moved) })
    expect(placeOf(proven)).toContain('/account')
    world.pass(DAY)
    await applyDueChanges(world.app)
    expect(await findAccountByLogin(world.app.db, moved)).toMatchObject({ id: ids.uma })
    const [row] = (await enrolmentRows(world, moved)).filter(({ kind }) => kind === 'email')
    expect(row!.state).toContain(moved)
  },
)
