import { expect } from 'vitest'
import { addAccount, openSetUp, setUp } from '../../src/accounts/set-up.ts'
import type { FieldCode, Typed } from '../../src/accounts/new-account.ts'
import { languages } from '../../src/lib/language.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { ana, bob, HOUR, MINUTE, nobodysVisit, type World } from '../world.ts'
import { asHtml, kept, placeOf, story } from './story.ts'

const accounts = (world: World) =>
  world.app.db.selectFrom('accounts').selectAll().orderBy('email').execute()

story('the set-up link makes the first account, and is dead from then on', {}, async (world) => {
  const token = await openSetUp(world.app)
  expect(token).toMatch(/^[\w-]{43}$/)
  const browser = world.visitor()
  expect((await browser.get(`/setup?token=${token}`)).status).toBe(200)
  expect(placeOf(await browser.post('/setup', { token, ...ana }))).toBe('/sign-in?notice=set_up')
  expect(await accounts(world)).toMatchObject([{ email: ana.email, privilege: 'operator' }])

  const before = await kept(world)
  expect((await browser.get(`/setup?token=${token}`)).status).toBe(410)
  expect((await browser.post('/setup', { token, ...bob })).status).toBe(410)
  expect(await kept(world)).toEqual(before)
  expect(placeOf(await browser.signIn(ana))).toBe('/account')
})

story('the set-up link lives for 60 minutes', {}, async (world) => {
  const token = await openSetUp(world.app)
  const browser = world.visitor()
  world.pass(HOUR - 1)
  expect((await browser.get(`/setup?token=${token}`)).status).toBe(200)
  world.pass(1)
  expect((await browser.get(`/setup?token=${token}`)).status).toBe(410)
  expect((await browser.post('/setup', { token, ...ana })).status).toBe(410)
  expect(await accounts(world)).toEqual([])

  const next = await openSetUp(world.app)
  expect((await browser.post('/setup', { token: next, ...ana })).status).toBe(303)
})

story('a link that we never made sets nothing up', {}, async (world) => {
  const token = await openSetUp(world.app)
  const browser = world.visitor()
  for (const wrong of ['', 'x', token.slice(1), `${token}x`, token.toUpperCase()]) {
    expect((await browser.get(`/setup?token=${wrong}`)).status, wrong).toBe(410)
    expect((await browser.post('/setup', { token: wrong, ...ana })).status, wrong).toBe(410)
  }
  expect(await accounts(world)).toEqual([])
})

story('two who use one link, or two links, at once make one account', {}, async (world) => {
  const [one, two] = [await openSetUp(world.app), await openSetUp(world.app)]
  const forms = [
    { token: one, ...ana },
    { token: one, ...bob },
    { token: two, ...ana, email: 'carla@example.com' },
  ]
  const sent = forms.map((form) => world.visitor().post('/setup', form))
  const statuses = (await Promise.all(sent)).map(({ status }) => status)
  expect(statuses.toSorted((a, b) => a - b)).toEqual([303, 410, 410])
  expect(await accounts(world)).toHaveLength(1)
})

story('an installation is set up once, whoever asks', { people: [ana] }, async (world) => {
  const token = await openSetUp(world.app)
  const before = await kept(world)
  expect((await world.visitor().post('/setup', { token, ...bob })).status).toBe(410)
  expect(await setUp(world.app, nobodysVisit, null, bob)).toEqual({ refused: 'setup_link_dead' })
  expect(await kept(world)).toEqual(before)
})

const wrongFields: [field: keyof Typed, typed: string, code: FieldCode][] = [
  ['email', '', 'missing'],
  ['email', 'ana', 'bad_email'],
  ['email', 'ana@example.com, bob@example.com', 'bad_email'],
  ['email', 'ana@example.com\r\nBcc: bob@example.com', 'bad_email'],
  ['email', `${'a'.repeat(388)}@example.com`, 'bad_email'],
  ['name', '  ', 'missing'],
  ['name', 'Ana\0', 'bad_text'],
  ['name', 'Ana \u202Eamil', 'bad_text'],
  ['name', 'a'.repeat(101), 'bad_text'],
  ['country', '', 'missing'],
  ['country', 'XX', 'bad_country'],
  ['language', 'tlh', 'bad_language'],
  ['phone', '12', 'bad_phone'],
  ['phone', '+44 7400 123456', 'phone_country'],
  ['password', '', 'missing'],
  ['password', 'too short', 'password_short'],
  ['password', 'long '.repeat(52), 'password_long'],
  ['password', 'password123', 'password_common'],
  ['password', 'Nightlatch!!', 'password_context'],
]

story('each field that is wrong is named with a reason, in three languages', {}, async (world) => {
  const token = await openSetUp(world.app)
  for (const language of languages) {
    const browser = world.visitor({ language })
    const { fields, labels } = textsOf(language)
    for (const [field, typed, code] of wrongFields) {
      const response = await browser.post('/setup', { token, ...ana, [field]: typed })
      const page = await response.text()
      const said = `<a href="#field-${field}">${asHtml(labels[field])}</a>: ${asHtml(fields[code])}`
      expect(response.status, `${field} ${code}`).toBe(422)
      expect(page, `${field} ${code}`).toContain(said)
      expect(page).toContain(`lang="${language}"`)
      expect(page).not.toContain(ana.password)
    }
  }
  expect(await accounts(world)).toEqual([])
  expect((await world.visitor().post('/setup', { token, ...ana })).status).toBe(303)
})

story('all that is wrong is said at once', {}, async (world) => {
  const token = await openSetUp(world.app)
  const wrong = { email: 'x', name: '', country: 'XX', language: 'xx', password: 'x', phone: '' }
  const page = await (await world.visitor().post('/setup', { token, ...wrong })).text()
  for (const field of ['email', 'name', 'country', 'language', 'password'])
    expect(page).toContain(`<a href="#field-${field}">`)
  expect(await accounts(world)).toEqual([])
})

const jose: Typed = { ...bob, email: 'josé@bücher.example', name: 'José Pinto' }
const sameAddress: [form: string, email: string][] = [
  ['the same', jose.email],
  ['capitals', 'JOSÉ@BÜCHER.EXAMPLE'],
  ['letters taken apart', jose.email.normalize('NFD')],
  ['capitals taken apart', 'JOSÉ@BÜCHER.EXAMPLE'.normalize('NFD')],
  ['the domain as DNS knows it', 'josé@xn--bcher-kva.example'],
  ['spaces round it', ' josé@bücher.example '],
  ['a full-width domain', 'josé@bücher.ｅｘａｍｐｌｅ'],
]

story(
  'an address in another form is still the same account',
  { people: [ana, jose] },
  async (world) => {
    const before = await kept(world)
    for (const [form, email] of sameAddress) {
      const made = await addAccount(world.app, nobodysVisit, { ...bob, email })
      expect(made, form).toEqual({ problems: { email: 'taken' } })
    }
    expect(await kept(world)).toEqual(before)
    for (const [form, email] of sameAddress) {
      world.pass(MINUTE)
      const entered = await world.visitor().signIn({ ...jose, email })
      expect(placeOf(entered), form).toBe('/account')
    }
  },
)

// Chinese and Japanese keyboards write these for a full stop (UTS #46 §4).
story(
  'an address with another full stop is the same account',
  { people: [ana, jose] },
  async (world) => {
    const before = await kept(world)
    for (const stop of ['\u3002', '\uFF0E', '\uFF61']) {
      const email = jose.email.replace('.', stop)
      const made = await addAccount(world.app, nobodysVisit, { ...bob, email })
      expect(made, stop).toEqual({ problems: { email: 'taken' } })
    }
    expect(await kept(world)).toEqual(before)
  },
)
