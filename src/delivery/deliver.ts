import { setTimeout as sleep } from 'node:timers/promises'
import { claimMessage, dueMessages, expireMessages, postponeMessage } from '../store/messages.ts'
import type { Made } from './message.ts'
import { oneTry } from './one-try.ts'
import { takeReceipt } from './receipts.ts'
import { AT_ONCE, LEASE, LONGEST_SEND, type Receipt } from './route.ts'
import type { Routes } from './routes.ts'
import type { Report, Tried } from './try.ts'

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
  /** What a gateway tells about a message it has taken, in whatever order and however often. */
  readonly receipt: (route: string, receipt: Receipt) => Promise<void>
  /** When nothing is under way. */
  readonly settled: () => Promise<void>
  /** Lets what is under way end, for about 4 seconds, and closes the route. */
  readonly stop: () => Promise<void>
}

/** Brings messages on their way until it is stopped. Any number of processes may do so at once. */
export function startDelivery(world: World): Delivery {
  const { db, now, routes, report, onError } = world
  const waiting: string[] = []
  const own = new Map<string, Made>()
  const work = new Set<Promise<void>>()
  let sending = 0
  let looking = false
  let lookAgain = false
  let stopped = false
  const timer = setInterval(look, world.poll ?? POLL).unref()
  look()

  function wake(made?: Made): void {
    if (!made) return look()
    // What is too much to remember here is found by a look when its lease has run out.
    if (stopped || own.size >= BATCH || !routes.kinds().includes(made.by)) return
    own.set(made.id, made)
    sendNext()
  }

  function look(): void {
    lookAgain = looking
    if (looking || stopped) return
    looking = true
    track(findDue, () => {
      looking = false
      if (lookAgain) look()
    })
  }

  async function findDue(): Promise<void> {
    for (const { id, accountId, by } of await expireMessages(db, now())) {
      report({ kind: 'message_failed', id, accountId, by: by as Made['by'], reason: 'expired' })
    }
    await routes.refresh()
    const due = await dueMessages(db, now(), routes.kinds(), BATCH)
    waiting.push(...due.filter((id) => !waiting.includes(id)))
    sendNext()
  }

  function sendNext(): void {
    if (stopped) return
    while (sending < AT_ONCE && own.size + waiting.length > 0) {
      // Who waits at this moment goes before what was left over.
      const [id = waiting.shift()!] = own.keys()
      sending += 1
      track(
        () => deliver(id),
        () => {
          sending -= 1
          sendNext()
        },
      )
    }
  }

  function track(begin: () => Promise<void>, end: () => void): void {
    const done: Promise<void> = begin()
      .catch(onError)
      .finally(() => {
        work.delete(done)
        end()
      })
    work.add(done)
  }

  async function deliver(id: string): Promise<void> {
    const made = own.get(id)
    own.delete(id)
    // It is ours from birth, and need not be read again. One that waited here for too long is
    // claimed anew, by whoever is first.
    const isOurs = made && now() + LONGEST_SEND <= made.createdAt + LEASE
    const message = isOurs ? made : await claimMessage(db, id, now(), LEASE)
    if (message && (await oneTry(world, message)) === 'again') look()
  }

  async function receipt(route: string, its: Receipt): Promise<void> {
    const applied = await takeReceipt(db, route, its, now())
    if (!applied) return
    const { sending, became } = applied
    const { messageId: id, accountId, routeName, country } = sending
    const about = { id, accountId, by: 'sms', route: routeName, country } as const
    const ms = now() - sending.begunAt
    if (became === 'delivered') report({ kind: 'message_delivered', ...about, ms })
    if (became === 'failed')
      report({ kind: 'message_failed', ...about, reason: its.reason ?? 'not delivered' })
    if (became === 'due') look()
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
    clearInterval(timer)
    for (const id of own.keys()) track(() => letGo(id), ignore)
    const patience = (ms: number) => sleep(ms, undefined, { ref: false })
    await Promise.race([settled(), patience(4_000)])
    await routes.close()
    // What was broken off is written down as postponed, for whoever comes next.
    await Promise.race([settled(), patience(500)])
  }

  return { wake, receipt, settled, stop }
}

const ignore = (): void => {}
