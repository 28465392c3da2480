import jsqr from 'jsqr'
import type { Locator, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Language } from '../../src/lib/language.ts'
import { insertEnrolment } from '../../src/store/enrolments.ts'
import { account, wideOpen } from '../setup/process.ts'
import { phoneWith, uriOn, type Phone } from './authenticator.ts'
import { givePassword, openPlainHouse, type House } from './house.ts'
import { visit, type Person } from './person.ts'

let house: House
beforeAll(async () => {
  house = await openPlainHouse(wideOpen)
})
afterAll(() => house[Symbol.asyncDispose]())
beforeEach(() => startOver('en'))

for (const language of ['en', 'ar'] as const)
  test(`in ${language} a camera reads the key from screen and card, and a card is one sheet of paper`, () =>
    visit(house.url, { language }, async (person) => {
      const { page, go, press, t } = person
      await startOver(language)
      await beginApp(person)
      const uri = await uriOn(page)
      expect(uri).toContain(`:${encodeURIComponent(account.email)}?secret=`)
      await expectReadable(page, uri)
      await connect(person, phoneWith(uri))
      await page.locator('.codes').waitFor()
      await expectReadable(page, uri)
      await expectOneSheet(page)
      await page.getByLabel(t.recovery.saved).check()
      await press(t.recovery.submitProtect)

      await go('/account/security/app')
      await press(t.apps.next)
      const another = await uriOn(page)
      await connect(person, phoneWith(another))
      await page.getByText(t.card.added).waitFor()
      expect(await page.locator('.codes').count()).toBe(0)
      await expectReadable(page, another)
      await expectOneSheet(page)
    }))

test('beside each address of an app stands a picture that leads a phone there', () =>
  visit(house.url, { viewport: { width: 320, height: 800 } }, async (person) => {
    const { page, go } = person
    await go('/account/security/app')
    await givePassword(person)
    await page.locator('.store').first().waitFor()
    const stores = await page.locator('.store').all()
    expect(stores).toHaveLength(7)
    for (const each of stores)
      expect(await readFrom(each.locator('.qr'))).toBe(
        await each.getByRole('link').getAttribute('href'),
      )
  }))

test('without JavaScript an app is connected and used, and a passkey is no dead end', () =>
  visit(house.url, { javaScriptEnabled: false }, async (person) => {
    const { page, press, reads, t } = person
    await beginApp(person)
    const phone = phoneWith(await uriOn(page))
    await connect(person, phone)
    await page.getByLabel(t.recovery.saved).check()
    await press(t.recovery.submitProtect)
    await reads(t.notices.protected)
    await press(t.layout.signOut)
    await addPasskey()

    expect(await page.getByText(t.signIn.passkey).isVisible()).toBe(false)
    await givePassword(person)
    await page.locator('noscript').waitFor()
    expect(await page.locator('noscript').innerText()).toBe(t.passkey.noScript)
    expect(await person.heading()).toBe(t.code.passkeyTitle)
    expect(await page.getByLabel(t.code.remember({ days: 30 })).isVisible()).toBe(false)
    await page.getByRole('link', { name: t.code.use.recovery }).click()
    expect(await person.heading()).toBe(t.code.recoveryTitle)
    await page.getByRole('link', { name: t.code.use.totp }).click()
    await page.getByLabel(t.code.remember({ days: 30 })).check()
    await connect(person, phone, { later: 1, submit: t.code.submit })
    await page.getByLabel(t.labels.name).waitFor()
    expect(person.place()).toBe('/account')
  }))

test('the key is copied without the blanks that are there for the eye', () =>
  visit(house.url, { permissions: ['clipboard-read', 'clipboard-write'] }, async (person) => {
    const { page, press, reads, t } = person
    await beginApp(person)
    await press(t.setUpApp.copy)
    await reads(t.recovery.copied)
    const copied = await page.evaluate('navigator.clipboard.readText()')
    expect(copied).toBe(new URL(await uriOn(page)).searchParams.get('secret'))
  }))

/** Nothing is set up, for somebody who reads this language. */
async function startOver(language: Language): Promise<void> {
  await house.place.db().deleteFrom('enrolments').execute()
  await house.place.db().updateTable('accounts').set({ language }).execute()
}

/** Signed in, to where the key of an app is shown. */
async function beginApp(person: Person): Promise<void> {
  const { go, press, type, t } = person
  await go('/account/security/app')
  await givePassword(person)
  await press(t.apps.next)
  await type(t.labels.password, account.password)
  await press(t.code.submit)
}

async function connect(
  { type, press, t }: Person,
  phone: Phone,
  { later = 0, submit = t.setUpApp.submit } = {},
): Promise<void> {
  await type(t.code.label, phone(later))
  await press(submit)
}

/** One that this browser has not; only its row. */
async function addPasskey(): Promise<void> {
  const db = house.place.db()
  const { id } = await db.selectFrom('accounts').select('id').executeTakeFirstOrThrow()
  const about = { id: 'a', accountId: id, kind: 'passkey', name: '', handle: 'a', createdAt: 1 }
  await insertEnrolment(db, { ...about, state: { id: 'AAAA', transports: ['internal'] } })
}

/** By day on a desk, and by night on the narrowest phone. */
async function expectReadable(page: Page, uri: string): Promise<void> {
  for (const [colorScheme, width] of [
    ['light', 1000],
    ['dark', 320],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 800 })
    expect(await readFrom(page.locator('.qr')), `${colorScheme}, ${width} px`).toBe(uri)
  }
}

/** What a camera sees in a picture and a little round it. */
async function readFrom(picture: Locator): Promise<string | undefined> {
  await picture.scrollIntoViewIfNeeded()
  const { x, y, width, height } = (await picture.boundingBox())!
  const clip = { x: x - 10, y: y - 10, width: width + 20, height: height + 20 }
  const seen = PNG.sync.read(await picture.page().screenshot({ clip }))
  const pixels = new Uint8ClampedArray(seen.data)
  const options = { inversionAttempts: 'dontInvert' } as const
  return jsqr.default(pixels, seen.width, seen.height, options)?.data
}

async function expectOneSheet(page: Page): Promise<void> {
  for (const format of ['A4', 'Letter']) {
    const margin = { top: '1.5cm', bottom: '1.5cm', left: '1.5cm', right: '1.5cm' }
    const pdf = (await page.pdf({ format, margin })).toString('latin1')
    expect(pdf.match(/\/Type\s*\/Page\b/g), format).toHaveLength(1)
  }
}
