import { chromium, type Browser } from 'playwright-core'
import { unpackedChromium } from './chromium.ts'

let launched: Promise<Browser> | undefined

/**
 * One Chromium for all test files of a worker; ends with it. Take a new context (a person's own
 * browser) for every test, and close it:
 *
 *     const context = await (await browser()).newContext({ locale: 'ar', javaScriptEnabled: false })
 */
export function browser(): Promise<Browser> {
  launched ??= launch()
  return launched
}

async function launch(): Promise<Browser> {
  const unpacked = await unpackedChromium()
  if (!unpacked) return chromium.launch({ channel: 'chrome', args }) // what is installed must do
  const env = { ...process.env, ...unpacked.env }
  return chromium.launch({ executablePath: unpacked.path, env, args })
}

const args = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--font-render-hinting=none',
  // Nothing leaves this machine but what a page asks for.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
]
