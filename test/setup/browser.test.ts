import { AxeBuilder } from '@axe-core/playwright'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browser } from './browser.ts'

const page = `<!doctype html><html lang="en"><head><title>A page</title>
<style>body { color: #111; background: #fff }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #111 } }</style></head>
<body><main><h1>A page</h1><p id="script">no script</p><p id="size">x</p></main>
<script>document.getElementById('script').textContent = navigator.language</script></body></html>`

const server = createServer((_, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8').end(page)
})
let url = ''
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('the browser knows scripts, languages, and what it is like without scripts', async () => {
  const arabic = await visit({ locale: 'ar' }, (at) => at.textContent('#script'))
  const plain = await visit({ javaScriptEnabled: false }, (at) => at.textContent('#script'))
  expect([arabic, plain]).toEqual(['ar', 'no script'])
})

test('the browser has a light and a dark side', async () => {
  const colors = await visit({}, async (at) => {
    const color = () => at.evaluate('getComputedStyle(document.body).backgroundColor')
    await at.emulateMedia({ colorScheme: 'light' })
    const light = await color()
    await at.emulateMedia({ colorScheme: 'dark' })
    return [light, await color()]
  })
  expect(colors).toEqual(['rgb(255, 255, 255)', 'rgb(17, 17, 17)'])
})

test('axe finds a fault where there is one, and none where there is none', async () => {
  const [good, bad] = await visit({}, async (at) => {
    const violations = async () =>
      (await new AxeBuilder({ page: at }).analyze()).violations.map(({ id }) => id)
    const before = await violations()
    await at.evaluate(`document.querySelector('main').innerHTML += '<img src="data:,">'`)
    return [before, await violations()]
  })
  expect(good).toEqual([])
  expect(bad).toContain('image-alt')
})

// A letter that no font has is drawn as the same empty box, or not at all.
test('the browser can draw Latin, Chinese and Arabic', async () => {
  const drawings = await visit({}, async (at) => {
    const drawn = async (text: string) => {
      await at.evaluate(`document.getElementById('size').textContent = ${JSON.stringify(text)}`)
      return (await at.locator('#size').screenshot()).toString('base64')
    }
    const pictures: string[] = []
    for (const text of ['\u{10fffd}', 'A', '登', '录', '验', 'ت', 'س', 'ج']) {
      pictures.push(await drawn(text))
    }
    return pictures
  })
  expect(new Set(drawings).size).toBe(8)
})

async function visit<T>(options: BrowserContextOptions, look: (page: Page) => Promise<T>) {
  const context = await (await browser()).newContext(options)
  try {
    const at = await context.newPage()
    await at.goto(url)
    return await look(at)
  } finally {
    await context.close()
  }
}
