import { AxeBuilder } from '@axe-core/playwright'
import axe from 'axe-core'
import { test } from 'vitest'
import { browser } from '../setup/browser.ts'
import { openPlace, startServer } from '../setup/process.ts'
test('probe', async () => {
  const t = (what: string) => console.log(what, Math.round(performance.now() - t0))
  let t0 = performance.now()
  await using place = await openPlace()
  await using server = await startServer(place.settings)
  const b = await browser()
  const context = await b.newContext({ locale: 'ar' })
  const page = await context.newPage()
  page.on('console', (m) => console.log('console', m.text()))
  for (const path of [server.setUpPath!, '/sign-in']) {
    await page.goto(server.url + path)
    for (let i = 0; i < 2; i++) {
      t0 = performance.now()
      const r = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
      t('axe legacy ' + r.violations.map((v) => v.id).join())
    }
    t0 = performance.now()
    await page.evaluate(axe.source)
    t('inject')
    for (let i = 0; i < 4; i++) {
      await page.setViewportSize({ width: i % 2 ? 320 : 1200, height: 800 })
      await page.emulateMedia({ colorScheme: i > 1 ? 'dark' : 'light' })
      t0 = performance.now()
      const v = await page.evaluate(
        `axe.run(document, {resultTypes:['violations'], runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'].concat([]) }).then(r => r.violations.map(v => v.id).join() + r.passes.length)`,
      )
      t('axe run' + v)
    }
  }
  await context.close()
})
