import { expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import { ana, bob, HOUR, protect, signInFully, type World } from '../world.ts'
import {
  asHtml,
  askForEmail,
  codeFor,
  codesSentTo,
  eventsOf,
  kept,
  placeOf,
  story,
  waitOf,
  whoIs,
  withoutWaits,
} from './story.ts'

const SECOND = 1000
const HERE = '/account/email'
const { problems } = textsOf('en')
const carla = { ...bob, email: 'carla@example.com', name: 'Carla Reis' }
const dora = { ...bob, email: 'dora@example.com', name: 'Dora Paz' }
const emil = { ...bob, email: 'emil@example.com', name: 'Emil Roth' }

const at = (world: World, host: number) => world.visitor({ address: `198.51.100.${host}` })
const ask = askForEmail

/** Asks for the address so often, in sessions of their own from addresses of their own. */
async function askOften(world: World, who: typeof ana, to: string, times: number): Promise<void> {
  for (let turn = 1; turn <= times; turn++) {
    const browser = at(world, turn)
    await browser.signIn(who)
    expect(placeOf(await ask(browser, to)), `turn ${turn}`).toBe(`${HERE}/code`)
  }
}

story(
  'whoever asks for the address of somebody else cannot keep that person from their codes',
  { people: [ana, bob, carla, dora, emil] },
  async (world) => {
    const owner = world.visitor()
    await protect(world, owner)
    world.pass(HOUR)
    for (const [index, stranger] of [bob, carla, dora].entries()) {
      const before = await codesSentTo(world)
      await askOften(world, stranger, index % 2 ? ana.email.toUpperCase() : ana.email, 10)
      world.pass(SECOND)
      const other = world.visitor()
      expect(placeOf(await signInFully(world, other)), stranger.email).toBe('/account')
      expect(await whoIs(other)).toBe(ana.email)
      expect(await codesSentTo(world)).toBe(before + (index % 2 ? 1 : 11))
      world.pass(HOUR)
    }
    // Strangers all together reach one mailbox so often in a day, and its owner still gets codes.
    const before = await codesSentTo(world)
    await askOften(world, emil, ana.email, 1)
    expect(await codesSentTo(world)).toBe(before)
    expect(placeOf(await signInFully(world, world.visitor()))).toBe('/account')
    expect(await codesSentTo(world)).toBe(before + 1)
  },
)

story(
  'one account has codes sent to ten new addresses in a day, from wherever, and then waits',
  { people: [ana, bob] },
  async (world) => {
    const to = (turn: number) => `stranger${turn}@example.org`
    for (let turn = 1; turn <= 10; turn++) {
      const browser = at(world, turn)
      await browser.signIn(bob)
      await ask(browser, to(turn))
      expect(await codesSentTo(world, to(turn)), to(turn)).toBe(1)
      world.pass(HOUR)
    }
    const browser = at(world, 11)
    await browser.signIn(bob)
    expect(placeOf(await ask(browser, to(11)))).toBe(`${HERE}/code`)
    const before = await kept(world)
    expect(await (await browser.get(`${HERE}/code`)).text()).toContain('No code has been sent')
    const refused = await browser.post(`${HERE}/send`)
    expect([refused.status, waitOf(refused)]).toEqual([429, (14 * HOUR) / SECOND])
    expect(await refused.text()).toContain(
      asHtml(problems.send_limited({ wait: (14 * HOUR) / SECOND })),
    )
    expect(await codesSentTo(world, to(11))).toBe(0)
    expect(await kept(world)).toEqual(before)
    const [why] = await eventsOf(world, 'code_not_sent')
    expect(JSON.parse(why!.detail)).toEqual({ reason: 'send_limited' })

    // Nobody else waits for it, and this account gets its own codes.
    const anas = world.visitor()
    await anas.signIn(ana)
    await ask(anas, to(11))
    expect(await codesSentTo(world, to(11))).toBe(1)
    await protect(world, at(world, 12), bob)
    expect(await codesSentTo(world, bob.email)).toBe(1)

    world.pass(14 * HOUR)
    const nextDay = at(world, 13)
    await signInFully(world, nextDay, bob)
    await ask(nextDay, to(12))
    expect(await codesSentTo(world, to(12))).toBe(1)
  },
)

story(
  'codes for new addresses are counted one by one when all ask at once, and when one is sent again',
  { people: [ana] },
  async (world) => {
    const to = (turn: number) => `stranger${turn}@example.org`
    const browsers = Array.from({ length: 14 }, (_, turn) => at(world, turn + 1))
    for (const browser of browsers.slice(0, 13)) await browser.signIn()
    await ask(browsers[0]!, to(0))
    world.pass(30 * SECOND)
    expect(placeOf(await browsers[0]!.post(`${HERE}/send`))).toBe(`${HERE}/code`)
    await Promise.all(browsers.slice(1, 13).map((browser, turn) => ask(browser, to(turn + 1))))
    const sent = await Promise.all(browsers.map((_, turn) => codesSentTo(world, to(turn))))
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(10)
  },
)

story(
  'a free address and a taken one are answered alike, whatever its owner was sent before',
  { people: [ana, bob] },
  async (world) => {
    await protect(world, at(world, 1))
    for (let turn = 2; turn <= 10; turn++) await codeFor(world, at(world, turn))
    await at(world, 11).signIn()
    expect(await eventsOf(world, 'code_not_sent'), 'her codes are used up').toHaveLength(1)

    const answers = []
    for (const to of [ana.email, 'nobody@example.com', ana.email, 'nobody@example.com']) {
      const browser = world.visitor()
      await browser.signIn(bob)
      const before = await codesSentTo(world, to)
      const asked = await withoutWaits(await ask(browser, to))
      const page = await (await browser.get(`${HERE}/code`)).text()
      world.pass(30 * SECOND)
      const again = await browser.post(`${HERE}/send`)
      const sent = (await codesSentTo(world, to)) - before
      const cookies = asked.headers.map(([name, value]) =>
        name === 'set-cookie' ? value.replace(/=[^;]*/, '') : name,
      )
      answers.push({
        asked: [asked.status, asked.body, cookies],
        page: page.replaceAll(to, '…'),
        again: [again.status, placeOf(again), waitOf(again)],
        sent,
      })
    }
    for (const answer of answers) expect(answer.sent).toBe(2)
    expect(answers[0]!.page).not.toContain('No code has been sent')
    for (const answer of answers) expect(answer).toEqual(answers[0])
  },
)

story(
  'one client address has 25 codes sent to new addresses in five minutes, whoever asks',
  { people: [ana, bob], settings: { NEW_EMAIL_CODES_DAY: '1000' } },
  async (world) => {
    const to = (turn: number) => `stranger${turn}@example.org`
    const [anas, bobs] = [world.visitor(), world.visitor()]
    await anas.signIn(ana)
    await bobs.signIn(bob)
    for (let turn = 1; turn <= 26; turn++) await ask(turn % 2 ? anas : bobs, to(turn))
    expect(await codesSentTo(world, to(25))).toBe(1)
    expect(await codesSentTo(world, to(26))).toBe(0)
    const refused = await bobs.post(`${HERE}/send`)
    expect([refused.status, waitOf(refused)]).toEqual([429, 5 * 60])
    const elsewhere = at(world, 1)
    await elsewhere.signIn(bob)
    await ask(elsewhere, to(26))
    expect(await codesSentTo(world, to(26))).toBe(1)
  },
)
