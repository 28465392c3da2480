import { expect } from 'vitest'
import { languages } from '../../src/lib/language.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { ana, bob, protect, signInFully, type Visitor, type World } from '../world.ts'
import { asHtml, eventsOf, kept, placeOf, story, NO_ID } from './story.ts'

const mine = { name: ana.name, country: ana.country, language: ana.language, phone: '' }
const save = (browser: Visitor, changed: Record<string, string>) =>
  browser.post('/account', { ...mine, ...changed })

const accountOf = (world: World, email = ana.email) =>
  world.app.db.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirst()

story(
  'a person changes name, country, language and number, and nothing else changes',
  { people: [ana, bob] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const [before, bobs] = [await accountOf(world), await accountOf(world, bob.email)]
    const changed = {
      name: '  Ana   Lima Sá ',
      country: 'GB',
      language: 'ar',
      phone: '07400 123456',
    }
    expect(placeOf(await save(browser, changed))).toBe('/account?notice=saved')
    expect(await accountOf(world)).toEqual({
      ...before,
      name: 'Ana Lima Sá',
      nameFolded: 'ana lima sá',
      country: 'GB',
      language: 'ar',
      phone: '+447400123456',
    })
    expect(await accountOf(world, bob.email)).toEqual(bobs)
    expect(await eventsOf(world, 'profile_changed')).toHaveLength(1)

    expect(placeOf(await save(browser, { phone: '' }))).toBe('/account?notice=saved')
    expect(await accountOf(world)).toEqual({ ...before, phone: null })
  },
)

const wrongFields: [field: keyof typeof mine, typed: string, code: string][] = [
  ['phone', '+44 7400 123456', 'phone_country'],
  ['phone', '+351 12', 'bad_phone'],
  ['phone', '112', 'bad_phone'],
  ['phone', 'none', 'bad_phone'],
  ['name', '', 'missing'],
  ['name', '\u202Eamil anA', 'bad_text'],
  ['country', 'XX', 'bad_country'],
  ['country', 'pt', 'bad_country'],
  ['language', 'en-GB', 'bad_language'],
  ['language', '', 'missing'],
]

story(
  'what does not fit is refused with a reason at its field, and nothing has changed',
  { people: [ana] },
  async (world) => {
    for (const language of languages) {
      const browser = world.visitor({ language })
      await browser.signIn()
      await browser.post('/language', { language, to: '/account' })
      const { fields } = textsOf(language)
      const before = await kept(world)
      for (const [field, typed, code] of wrongFields) {
        const answer = await save(browser, { [field]: typed })
        expect(answer.status, `${field} ${typed}`).toBe(422)
        const page = await answer.text()
        expect(page).toContain(`<a href="#field-${field}">`)
        expect(page, `${field} ${typed}`).toContain(asHtml(fields[code as keyof typeof fields]))
      }
      expect(await kept(world)).toEqual(before)
    }
    expect(await eventsOf(world, 'profile_changed')).toEqual([])
  },
)

story(
  'a right number with the wrong country is refused whole: the name stays too',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const before = await accountOf(world)
    const answer = await save(browser, {
      name: 'Ana Other',
      country: 'GB',
      phone: '+351 912 345 678',
    })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('value="Ana Other"')
    expect(await accountOf(world)).toEqual(before)
    expect((await save(browser, { phone: '+351 912 345 678' })).status).toBe(303)
    expect(await accountOf(world)).toMatchObject({ phone: '+351912345678' })
  },
)

for (const language of ['zh-CN', 'ar'] as const)
  story(
    `pages and mails follow the language of the account: ${language}`,
    { people: [ana] },
    async (world) => {
      const browser = world.visitor({ language: 'en' })
      await browser.signIn()
      expect(await (await browser.get('/account')).text()).toContain('<html lang="en"')
      await save(browser, { language })
      const page = await (await browser.get('/account')).text()
      expect(page).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"`)
      expect(page).toContain(textsOf(language).profile.title)

      await protect(world, browser)
      await signInFully(world, browser)
      const { mails } = textsOf(language)
      const sent = (await world.messagesTo(ana.email)).map((body) =>
        world.opened.render.mail(NO_ID, body),
      )
      expect(sent.map(({ subject }) => subject)).toEqual([
        mails.codeSubject({ product: 'Nightlatch' }),
        mails.protected.subject({ product: 'Nightlatch' }),
        mails.codeSubject({ product: 'Nightlatch' }),
      ])
      for (const { html } of sent) expect(html).toContain(`lang="${language}"`)
    },
  )

story(
  'the language chosen in a browser goes before any other, and is kept',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor({ language: 'en' })
    const chosen = await browser.post('/language', { language: 'ar', to: '/sign-in?to=%2Faccount' })
    expect(placeOf(chosen)).toBe('/sign-in?to=%2Faccount')
    expect(await (await browser.get('/sign-in')).text()).toContain('<html lang="ar" dir="rtl"')
    await browser.signIn()
    expect(await (await browser.get('/account')).text()).toContain('<html lang="ar" dir="rtl"')
    await browser.post('/language', { language: 'en', to: '/' })
    expect(await (await browser.get('/account')).text()).toContain('<html lang="en" dir="ltr"')
    expect(await accountOf(world)).toMatchObject({ language: 'en' })
  },
)

story(
  'the browser says which language is wished for, where nobody has chosen',
  { people: [ana], settings: { DEFAULT_LANGUAGE: 'zh-CN' } },
  async (world) => {
    for (const [wished, expected] of [
      ['ar-EG,en;q=0.5', 'ar'],
      ['zh-TW', 'zh-CN'],
      ['en;q=0.1,fr', 'en'],
      ['fr', 'zh-CN'],
      ['', 'zh-CN'],
    ] as const) {
      const page = await (await world.visitor({ language: wished }).get('/sign-in')).text()
      expect(page, wished).toContain(`<html lang="${expected}"`)
    }
  },
)

const elsewhere = [
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  '/account/..//evil.example',
  'javascript:alert(1)',
  'account',
  '',
]

story('choosing a language never leads to another site', {}, async (world) => {
  const browser = world.visitor()
  for (const to of elsewhere)
    expect(placeOf(await browser.post('/language', { language: 'ar', to })), to).toBe('/')
  expect(placeOf(await browser.post('/language', { language: 'ar', to: '/account?x=1' }))).toBe(
    '/account?x=1',
  )
})

story('a language that we do not speak is refused, and the old one stays', {}, async (world) => {
  const browser = world.visitor()
  await browser.post('/language', { language: 'ar', to: '/' })
  for (const language of ['', 'xx', 'EN', 'ar-EG', '../en'])
    expect((await browser.post('/language', { language, to: '/' })).status, language).toBe(400)
  expect(await (await browser.get('/sign-in')).text()).toContain('<html lang="ar"')
  browser.cookies.set('language', 'xx')
  expect(await (await browser.get('/sign-in')).text()).toContain('<html lang="en"')
})

const DOOR = '/sign-in?notice=sign_in_first'

story('nobody changes a profile without being signed in', { people: [ana] }, async (world) => {
  const before = await kept(world)
  expect(placeOf(await save(world.visitor(), { name: 'Eve' }))).toBe(DOOR)
  const browser = world.visitor()
  await protect(world, browser)
  await browser.post('/sign-out')
  await browser.signIn()
  const protectedBefore = await kept(world)
  expect(placeOf(await save(browser, { name: 'Eve' }))).toBe(DOOR)
  expect(await kept(world)).toEqual(protectedBefore)
  expect(before).not.toEqual(protectedBefore)
})
