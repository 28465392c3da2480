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
  hiddenFields,
  kept,
  notThe,
  noticesTo,
  placeOf,
  story,
  whoIs,
  WIDE,
  NO_ID,
} from './story.ts'

const { notices, problems, mails } = textsOf('en')

/** Signs in with the password and a recovery code, in a new browser. */
async function enterWith(world: World, code: string, typed = ana): Promise<[Response, Visitor]> {
  const browser = world.visitor()
  await browser.signIn(typed)
  return [await browser.post('/sign-in/second', { code, with: 'recovery' }), browser]
}

/** Asks for new recovery codes, shows the code that was mailed, and reads them. */
async function renew(world: World, browser: Visitor): Promise<string[]> {
  await browser.post('/account/security/recovery-codes')
  const code = await world.codeTo(ana.email)
  const shown = await browser.post('/account/security/code', { code })
  return recoveryCodesIn(await shown.text())
}

const confirm = (browser: Visitor) => browser.post('/account/security/confirm', { saved: 'yes' })

story(
  'ten recovery codes are shown once: coming back shows none',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await browser.post('/account/security/protect')
    const code = await world.codeTo(ana.email)
    const page = await browser.post('/account/security/code', { code })
    expect(page.headers.get('cache-control')).toBe('no-store')
    const codes = recoveryCodesIn(await page.text())
    expect(codes).toHaveLength(10)
    expect(new Set(codes).size).toBe(10)
    for (const each of codes)
      expect(each).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)

    const back = async (path: string) => (await browser.get(`/account/security${path}`)).text()
    const pages = [await back(''), await back('/codes')]
    expect(placeOf(await browser.get('/account/security/code'))).toBe('/account/security/codes')
    await confirm(browser)
    pages.push(await back(''), await back('?notice=protected'))
    expect(placeOf(await browser.get('/account/security/codes'))).toBe('/account/security')
    for (const each of pages) {
      expect(recoveryCodesIn(each)).toEqual([])
      for (const secret of codes) expect(each).not.toContain(secret)
    }
  },
)

story(
  'who did not save the codes gets others, and the first never count',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await browser.post('/account/security/protect')
    const code = await world.codeTo(ana.email)
    const first = recoveryCodesIn(
      await (await browser.post('/account/security/code', { code })).text(),
    )
    const others = recoveryCodesIn(await (await browser.post('/account/security/codes')).text())
    expect(others).toHaveLength(10)
    expect(others.filter((each) => first.includes(each))).toEqual([])
    await confirm(browser)

    expect((await enterWith(world, first[0]!))[0].status).toBe(401)
    expect((await enterWith(world, others[0]!))[0].status).toBe(303)
  },
)

story(
  'the codes that count are those the person said they saved',
  { people: [ana], settings: WIDE },
  async (world) => {
    const tab = world.visitor()
    await tab.signIn()
    await tab.post('/account/security/protect')
    const code = await world.codeTo(ana.email)
    const page = await (await tab.post('/account/security/code', { code })).text()
    const saved = recoveryCodesIn(page)
    const form = hiddenFields(page, '/account/security/confirm')
    await copyOf(world, tab).post('/account/security/codes')
    await tab.post('/account/security/confirm', { ...form, saved: 'yes' })

    // Either the tab with older codes is refused, or its codes are the ones that count.
    const isOn = (await enrolledFor(world)).length > 0
    const entered = isOn ? (await enterWith(world, saved[0]!))[0].status : null
    expect([null, 303]).toContain(entered)
  },
)

story(
  'each recovery code works once, and the person is told each time',
  { people: [ana] },
  async (world) => {
    const codes = await protect(world, world.visitor())
    const [entered, browser] = await enterWith(world, codes[0]!)
    expect(placeOf(entered)).toBe('/account?notice=recovery_left')
    expect(await (await browser.get(placeOf(entered)!)).text()).toContain(
      asHtml(notices.recovery_left({ left: 9 })),
    )
    expect(await noticesTo(world)).toContainEqual({ kind: 'recovery_code_used', left: 9 })

    const before = await kept(world)
    const [again, stranger] = await enterWith(world, codes[0]!)
    expect(again.status).toBe(401)
    expect(await again.text()).toContain(asHtml(problems.wrong_code))
    expect(await kept(world)).toEqual(before)
    expect(await whoIs(stranger)).toBeNull()
    expect((await enterWith(world, codes[1]!))[0].status).toBe(303)
    expect(await noticesTo(world)).toContainEqual({ kind: 'recovery_code_used', left: 8 })
    expect(await eventsOf(world, 'recovery_code_used')).toHaveLength(2)
  },
)

story(
  'of two who use one recovery code at the same moment one gets in',
  { people: [ana] },
  async (world) => {
    const codes = await protect(world, world.visitor())
    const browsers = [world.visitor(), world.visitor()]
    for (const browser of browsers) await browser.signIn()
    const form = { code: codes[3]!, with: 'recovery' }
    const answers = await Promise.all(browsers.map((each) => each.post('/sign-in/second', form)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 401])
    expect(
      (await noticesTo(world)).filter(({ kind }) => kind === 'recovery_code_used'),
    ).toHaveLength(1)
  },
)

story(
  'a recovery code may be typed as people do',
  { people: [ana], settings: WIDE },
  async (world) => {
    const codes = await protect(world, world.visitor())
    const written = [
      codes[0]!.toLowerCase(),
      codes[1]!.replaceAll('-', ''),
      ` ${codes[2]!.replaceAll('-', ' ')} `,
      codes[3]!.replaceAll('1', 'l').replaceAll('0', 'o'),
    ]
    for (const code of written) expect((await enterWith(world, code))[0].status, code).toBe(303)
    for (const wrong of [
      codes[4]!.slice(1),
      `${codes[4]!}0`,
      '',
      '-'.repeat(16),
      codes[4]!.slice(0, 4),
    ])
      expect((await enterWith(world, wrong))[0].status, wrong).toBe(401)
    expect((await enterWith(world, codes[4]!))[0].status).toBe(303)
  },
)

story(
  'from three recovery codes left, the person is warned',
  { people: [ana], settings: { ...WIDE, NEW_DEVICE_MAIL: 'no' } },
  async (world) => {
    const codes = await protect(world, world.visitor())
    for (let left = 9; left >= 0; left--) {
      const [entered, browser] = await enterWith(world, codes[left]!)
      const page = await (await browser.get(placeOf(entered)!)).text()
      const here = await (await browser.get('/account/security')).text()
      const bodies = await world.messagesTo(ana.email)
      const mail = world.opened.render.mail(NO_ID, bodies.at(-1)).text
      expect(page, `${left} left`).toContain(asHtml(notices.recovery_left({ left })))
      expect(here).toContain(`${left} recovery code`)
      expect(mail).toContain(mails.recovery_code_used.lead({ left }))

      const warned = left <= 3
      expect(page.includes('before they run out'), `page, ${left} left`).toBe(warned)
      expect(here.includes('before they run out'), `security, ${left} left`).toBe(warned)
      expect(mail.includes(mails.recovery_code_used.few), `mail, ${left} left`).toBe(warned)
    }
    expect(placeOf(await signInFully(world, world.visitor()))).toBe('/account')
  },
)

story(
  'the recovery codes of one account say nothing about another',
  { people: [ana, bob] },
  async (world) => {
    const codes = await protect(world, world.visitor())
    await protect(world, world.visitor(), bob)
    const before = await kept(world)
    expect((await enterWith(world, codes[0]!, bob))[0].status).toBe(401)
    expect(await kept(world)).toEqual(before)
    expect((await enterWith(world, codes[0]!))[0].status).toBe(303)
  },
)

story(
  'new recovery codes need a current code, and take their place when confirmed',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    const old = await protect(world, browser)
    const before = await kept(world)
    await browser.post('/account/security/recovery-codes')
    const code = await world.codeTo(ana.email)
    for (const early of ['/codes', '/confirm']) {
      const answer = await browser.post(
        `/account/security${early}`,
        early === '/confirm' ? { saved: 'yes' } : {},
      )
      expect(answer.status, early).toBe(409)
    }
    const wrong = await browser.post('/account/security/code', { code: notThe(code) })
    expect(wrong.status).toBe(401)
    expect(recoveryCodesIn(await wrong.text())).toEqual([])
    expect(await kept(world)).toEqual(before)

    const shown = await browser.post('/account/security/code', { code })
    const fresh = recoveryCodesIn(await shown.text())
    expect(fresh).toHaveLength(10)
    expect(await kept(world)).toEqual(before)
    expect((await enterWith(world, fresh[0]!))[0].status).toBe(401)
    expect((await enterWith(world, old[0]!))[0].status).toBe(303)

    expect(placeOf(await confirm(browser))).toBe('/account/security?notice=codes_renewed')
    expect((await enterWith(world, old[1]!))[0].status).toBe(401)
    expect((await enterWith(world, fresh[0]!))[0].status).toBe(303)
    expect(await noticesTo(world)).toContainEqual({ kind: 'recovery_codes_renewed' })
    expect(await eventsOf(world, 'recovery_codes_renewed')).toHaveLength(1)
  },
)

story(
  'who leaves before confirming keeps the old recovery codes',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    const old = await protect(world, browser)
    const cancelled = await renew(world, browser)
    await browser.post('/account/security/cancel')
    const expired = await renew(world, browser)
    world.pass(10 * MINUTE)
    expect((await confirm(browser)).status).toBe(409)

    for (const code of [cancelled[0]!, expired[0]!])
      expect((await enterWith(world, code))[0].status).toBe(401)
    expect((await enterWith(world, old[0]!))[0].status).toBe(303)
  },
)

story(
  'asking for other codes again and again does not keep an attempt open for ever',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    const old = await protect(world, browser)
    await renew(world, browser)
    for (const minute of [9, 18]) {
      world.pass(9 * MINUTE)
      const others = await browser.post('/account/security/codes')
      expect(others.status, `minute ${minute}`).toBe(200)
    }
    world.pass(2 * MINUTE)
    const before = await kept(world)
    expect((await browser.post('/account/security/codes')).status).toBe(409)
    expect((await confirm(browser)).status).toBe(409)
    expect(await kept(world)).toEqual(before)
    expect((await enterWith(world, old[0]!))[0].status).toBe(303)
  },
)

story(
  'a recovery code proves enough to make new ones',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    const old = await protect(world, browser)
    await browser.post('/account/security/recovery-codes')
    const form = { code: old[0]!, with: 'recovery' }
    const fresh = recoveryCodesIn(await (await browser.post('/account/security/code', form)).text())
    expect(fresh).toHaveLength(10)
    await confirm(browser)
    expect((await enterWith(world, old[1]!))[0].status).toBe(401)
    expect((await enterWith(world, fresh[0]!))[0].status).toBe(303)
  },
)

story(
  'recovery codes are not made where there is no protection',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const before = await kept(world)
    const refused = await browser.post('/account/security/recovery-codes')
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain(asHtml(problems.not_protected))
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'who uses a recovery code may have lost a device: none is remembered any more',
  { people: [ana] },
  async (world) => {
    const laptop = world.visitor()
    const codes = await protect(world, laptop)
    await signInFully(world, laptop, ana, { remember: 'yes' })
    expect(placeOf(await laptop.signIn())).toBe('/account')
    await enterWith(world, codes[0]!)
    expect(placeOf(await laptop.signIn())).toBe('/sign-in/second')
  },
)

story(
  'a recovery code to be remembered by remembers this device alone',
  { people: [ana] },
  async (world) => {
    const [laptop, phone] = [world.visitor(), world.visitor()]
    const codes = await protect(world, laptop)
    await signInFully(world, laptop, ana, { remember: 'yes' })
    await phone.signIn()
    await phone.post('/sign-in/second', { code: codes[0]!, with: 'recovery', remember: 'yes' })
    expect(placeOf(await phone.signIn())).toBe('/account')
    expect(placeOf(await laptop.signIn())).toBe('/sign-in/second')
  },
)
