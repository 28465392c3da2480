import { setTimeout as sleep } from 'node:timers/promises'
import type { Keys } from '../lib/seal.ts'
import {
  acceptMessage,
  claimMessage,
  dueMessages,
  expireMessages,
  failMessage,
  postponeMessage,
  type Message,
} from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import { write } from '../store/write.ts'
import { waitAfter } from './back-off.ts'
import { openBody } from './body.ts'
import type { Made } from './message.ts'
import {
  AT_ONCE,
  LEASE,
  LONGEST_SEND,
  type Letter,
  type Outcome,
  type Render,
  type Route,
} from './route.ts'

export { openBody, sealBody } from './body.ts'

const POLL = 2_000
const BATCH = 200

export type Report = {
  readonly kind: 'message_accepted' | 'message_postponed' | 'message_failed'
  readonly id: string
  readonly accountId: string
  readonly reason?: string
  /** Milliseconds from being written down to being accepted. */
  readonly ms?: number
}

export type World = {
  readonly db: Database
  readonly keys: Keys
  readonly now: () => number
  /** None: messages wait in the outbox, and only expire here. */
  readonly route: Route | null
  readonly render: Render
  readonly report: (what: Report) => void
  /** For a database that is away, and faults of ours. Delivery goes on. */
  readonly onError: (error: unknown) => void
  /** Milliseconds between two looks for what other processes, or a crash, left behind. */
  readonly poll?: number
}

export type Delivery = {
  /** Sends what was just made here, or looks for anything that is due. Nobody has to wait for it. */
  readonly wake: (made?: Made) => void
  /** When nothing is under way. */
  readonly settled: () => Promise<void>
  /** Lets what is under way end, for about 4 seconds, and closes the route. */
  readonly stop: () => Promise<void>
}

/** Brings messages on their way until it is stopped. Any number of processes may do so at once. */
export function startDelivery(world: World): Delivery {
  const { db, now, route, report, onError } = world
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
    if (!route || stopped || own.size >= BATCH) return
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
    for (const { id, accountId } of await expireMessages(db, now())) {
      report({ kind: 'message_failed', id, accountId, reason: 'expired' })
    }
    if (!route) return
    const due = await dueMessages(db, now(), BATCH)
    waiting.push(...due.filter((id) => !waiting.includes(id)))
    sendNext()
  }

  function sendNext(): void {
    if (!route || stopped) return
    while (sending < AT_ONCE && own.size + waiting.length > 0) {
      // Who waits at this moment goes before what was left over.
      const [id = waiting.shift()!] = own.keys()
      sending += 1
      track(
        () => deliver(route, id),
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

  async function deliver(by: Route, id: string): Promise<void> {
    const made = own.get(id)
    own.delete(id)
    // It is ours from birth, and need not be read again. One that waited here for too long is
    // claimed anew, by whoever is first.
    const isOurs = made && now() + LONGEST_SEND <= made.createdAt + LEASE
    const message = isOurs ? made : await claimMessage(db, id, now(), LEASE)
    if (!message) return
    const letter = letterOf(message)
    await writeDown(by, message, letter ? await by.send(letter) : unreadable)
  }

  function letterOf(message: Made | Message): Letter | null {
    const { id, recipient } = message
    try {
      const says = 'says' in message ? message.says : openBody(world.keys, id, message.body!)
      return { id, to: recipient, ...world.render(id, says) }
    } catch (error) {
      onError(error)
      return null
    }
  }

  async function writeDown(by: Route, message: Made | Message, outcome: Outcome): Promise<void> {
    const { id, accountId, createdAt, expiresAt, tries } = message
    const at = now()
    if (outcome.accepted) {
      const isNew = await write(db, (tx) => acceptMessage(tx, id, by.name, at))
      if (isNew) report({ kind: 'message_accepted', id, accountId, ms: at - createdAt })
      return
    }
    const { reason } = outcome
    if (outcome.lasting) {
      const isNew = await failMessage(db, message, by.name, reason, at)
      if (isNew) report({ kind: 'message_failed', id, accountId, reason })
      return
    }
    // Never past its end, so that a dead message is wiped at once.
    const nextTryAt = Math.min(at + waitAfter(tries, id), expiresAt)
    const isNew = await postponeMessage(db, message, reason, nextTryAt)
    if (isNew) report({ kind: 'message_postponed', id, accountId, reason })
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
    await route?.close()
    // What was broken off is written down as postponed, for whoever comes next.
    await Promise.race([settled(), patience(500)])
  }

  return { wake, settled, stop }
}

const ignore = (): void => {}

const unreadable: Outcome = {
  accepted: false,
  lasting: true,
  reason: 'the body does not open: its key is gone, or its text cannot be made',
}
