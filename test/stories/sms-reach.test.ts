import { expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import { usualRules } from '../../src/delivery/rules.ts'
import { replaceDelivery } from '../../src/store/installation.ts'
import { whyMute } from '../../src/sign-in/reach.ts'
import { ana, MINUTE, type World } from '../world.ts'
import { waysOn } from './factor-tools.ts'
import {
  accountRow,
  byPhone,
  enrolledAs,
  linkSms,
  list,
  NUMBER,
  sentTo,
  smsCodeTo,
  unlinkSms,
  withBoth,
  withNumber,
} from './sms-tools.ts'
import { asHtml, enrolledFor, kept, placeOf, story, whoIs } from './story.ts'

const { security, problems, code: words } = textsOf('en')
const HERE = '/account/security'
const SECOND = '/sign-in/second'
const phones = { people: [ana], given: byPhone }

const stop = (world: World) =>
  world.app.db
    .insertInto('stoppedPrefixes')
    .values({
      id: 's',
      prefix: '+351912',
      country: 'PT',
      sent: 10,
      entered: 0,
      stoppedAt: world.now(),
      releasedAt: null,
      releasedBy: null,
    })
    .execute()

/** Nothing is left of this day. */
const spend = (world: World) =>
  replaceDelivery(
    world.app.db,
    JSON.stringify({ ...usualRules, countries: ['PT'], messagesDay: 1 }),
  )

const unlist = (world: World) => list(world, ['GB'])

const mutes = [
  ['no gateway is linked', unlinkSms, 'no_route', security.muteNumber],
  ['its country is not listed', unlist, 'country', security.muteCountry],
  ['its prefix is stopped', stop, 'stopped', security.muteNumber],
  ['the budget is used up', spend, 'stopped', security.muteNumber],
] as const

for (const [what, take, why, text] of mutes)
  story(`where ${what}, the code page says so at once, and Security too`, phones, async (world) => {
    const { browser: owner } = await withNumber(world)
    const whyNow = async () => whyMute(world.app, world.app.db, await accountRow(world), NUMBER)
    expect(await whyNow()).toBe(null)
    expect(await (await owner.get(HERE)).text()).not.toContain(asHtml(text))
    await take(world)
    const before = await kept(world)
    expect(await whyNow()).toBe(why)
    expect(await (await owner.get(HERE)).text()).toContain(asHtml(text))
    expect(await kept(world)).toEqual(before)

    const sent = await sentTo(world)
    const browser = world.visitor()
    await browser.signIn()
    const page = await (await browser.get(SECOND)).text()
    expect(page).toContain('No code can be sent by text message to')
    expect(page).not.toContain('Ask for one below')
    expect(page).not.toContain(`${SECOND}/send`)
    expect(waysOn(page)).toEqual(['recovery'])
    expect(await sentTo(world)).toEqual(sent)
  })

story(
  'where the number gets none, whoever used it last, and prefers it, is shown another way',
  phones,
  async (world) => {
    const { browser } = await withNumber(world)
    await browser.post(`${HERE}/add`, { kind: 'email' })
    await browser.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
    await browser.post(`${HERE}/prefer`, { kind: 'sms' })
    const again = async () => {
      world.pass(MINUTE)
      await browser.post('/sign-out')
      await browser.signIn()
      return (await browser.get(SECOND)).text()
    }
    expect(await again()).toContain('name="with" value="sms"')
    await stop(world)
    const page = await again()
    expect(page).toContain('name="with" value="email"')
    expect(waysOn(page)).toEqual(['sms', 'recovery'])
    expect(page).toContain(asHtml(words.sms.muteWay))
    // Who asks for it all the same is told.
    const wished = await (await browser.get(`${SECOND}?with=sms`)).text()
    expect(wished).toContain('No code can be sent by text message to')
    expect(waysOn(wished)).toEqual(['email', 'recovery'])
  },
)

story('a code that went out before can still be typed in', phones, async (world) => {
  await withNumber(world)
  const browser = world.visitor()
  await browser.signIn()
  const code = await smsCodeTo(world)
  await stop(world)
  const page = await (await browser.get(SECOND)).text()
  expect(page).toContain('We have sent a code with six digits by text message')
  expect(page).not.toContain(`${SECOND}/send`)
  await browser.post(SECOND, { code, with: 'sms' })
  expect(await whoIs(browser)).toBe(ana.email)
})

story('of both, only the mailbox is named where the number gets none', phones, async (world) => {
  await withBoth(world)
  await unlist(world)
  await world.app.db
    .updateTable('limits')
    .set({ count: 1000 })
    .where('key', 'like', 'mails-day:%')
    .execute()
  const browser = world.visitor()
  await browser.signIn()
  const page = await (await browser.get(SECOND)).text()
  expect(page).not.toContain('+351')
  expect(page).toContain(words.emailSendTitle)
  expect(page).toContain(`${SECOND}/send`)
})

for (const [what, take, isGone] of [
  ['its country is not listed any more', unlist, true],
  ['its gateway is unlinked', unlinkSms, true],
  ['its prefix is stopped for the moment', stop, false],
] as const)
  story(
    `the last way beside a number is ${isGone ? 'not ' : ''}removed where ${what}`,
    phones,
    async (world) => {
      const { browser } = await withNumber(world)
      await browser.post(`${HERE}/add`, { kind: 'email' })
      await browser.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
      await take(world)
      const [mail] = await enrolledAs(world, 'email')
      const before = await kept(world)
      const answer = await browser.post(`${HERE}/remove`, { factor: mail!.id })
      if (!isGone) {
        expect(placeOf(answer)).toContain('factor_removed')
        expect(await enrolledFor(world)).toEqual(['recovery', 'sms'])
        return
      }
      expect(answer.status).toBe(409)
      expect(await answer.text()).toContain(asHtml(problems.last_factor))
      expect(await kept(world)).toEqual(before)
      await unlinkSms(world)
      await linkSms(world)
      expect(placeOf(await browser.post(`${HERE}/remove`, { factor: mail!.id }))).toContain(
        'factor_removed',
      )
    },
  )

story('a number of a country that is not listed can be another one', phones, async (world) => {
  const { browser } = await withNumber(world)
  const page = async () => (await browser.get(HERE)).text()
  await unlist(world)
  expect(await page()).toContain('href="/account/security/sms"')
  await unlinkSms(world)
  expect(await page()).not.toContain('href="/account/security/sms"')
})
