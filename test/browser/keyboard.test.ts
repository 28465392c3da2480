import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { account } from '../setup/process.ts'
import { openHouse, signInFully, type House } from './house.ts'
import { notThe } from '../stories/story.ts'
import { visit } from './person.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

test('both steps go by keyboard alone, and a problem is where the keyboard is', () =>
  visit(house.url, {}, async ({ go, page, t, codeInOutbox }) => {
    const { keyboard } = page
    await go('/sign-in')
    expect(await focused(page)).toBe('login')
    await keyboard.type(account.email)
    await keyboard.press('Tab')
    await keyboard.type('not the password')
    await keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await focused(page)).toBe('password')
    expect(await said(page)).toContain(t.problems.wrong_password)
    await keyboard.type(account.password)
    await keyboard.press('Enter')

    await page.waitForURL('**/second')
    expect(await focused(page)).toBe('code')
    const code = await codeInOutbox(account.email)
    await page.bringToFront()
    await keyboard.type(notThe(code))
    await page.getByRole('alert').waitFor()
    expect(await focused(page)).toBe('code')
    expect(await said(page)).toContain(t.problems.wrong_code)
    await keyboard.press('Shift+Tab')
    expect(await focused(page)).toBe('remember')
    await keyboard.press('Space')
    await keyboard.press('Tab')
    await keyboard.type(code)
    await page.waitForURL('**/account')
    const cookies = await page.context().cookies()
    expect(cookies.filter(({ name }) => name.startsWith('device-'))).toHaveLength(1)
  }))

test('the Tab key goes through a page as it is read, and one sees where it is', () =>
  visit(house.url, {}, async (person) => {
    const { go, page, t } = person
    await go('/sign-in')
    expect(await tabThrough(page)).toEqual([
      'login',
      'password',
      t.labels.showPassword,
      t.signIn.submit,
      t.signIn.passkey,
      t.signIn.forgot,
      ...languageButtons,
      t.layout.skip,
      t.layout.outbox,
      'Nightlatch',
    ])
    await go('/account')
    await signInFully(person)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe(t.layout.skip)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe(t.profile.changeEmail)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('name')
  }))

test('after a form with mistakes the list of them is read first, and leads to each', () =>
  visit(house.url, {}, async (person) => {
    const { go, page, press, t } = person
    await go('/account')
    await signInFully(person)
    await page.getByLabel(t.labels.phone).fill('12')
    await press(t.profile.submit)
    await page.getByRole('alert').waitFor()
    expect(await focused(page)).toContain(t.labels.fix)
    expect(await page.title()).toMatch(new RegExp(`^${t.layout.problem}: `))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await focused(page)).toBe('phone')
    expect(await said(page)).toContain(t.fields.bad_phone)
  }))

test('password managers know which field is which', async () => {
  await visit(house.url, {}, async ({ go, page, t, type, press }) => {
    const kinds = () => page.locator('input[autocomplete]').evaluateAll(kindsOf)
    await go('/sign-in')
    expect(await kinds()).toEqual(['login username webauthn', 'password current-password'])
    await type(t.labels.email, account.email)
    await type(t.labels.password, account.password)
    await press(t.signIn.submit)
    await page.waitForURL('**/second')
    expect(await kinds()).toEqual(['code one-time-code'])
  })
})

const languageButtons = ['English', '简体中文', 'العربية']

const kindsOf = (inputs: readonly { getAttribute: (name: string) => string | null }[]) =>
  inputs.map((each) => `${each.getAttribute('name')} ${each.getAttribute('autocomplete')}`)

/** The field that has the keyboard, by its name; anything else by its text. */
async function focused(page: Page): Promise<string> {
  // A browser gives the keyboard to the field that asks for it a moment after the page is there.
  await page.waitForFunction('document.activeElement !== document.body')
  return page.evaluate(FOCUSED)
}

const FOCUSED = `(({ name, ariaLabel, innerText, type }) =>
  (type === 'submit' ? '' : name) || ariaLabel || innerText.trim())(document.activeElement)`

/** What else is read out with the field that has the keyboard. */
const said = (page: Page): Promise<string> =>
  page.evaluate(`(document.activeElement.getAttribute('aria-describedby') ?? '')
    .split(' ').map((id) => document.getElementById(id)?.innerText).join(' ')`)

/** Presses Tab from where the page begins until it is there again. */
async function tabThrough(page: Page): Promise<string[]> {
  const stops: string[] = []
  for (let stop = await focused(page); !stops.includes(stop); stop = await focused(page)) {
    stops.push(stop)
    expect(await page.evaluate(IS_MARKED), stop).toBe(true)
    await page.keyboard.press('Tab')
    if (await page.evaluate('document.activeElement === document.body'))
      await page.keyboard.press('Tab')
  }
  return stops
}

const IS_MARKED = `(({ outlineStyle, outlineWidth }) =>
  outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2)(getComputedStyle(document.activeElement))`
