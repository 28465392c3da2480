import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { account, wideOpen } from '../setup/process.ts'
import { plugIn, type Authenticator } from './authenticator.ts'
import { givePassword, openPlainHouse, type House } from './house.ts'
import { visit, type Person } from './person.ts'

let house: House
beforeAll(async () => {
  house = await openPlainHouse(wideOpen)
})
afterAll(() => house[Symbol.asyncDispose]())
beforeEach(async () => {
  await house.place.db().deleteFrom('enrolments').execute()
})

test('a passkey switches protection on, and is the whole sign-in from then on', () =>
  visit(house.url, {}, async (person) => {
    const { page, press, reads, t } = person
    await offersNothing(person)
    const authenticator = await withPasskey(person, 'My laptop')
    await reads(t.notices.protected)
    await reads('My laptop')
    await reads(t.security.isSynced)
    expect(await authenticator.passkeys()).toHaveLength(1)
    await authenticator.touch(true)
    await press(t.layout.signOut)
    await press(t.signIn.passkey)
    await page.waitForURL('**/account')
  }))

test('chosen among what the browser offers beside the login, it needs no button', () =>
  visit(house.url, {}, async (person) => {
    const { page, go, press, reads, t } = person
    const { touch } = await withPasskey(person)
    await press(t.layout.signOut)
    await reads(t.notices.signed_out)
    // Here nothing is offered that could be touched too early.
    await go('/sign-in/forgot')
    await touch(true)
    await go('/account/devices')
    await page.waitForURL('**/account/devices')
    await reads(t.devices.thisOne)

    await touch(false)
    await press(t.layout.signOut)
    await reads(t.notices.signed_out)
    await go('/sign-in/forgot')
    await touch(true)
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/sign-in/passkey')) sent.push(request.method())
    })
    await page.addInitScript(PRESS_TWICE)
    await go('/sign-in')
    await page.waitForURL('**/account')
    expect(sent).toEqual(['GET', 'POST'])
  }))

test('a passkey is the second step, remembers the device, and confirms a change', () =>
  visit(house.url, {}, async (person) => {
    const { page, go, press, reads, t } = person
    const authenticator = await withPasskey(person)
    await press(t.layout.signOut)
    await givePassword(person)
    await reads(new URL(house.url).host)
    expect(await person.heading()).toBe(t.code.passkeyTitle)
    await page.getByLabel(t.code.remember({ days: 30 })).check()
    await authenticator.touch(true)
    await press(t.code.passkeySubmit)
    await page.waitForURL('**/account')
    await authenticator.touch(false)
    await press(t.layout.signOut)
    await reads(t.notices.signed_out)
    await givePassword(person)
    await page.waitForURL('**/account')

    await go('/account/security')
    await press(t.security.addKinds.passkey)
    await reads(t.stepUp.what['add-factor'])
    await authenticator.touch(true)
    await press(t.code.passkeySubmit)
    await page.locator('[name=name]').fill('The same again')
    await press(t.setUpPasskey.submit)
    await reads(t.passkey.exists)
    expect(await authenticator.passkeys()).toHaveLength(1)
    expect(await page.locator('[name=name]').inputValue()).toBe('The same again')
    await press(t.code.cancel)
    await reads(t.security.on)
  }))

test('what comes to nothing in the browser is said, and the button works again', () =>
  visit(house.url, {}, async (person) => {
    const { page, press, reads, t } = person
    await offersNothing(person)
    const { touch, recognize } = await withPasskey(person)
    await touch(true)
    await recognize(false)
    await press(t.layout.signOut)
    await press(t.signIn.passkey)
    await reads(t.passkey.failed)
    expect(person.place()).toBe('/sign-in?notice=signed_out')
    await givePassword(person)
    await press(t.code.passkeySubmit)
    await reads(t.passkey.failed)
    await recognize(true)
    await press(t.code.passkeySubmit)
    await page.waitForURL('**/account')
  }))

test('a passkey that was removed is gone from the browser too', () =>
  visit(house.url, {}, async (person) => {
    const { page, press, type, reads, t } = person
    const authenticator = await withPasskey(person)
    await press(t.security.addKinds.email)
    await type(t.code.label, await person.codeInOutbox(account.email))
    await reads(t.notices.factor_added)
    await page
      .getByRole('button', { name: t.security.removeOne({ name: t.security.kinds.passkey }) })
      .click()
    await reads(t.stepUp.what['remove-factor'])
    await authenticator.touch(true)
    await press(t.code.passkeySubmit)
    await reads(t.notices.factor_removed)
    await reads(t.security.judgements.only_email)
    await expect.poll(authenticator.passkeys).toEqual([])
  }))

test('a passkey that is not known any more is gone from the browser, and the password still lets in', () =>
  visit(house.url, {}, async (person) => {
    const { page, go, press, reads, t } = person
    await offersNothing(person)
    const authenticator = await withPasskey(person)
    await press(t.layout.signOut)
    await reads(t.notices.signed_out)
    await house.place.db().deleteFrom('enrolments').execute()
    await authenticator.touch(true)
    await press(t.signIn.passkey)
    await reads(t.problems.unknown_passkey)
    await expect.poll(authenticator.passkeys).toEqual([])
    await press(t.signIn.passkey)
    await reads(t.passkey.failed)

    await go('/sign-in/passkey')
    expect(await person.heading()).toBe(t.signIn.title)
    await givePassword(person)
    await page.waitForURL('**/account')
  }))

test('under another name than its own the page offers no passkey, and another way is there', async () => {
  const { codes } = await visit(house.url, {}, (person) => withPasskey(person))
  await visit(house.url.replace('localhost', '127.0.0.1'), {}, async (person) => {
    const { page, go, press, type, reads, t } = person
    const { touch } = await plugIn(page)
    await touch(true)
    await go('/account/security')
    await expect.poll(() => page.getByText(t.signIn.passkey).isVisible()).toBe(false)
    await givePassword(person)
    await press(t.code.passkeySubmit)
    await reads(t.passkey.unsupported)
    await page.getByRole('link', { name: t.code.use.recovery }).click()
    await type(t.code.recoveryLabel, codes[0]!)
    await press(t.code.submit)
    await reads(t.notices.recovery_left({ left: 9 }))
    await press(t.security.addKinds.passkey)
    await press(t.setUpPasskey.submit)
    await reads(t.passkey.unsupported)
    await press(t.code.cancel)
    await reads(t.security.on)
  })
})

test('a page that is left open asks anew before it is too late, but takes nothing away', () =>
  visit(house.url, {}, async (person) => {
    const { page, go, press, reads, t } = person
    await withPasskey(person)
    await press(t.layout.signOut)
    await reads(t.notices.signed_out)
    let asked = 0
    page.on('request', (request) => {
      if (request.isNavigationRequest()) asked = 0
      else if (request.url().endsWith('/sign-in/passkey')) asked += 1
    })
    await page.clock.install()
    await go('/sign-in')
    await expect.poll(() => asked).toBe(1)
    for (const times of [2, 3]) {
      await page.clock.runFor(4 * 60_000)
      await expect.poll(() => asked).toBe(times)
    }
    // Somebody looks for the key just now.
    await press(t.signIn.passkey)
    await expect.poll(() => asked).toBe(4)
    await page.clock.runFor(5 * 60_000)
    expect(asked).toBe(4)
    expect(await page.getByText(t.passkey.failed).isVisible()).toBe(false)
  }))

test('who comes back with Back signs in with a passkey again', () =>
  visit(house.url, {}, async (person) => {
    const { page, go, press, reads, t } = person
    await offersNothing(person)
    const { touch } = await withPasskey(person)
    await touch(true)
    await press(t.layout.signOut)
    await reads(t.notices.signed_out)
    await go('/sign-in')
    await press(t.signIn.passkey)
    await page.waitForURL('**/account')
    await press(t.layout.signOut)
    await reads(t.notices.signed_out)
    await page.goBack()
    await page.goBack()
    expect(person.place()).toBe('/sign-in')
    await press(t.signIn.passkey)
    await page.waitForURL('**/account')
  }))

/** A browser that shows passkeys when it is asked for one, and never by itself. */
const offersNothing = ({ context }: Person): Promise<unknown> =>
  context.addInitScript(
    'PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)',
  )

/** At once, before anything is offered. */
const PRESS_TWICE = `addEventListener('pageshow', () => {
  const button = document.querySelector('form[data-passkey] button')
  button?.click()
  button?.click()
})`

/** Signed in, with a passkey on the authenticator of their browser; nobody touches it from then on. */
async function withPasskey(
  person: Person,
  name = '',
): Promise<Authenticator & { readonly codes: readonly string[] }> {
  const { page, go, press, type, reads, t } = person
  const authenticator = await plugIn(page)
  await go('/account/security')
  await givePassword(person)
  await press(t.security.addKinds.passkey)
  await type(t.labels.password, account.password)
  await press(t.code.submit)
  await page.locator('[name=name]').fill(name)
  await authenticator.touch(true)
  await press(t.setUpPasskey.submit)
  await page.locator('.codes').waitFor()
  const codes = await page.locator('.codes code').allTextContents()
  await page.getByLabel(t.recovery.saved).check()
  await press(t.recovery.submitProtect)
  await reads(t.notices.protected)
  await authenticator.touch(false)
  return { ...authenticator, codes }
}
