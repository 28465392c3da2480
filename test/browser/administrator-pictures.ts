/** Makes the pictures of `docs/administrator.md` anew: `node test/browser/administrator-pictures.ts`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { newId, systemRandom } from '../../src/lib/random.ts'
import { insertDevice } from '../../src/store/devices.ts'
import { insertEnrolment } from '../../src/store/enrolments.ts'
import type { Account } from '../../src/store/accounts.ts'
import { browser } from '../setup/browser.ts'
import { startMailServer } from '../setup/mail-server.ts'
import { addPerson } from '../setup/people.ts'
import { account, make, openPlace, startServer } from '../setup/process.ts'
import type { World } from '../world.ts'

const folder = join(import.meta.dirname, '../../docs/images')
const DAY = 24 * 60 * 60 * 1000
const now = Date.now()
const main = 'office@example.com'

const mail = await startMailServer()
await using place = await openPlace()
await make(['setup'], place.settings)
await using server = await startServer({ ...place.settings, SMTP_URL: mail.url })
const db = place.db()
const world = { app: { db, random: systemRandom, now: () => now } } as unknown as World

const proven = { emailProvenAt: now - 30 * DAY }
await add('office', 'Office', { privilege: 'manage', ...proven }, [])
const maria = await add('maria', 'Maria Costa', { main, ...proven }, ['totp', 'email', 'recovery'])
await add('chen', '陈静', { main, language: 'zh-CN', ...proven }, ['email', 'recovery'])
await add('omar', 'عمر حسن', { main, language: 'ar', ...proven }, ['passkey', 'recovery'])
await add('tom', 'Tom Bell', { main, privilege: 'support', ...proven }, [])
await add('ines', 'Inês Prata', { main, passwordHash: '', invitedAt: now - DAY }, [])
await add('paul', 'Paul Gray', { main, disabledAt: now - DAY, ...proven }, ['email'])
for (const [userAgent, address, days] of [
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36', '192.0.2.17', 1],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1',
    '198.51.100.4',
    3,
  ],
] as const)
  await insertDevice(db, deviceOf(maria, userAgent, address, now - days * DAY))

const wide = { viewport: { width: 860, height: 1000 } }
await picture('users', wide, async (page) => void (await page.goto(`${server.url}/users`)))
await picture('user', { viewport: { width: 860, height: 1150 } }, async (page) => {
  await page.goto(`${server.url}/users/user?id=${maria}`)
})
await picture('login-code-preview', { viewport: { width: 860, height: 900 } }, async (page) => {
  await page.goto(`${server.url}/users`)
  await page.locator('[name=which]').selectOption('all')
  await page.locator('[name=code]').selectOption('email')
  await page.locator('#bulk button').click()
})
await picture('policy-preview', { viewport: { width: 860, height: 970 } }, async (page) => {
  await page.goto(`${server.url}/policy`)
  await page.locator('[name=protection]').selectOption('required')
  await page.locator('[name=requiredFrom]').fill('2027-01-01')
  await page.locator('form[action="/policy"] button.main').click()
  await page.locator('button[name=edit]').waitFor()
})
await picture('case', { viewport: { width: 860, height: 1100 } }, async (page) => {
  const asked = await page.context().browser()!.newContext()
  const other = await asked.newPage()
  await other.goto(`${server.url}/lost`)
  await other.locator('[name=login]').fill('maria@example.com')
  await other.locator('[name=reach]').fill('+351 910 000 000')
  await other.locator('[name=text]').fill('My bag was stolen, with the phone and the codes.')
  await other.locator('button.main').click()
  await other.locator('.done').waitFor()
  await asked.close()
  await db
    .updateTable('cases')
    .set({ waitsUntil: now - DAY, openedAt: now - 4 * DAY })
    .execute()
  await page.goto(`${server.url}/cases`)
  await page.locator('.events a').click()
  await page.locator('[name=checked]').waitFor()
})
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 }
await picture('users-ar', { ...phone, locale: 'ar', colorScheme: 'dark' }, async (page) => {
  await page.locator('.languages [value=ar]').click()
  await page.goto(`${server.url}/users`)
  await page.evaluate(`document.querySelector('.people').scrollIntoView()`)
})
await (await browser()).close()
await mail.close()

async function add(
  name: string,
  called: string,
  about: Partial<Account> & { readonly main?: string },
  kinds: readonly string[],
): Promise<string> {
  const email = `${name}@example.com`
  const { mainId: _, ...rest } = about
  const id = await addPerson(world, { ...rest, email, name: called, createdAt: now - 40 * DAY })
  for (const kind of kinds) {
    const state = kind === 'recovery' ? { hashes: Array(9).fill('x') } : { to: email }
    const called = kind === 'totp' ? "Maria's phone" : kind === 'email' ? 'm•••@example.com' : ''
    const factor = { id: newId(systemRandom, now), accountId: id, kind, name: called, state }
    await insertEnrolment(db, { ...factor, createdAt: now - 20 * DAY })
  }
  return id
}

function deviceOf(accountId: string, userAgent: string, address: string, lastSeenAt: number) {
  const id = newId(systemRandom, now)
  const hashes = { seriesHash: id, tokenHash: id, previousHash: null, rotatedAt: lastSeenAt }
  const none = { rememberedAt: null, forgottenAt: null, name: null, removedAt: null }
  const seen = { firstSeenAt: lastSeenAt - 10 * DAY, lastSeenAt, lastFactor: null }
  return { id, accountId, userAgent, address, ...hashes, ...none, ...seen }
}

async function picture(
  name: string,
  options: BrowserContextOptions,
  arrive: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await (await browser()).newContext({ reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  await page.goto(`${server.url}/sign-in?to=/users`)
  await page.locator('[name=login]').fill(main)
  await page.locator('[name=password]').fill(account.password)
  await page.locator('button.main').click()
  await page.waitForURL('**/users')
  await arrive(page)
  writeFileSync(join(folder, `${name}.png`), await page.screenshot())
  await context.close()
}
