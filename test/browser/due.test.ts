import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { noRules } from '../../src/sign-in/policy.ts'
import { account, wideOpen } from '../setup/process.ts'
import { phoneWith, uriOn } from './authenticator.ts'
import { givePassword, openPlainHouse, type House } from './house.ts'
import { visit } from './person.ts'

let house: House
beforeAll(async () => {
  house = await openPlainHouse(wideOpen)
})
afterAll(() => house[Symbol.asyncDispose]())
beforeEach(async () => {
  await house.place.db().deleteFrom('enrolments').execute()
  await house.place.db().deleteFrom('policies').execute()
})

const required = (requiredFrom: number) =>
  house.place
    .db()
    .insertInto('policies')
    .values({
      owner: '',
      rules: JSON.stringify({ ...noRules, protection: 'required', requiredFrom }),
      version: 1,
      changedAt: Date.now(),
    })
    .execute()

for (const javaScriptEnabled of [true, false])
  test(`an app that is required is connected on the way in, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () =>
    visit(house.url, { javaScriptEnabled }, async (person) => {
      const { page, go, press, type, t } = person
      await required(0)
      await go('/account/devices')
      await givePassword(person)
      expect(await person.heading()).toBe(t.door.title)
      expect(person.place()).toBe('/sign-in/set-up')
      expect(await page.getByRole('button', { name: t.door.later }).count()).toBe(0)
      await press(t.security.addKinds.totp)
      const phone = phoneWith(await uriOn(page))
      await type(t.code.label, phone())
      await press(t.setUpApp.submit)
      await page.locator('.codes').waitFor()
      // Gone away and come back: they are shown once.
      await go('/sign-in/set-up/code')
      await press(t.codesAgain.submit)
      expect(await page.locator('.codes li').count()).toBe(10)
      expect(await page.locator('.backup').innerText()).toContain(account.email)
      await page.getByLabel(t.recovery.saved).check()
      await press(t.door.submit)
      await page.waitForURL('**/account/devices')
      await press(t.layout.signOut)
      await go('/sign-in')
      await givePassword(person)
      expect(await person.heading()).toBe(t.code.totpTitle)
    }))

test('what is required later is put off, by somebody who has chosen something already too', () =>
  visit(house.url, {}, async (person) => {
    const { page, press, t } = person
    await required(Date.now() + 24 * 60 * 60 * 1000)
    await person.go('/sign-in')
    await givePassword(person)
    await press(t.door.send.email)
    expect(await person.heading()).toBe(t.code.emailTitle)
    await page.getByRole('link', { name: t.door.another }).click()
    await press(t.door.later)
    await page.waitForURL('**/account')
  }))
