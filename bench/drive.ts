import { setTimeout as sleep } from 'node:timers/promises'
import { openConnection, type Connection } from './connection.ts'
import { coreTimes } from './machine.ts'
import type { Running } from './running.ts'
import { usage } from './side-channel.ts'

/** What a server did while the load was on. */
export type Measure = {
  readonly perSecond: number
  /** CPU of the server for one of them, in milliseconds. */
  readonly cpu: number
  /** How much of its core the server used, and how much of its own the driver; 1 is all of it. */
  readonly serverUse: number
  readonly driverUse: number
  /** The share of either core that went to processes of others, or to other machines. */
  readonly foreign: number
  /** Memory of the server at the end, under load, in bytes. */
  readonly memory: number
}

/** What one worker does again and again; it throws at the first answer that is not the right one. */
export type Flow = (connection: Connection, worker: number) => Promise<unknown>

export type Load = {
  readonly inFlight: number
  /** Seconds before counting begins, and seconds of counting. */
  readonly lead: number
  readonly seconds: number
}

// A slow server is watched longer, until each place in flight was used twice, but never longer than
// this, in milliseconds.
const LATEST = 20_000

/**
 * Keeps that many flows going and counts those that end between two moments in the midst of it,
 * so that neither the first nor the last, which have the server for themselves, are in the figure.
 */
export async function drive(server: Running, flow: Flow, load: Load): Promise<Measure> {
  let done = 0
  const end = new AbortController()
  const connections = await Promise.all(
    Array.from({ length: load.inFlight }, () => openConnection(server.port)),
  )
  // A driver that sleeps between answers has to be woken by each, and the server pays for that: more
  // the slower it is, and not at all when it keeps the driver busy. So the driver never sleeps.
  const stayAwake = (): void => {
    if (!end.signal.aborted) setImmediate(stayAwake)
  }
  stayAwake()
  const workers = connections.map(async (connection, worker) => {
    // One after the other, or they would go in step and end in waves.
    await sleep((worker / load.inFlight) * load.lead * 500)
    while (!end.signal.aborted) {
      await flow(connection, worker)
      done++
    }
  })
  const look = async () => {
    const theirs = await server.usage()
    return { at: performance.now(), done, theirs, own: usage(), cores: coreTimes() }
  }
  const watch = async (): Promise<Measure> => {
    await sleep(load.lead * 1000)
    const from = await look()
    const until = from.at + load.seconds * 1000
    const late = from.at + LATEST
    do {
      await sleep(Math.max(100, until - performance.now()))
    } while (done - from.done < 2 * load.inFlight && performance.now() < late)
    const to = await look()
    const [time, count] = [to.at - from.at, to.done - from.done]
    const foreign = to.cores.map((core, n) => {
      const ours = n === 0 ? to.theirs.user - from.theirs.user : to.own.user - from.own.user
      return (core - from.cores[n]! - ours) / time
    })
    if (count === 0) throw new Error(`nothing was finished in ${LATEST} ms`)
    return {
      perSecond: (count / time) * 1000,
      cpu: (to.theirs.cpu - from.theirs.cpu) / count,
      serverUse: (to.theirs.cpu - from.theirs.cpu) / time,
      driverUse: (to.own.cpu - from.own.cpu) / time,
      foreign: Math.max(0, ...foreign),
      memory: to.theirs.memory,
    }
  }
  try {
    // The workers never end before the watch does, unless one of them fails.
    const watching = watch()
    watching.catch(() => {})
    const measure = (await Promise.race([watching, Promise.all(workers)])) as Measure
    end.abort()
    await Promise.all(workers)
    return measure
  } finally {
    end.abort()
    for (const connection of connections) connection.close()
  }
}
