import { afterAll, beforeAll, expect, test } from 'vitest'
import { account } from '../setup/process.ts'
import { givePassword, openHouse, signInFully, type House } from './house.ts'
import { expectWellMade } from './look.ts'
import { notThe } from '../stories/story.ts'
import { visit, type Person } from './person.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ SECOND_STEP_FAILURES_5_MINUTES: '100', MAILS_HOUR: '100' })
})
afterAll(() => house[Symbol.asyncDispose]())

test('after signing out, Back shows nothing of the person', () =>
  visit(house.url, {}, async (person) => {
    const { go, press, page, reads, t } = person
    await go('/account/security')
    await signInFully(person)
    await page.getByRole('link', { name: t.layout.profile }).click()
    await reads(account.email)
    await press(t.layout.signOut)
    await reads(t.notices.signed_out)
    for (let i = 0; i < 2; i++) {
      await page.goBack()
      expect(await person.heading()).toBe(t.signIn.title)
      expect(await page.content()).not.toMatch(new RegExp(`${account.name}|${account.email}`))
    }
  }))

test('a form sent after the session has run out leads to the sign-in, and changes nothing', () =>
  visit(house.url, {}, async (person) => {
    const { go, type, press, page, t } = person
    await go('/account')
    await signInFully(person)
    await endSessions()
    await type(t.labels.name, 'Somebody Else')
    await press(t.profile.submit)
    expect(await person.heading()).toBe(t.signIn.title)
    await signInFully(person)
    expect(person.place()).toBe('/account')
    expect(await page.getByLabel(t.labels.name).inputValue()).toBe(account.name)
  }))

test('who was going somewhere gets there after both steps', () =>
  visit(house.url, {}, async (person) => {
    await person.go('/account/security')
    expect(person.place()).toBe('/sign-in?to=%2Faccount%2Fsecurity')
    await signInFully(person)
    expect(person.place()).toBe('/account/security')
  }))

test('two tabs: signed in in one is signed in in both, and signed out in one in both', () =>
  visit(house.url, {}, async (person) => {
    const { go, press, page, context, t } = person
    const tab = await context.newPage()
    await tab.goto(`${house.url}/sign-in?to=/account/security`)
    await go('/sign-in')
    await signInFully(person)
    await tab.reload()
    await tab.getByRole('heading', { name: t.security.title, exact: true }).waitFor()
    await press(t.layout.signOut)
    await page.getByRole('status').waitFor()
    await tab.getByRole('button', { name: t.security.renew }).click()
    await tab.getByRole('button', { name: t.signIn.submit, exact: true }).waitFor()
    expect(new URL(tab.url()).pathname).toBe('/sign-in')
  }))

test('two tabs at the second step: the older one takes the newest code too', () =>
  visit(house.url, {}, async (person) => {
    const { go, page, context, t, type } = person
    await go('/sign-in')
    await givePassword(person)
    await page.waitForURL('**/second')
    const tab = await context.newPage()
    await tab.goto(`${house.url}/sign-in`)
    await tab.getByLabel(t.labels.email).fill(account.email)
    await tab.getByLabel(t.labels.password, { exact: true }).fill(account.password)
    await tab.getByRole('button', { name: t.signIn.submit, exact: true }).click()
    await tab.waitForURL('**/second')
    await type(t.code.label, await person.codeInOutbox(account.email))
    await page.waitForURL('**/account')
    await tab.reload()
    expect(new URL(tab.url()).pathname).toBe('/account')
  }))

test('after five wrong codes the right one is too late, and the way back is in plain view', () =>
  visit(house.url, {}, async (person) => {
    const { go, press, page, t, reads } = person
    await go('/sign-in')
    await givePassword(person)
    await page.waitForURL('**/second')
    await reads('It works for 5 minutes')
    const code = await person.codeInOutbox(account.email)
    for (let i = 0; i < 5; i++) await wrong(person, notThe(code))
    await wrong(person, code)
    await expectWellMade(page, 'en')
    await press(t.code.restart)
    expect(await person.heading()).toBe(t.signIn.title)
    await signInFully(person)
    await reads(account.email)
  }))

test('the language chosen at the foot of a page stays, here and at the next page', () =>
  visit(house.url, {}, async ({ go, press, page, place }) => {
    await go('/sign-in?to=/account/security')
    await press('العربية')
    await page.locator('html[dir=rtl]').waitFor()
    expect(place()).toBe('/sign-in?to=%2Faccount%2Fsecurity')
    await go('/nowhere')
    expect(await page.locator('html').getAttribute('lang')).toBe('ar')
  }))

/** Each wrong code is answered by a page of its own. */
async function wrong({ page, type, t }: Person, code: string): Promise<void> {
  const answered = page.waitForResponse((each) => each.request().method() === 'POST')
  await type(t.code.label, code)
  expect((await answered).status()).toBe(401)
  await page.getByRole('alert').waitFor()
  await page.waitForLoadState()
}

/** As if nobody had touched them for an hour. */
async function endSessions(): Promise<void> {
  const { place } = house
  const seenAt = Date.now() - 60 * 60 * 1000
  await place.db().updateTable('sessions').set({ seenAt, createdAt: seenAt }).execute()
}
