import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { receiptUrl } from '../../src/delivery/receipts.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { expectNoChange } from '../attacks/tools.ts'
import { startMailServer } from '../setup/mail-server.ts'
import { ana, bob } from '../world.ts'
import { HOME, operatorIn, relay, ROUTE, rulesForm } from './delivery-tools.ts'
import { asHtml, placeOf, story } from './story.ts'

const { delivery: t, problems } = textsOf('en')
const folder = mkdtempSync(join(tmpdir(), 'nightlatch-file-'))
const server = await startMailServer()
const { hostname: host, port } = new URL(server.url)
const path = join(folder, 'delivery.json')
const gateway = { kind: 'smtp', host, port: Number(port), security: 'off' }
const SECRET = 'very-secret-token'
const twilio = { kind: 'http', recipe: 'twilio', secrets: { account_sid: 'x', auth_token: SECRET } }
const file = {
  routes: [
    { name: 'Relay of the file', gateway },
    { name: 'Twilio of the file', prices: { PT: 0.05 }, gateway: twilio },
  ],
  rules: { countries: ['PT'], moneyDay: 12.5 },
}
writeFileSync(path, JSON.stringify(file))
chmodSync(path, 0o600)
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const settings = { DELIVERY_FILE: path, ALLOW_PRIVATE_GATEWAYS: 'yes' }

story(
  'a delivery file is shown, and not changed',
  { people: [ana, bob], settings },
  async (world) => {
    const browser = await operatorIn(world)
    const page = await (await browser.get(HOME)).text()
    for (const text of [t.fromFile, 'Relay of the file', 'Twilio of the file', '0.05 EUR', '12.5'])
      expect(page).toContain(asHtml(text))
    expect(page).not.toContain(SECRET)
    const posts = page.match(/<form method="post" action="\/settings[^"]*"/g)
    expect(posts).toBe(null)
    const [mail] = await world.app.gateways.linked(world.app.db)
    const forms: [string, Record<string, string>][] = [
      [ROUTE, { ...relay, host: 'mail.example.com' }],
      [`${HOME}/move`, { route: mail!.id, to: 'down' }],
      [`${HOME}/remove`, { route: mail!.id, version: mail!.version }],
      [`${HOME}/rules`, { ...rulesForm, version: 'x' }],
    ]
    for (const [address, form] of forms) {
      const refused = await expectNoChange(world, () => browser.post(address, form))
      expect([address, refused.status]).toEqual([address, 409])
      expect(await refused.text()).toContain(asHtml(problems.delivery_in_file))
    }
    expect((await browser.get(`${ROUTE}?id=${mail!.id}`)).status).toBe(409)
    expect((await browser.get(`${ROUTE}?kind=smtp`)).status).toBe(409)
  },
)

story('mails go by it, and it can be tried out', { people: [ana], settings }, async (world) => {
  const browser = await operatorIn(world)
  const [mail] = await world.app.gateways.linked(world.app.db)
  const form = { route: mail!.id, to: 'ops@example.com' }
  const place = placeOf(await browser.post(`${HOME}/try`, form))!
  await world.opened.delivery.settled()
  expect(await (await browser.get(place)).text()).toContain(t.outcomes.accepted)
  expect(server.mails.some(({ to }) => to.includes('ops@example.com'))).toBe(true)
  expect(world.opened.warnings).toEqual([])
})

story(
  'Deliveries knows the gateways of the file, before anything went by them',
  { people: [ana], settings },
  async (world) => {
    const page = await (await (await operatorIn(world)).get('/deliveries')).text()
    expect(page).toContain('<option value="Twilio of the file"')
    expect(page).toContain(`aria-label="${textsOf('en').deliveries.budgets.messages}"`)
  },
)

story(
  'the page to try it out says where its receipts go',
  { people: [ana], settings },
  async (world) => {
    const browser = await operatorIn(world)
    const linked = await world.app.gateways.linked(world.app.db)
    const { id } = linked.find(({ by }) => by === 'sms')!
    const page = await (await browser.get(`${HOME}/try?route=${id}`)).text()
    expect(page).toContain(receiptUrl(world.config.publicUrl, world.app.keys, id))
  },
)
