import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { account, openPlace, startServer, type Kind, type Settings } from '../setup/process.ts'
import { givePassword } from './house.ts'
import { notThe } from '../stories/story.ts'
import { visit, type Person } from './person.ts'

/** Where the person looks for a code that has just been sent. */
export type Mailbox = (person: Person) => Promise<string>

type Options = Parameters<typeof visit>[1] & {
  readonly on?: Kind
  readonly settings?: Settings
  readonly mailbox?: Mailbox
}

const outbox: Mailbox = ({ codeInOutbox }) => codeInOutbox(account.email)

/** The main job on a new server, from the link it prints to protection switched off again. */
export async function expectMainStory(options: Options): Promise<void> {
  const { on = 'SQLite', settings = {}, mailbox = outbox, ...browser } = options
  await using place = await openPlace(on)
  await using server = await startServer({ ...place.settings, ...settings })
  const { url, setUpPath } = server
  const isPlain = browser.javaScriptEnabled === false
  const enter = isPlain ? typeAndContinue : paste

  const left = await visit(url, browser, async (person) => {
    await makeAccount(person, setUpPath!)
    await givePassword(person)
    await expectAt(person, '/account', person.t.profile.title)
    const codes = await switchOn(person, mailbox, enter)
    await signOut(person)

    await givePassword(person)
    await expectAt(person, '/sign-in/second', person.t.code.emailTitle)
    await person.page.getByLabel(person.t.code.remember({ days: 30 })).check()
    await enter(person, await mailbox(person))
    await expectAt(person, '/account', person.t.profile.title)
    await signOut(person)

    await givePassword(person)
    await expectAt(person, '/account', person.t.profile.title)
    return codes
  })

  await visit(url, browser, async (person) => {
    await person.go('/account/security')
    await givePassword(person)
    await expectAt(person, '/sign-in/second', person.t.code.emailTitle)
    await mailbox(person)
    await useRecoveryCode(person, left[0]!)
    await makeNewCodes(person, left, mailbox, enter)
    await switchOff(person, mailbox, enter)
    await signOut(person)
    await givePassword(person)
    await expectAt(person, '/account', person.t.profile.title)
  })
}

/** Six digits at once, as from the clipboard or from the suggestion of a phone: no button needed. */
async function paste({ page, t }: Person, code: string): Promise<void> {
  await page.getByLabel(t.code.label, { exact: true }).focus()
  await page.keyboard.insertText(code)
}

async function typeAndContinue({ type, press, t }: Person, code: string): Promise<void> {
  await type(t.code.label, code)
  await press(t.code.submit)
}

async function expectAt(person: Person, path: string, heading: string): Promise<void> {
  await person.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
  expect(person.place()).toBe(path)
}

async function makeAccount(person: Person, setUpPath: string): Promise<void> {
  const { go, type, press, reads, page, t } = person
  await go(setUpPath)
  await type(t.labels.email, account.email)
  await type(t.labels.name, account.name)
  await page.getByLabel(t.labels.country).selectOption(account.country)
  await page.getByLabel(t.labels.phone).fill('+44 7400 123456')
  await type(t.labels.password, 'password123')
  await press(t.setup.submit)

  await reads(t.labels.fix)
  await reads(t.fields.phone_country)
  await reads(t.fields.password_common)
  expect(await page.getByLabel(t.labels.email).inputValue()).toBe(account.email)
  expect(await page.getByLabel(t.labels.password, { exact: true }).inputValue()).toBe('')
  await page.getByLabel(t.labels.phone).fill('912 345 678')
  await type(t.labels.password, account.password)
  await press(t.setup.submit)
  await reads(t.notices.set_up)
}

async function signOut({ press, reads, t }: Person): Promise<void> {
  await press(t.layout.signOut)
  await reads(t.notices.signed_out)
}

type Enter = (person: Person, code: string) => Promise<void>

async function switchOn(person: Person, mailbox: Mailbox, enter: Enter): Promise<string[]> {
  const { press, reads, page, t } = person
  await page.getByRole('link', { name: t.layout.security }).click()
  await reads(t.security.off)
  await reads(account.email)
  await reads('+351 912 345 678')
  await press(t.security.protect)

  await expectAt(person, '/account/security/code', t.confirm.protect.title)
  await reads('a•••@e•••.com')
  const code = await mailbox(person)
  await enter(person, notThe(code))
  await reads(t.problems.wrong_code)
  await enter(person, code)
  await reads(t.recovery.protect)

  const codes = await page.locator('.codes code').allTextContents()
  expect(new Set(codes).size).toBe(10)
  await keep(person, codes)
  await page.getByLabel(t.recovery.saved).check()
  await press(t.recovery.submitProtect)
  await reads(t.notices.protected)
  await reads(t.security.left({ left: 10 }))
  return codes
}

/** On disk, on paper. */
async function keep({ page, t }: Person, codes: readonly string[]): Promise<void> {
  const begun = page.waitForEvent('download')
  await page.getByRole('link', { name: t.recovery.download }).click()
  const download = await begun
  expect(download.suggestedFilename()).toBe(t.recovery.file)
  const file = await readFile(await download.path(), 'utf8')
  expect(file.split('\r\n').filter((line) => codes.includes(line))).toEqual(codes)
  expect(file).toContain(account.email)

  const isSeen = (what: string) => page.locator(what).first().isVisible()
  await page.emulateMedia({ media: 'print' })
  expect(await Promise.all(['.codes', '.paper'].map(isSeen))).toEqual([true, true])
  const left = ['.banner', '.menu', '.who', '.foot', '.keep', 'form', '.note'].map(isSeen)
  expect(await Promise.all(left)).toEqual(left.map(() => false))
  await page.emulateMedia({ media: 'screen' })
}

async function useRecoveryCode(person: Person, code: string): Promise<void> {
  const { type, press, reads, page, t } = person
  await page.getByRole('link', { name: t.code.use.recovery }).click()
  await type(t.code.recoveryLabel, code.toLowerCase().replaceAll('-', ' '))
  await press(t.code.submit)
  await reads(t.notices.recovery_left({ left: 9 }))
  expect(new URL(page.url()).pathname).toBe('/account/security')
}

async function makeNewCodes(
  person: Person,
  old: readonly string[],
  mailbox: Mailbox,
  enter: Enter,
): Promise<void> {
  const { press, reads, page, t } = person
  await press(t.security.renew)
  await expectAt(person, '/account/security/code', t.confirm['recovery-codes'].title)
  await enter(person, await mailbox(person))
  await reads(t.recovery.renew)
  const codes = await page.locator('.codes code').allTextContents()
  expect(new Set([...codes, ...old]).size).toBe(20)
  await page.getByLabel(t.recovery.saved).check()
  await press(t.recovery.submitRenew)
  await reads(t.notices.codes_renewed)
  await reads(t.security.left({ left: 10 }))
}

async function switchOff(person: Person, mailbox: Mailbox, enter: Enter): Promise<void> {
  const { press, reads, t } = person
  await press(t.security.unprotect)
  await expectAt(person, '/account/security/code', t.confirm.unprotect.title)
  await enter(person, await mailbox(person))
  await reads(t.notices.unprotected)
  await reads(t.security.off)
}
