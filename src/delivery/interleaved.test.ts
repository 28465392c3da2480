import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { databases } from '../../test/setup/databases.ts'
import { LIFE, openDelivery, type Delivered } from '../../test/setup/delivery.ts'
import {
  fakeRoute,
  refuses,
  refusesForGood,
  saysNothing,
  type FakeRoute,
} from '../../test/setup/routes.ts'
import { insertSending, updateSending } from '../store/sendings.ts'
import type { Delivery } from './deliver.ts'
import { LEASE, type Outcome, type Receipt } from './route.ts'
import { UNANSWERED } from './try.ts'
import { isUnanswered, isUnderWay } from './whereabouts.ts'

/** What happens between two answers, or while one is awaited. */
type Step =
  | { readonly kind: 'look'; readonly ms: number; readonly process: 0 | 1 }
  | {
      readonly kind: 'receipt'
      readonly which: number
      readonly name: 'ours' | 'theirs' | 'to come' | 'unknown'
      readonly state: Receipt['state']
      readonly isForeign: boolean
    }
  /** The code is typed in, as one that has come by another message of the attempt. */
  | { readonly kind: 'enter' }

/** What a gateway does with what it is given. `died`: whoever gave it never hears of it. */
type Plan = {
  readonly says: 'takes' | 'refuses' | 'for good' | 'nothing' | 'died'
  readonly meanwhile: readonly Step[]
}

const ms = fc.constantFrom(0, 1, 2_500, 20_000, LEASE, 60_000)
const look = fc.record({
  kind: fc.constant('look' as const),
  ms,
  process: fc.constantFrom(0 as const, 1 as const),
})
const receipt = fc.record({
  kind: fc.constant('receipt' as const),
  which: fc.nat(5),
  name: fc.constantFrom('ours', 'theirs', 'to come', 'unknown' as const),
  state: fc.constantFrom('underway', 'delivered', 'failed', 'failed' as const),
  isForeign: fc.boolean(),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: look },
  { weight: 5, arbitrary: receipt },
  { weight: 1, arbitrary: fc.constant({ kind: 'enter' } as const) },
)
const plan: fc.Arbitrary<Plan> = fc.record({
  says: fc.constantFrom('takes', 'takes', 'refuses', 'for good', 'nothing', 'died' as const),
  meanwhile: fc.oneof(fc.constant([]), fc.array(step, { maxLength: 3 })),
})
const script = fc.record({
  routes: fc.integer({ min: 1, max: 3 }),
  usual: fc.boolean(),
  plans: fc.array(plan, { maxLength: 8 }),
  steps: fc.array(step, { maxLength: 8 }),
})
type Script = typeof script extends fc.Arbitrary<infer S> ? S : never

type Process = { readonly delivery: Delivery; readonly died: Promise<void> }

type Sent = { readonly route: string; readonly id: string; readonly said: Plan['says'] }

/** Plays it with one message, and holds delivery to its promises. */
async function play(it: Delivered, { routes, usual, plans, steps }: Script): Promise<void> {
  const { db, clock } = it
  for (const table of ['messages', 'sendings', 'routeHealths', 'earlyReceipts'] as const)
    await db.deleteFrom(table).execute()
  const sent: Sent[] = []
  const left = [...plans]
  let expiresAt = Infinity
  const { promise: over, resolve: end } = Promise.withResolvers<Outcome>()
  const processes: Process[] = []
  const all: Delivery[] = []

  function begin(): Process {
    const { promise: died, resolve: die } = Promise.withResolvers<void>()
    const fakes = ['a', 'b', 'c'].slice(0, routes).map((name): FakeRoute => {
      const fake = fakeRoute(name)
      fake.says(async ({ id }) => {
        expect(clock.at).toBeLessThan(expiresAt)
        const next: Plan = left.shift() ?? { says: 'takes', meanwhile: [] }
        const index = sent.length
        sent.push({ route: name, id, said: next.says })
        for (const each of next.meanwhile) await happen(each, true)
        if (next.says !== 'died') return answerOf(next.says, name, index)
        die()
        return over
      })
      return fake
    })
    const delivery = it.begin(fakes)
    all.push(delivery)
    return { delivery, died }
  }
  const nameAt = (route: string, index: number): string => `${route}-taken-${index}`
  const answerOf = (says: Plan['says'], route: string, index: number): Outcome => {
    if (says === 'takes') return { accepted: true, gatewayId: nameAt(route, index) }
    return says === 'refuses' ? refuses() : says === 'for good' ? refusesForGood() : saysNothing()
  }

  async function happen(what: Step, isMeanwhile = false): Promise<void> {
    if (what.kind === 'receipt') return tell(what)
    if (what.kind === 'enter')
      return void (await db.updateTable('messages').set({ enteredAt: clock.at }).execute())
    clock.at += what.ms
    // What is under way is part of what its own process waits for.
    if (isMeanwhile) processes[what.process]!.delivery.wake()
    else await lookOf(what.process)
  }

  async function lookOf(index: 0 | 1): Promise<void> {
    processes[index]!.delivery.wake()
    await settledOf(index)
  }

  /** One that has died is followed by another. */
  async function settledOf(index: number): Promise<void> {
    for (;;) {
      const { delivery, died } = processes[index]!
      const isOver = await Promise.race([delivery.settled(), died.then(() => 'died' as const)])
      if (isOver !== 'died') return
      processes[index] = begin()
    }
  }

  async function tell({
    which,
    name,
    state,
    isForeign,
  }: Step & { kind: 'receipt' }): Promise<void> {
    const about = sent[which % (sent.length + 1)]
    const route = isForeign || !about ? 'a' : about.route
    const index = name === 'to come' ? sent.length : which
    const id =
      name === 'ours' ? (about?.id ?? 'x') : name === 'unknown' ? 'x' : nameAt(route, index)
    await processes[0]!.delivery.receipt(route, { id, state, reason: null })
  }

  if (usual) await withUsualTime(it)
  processes.push(begin(), begin())
  for (const index of [0, 1] as const) await settledOf(index)
  await it.insert('m')
  expiresAt = clock.at + LIFE
  let hasArrived = false
  for (const each of steps) {
    await happen(each)
    const { deliveredAt } = await it.row()
    if (hasArrived) expect(deliveredAt).not.toBe(null)
    hasArrived = deliveredAt !== null
  }
  for (let at = 0; at < LIFE + 3 * LEASE; at += LEASE)
    await happen({ kind: 'look', ms: LEASE, process: 0 })
  await settledOf(1)
  await expectKept(it, sent)
  end({ accepted: true, gatewayId: 'late' })
  for (const delivery of all) await delivery.settled()
  await expectKept(it, sent)
  expect(it.errors).toEqual([])
}

/** Route a has brought receipts in fifteen seconds. */
async function withUsualTime({ db, clock }: Delivered): Promise<void> {
  const about = { accountId: 'x', by: 'sms', country: 'PT', parts: 1, cost: 0 }
  for (const id of ['1', '2', '3']) {
    const whose = { messageId: id, route: 'a', routeName: 'a', begunAt: clock.at }
    await insertSending(db, { id, ...about, ...whose })
    await updateSending(db, id, { acceptedAt: clock.at, deliveredAt: clock.at + 15_000 })
  }
}

async function expectKept(it: Delivered, sent: readonly Sent[]): Promise<void> {
  // By no route twice, but where it was surely refused before.
  for (const route of new Set(sent.map((one) => one.route))) {
    const before = sent.filter((one) => one.route === route).slice(0, -1)
    expect(before.map(({ said }) => said).filter((said) => said !== 'refuses')).toEqual([])
  }
  const row = await it.row()
  const sendings = await it.sendings()
  expect(sendings.map(({ id }) => id)).toEqual(sent.map(({ id }) => id))
  expect(row.body).toBe(null)
  const { deliveredAt, failedAt, acceptedAt, reason, enteredAt } = row
  const seen = JSON.stringify({ row, sendings })
  if (deliveredAt !== null) expect(failedAt, seen).toBe(null)
  else if (failedAt !== null) {
    expect(reason, seen).not.toBe(null)
    expect(sendings.some(isUnderWay), seen).toBe(false)
    if (sendings.some(isUnanswered)) expect(reason, seen).toContain(UNANSWERED)
  } else if (enteredAt === null) {
    // What was typed in has arrived, whatever is known of it.
    expect(acceptedAt, seen).not.toBe(null)
    expect(sendings.some(isUnderWay), seen).toBe(true)
  }
  expect(sendings.some((one) => one.deliveredAt !== null)).toBe(deliveredAt !== null)
}

for (const kind of databases) {
  describe(`whatever comes in whatever order, on ${kind.name}`, () => {
    const numRuns = kind.name === 'SQLite' ? 150 : 40
    test('no message goes twice by a route, none is lost, and what has arrived has arrived', async () => {
      const it = await openDelivery(kind, [])
      await fc.assert(
        fc.asyncProperty(script, (each) => play(it, each)),
        { numRuns },
      )
    }, 120_000)
  })
}
