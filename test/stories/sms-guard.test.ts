import { pino } from 'pino'
import { expect } from 'vitest'
import { raise } from '../../src/accounts/alarm.ts'
import { spendBudget } from '../../src/delivery/budget.ts'
import { usualRules } from '../../src/delivery/rules.ts'
import { write } from '../../src/store/write.ts'
import { doDeed } from '../../src/accounts/deeds/all.ts'
import { noRoutes } from '../../src/delivery/routes.ts'
import { sayByLink } from '../../src/accounts/say-not-me.ts'
import { messageTo } from './not-me-tools.ts'
import { glanceAtLimits } from '../../src/store/limits.ts'
import { change } from '../../src/sign-in/change.ts'
import { findAccountByLogin } from '../../src/store/accounts.ts'
import { enterMessages } from '../../src/store/messages.ts'
import { stoppedPrefixes } from '../../src/store/stopped-prefixes.ts'
import { atOnce, expectNoChange, tally } from '../attacks/tools.ts'
import {
  addPerson,
  askForSms,
  linkSms,
  past,
  pretendGateway,
  PRICE,
  setRules,
} from '../setup/sms.ts'
import { ana, bob, DAY, HOUR, MINUTE, nobodysVisit, openWorld, type World } from '../world.ts'
import { eventsOf, noticesTo, story } from './story.ts'

const TO = '+351912345678'
const BESIDE = '+351912000111'
const ELSEWHERE = '+351961234567'
// What is linked here is a row and no gateway: nothing is to be opened by it.
const LIMA = { people: [ana, bob], given: { routes: noRoutes } } as const

const idOf = async ({ app }: World, email: string): Promise<string> =>
  (await findAccountByLogin(app.db, email))!.id

const ask = async (world: World, to: string, email: string = bob.email): Promise<string> =>
  askForSms(world, { accountId: await idOf(world, email), to })

const stopsIn = ({ app }: World) => stoppedPrefixes(app.db, 100)

const alarmsIn = async ({ app }: World, kind: string): Promise<string> =>
  new RegExp(`nightlatch_alarms_total\\{kind="${kind}"\\} (\\d+)`).exec(
    await app.metrics.text(),
  )?.[1] ?? '0'

const refusedFor = async (world: World, why: string, to: string = TO): Promise<void> =>
  expect(await expectNoChange(world, () => ask(world, to), [])).toBe(why)

story('where no account for text messages is linked, none is sent', LIMA, async (world) => {
  await setRules(world.app, {})
  await refusedFor(world, 'sms_stopped')
  await linkSms(world, {}, ['GB'])
  await refusedFor(world, 'sms_stopped')
  await linkSms(world, {}, ['PT'])
  expect(await ask(world, TO)).toBe('asked')
})

story(
  'text messages go to the listed countries only, and to none at first',
  LIMA,
  async (world) => {
    await linkSms(world, { countries: [] })
    await refusedFor(world, 'sms_country')
    await setRules(world.app, { countries: ['GB', 'PT'] })
    expect(await ask(world, TO)).toBe('asked')
    await refusedFor(world, 'sms_country', '+12025550123')
    // Satellite telephones and such are at home nowhere.
    await refusedFor(world, 'sms_country', '+881631234567')
  },
)

const lines: string[] = []
const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })

story(
  'ten codes in an hour that nobody typed in stop their prefix, once, and the operators are told',
  { ...LIMA, given: { log, routes: noRoutes } },
  async (world) => {
    lines.length = 0
    await linkSms(world)
    await past(world, { to: TO, sent: 9 })
    expect(await ask(world, BESIDE)).toBe('asked')
    await past(world, { to: TO, sent: 1 })
    expect(await ask(world, BESIDE)).toBe('sms_stopped')
    expect(await stopsIn(world)).toMatchObject([
      { prefix: '+351912', country: 'PT', sent: 10, entered: 0, stoppedAt: world.now() },
    ])
    const about = { prefix: '+351912', country: 'PT', sent: 10, entered: 0 }
    const [event, another] = await eventsOf(world, 'prefix_stopped')
    expect([event?.accountId, another]).toEqual([null, undefined])
    expect(JSON.parse(event!.detail)).toEqual(about)
    expect(await noticesTo(world)).toEqual([
      { kind: 'alarm', alarm: { kind: 'prefix_stopped', ...about }, login: null },
    ])
    expect(await noticesTo(world, bob.email)).toEqual([])
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 40, msg: 'prefix_stopped', ...about },
    ])
    expect(lines.join()).not.toMatch(/912345678|912000111/)
    expect(await alarmsIn(world, 'prefix_stopped')).toBe('1')

    // It says where to release them, and there is nothing in it to deny.
    const { id, token } = await messageTo(world, 'alarm', ana.email)
    const [body] = await world.messagesTo(ana.email)
    const mail = world.opened.render.mail(id, body)
    expect(mail.text).toContain(`${world.url}/settings/delivery`)
    expect(mail.text).not.toContain('not-me')
    const denied = () => sayByLink(world.app, nobodysVisit, token)
    expect(await expectNoChange(world, denied, [])).toEqual({ refused: 'not_me_dead' })

    // From then on it is refused and nothing more is written; others are not concerned.
    await refusedFor(world, 'sms_stopped')
    await refusedFor(world, 'sms_stopped', BESIDE)
    expect(await ask(world, ELSEWHERE)).toBe('asked')
    world.pass(2 * DAY)
    await refusedFor(world, 'sms_stopped')
  },
)

story(
  'of a code that still lives nobody knows; one that was typed in counts at once',
  LIMA,
  async (world) => {
    await linkSms(world)
    await past(world, { to: TO, sent: 15, ago: 5 * MINUTE - 1 })
    await past(world, { to: TO, sent: 2, ago: 2 * MINUTE, entered: 2 })
    expect(await ask(world, BESIDE)).toBe('asked')
    world.pass(1)
    expect(await ask(world, BESIDE)).toBe('sms_stopped')
    expect(await stopsIn(world)).toMatchObject([{ sent: 17, entered: 2 }])
  },
)

story('what no gateway has taken says nothing about a prefix', LIMA, async (world) => {
  await linkSms(world)
  await past(world, { to: TO, sent: 40, isTaken: false })
  expect(await ask(world, BESIDE)).toBe('asked')
})

story('what a gateway says has not arrived says nothing about a prefix', LIMA, async (world) => {
  await linkSms(world)
  await past(world, { to: TO, sent: 40 })
  const all = world.app.db.updateTable('messages')
  await all.set({ failedAt: world.now(), reason: 'ABSENT_SUBSCRIBER' }).execute()
  expect(await ask(world, BESIDE)).toBe('asked')
  // Whoever is paid for them says that they have.
  const isPaid = world.app.db.updateTable('messages').where('recipient', '=', TO)
  await isPaid.set({ failedAt: null, deliveredAt: world.now() }).execute()
  expect(await ask(world, BESIDE)).toBe('sms_stopped')
})

story('two accounts alone stop no prefix, and with a third they do', LIMA, async (world) => {
  await linkSms(world)
  for (const accountId of ['a', 'b']) await past(world, { to: TO, sent: 15, accountId })
  await past(world, { to: TO, sent: 5, entered: 5 })
  expect(await ask(world, BESIDE)).toBe('asked')
  await past(world, { to: TO, sent: 1, accountId: 'c' })
  expect(await ask(world, BESIDE)).toBe('sms_stopped')
  expect(await stopsIn(world)).toMatchObject([{ sent: 12, entered: 5 }])
})

story('an attempt counts once, however often its code was sent', LIMA, async (world) => {
  await linkSms(world)
  for (const attemptId of ['a', 'b', 'c', 'd'])
    await past(world, { to: TO, sent: 5, accountId: attemptId, attemptId })
  expect(await ask(world, BESIDE)).toBe('asked')
  await past(world, { to: TO, sent: 6 })
  expect(await ask(world, BESIDE)).toBe('sms_stopped')
  expect(await stopsIn(world)).toMatchObject([{ sent: 10, entered: 0 }])
})

story('people who begin anew, and do get in, stop no prefix', LIMA, async (world) => {
  await linkSms(world)
  for (const who of [1, 2, 3])
    await past(world, { to: `+35191200000${who}`, sent: 4, entered: 1, accountId: `${who}` })
  expect(await ask(world, BESIDE)).toBe('asked')
})

story(
  'sixty people whose numbers are one block sign in at nine',
  { ...LIMA, given: { routes: noRoutes } },
  async (world) => {
    await linkSms(world)
    const answers: string[] = []
    for (let turn = 10; turn < 70; turn++) {
      const accountId = await addPerson(world, `c${turn}@example.com`)
      const who = { accountId, to: `+3519120001${turn}`, address: `10.0.${turn}.1` }
      answers.push(await askForSms(world, who))
    }
    expect(tally(answers)).toEqual({ asked: 60 })
  },
)

story(
  'a code that is typed in makes all codes of its attempt count as such',
  LIMA,
  async (world) => {
    await linkSms(world, { messagesDay: 1000, accountMessagesDay: 1000 })
    const accountId = await idOf(world, bob.email)
    for (let turn = 0; turn < 4; turn++) {
      const attemptId = `attempt ${turn}`
      for (const to of ['+351912000001', '+351912000002', '+351912000003'])
        expect(await askForSms(world, { accountId, to, attemptId })).toBe('asked')
      await enterMessages(world.app.db, attemptId, world.now())
    }
    await world.app.db.updateTable('messages').set({ acceptedAt: world.now() }).execute()
    world.pass(30 * MINUTE)
    expect(await ask(world, BESIDE)).toBe('asked')
    expect(await stopsIn(world)).toEqual([])
  },
)

story(
  'an hour is an hour and a day is a day; codes from before count no longer',
  LIMA,
  async (world) => {
    await linkSms(world)
    await past(world, { to: TO, sent: 19, ago: HOUR })
    expect(await ask(world, BESIDE)).toBe('asked')
    await past(world, { to: TO, sent: 30, ago: DAY })
    expect(await ask(world, BESIDE)).toBe('asked')
    await past(world, { to: TO, sent: 1, ago: DAY - 1 })
    expect(await ask(world, BESIDE)).toBe('sms_stopped')
  },
)

story(
  'what is usual is what was usual in that country in the month before',
  LIMA,
  async (world) => {
    await linkSms(world)
    // 10 of 20 are too many where 25 % are usual, and not where 40 % are.
    await past(world, { to: TO, sent: 20, entered: 10 })
    await past(world, { to: ELSEWHERE, sent: 60, entered: 36, ago: 10 * DAY })
    await past(world, { to: '+447400123456', sent: 60, ago: 10 * DAY })
    expect(await ask(world, BESIDE)).toBe('asked')
    world.pass(20 * DAY)
    await past(world, { to: TO, sent: 20, entered: 10 })
    expect(await ask(world, BESIDE)).toBe('sms_stopped')
  },
)

story('the last day is not taken as usual', LIMA, async (world) => {
  await linkSms(world)
  await past(world, { to: TO, sent: 20, entered: 10 })
  await past(world, { to: ELSEWHERE, sent: 60, entered: 36, ago: DAY - 1 })
  expect(await ask(world, BESIDE)).toBe('sms_stopped')
})

story('fifty at once, on two servers, stop a prefix once, with one alarm', LIMA, async (world) => {
  const other = await openWorld({ beside: world, database: nameOf(world), given: LIMA.given })
  try {
    await linkSms(world)
    await past(world, { to: TO, sent: 12 })
    const ids = await atOnce(10, (index) => addPerson(world, `p${index}@example.com`))
    const answers = await atOnce(50, (index) =>
      askForSms(index % 2 ? world : other, { accountId: ids[index % 10]!, to: TO }),
    )
    expect(tally(answers)).toEqual({ sms_stopped: 50 })
    expect(await stopsIn(world)).toHaveLength(1)
    expect(await eventsOf(world, 'prefix_stopped')).toHaveLength(1)
    expect(await noticesTo(world)).toHaveLength(1)
    const said = [await alarmsIn(world, 'prefix_stopped'), await alarmsIn(other, 'prefix_stopped')]
    expect(said.map(Number).reduce((a, b) => a + b)).toBe(1)
  } finally {
    await other.close()
  }
})

const nameOf = ({ config }: World) =>
  config.databaseUrl.startsWith('sqlite:') ? ('SQLite' as const) : ('PostgreSQL' as const)

story(
  'an operator releases a prefix, and only what is sent from then on counts',
  LIMA,
  async (world) => {
    await linkSms(world)
    await past(world, { to: TO, sent: 30 })
    expect(await ask(world, TO)).toBe('sms_stopped')
    world.pass(MINUTE)
    const release = async (email: string, prefix = '+351912') => {
      const account = (await findAccountByLogin(world.app.db, email))!
      const asker = { account, sessionId: 'x', deviceId: 'x' }
      const outcome = await change(world.app, nobodysVisit, (change) =>
        doDeed(change, asker, { kind: 'release-prefix', prefix }),
      )
      return 'refused' in outcome ? outcome.refused : 'released'
    }
    expect(await expectNoChange(world, () => release(bob.email), [])).toBe('attempt_over')
    const unknown = () => release(ana.email, '+351961')
    expect(await expectNoChange(world, unknown, [])).toBe('changed_meanwhile')

    const answers = await atOnce(20, () => release(ana.email))
    expect(tally(answers)).toEqual({ released: 1, changed_meanwhile: 19 })
    const [event, another] = await eventsOf(world, 'prefix_released')
    expect([event?.accountId, another]).toEqual([await idOf(world, ana.email), undefined])
    expect(JSON.parse(event!.detail)).toEqual({ prefix: '+351912' })
    expect(await ask(world, TO)).toBe('asked')

    world.pass(10 * MINUTE)
    await past(world, { to: TO, sent: 9 })
    expect(await ask(world, BESIDE)).toBe('asked')
    await past(world, { to: TO, sent: 1 })
    expect(await ask(world, BESIDE)).toBe('sms_stopped')
    expect(await stopsIn(world)).toMatchObject([{ sent: 10, stoppedAt: world.now() }])
    expect(await eventsOf(world, 'prefix_stopped')).toHaveLength(2)
    expect(await release(ana.email)).toBe('released')
  },
)

const paid = pretendGateway()
story(
  'what the day has left is paid by what goes out; then nobody gets any until midnight (UTC)',
  { ...LIMA, given: { routes: paid.routes } },
  async (world) => {
    paid.sent.length = 0
    await linkSms(world, { moneyDay: 3 * PRICE, messagesDay: 100 })
    const ids = await atOnce(5, (index) => addPerson(world, `p${index}@example.com`))
    const each = async () => {
      const answers = []
      for (const [index, accountId] of ids.entries()) {
        answers.push(await askForSms(world, { accountId, to: `+35191200000${index}` }))
        await world.opened.delivery.settled()
      }
      return answers
    }
    const two = Array<string>(2).fill('sms_stopped')
    expect(await each()).toEqual(['asked', 'asked', 'asked', ...two])
    expect(paid.sent).toHaveLength(3)
    await refusedFor(world, 'sms_stopped')
    const alarm = { what: 'money', accountId: null, most: 3 * PRICE, currency: 'EUR' }
    expect(await noticesTo(world)).toEqual([
      { kind: 'alarm', alarm: { kind: 'budget_over', used: 3 * PRICE, ...alarm }, login: null },
    ])
    expect(await alarmsIn(world, 'budget_over')).toBe('1')
    world.pass(15 * HOUR - 1)
    await refusedFor(world, 'sms_stopped')
    world.pass(1)
    expect(await ask(world, TO)).toBe('asked')
  },
)

story(
  'one account uses up its share and no more, and the operators read whose it is',
  { ...LIMA, given: { routes: paid.routes } },
  async (world) => {
    paid.sent.length = 0
    await linkSms(world, { accountMessagesDay: 2 })
    for (const why of ['asked', 'asked', 'sms_stopped']) {
      expect(await ask(world, TO)).toBe(why)
      await world.opened.delivery.settled()
    }
    expect(await ask(world, TO, ana.email)).toBe('asked')
    const [told, another] = await noticesTo(world)
    expect([told, another]).toMatchObject([
      { alarm: { kind: 'budget_over' }, login: bob.email },
      undefined,
    ])
  },
)

story(
  'fifty who ask at once get no more than the day has left, whatever they were told',
  { ...LIMA, given: { routes: paid.routes } },
  async (world) => {
    paid.sent.length = 0
    await linkSms(world, { messagesDay: 7 })
    const ids = await atOnce(50, (index) => addPerson(world, `p${index}@example.com`))
    await atOnce(50, (index) =>
      askForSms(world, {
        accountId: ids[index]!,
        to: `+3519120000${index + 10}`,
        address: `198.51.100.${index}`,
      }),
    )
    await world.opened.delivery.settled()
    expect(paid.sent).toHaveLength(7)
    const reasons = await world.app.db
      .selectFrom('messages')
      .select('reason')
      .where('failedAt', 'is not', null)
      .execute()
    expect(new Set(reasons.map(({ reason }) => reason))).toEqual(new Set(['budget']))
  },
)

story(
  'of one kind of alarm ten mails a day reach an operator; events, log and metrics go on',
  { ...LIMA, given: { log, routes: noRoutes } },
  async (world) => {
    lines.length = 0
    await linkSms(world)
    const numbers = Array.from({ length: 12 }, (_, index) => `+3519${index + 10}345678`)
    for (const [index, to] of numbers.entries()) {
      await past(world, { to, sent: 10 })
      expect(await ask(world, to)).toBe('sms_stopped')
      expect(await noticesTo(world), to).toHaveLength(Math.min(index + 1, 10))
    }
    expect(await eventsOf(world, 'prefix_stopped')).toHaveLength(12)
    expect(await alarmsIn(world, 'prefix_stopped')).toBe('12')
    expect(lines).toHaveLength(12)
  },
)

story(
  'accounts that use up their share keep the operators from nothing that concerns everybody',
  LIMA,
  async (world) => {
    const { app } = world
    const rules = { ...usualRules, countries: ['PT'], messagesDay: 15, accountMessagesDay: 1 }
    for (let turn = 0; turn < 15; turn++)
      await write(app.db, async (tx) => {
        const bill = { accountId: `a${turn}`, cost: 0, now: app.now() }
        for (const alarm of (await spendBudget(tx, rules, bill)).alarms) await raise(app, tx, alarm)
      })
    const told = (await noticesTo(world)).flatMap((one) => ('alarm' in one ? [one.alarm] : []))
    expect(told.filter((one) => 'accountId' in one && one.accountId !== null)).toHaveLength(3)
    expect(
      told.filter((one) => 'accountId' in one && one.accountId === null).map(({ kind }) => kind),
    ).toEqual(['budget_near', 'budget_over'])
    expect(await eventsOf(world, 'budget_over')).toHaveLength(16)
  },
)

// Group I of the attacks, as far as it is about text messages.

story(
  'a flood of codes against one number: five an hour, ten a day (I-02)',
  { ...LIMA, given: { routes: paid.routes } },
  async (world) => {
    paid.sent.length = 0
    await linkSms(world)
    const ids = await atOnce(20, (index) => addPerson(world, `p${index}@example.com`))
    const flood = async (times: number) => {
      const answers = await atOnce(times, (index) =>
        askForSms(world, { accountId: ids[index % 20]!, to: TO, address: `198.51.100.${index}` }),
      )
      await world.opened.delivery.settled()
      return tally(answers)
    }
    expect(await flood(100)).toEqual({ asked: 5, send_limited: 95 })
    world.pass(HOUR)
    expect(await flood(100)).toEqual({ asked: 5, send_limited: 95 })
    for (let hour = 2; hour < 24; hour++) {
      world.pass(HOUR)
      expect(await flood(10)).toEqual({ send_limited: 10 })
    }
    expect(paid.sent).toHaveLength(10)
  },
)

story(
  'fifty at once to one number, from fifty accounts and addresses: five (I-04)',
  { ...LIMA, given: { routes: paid.routes } },
  async (world) => {
    paid.sent.length = 0
    await linkSms(world)
    const ids = await atOnce(50, (index) => addPerson(world, `p${index}@example.com`))
    const answers = await atOnce(50, (index) =>
      askForSms(world, { accountId: ids[index]!, to: TO, address: `198.51.100.${index}` }),
    )
    await world.opened.delivery.settled()
    expect(tally(answers)).toEqual({ asked: 5, send_limited: 45 })
    expect(paid.sent).toHaveLength(5)
  },
)

const broken = pretendGateway()
story(
  'a gateway that is down: the same answer, and the day is not used up (I-11)',
  { ...LIMA, given: { routes: broken.routes } },
  async (world) => {
    broken.sent.length = 0
    broken.answerWith({ accepted: false, lasting: false, isSure: true, reason: 'HTTP 503' })
    await linkSms(world, { messagesDay: 5, moneyDay: 5 * PRICE, accountMessagesDay: 5 })
    const usedUp = async () => {
      const keys = ['sms-messages:2026-01-05 ', 'sms-money-EUR:2026-01-05 ']
      const used = await glanceAtLimits(world.app.db, keys)
      return keys.map((key) => used.get(key)?.count)
    }
    for (let turn = 0; turn < 4; turn++) {
      expect(await ask(world, TO)).toBe('asked')
      await world.opened.delivery.settled()
      expect(await usedUp()).toEqual([0, 0])
      world.pass(5 * MINUTE)
      world.opened.delivery.wake()
      await world.opened.delivery.settled()
    }
    // The operators are told once that it rests.
    const rests = { kind: 'route_rests', route: 'sms', reason: 'HTTP 503' }
    expect(await noticesTo(world)).toEqual([{ kind: 'alarm', alarm: rests, login: null }])
    expect(await eventsOf(world, 'route_rests')).toHaveLength(1)
    expect(await alarmsIn(world, 'route_rests')).toBe('1')

    broken.answerWith({ accepted: true })
    expect(await ask(world, ELSEWHERE)).toBe('asked')
    await world.opened.delivery.settled()
    expect(broken.sent.map(({ to }) => to)).toEqual([ELSEWHERE])
    expect(await usedUp()).toEqual([1, PRICE])

    // Of what may have gone out nothing is put back.
    broken.answerWith({ accepted: false, lasting: false, reason: 'ETIMEDOUT' })
    expect(await ask(world, ELSEWHERE)).toBe('asked')
    await world.opened.delivery.settled()
    expect(await usedUp()).toEqual([2, 2 * PRICE])
  },
)
