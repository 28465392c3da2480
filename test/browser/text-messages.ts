import { expect } from 'vitest'
import { startGateway, type Gateway, type GatewayRequest } from '../setup/gateway.ts'
import { account } from '../setup/process.ts'
import { readDocument } from '../setup/documents.ts'
import { givePassword, openPlainHouse, type House } from './house.ts'
import { visit, type Person } from './person.ts'

/** The recipe that docs/delivery.md shows, for the gateway here. */
export function recipeFor(url: string): string {
  const shown = readDocument('docs/delivery.md').blocks.find(({ language }) => language === 'json')
  return shown!.code.replace('https://sms.example.com', url)
}

const NUMBER = '+351912345678'
const KEY = 'a key that nobody sees'

export type Nearby = AsyncDisposable & { readonly house: House; readonly gateway: Gateway }

/** A server, and a gateway for text messages near it. */
export async function openNearby(): Promise<Nearby> {
  let sent = 0
  const gateway = await startGateway((_request, response) => response.end(`OK m${++sent}`))
  const house = await openPlainHouse({ ALLOW_PRIVATE_GATEWAYS: 'yes' })
  return {
    house,
    gateway,
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]()
      await gateway.close()
    },
  }
}

type Look = (name: string, person: Person) => Promise<void>

/** The operator links a gateway and tries it out; then they protect themselves by it, and sign in. */
export const expectTextMessageStory = ({ house, gateway }: Nearby, look: Look): Promise<void> =>
  visit(house.url, {}, async (person) => {
    await person.go('/settings/delivery')
    await givePassword(person)
    await link(person, gateway)
    await allow(person, 'Portugal')
    await look('delivery-settings', person)
    await tryOut(person, gateway)
    await look('delivery-try', person)
    const codes = await protectByNumber(person, gateway)
    expect(codes).toHaveLength(10)
    await signInByNumber(person, gateway, look)
    await person.go('/deliveries')
    await person.reads(person.t.deliveries.figures)
    await look('deliveries', person)
  })

export async function link(
  { page, type, press, reads, t }: Person,
  gateway: Gateway,
): Promise<void> {
  await page.getByLabel(t.delivery.chooseKind, { exact: true }).selectOption('own')
  await page.getByRole('button', { name: t.delivery.goOn }).last().click()
  await type(t.delivery.name, 'Gateway nearby')
  await page.getByLabel(t.delivery.recipe).fill(recipeFor(gateway.url))
  await page.getByLabel(t.delivery.prices).fill('PT 0.045\n* 0.09')
  await press(t.delivery.save)
  await page.getByLabel('key', { exact: true }).fill(KEY)
  await press(t.delivery.save)
  await reads('Gateway nearby')
}

export async function allow({ page, press, t }: Person, country: string): Promise<void> {
  await page.getByLabel(country).check()
  await press(t.delivery.saveRules)
  await page.waitForURL('**/settings/delivery?notice=**')
}

async function tryOut(person: Person, gateway: Gateway): Promise<void> {
  const { page, type, press, reads, t } = person
  await page.getByRole('link', { name: t.delivery.tryOne({ name: 'Gateway nearby' }) }).click()
  await type(t.delivery.toNumber, NUMBER)
  await press(t.delivery.trySubmit)
  await reads(t.delivery.outcomes.accepted)
  expect(await page.content()).not.toContain(KEY)
  expect(gateway.requests.at(-1)!.fields).toMatchObject({ to: NUMBER, key: KEY })
  await tell(gateway.requests.at(-1)!, 'delivered')
  await page.reload()
  await reads(t.delivery.receipts.delivered)
}

/** The gateway tells us what became of a message. */
async function tell({ fields }: GatewayRequest, state: 'delivered' | 'failed'): Promise<void> {
  const answer = await fetch(`${fields['tell']}&state=${state}`)
  expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
}

export const codeIn = (request: GatewayRequest | undefined): string =>
  /#(\d{6})$/.exec(request?.fields['text'] ?? '')?.[1] ?? 'none'

async function protectByNumber(person: Person, gateway: Gateway): Promise<string[]> {
  const { go, page, type, press, reads, t } = person
  await go('/account/security')
  await page.getByRole('link', { name: t.security.addKinds.sms }).click()
  await page.locator('[name=country]').selectOption('PT')
  await type(t.labels.phone, '912 345 678')
  await press(t.number.check)
  await reads('+351 912 345 678')
  await press(t.number.send)
  // The first factor asks for the password once more.
  await type(t.labels.password, account.password)
  await press(t.code.submit)
  await page.waitForURL('**/account/security/code**')
  await reads(t.told.sms.accepted)
  await type(t.code.label, codeIn(gateway.requests.at(-1)))
  await page.getByLabel(t.recovery.saved).check()
  const codes = await page.locator('.codes code').allTextContents()
  await press(t.recovery.submitProtect)
  await page.waitForURL('**/account/security?notice=protected')
  return codes
}

async function signInByNumber(person: Person, gateway: Gateway, look: Look): Promise<void> {
  const { go, page, type, press, reads, t } = person
  await press(t.layout.signOut)
  await go('/sign-in')
  const before = gateway.requests.length
  await givePassword(person)
  await page.waitForURL('**/sign-in/second')
  await reads(t.told.sms.accepted)
  expect(gateway.requests).toHaveLength(before + 1)
  await tell(gateway.requests.at(-1)!, 'delivered')
  await reads(t.told.sms.delivered)
  await look('second-step-sms', person)
  await type(t.code.label, codeIn(gateway.requests.at(-1)))
  await page.waitForURL('**/account')
}
