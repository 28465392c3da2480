import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Language } from '../../src/lib/language.ts'
import { textsOf, type Texts } from '../../src/pages/texts/all.ts'
import { browser } from '../setup/browser.ts'

/** Somebody at a browser of their own, who reads what a page says and presses what stands there. */
export type Person = {
  readonly page: Page
  readonly context: BrowserContext
  readonly t: Texts
  readonly go: (path: string) => Promise<void>
  /** Path and query of the page they are at. */
  readonly place: () => string
  readonly press: (button: string) => Promise<void>
  /** Types into the field with this label. */
  readonly type: (label: string, text: string) => Promise<void>
  readonly reads: (text: string) => Promise<void>
  readonly heading: () => Promise<string | null>
  /** The newest code in the outbox for this address, looked up in a tab beside the page. */
  readonly codeInOutbox: (email: string) => Promise<string>
  /** In the newest message to this address that holds it: what the pattern catches. */
  readonly foundInOutbox: (email: string, what: RegExp) => Promise<string>
}

type Options = BrowserContextOptions & { readonly language?: Language }

/**
 * One person's visit to the server at `url`. While it lasts, nothing may go wrong in the browser:
 * no script error, nothing the content security policy stops, no request to anybody else.
 */
export async function visit<T>(
  url: string,
  { language = 'en', ...options }: Options,
  tell: (person: Person) => Promise<T>,
): Promise<T> {
  const look = { locale: language, reducedMotion: 'reduce', viewport: { width: 1000, height: 800 } }
  const context = await (await browser()).newContext({ ...look, ...options } as Options)
  const wrong = wrongIn(context, url)
  try {
    const told = await tell(await personIn(context, url, language))
    expect(wrong).toEqual([])
    return told
  } finally {
    await context.close()
  }
}

async function personIn(context: BrowserContext, url: string, language: Language): Promise<Person> {
  const page = await context.newPage()
  // Our pages come at once; what is not there after this will not come.
  context.setDefaultTimeout(15_000)
  const place = () => page.url().slice(url.length)
  const textsInOutbox = async (email: string) => {
    const tab = await context.newPage()
    await tab.goto(`${url}/outbox`)
    const messages = tab.locator('article', { has: tab.getByText(email, { exact: true }) })
    const texts = await messages.locator('pre').allTextContents()
    await tab.close()
    return texts
  }
  const foundInOutbox = async (email: string, what: RegExp) => {
    const found = (await textsInOutbox(email)).map((text) => what.exec(text))
    return found.find((each) => each !== null)?.at(-1) ?? ''
  }
  return {
    page,
    context,
    t: textsOf(language),
    place,
    go: async (path) => void (await page.goto(url + path)),
    press: (button) => page.getByRole('button', { name: button, exact: true }).click(),
    type: (label, text) => page.getByLabel(label, { exact: true }).fill(text),
    reads: (text) => page.getByText(text).first().waitFor(),
    heading: () => page.getByRole('heading', { level: 1 }).textContent(),
    foundInOutbox,
    codeInOutbox: async (email) => (await foundInOutbox(email, CODE)) || 'none',
  }
}

const CODE = /^ {4}(\d{6}|\d{8})$/m

// A page that refuses something is answered with 4xx; the browser notes that, and it is right.
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d /

function wrongIn(context: BrowserContext, url: string): string[] {
  const wrong: string[] = []
  context.on('weberror', (error) => wrong.push(String(error.error())))
  context.on('console', (message) => {
    const isRefusal = REFUSED.test(message.text()) && !message.location().url.includes('/static/')
    const isBad = ['error', 'warning'].includes(message.type())
    if (isBad && !isRefusal) wrong.push(message.text())
  })
  context.on('request', (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(`${url}/`))
      wrong.push(`asked ${request.url()}`)
  })
  return wrong
}
