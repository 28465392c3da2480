import { expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import {
  ana,
  bob,
  MINUTE,
  protect,
  recoveryCodesIn,
  signInFully,
  type Visitor,
  type World,
} from '../world.ts'
import {
  asHtml,
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
  NO_ID,
} from './story.ts'

const { problems } = textsOf('en')
const HERE = '/account/security'

const open = (browser: Visitor, what: 'protect' | 'unprotect' = 'protect') =>
  browser.post(`${HERE}/${what}`)
const show = (browser: Visitor, code: string) => browser.post(`${HERE}/code`, { code })
const confirm = (browser: Visitor) => browser.post(`${HERE}/confirm`, { saved: 'yes' })

/** Up to the page with the recovery codes. */
async function untilCodes(world: World, browser: Visitor): Promise<string[]> {
  await open(browser)
  const page = await show(browser, await world.codeTo(ana.email))
  return recoveryCodesIn(await page.text())
}

/** Nothing is set up, and the password alone lets in. */
async function expectUnprotected(world: World): Promise<void> {
  expect(await enrolledFor(world)).toEqual([])
  expect(placeOf(await world.visitor().signIn())).toBe('/account')
}

story(
  'before it is switched on, the page asks to check e-mail, country and number',
  { people: [{ ...ana, phone: '+351 912 345 678' }] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const page = await (await browser.get(HERE)).text()
    expect(page).toContain(ana.email)
    expect(page).toContain('Portugal')
    expect(page).toContain('+351 912 345 678')
  },
)

story(
  'protection is on when the code was right and the recovery codes are saved',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await untilCodes(world, browser)
    expect(await enrolledFor(world)).toEqual([])
    expect(placeOf(await confirm(browser))).toBe('/account/security?notice=protected')
    expect(await enrolledFor(world)).toEqual(['email', 'recovery'])
    expect(await noticesTo(world)).toEqual([{ kind: 'protected' }])
    expect(await whoIs(browser)).toBe(ana.email)
    expect(placeOf(await world.visitor().signIn())).toBe('/sign-in/second')
  },
)

const halfWay: [place: string, go: (world: World, browser: Visitor) => Promise<unknown>][] = [
  ['before the code', async (_world, browser) => open(browser)],
  [
    'after a wrong code',
    async (world, browser) => {
      await open(browser)
      await show(browser, notThe(await world.codeTo(ana.email)))
    },
  ],
  [
    'after asking for the code again',
    async (world, browser) => {
      await open(browser)
      world.pass(30_000)
      await browser.post(`${HERE}/send`)
    },
  ],
  ['at the recovery codes', untilCodes],
  [
    'at other recovery codes',
    async (world, browser) => {
      await untilCodes(world, browser)
      await browser.post(`${HERE}/codes`)
    },
  ],
  [
    'without the tick that they are saved',
    async (world, browser) => {
      await untilCodes(world, browser)
      await browser.post(`${HERE}/confirm`)
    },
  ],
]

for (const [place, go] of halfWay) {
  story(
    `who closes the page ${place} is not protected, and nothing is half-set`,
    { people: [ana] },
    async (world) => {
      const browser = world.visitor()
      await browser.signIn()
      const before = await kept(world)
      await go(world, browser)
      expect(await kept(world)).toEqual(before)
      expect(await noticesTo(world)).toEqual([])
      expect(await eventsOf(world, 'protected')).toEqual([])
      await expectUnprotected(world)
    },
  )

  story(
    `who comes back too late ${place} finds it ended, and unprotected`,
    { people: [ana] },
    async (world) => {
      const browser = world.visitor()
      await browser.signIn()
      await go(world, browser)
      const code = await world.codeTo(ana.email)
      const attempt = browser.cookies.get('attempt')!
      world.pass(10 * MINUTE)
      browser.cookies.set('attempt', attempt)
      expect((await show(browser, code)).status).toBe(401)
      expect((await browser.post(`${HERE}/codes`)).status).toBe(409)
      const refused = await confirm(browser)
      expect(refused.status).toBe(409)
      expect(await refused.text()).toContain(asHtml(problems.attempt_over))
      await expectUnprotected(world)
    },
  )

  story(`who cancels ${place} is not protected`, { people: [ana] }, async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await go(world, browser)
    const code = await world.codeTo(ana.email)
    const attempt = browser.cookies.get('attempt')!
    expect(placeOf(await browser.post(`${HERE}/cancel`))).toBe(HERE)
    expect(browser.cookies.has('attempt')).toBe(false)
    browser.cookies.set('attempt', attempt)
    expect((await show(browser, code)).status).toBe(401)
    expect((await browser.post(`${HERE}/codes`)).status).toBe(409)
    expect((await confirm(browser)).status).toBe(409)
    await expectUnprotected(world)
  })
}

story(
  'nobody is protected by a code alone, or by confirming alone',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    expect(placeOf(await confirm(browser))).toBe(HERE)
    await open(browser)
    expect((await confirm(browser)).status).toBe(409)
    expect((await browser.post(`${HERE}/codes`)).status).toBe(409)
    expect((await show(browser, notThe(await world.codeTo(ana.email)))).status).toBe(401)
    expect((await confirm(browser)).status).toBe(409)
    await expectUnprotected(world)
  },
)

story(
  'the recovery codes just shown do not prove that mail arrives',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const codes = await untilCodes(world, browser)
    await open(browser)
    const answer = await browser.post(`${HERE}/code`, { code: codes[0]!, with: 'recovery' })
    expect(answer.status).toBe(401)
    await expectUnprotected(world)
  },
)

story('a change belongs to the session that began it', { people: [ana, bob] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  await open(browser)
  const code = await world.codeTo(ana.email)
  const [again, stranger] = [world.visitor(), world.visitor()]
  await again.signIn()
  await stranger.signIn(bob)
  for (const other of [again, stranger]) {
    other.cookies.set('attempt', browser.cookies.get('attempt')!)
    expect(placeOf(await other.get(`${HERE}/code`))).toBe(HERE)
    expect(placeOf(await show(other, code))).toBe(HERE)
    expect(placeOf(await confirm(other))).toBe(HERE)
  }
  expect(recoveryCodesIn(await (await show(browser, code)).text())).toHaveLength(10)
  stranger.cookies.set('attempt', browser.cookies.get('attempt')!)
  expect(placeOf(await confirm(stranger))).toBe(HERE)
  expect(await enrolledFor(world)).toEqual([])
  expect(await enrolledFor(world, bob.email)).toEqual([])
})

story('two tabs that confirm at once switch on once', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  const codes = await untilCodes(world, browser)
  const tabs = [browser, copyOf(world, browser), copyOf(world, browser)]
  const answers = await Promise.all(tabs.map(confirm))
  const places = answers.map(placeOf)
  expect(places.filter((place) => place === `${HERE}?notice=protected`)).toHaveLength(1)
  expect(await enrolledFor(world)).toEqual(['email', 'recovery'])
  expect(await eventsOf(world, 'protected')).toHaveLength(1)
  expect(await noticesTo(world)).toEqual([{ kind: 'protected' }])
  const other = world.visitor()
  await other.signIn()
  const entered = await other.post('/sign-in/second', { code: codes[0]!, with: 'recovery' })
  expect(entered.status).toBe(303)
})

story('two browsers that confirm at once switch on once', { people: [ana] }, async (world) => {
  const browsers = [world.visitor(), world.visitor()]
  const codes: string[][] = []
  for (const browser of browsers) {
    await browser.signIn()
    codes.push(await untilCodes(world, browser))
  }
  const answers = await Promise.all(browsers.map(confirm))
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 409])
  expect(await enrolledFor(world)).toEqual(['email', 'recovery'])
  expect(await eventsOf(world, 'protected')).toHaveLength(1)

  const winner = answers.findIndex(({ status }) => status === 303)
  const enter = async (code: string) => {
    const browser = world.visitor()
    await browser.signIn()
    return (await browser.post('/sign-in/second', { code, with: 'recovery' })).status
  }
  expect(await enter(codes[1 - winner]![0]!)).toBe(401)
  expect(await enter(codes[winner]![0]!)).toBe(303)
})

story(
  'switching on what is on is refused, and changes nothing',
  { people: [ana] },
  async (world) => {
    const [browser, other] = [world.visitor(), world.visitor()]
    await other.signIn()
    await untilCodes(world, other)
    await protect(world, browser)
    const before = await kept(world)
    for (const each of [browser, other]) {
      const refused = await open(each)
      expect(refused.status).toBe(409)
      expect(await refused.text()).toContain(asHtml(problems.already_protected))
    }
    expect((await confirm(other)).status).toBe(409)
    expect(await kept(world)).toEqual(before)
  },
)

story('switching off what is off is refused', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  const refused = await open(browser, 'unprotect')
  expect(refused.status).toBe(409)
  expect(await refused.text()).toContain(asHtml(problems.not_protected))
  expect(await noticesTo(world)).toEqual([])
})

story(
  'switching off asks for a current code: nothing else does it',
  { people: [ana], settings: { ...WIDE, NEW_DEVICE_MAIL: 'no' } },
  async (world) => {
    const browser = world.visitor()
    const codes = await protect(world, browser)
    await signInFully(world, browser, ana, { remember: 'yes' })
    const used = await world.codeTo(ana.email)
    expect(placeOf(await browser.signIn())).toBe('/account')
    const before = await kept(world)

    expect(placeOf(await open(browser, 'unprotect'))).toBe(`${HERE}/code`)
    expect(await enrolledFor(world)).toEqual(['email', 'recovery'])
    const code = await world.codeTo(ana.email)
    expect(code).not.toBe(used)
    for (const wrong of [ana.password, '', used, notThe(code)])
      expect((await show(browser, wrong)).status, wrong).toBe(401)
    expect((await browser.post(`${HERE}/code`, { code, password: ana.password })).status).toBe(400)
    expect((await browser.post(`${HERE}/code`, { code: codes[0]! })).status).toBe(401)
    expect((await browser.post(`${HERE}/code`, { code, with: 'recovery' })).status).toBe(401)
    expect((await confirm(browser)).status).toBe(409)
    expect((await browser.post(`${HERE}/codes`)).status).toBe(409)
    expect(await kept(world)).toEqual(before)
    expect(await noticesTo(world)).toEqual([{ kind: 'protected' }])

    expect(placeOf(await show(browser, code))).toBe('/account/security?notice=unprotected')
    await expectUnprotected(world)
    expect(await noticesTo(world)).toEqual([{ kind: 'protected' }, { kind: 'unprotected' }])
  },
)

story('a recovery code switches off too', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  const codes = await protect(world, browser)
  await open(browser, 'unprotect')
  const answer = await browser.post(`${HERE}/code`, { code: codes[0]!, with: 'recovery' })
  expect(placeOf(answer)).toBe('/account/security?notice=unprotected')
  await expectUnprotected(world)
})

story(
  'on, off and on again: what was good before counts for nothing',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    const old = await protect(world, browser)
    await open(browser, 'unprotect')
    await show(browser, await world.codeTo(ana.email))
    const fresh = await protect(world, browser)
    const enter = async (code: string) => {
      const other = world.visitor()
      await other.signIn()
      return (await other.post('/sign-in/second', { code, with: 'recovery' })).status
    }
    expect(await enter(old[0]!)).toBe(401)
    expect(await enter(fresh[0]!)).toBe(303)
  },
)

for (const language of ['en', 'zh-CN', 'ar'] as const)
  story(
    `on and off are announced by mail in the person's language: ${language}`,
    { people: [{ ...ana, language }] },
    async (world) => {
      const browser = world.visitor({ language: 'en' })
      await protect(world, browser)
      await open(browser, 'unprotect')
      await show(browser, await world.codeTo(ana.email))
      const { mails } = textsOf(language)
      const sent = (await world.messagesTo(ana.email))
        .filter(({ notice }) => notice.kind !== 'code')
        .map((body) => world.opened.render.mail(NO_ID, body))
      expect(sent.map(({ subject }) => subject)).toEqual([
        mails.protected.subject({ product: 'Nightlatch' }),
        mails.unprotected.subject({ product: 'Nightlatch' }),
      ])
      expect(sent[1]!.text).toContain(mails.unprotected.lead)
      expect(sent[1]!.html).toContain(`lang="${language}"`)
    },
  )

story(
  'switching off ends the sign-ins that are under way',
  { people: [ana], settings: WIDE },
  async (world) => {
    const [inside, outside] = [world.visitor(), world.visitor()]
    await protect(world, inside)
    await outside.signIn()
    const code = await world.codeTo(ana.email)
    await open(inside, 'unprotect')
    await show(inside, await world.codeTo(ana.email))

    expect((await outside.post('/sign-in/second', { code })).status).toBe(401)
    expect(await whoIs(outside)).toBeNull()
    expect(placeOf(await outside.signIn())).toBe('/account')
  },
)

story(
  'switching on ends the changes that are under way elsewhere',
  { people: [ana], settings: WIDE },
  async (world) => {
    const [one, two] = [world.visitor(), world.visitor()]
    await two.signIn()
    await open(two)
    const code = await world.codeTo(ana.email)
    await protect(world, one)
    const before = await kept(world)
    expect((await show(two, code)).status).toBe(401)
    expect((await confirm(two)).status).toBe(409)
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'a change of protection gives the session a new token',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const before = copyOf(world, browser)
    await untilCodes(world, browser)
    await confirm(browser)
    expect(await whoIs(browser)).toBe(ana.email)
    expect(await whoIs(before)).toBeNull()
  },
)
