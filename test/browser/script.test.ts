import { afterAll, beforeAll, expect, test } from 'vitest'
import { account } from '../setup/process.ts'
import { acceptMessage, deliverMessage, insertMessage } from '../../src/store/messages.ts'
import { givePassword, openHouse, signInFully, type House } from './house.ts'
import { visit, type Person } from './person.ts'

const RESEND_SECONDS = 10
let house: House
beforeAll(async () => {
  house = await openHouse({ RESEND_SECONDS: String(RESEND_SECONDS), MAILS_HOUR: '100' })
})
afterAll(() => house[Symbol.asyncDispose]())

test('the wait for another code is counted down, and then the button sends one', () =>
  visit(house.url, {}, async (person) => {
    const { go, reads, press, page, t } = person
    await go('/sign-in')
    await givePassword(person)
    const again = page.getByRole('button', { name: t.code.again })
    const wait = page.locator('[data-countdown]')
    await again.waitFor()
    expect(await again.isDisabled()).toBe(true)
    await expect.poll(() => wait.textContent(), { timeout: 5_000 }).toMatch(/^[1-8] seconds?$/)
    const place = await again.boundingBox()
    await expect.poll(() => again.isEnabled(), { timeout: 15_000 }).toBe(true)
    expect(await wait.isVisible()).toBe(false)
    expect(await again.boundingBox()).toEqual(place)

    const before = await person.codeInOutbox(account.email)
    await press(t.code.again)
    await expect.poll(() => again.isDisabled()).toBe(true)
    await reads(t.code.again)
    expect(await person.codeInOutbox(account.email)).toBe(before)
    await person.type(t.code.label, before)
    await page.waitForURL('**/account')
  }))

test('a code that is pasted, with whatever is round it, continues by itself', () =>
  visit(house.url, { permissions: ['clipboard-read', 'clipboard-write'] }, async (person) => {
    const { go, page, t } = person
    await go('/sign-in')
    await givePassword(person)
    await page.waitForURL('**/second')
    const code = await person.codeInOutbox(account.email)
    const arabic = code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)))
    await setClipboard(page, ` ${arabic.slice(0, 3)} - ${arabic.slice(3)}\n`)
    await page.getByLabel(t.code.label, { exact: true }).press('ControlOrMeta+V')
    await page.waitForURL('**/account')

    await page.getByRole('link', { name: t.layout.security }).click()
    await person.press(t.security.renew)
    await person.type(t.code.label, await person.codeInOutbox(account.email))
    await page.locator('.codes').waitFor()
    const codes = await page.locator('.codes code').allTextContents()
    await person.press(t.recovery.copy)
    await person.reads(t.recovery.copied)
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${codes.join('\n')}\n`)
    await page.evaluate('window.print = () => { window.printed = true }')
    await person.press(t.recovery.print)
    expect(await page.evaluate('window.printed')).toBe(true)
  }))

test('where copying is not allowed, the codes are marked and the page says so', () =>
  visit(house.url, {}, async (person) => {
    const { go, page, t } = person
    await go('/account/security')
    await signInFully(person)
    await person.press(t.security.renew)
    await person.type(t.code.label, await person.codeInOutbox(account.email))
    await page.locator('.codes').waitFor()
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error())')
    await person.press(t.recovery.copy)
    await person.reads(t.recovery.notCopied)
    const [first] = await page.locator('.codes code').allTextContents()
    expect(await page.evaluate('getSelection().toString()')).toContain(first)
  }))

test('the password can be looked at, and is not kept as something typed', () =>
  visit(house.url, {}, async ({ go, type, press, page, t }) => {
    await go('/sign-in')
    await type(t.labels.email, account.email)
    await type(t.labels.password, 'wrong')
    const field = page.locator('[name=password]')
    await press(t.labels.showPassword)
    expect(await field.getAttribute('type')).toBe('text')
    await press(t.labels.hidePassword)
    expect(await field.getAttribute('type')).toBe('password')
    await press(t.labels.showPassword)
    await page.evaluate(`document.forms[0].addEventListener('submit', (event) => {
      event.preventDefault()
    })`)
    await press(t.signIn.submit)
    expect(await field.getAttribute('type')).toBe('password')
  }))

test('a button pressed twice at once sends once', () =>
  visit(house.url, {}, async ({ go, type, page, t }) => {
    let sent = 0
    page.on('request', (request) => void (sent += request.method() === 'POST' ? 1 : 0))
    await go('/sign-in')
    await type(t.labels.email, account.email)
    await type(t.labels.password, 'not the password')
    await page.getByRole('button', { name: t.signIn.submit, exact: true }).dblclick()
    await page.getByRole('alert').waitFor()
    expect(sent).toBe(1)
  }))

test('what becomes of the message is said as it happens, without a reload', () =>
  visit(house.url, {}, async (person) => {
    const { go, page, reads, t } = person
    const db = house.place.db()
    await go('/sign-in')
    await givePassword(person)
    await page.waitForURL('**/second')
    const mail = await newestMessage()
    const { id, createdAt, expiresAt, accountId, attemptId, kind } = mail
    const sms = `${id.slice(0, -4)}ffff`
    const about = { accountId, attemptId, kind, createdAt, expiresAt }
    await insertMessage(db, { ...about, id: sms, by: 'sms', recipient: 'x', body: 'x' })
    await askedByBoth(attemptId!)
    await page.reload()
    await page.evaluate('window.isSame = true')
    await reads(t.told.email.on_its_way)
    await reads(t.told.sms.on_its_way)
    await page.getByRole('link', { name: t.told.look }).waitFor({ state: 'hidden' })
    await acceptMessage(db, sms, 'sms', createdAt)
    await reads(t.told.sms.accepted)
    await deliverMessage(db, sms, createdAt, 'sms')
    await reads(t.told.sms.delivered)
    await reads(t.told.email.on_its_way)
    await acceptMessage(db, id, 'smtp', createdAt)
    await reads(t.told.email.accepted)
    expect(await page.locator('[role=status]').textContent()).toContain(t.told.sms.delivered)
    expect(await page.evaluate('window.isSame')).toBe(true)
  }))

test('where a message cannot be followed, the page can be asked for it again', () =>
  visit(house.url, {}, async (person) => {
    const { go, page, reads, t } = person
    await page.route('**/code-state', (route) => route.fulfill({ status: 204 }))
    await go('/sign-in')
    await givePassword(person)
    await reads(t.told.email.on_its_way)
    await acceptMessage(house.place.db(), (await newestMessage()).id, 'smtp', 1)
    await page.getByRole('link', { name: t.told.look }).click()
    await reads(t.told.email.accepted)
    expect(await page.getByRole('link', { name: t.told.look }).count()).toBe(0)
  }))

test('without JavaScript a reload says what has become of the message', () =>
  visit(house.url, { javaScriptEnabled: false }, async (person) => {
    const { go, page, reads, t } = person
    await go('/sign-in')
    await givePassword(person)
    await reads(t.told.email.on_its_way)
    await acceptMessage(house.place.db(), (await newestMessage()).id, 'smtp', 1)
    await page.getByRole('link', { name: t.told.look }).click()
    await reads(t.told.email.accepted)
    expect(await page.getByRole('link', { name: t.told.look }).count()).toBe(0)
  }))

test('without JavaScript nothing is shown that would need it', () =>
  visit(house.url, { javaScriptEnabled: false }, async (person) => {
    const { go, press, page, t } = person
    const seen = async (text: string) => page.getByText(text, { exact: true }).isVisible()
    await go('/sign-in')
    expect(await seen(t.labels.show)).toBe(false)
    await givePassword(person)
    await page.getByRole('heading', { name: t.code.emailTitle }).waitFor()
    expect(await seen(t.code.itself({ digits: 6 }))).toBe(false)
    expect(await page.getByRole('button', { name: t.code.again }).isEnabled()).toBe(true)

    await continueWith(person, await person.codeInOutbox(account.email))
    await go('/account/security')
    await press(t.security.renew)
    await continueWith(person, await person.codeInOutbox(account.email))
    await page.getByRole('link', { name: t.recovery.download }).waitFor()
    expect([await seen(t.recovery.copy), await seen(t.recovery.print)]).toEqual([false, false])
  }))

async function continueWith({ type, press, t }: Person, code: string): Promise<void> {
  await type(t.code.label, code)
  await press(t.code.submit)
}

/** The open question of this attempt went out both ways. */
async function askedByBoth(id: string): Promise<void> {
  const attempts = house.place.db().updateTable('attempts').where('id', '=', id)
  const { asked } = await house.place
    .db()
    .selectFrom('attempts')
    .select('asked')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const both = { ...(JSON.parse(asked!) as object), by: ['email', 'sms'] }
  await attempts.set({ asked: JSON.stringify(both) }).execute()
}

const newestMessage = () =>
  house.place
    .db()
    .selectFrom('messages')
    .selectAll()
    .where('kind', '=', 'code')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()

const setClipboard = (page: Person['page'], text: string) =>
  page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
