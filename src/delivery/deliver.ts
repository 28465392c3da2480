import { setTimeout as sleep } from 'node:timers/promises'
import {
  claimMessage,
  dueMessages,
  expireMessages,
  keepClaim,
  postponeMessage,
  type Due,
} from '../store/messages.ts'
import type { Applied } from './apply-receipt.ts'
import { openLanes } from './lanes.ts'
import type { Made } from './message.ts'
import { oneTry } from './one-try.ts'
import { takeEarlyOnes, takeReceipt } from './receipts.ts'
import { tellExpired, tellReceipt } from './reports.ts'
import { sawReceipt } from './route-health.ts'
import { tryOut } from './try-out.ts'
import { AT_ONCE, LEASE, LONGEST_SEND, LONGEST_SMS, type Receipt } from './route.ts'
import type { Routes } from './routes.ts'
import type { Claimed, Report, Tried } from './try.ts'

export { openBody, sealBody } from './body.ts'
export type { Report } from './try.ts'

const POLL = 2_000
const BATCH = 200

export type World = Tried & {
  /** Where there is none of a kind, its messages wait in the outbox, and only expire here. */
  readonly routes: Routes
  readonly report: (what: Report) => void
  /** For a database that is away, and faults of ours. Delivery goes on. */
  readonly onError: (error: unknown) => void
  /** Milliseconds between two looks for what other processes, or a crash, left behind. */
  readonly poll?: number
}

export type Delivery = {
  /** Sends what was just made here, or looks for anything that is due. Nobody has to wait for it. */
  readonly wake: (made?: Made) => void
  /**
   * What a gateway tells about a message it has taken, in whatever order and however often. Done when it
   * is written down, and throws when it cannot be.
   */
  readonly receipt: (route: string, receipt: Receipt) => Promise<void>
  /** Sends what was just made here by this route and no other. Nobody has to wait for it. */
  readonly tryOut: (made: Made, route: string) => void
  /** When nothing is under way. */
  readonly settled: () => Promise<void>
  /** Lets what is under way end, for about 4 seconds, and closes the route. */
  readonly stop: () => Promise<void>
}

/** Brings messages on their way until it is stopped. Any number of processes may do so at once. */
export function startDelivery(world: World): Delivery {
  const { db, now, routes, onError } = world
  const own = new Map<string, Made>()
  /** What no route was known for when it was made: one may have been linked since the last look. */
  const parked = new Map<string, Made>()
  const work = new Set<Promise<void>>()
  const lanes = openLanes(AT_ONCE, (id) => track(() => deliver(id)))
  let looking = false
  let lookAgain = false
  let stopped = false
  const timer = setInterval(look, world.poll ?? POLL).unref()
  look()

  function wake(made?: Made): void {
    if (!made) return look()
    if (stopped) return
    if (routes.kinds().includes(made.by)) begin(made)
    else if (parked.size < BATCH) parked.set(made.id, made)
  }

  /** What is too much to remember here is found by a look when its lease has run out. */
  function begin(made: Made): void {
    if (lanes.waiting(laneOf(made)) >= BATCH) return
    own.set(made.id, made)
    lanes.now(laneOf(made), made.id)
  }

  function look(): void {
    lookAgain = looking
    if (looking || stopped) return
    looking = true
    void track(findDue).then(() => {
      looking = false
      if (lookAgain) look()
    })
  }

  async function findDue(): Promise<void> {
    for (const message of await expireMessages(db, now())) tellExpired(world, message)
    await findEarly()
    await routes.refresh()
    const kinds = routes.kinds()
    for (const made of parked.values()) if (kinds.includes(made.by)) begin(made)
    parked.clear()
    for (const kind of kinds) await findOf(kind)
  }

  /** Much to one country hides nothing to others. */
  async function findOf(kind: Made['by']): Promise<void> {
    const seen = new Set<string | null>()
    for (;;) {
      const found = await dueMessages(db, now(), kind, BATCH, [...seen])
      for (const due of found) {
        lanes.later(laneOf(due), due.id)
        seen.add(due.country)
      }
      if (found.length < BATCH) return
    }
  }

  async function findEarly(): Promise<void> {
    for (const applied of await takeEarlyOnes(db, now())) await take(applied)
  }

  function track(begin: () => Promise<void>): Promise<void> {
    const done: Promise<void> = begin()
      .catch(onError)
      .finally(() => void work.delete(done))
    work.add(done)
    return done
  }

  async function deliver(id: string): Promise<void> {
    const made = own.get(id)
    own.delete(id)
    const message = made ? await stillOurs(made) : await claimMessage(db, id, now(), LEASE)
    if (!message) return
    const next = await oneTry(world, message)
    if (message.by === 'sms') await findEarly()
    if (next === 'again') look()
  }

  /**
   * It is ours from birth, and need not be read again. What waited here for so long that others could
   * send it too is ours for longer, if nobody has taken it.
   */
  async function stillOurs(made: Made): Promise<Claimed | null> {
    const longest = made.by === 'sms' ? LONGEST_SMS : LONGEST_SEND
    if (now() + longest <= made.createdAt + LEASE) return made
    return (await keepClaim(db, made, now() + LEASE)) ? made : null
  }

  async function take(applied: Applied): Promise<void> {
    tellReceipt(world, applied)
    await sawReceipt(world, applied)
    if (applied.became === 'due') look()
  }

  /** Ours, and not begun: others need not wait for the lease to run out. */
  async function letGo(id: string): Promise<void> {
    await postponeMessage(db, { id, tries: 1 }, 'stopped', now())
  }

  async function settled(): Promise<void> {
    while (work.size > 0) await Promise.all(work)
  }

  async function stop(): Promise<void> {
    stopped = true
    lanes.stop()
    clearInterval(timer)
    for (const id of own.keys()) void track(() => letGo(id))
    const patience = (ms: number) => sleep(ms, undefined, { ref: false })
    await Promise.race([settled(), patience(4_000)])
    await routes.close()
    // What was broken off is written down as postponed, for whoever comes next.
    await Promise.race([settled(), patience(500)])
  }

  /** Part of what `stop` waits for; that it failed is for whoever told it. */
  async function receipt(route: string, its: Receipt): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    void track(() => takeOne(route, its).then(resolve, reject))
    return promise
  }

  async function takeOne(route: string, its: Receipt): Promise<void> {
    const applied = await takeReceipt(db, route, its, now())
    if (applied) await take(applied)
  }

  const tryOne = (made: Made, route: string): void =>
    void track(async () => {
      await tryOut(world, made, route)
      await findEarly()
    })

  return { wake, receipt, tryOut: tryOne, settled, stop }
}

/** What is slow in one country, or with mails, holds up no other. */
const laneOf = ({ by, country }: Pick<Due, 'by' | 'country'>): string => `${by} ${country ?? ''}`
