import { expect } from 'vitest'
import { addAccount } from '../../src/accounts/set-up.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { ana, bob, MINUTE, nobodysVisit, protect } from '../world.ts'
import { asHtml, placeOf, story } from './story.ts'

const arabic = { ...ana, language: 'ar' }

story(
  'every page speaks the language of the account, also the code page and those that refuse',
  { people: [arabic] },
  async (world) => {
    const browser = world.visitor({ language: 'en' })
    await browser.signIn()
    const pages = [
      await browser.get('/account'),
      await browser.get('/nowhere'),
      await browser.post('/account', { surprise: '1' }),
    ]
    for (const page of pages) expect(await page.text()).toContain('<html lang="ar" dir="rtl">')
    await browser.post('/sign-out')
    await protect(world, browser)
    await browser.post('/sign-out')
    await browser.signIn()
    expect(await (await browser.get('/sign-in/second')).text()).toContain('<html lang="ar"')
    const wrong = await browser.post('/sign-in/second', { code: 'x' })
    expect(await wrong.text()).toContain(asHtml(textsOf('ar').problems.wrong_code))
    const stranger = world.visitor({ language: 'en' })
    expect(await (await stranger.get('/nowhere')).text()).toContain('<html lang="en"')
  },
)

story('a page that refuses names nobody', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  expect(await (await browser.get('/account/x.css')).text()).not.toContain(ana.name)
})

story(
  'the language of the profile counts, whatever was chosen before',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.post('/language', { language: 'ar', to: '/sign-in' })
    await browser.signIn()
    const { name, country, phone } = ana
    await browser.post('/account', { name, country, phone, language: 'zh-CN' })
    expect(await (await browser.get('/account')).text()).toContain('<html lang="zh-CN"')
  },
)

story(
  'a form that comes too late leads back to a page, never to where only forms go',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    for (const path of ['send', 'confirm', 'protect', 'unprotect', 'recovery-codes']) {
      const referer = `${world.url}/account/security/${path}`
      const place = placeOf(
        await browser.post('/account/security/code', { code: '1' }, { referer }),
      )
      expect(place, path).toBe('/sign-in?notice=sign_in_first')
    }
  },
)

story(
  'a recovery code shows how many are left, and the way on to where the person was going',
  { people: [ana] },
  async (world) => {
    const codes = await protect(world, world.visitor())
    const browser = world.visitor({ address: '192.0.2.50' })
    const { email: login, password } = ana
    await browser.post('/sign-in', { login, password, to: '/app?x=1#part' })
    const entered = await browser.post('/sign-in/second', { code: codes[0]!, with: 'recovery' })
    const page = await (await browser.get(placeOf(entered)!)).text()
    expect(page).toContain(asHtml(textsOf('en').notices.recovery_left({ left: 9 })))
    expect(page).toContain('href="/app?x=1#part"')
    const evil = '/account/security?notice=recovery_left&to=%2F%2Fevil.example'
    expect(await (await browser.get(evil)).text()).not.toContain('evil')
  },
)

story('a notice is shown only where it is true', { people: [ana] }, async (world) => {
  const { notices } = textsOf('en')
  const browser = world.visitor()
  await browser.signIn()
  const said = async (notice: string) =>
    (await browser.get(`/account/security?notice=${notice}`)).text()
  expect(await said('protected')).not.toContain(notices.protected)
  expect(await said('unprotected')).toContain(notices.unprotected)
  await protect(world, browser)
  expect(await said('protected')).toContain(notices.protected)
  expect(await said('unprotected')).not.toContain(notices.unprotected)
})

story('before the set-up nobody else can be added', {}, async (world) => {
  expect(await addAccount(world.app, nobodysVisit, bob)).toEqual({ refused: 'not_set_up' })
  expect(await world.app.db.selectFrom('accounts').select('id').execute()).toEqual([])
})

story(
  'a session has one change of protection under way, and only so many an hour',
  { people: [ana], settings: { ADDRESS_REQUESTS_5_MINUTES: '6' } },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const statuses: number[] = []
    for (let turn = 0; turn < 8; turn++)
      statuses.push((await browser.post('/account/security/protect')).status)
    expect(statuses).toEqual([303, 303, 303, 303, 303, 303, 429, 429])
    const open = await world.app.db
      .selectFrom('attempts')
      .select('id')
      .where('purpose', '=', 'protect')
      .where('endedAt', 'is', null)
      .execute()
    expect(open).toHaveLength(1)
  },
)

story(
  'whoever takes long to save the codes can still confirm them',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await browser.post('/account/security/protect')
    world.pass(4 * MINUTE)
    const shown = await browser.post('/account/security/code', {
      code: await world.codeTo(ana.email),
    })
    expect(shown.headers.getSetCookie().join()).toMatch(/^attempt=.*Max-Age=1200/)
    world.pass(9 * MINUTE)
    const saved = await browser.post('/account/security/confirm', { saved: 'yes' })
    expect(placeOf(saved)).toBe('/account/security?notice=protected')
  },
)
