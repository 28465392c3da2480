import { expect } from 'vitest'
import type { TextMessage } from '../../src/delivery/route.ts'
import { fixedRoutes, refuses, smsBy } from '../setup/routes.ts'
import { ana, MINUTE } from '../world.ts'
import { askForNumber, linkSms, NUMBER, sentTo } from './sms-tools.ts'
import { placeOf, story } from './story.ts'

const texts: TextMessage[] = []
let isBusy = false
const given = {
  routes: fixedRoutes([
    smsBy({
      async send(message) {
        if (isBusy) return refuses('busy')
        texts.push(message)
        return { accepted: true }
      },
      async close() {},
    }),
  ]),
}
const codeIn = ({ text }: TextMessage): string => /#(\d{6})$/.exec(text)![1]!
const SECOND = '/sign-in/second'

story(
  'a code by text message that one by mail has replaced does not go out any more',
  { people: [ana], given },
  async (world) => {
    texts.length = 0
    isBusy = false
    await linkSms(world)
    const first = world.visitor()
    await first.signIn()
    await askForNumber(first)
    await world.opened.delivery.settled()
    await first.post('/account/security/code', { code: codeIn(texts.at(-1)!), with: 'sms' })
    await first.post('/account/security/confirm', { saved: 'yes' })
    world.pass(MINUTE)
    await first.post('/account/security/add', { kind: 'email' })
    await first.post('/account/security/code', { code: await world.codeTo(ana.email) })
    world.pass(MINUTE)

    const browser = world.visitor()
    expect(placeOf(await browser.signIn())).toBe(SECOND)
    isBusy = true
    const before = texts.length
    expect(placeOf(await browser.post(`${SECOND}/send`, { with: 'sms' }))).toBe(SECOND)
    await world.opened.delivery.settled()
    const waiting = (await sentTo(world, NUMBER)).at(-1)!
    expect(waiting).toMatchObject({ reason: 'busy', body: expect.any(String), failedAt: null })
    world.pass(35_000)
    // It does not come: a code by mail is asked for in its place.
    expect(placeOf(await browser.post(`${SECOND}/send`, { with: 'email' }))).toBe(SECOND)
    const code = await world.codeTo(ana.email)
    isBusy = false
    world.pass(MINUTE)
    world.opened.delivery.wake()
    await world.opened.delivery.settled()
    expect(texts.slice(before)).toEqual([])
    expect((await sentTo(world, NUMBER)).at(-1)).toMatchObject({ id: waiting.id, body: null })
    const signedIn = await browser.post(SECOND, { code, with: 'email' })
    expect(placeOf(signedIn)).toBe('/account')
  },
)
