/**
 * Makes the pictures of the documents anew: `node test/browser/pictures.ts`. They show a server that
 * sends real mails, as it is in use.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { browser } from '../setup/browser.ts'
import { startMailServer } from '../setup/mail-server.ts'
import { account, browserAt, make, openPlace, protect, startServer } from '../setup/process.ts'
import { openNearby, expectTextMessageStory } from './text-messages.ts'

const folder = join(import.meta.dirname, '../../docs/images')
const codeIn = (text = ''): string | undefined => /^ {4}(\d{6})$/m.exec(text)?.[1]

const read = new Set<unknown>()
const mail = await startMailServer()
{
  await using place = await openPlace()
  await make(['setup'], place.settings)
  await using server = await startServer({ ...place.settings, SMTP_URL: mail.url })
  await protect(browserAt(server.url), nextCode)

  await picture('second-step', { viewport: { width: 1200, height: 860 } }, async (page) => {
    await givePassword(page, server.url)
    await nextCode()
  })
  await picture('security', { viewport: { width: 1200, height: 860 } }, async (page) => {
    await givePassword(page, server.url)
    await page.locator('[name=code]').fill(await nextCode())
    await page.waitForURL('**/account/security')
  })
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 }
  await picture('second-step-ar-dark', { ...phone, locale: 'ar', colorScheme: 'dark' }, (page) =>
    givePassword(page, server.url),
  )
}
await mail.close()
{
  await using nearby = await openNearby()
  await expectTextMessageStory(nearby, async (name, { page }) => {
    if (name !== 'delivery-settings') return
    await page.setViewportSize({ width: 1000, height: 1500 })
    writeFileSync(join(folder, `${name}.png`), await page.screenshot())
  })
}
await (await browser()).close()

/** Every mail with a code is read once, in the order they came. */
async function nextCode(): Promise<string> {
  const found = await mail.waitFor(
    (each) => !read.has(each) && codeIn(each.parsed.text) !== undefined,
  )
  read.add(found)
  return codeIn(found.parsed.text)!
}

async function givePassword(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in?to=/account/security`)
  await page.locator('[name=login]').fill(account.email)
  await page.locator('[name=password]').fill(account.password)
  await page.locator('button.main').click()
  await page.waitForURL('**/second')
}

async function picture(
  name: string,
  options: BrowserContextOptions,
  arrive: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await (await browser()).newContext({ reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  await arrive(page)
  writeFileSync(join(folder, `${name}.png`), await page.screenshot())
  await context.close()
}
