import { setTimeout as sleep } from 'node:timers/promises'
import { openConnection, type Connection } from './connection.ts'
import { coreTimes } from './machine.ts'
import type { Running } from './running.ts'
import { usage, type Usage } from './side-channel.ts'

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
export function drive(server: Running, flow: Flow, load: Load): Promise<Measure> {
  const { inFlight, lead, seconds } = load
  // One after the other, or they would go in step and end in waves.
  const start = (worker: number) => sleep((worker / inFlight) * lead * 500)
  const next = (): Flow => flow
  return keepGoing(server, inFlight, { start, next }, async ({ look, done }) => {
    await sleep(lead * 1000)
    const from = await look()
    const until = from.at + seconds * 1000
    const late = from.at + LATEST
    do {
      await sleep(Math.max(100, until - performance.now()))
    } while (done() - from.done < 2 * inFlight && performance.now() < late)
    return [from, await look()]
  })
}

/** The same for flows that can go only once each. Their first and their last tenth are not counted. */
export function driveThrough(
  server: Running,
  flows: readonly Flow[],
  inFlight: number,
): Promise<Measure> {
  const left = flows.values()
  const next = (): Flow | undefined => left.next().value
  const edge = Math.floor(flows.length / 10)
  return keepGoing(server, inFlight, { next }, async ({ look, done, signal }) => {
    const reach = async (count: number) => {
      while (done() < count) await sleep(1, undefined, { signal })
    }
    await reach(edge)
    const from = await look()
    await reach(flows.length - edge)
    return [from, await look()]
  })
}

/** Where each worker begins, and what it does next: nothing more, when there is nothing left. */
type Work = {
  readonly start?: (worker: number) => Promise<void>
  readonly next: () => Flow | undefined
}
type Look = { at: number; done: number; theirs: Usage; own: Usage; cores: number[] }
type Watch = (seen: {
  look(): Promise<Look>
  done(): number
  readonly signal: AbortSignal
}) => Promise<readonly [from: Look, to: Look]>

async function keepGoing(
  server: Running,
  inFlight: number,
  { start, next }: Work,
  watch: Watch,
): Promise<Measure> {
  let done = 0
  const end = new AbortController()
  const connections = await Promise.all(
    Array.from({ length: inFlight }, () => openConnection(server.port)),
  )
  // A driver that sleeps between answers has to be woken by each, and the server pays for that: more
  // the slower it is, and not at all when it keeps the driver busy. So the driver never sleeps.
  const stayAwake = (): void => {
    if (!end.signal.aborted) setImmediate(stayAwake)
  }
  stayAwake()
  const workers = connections.map(async (connection, worker) => {
    await start?.(worker)
    for (let flow = next(); flow && !end.signal.aborted; flow = next()) {
      await flow(connection, worker)
      done++
    }
  })
  const look = async (): Promise<Look> => {
    const theirs = await server.usage()
    return { at: performance.now(), done, theirs, own: usage(), cores: coreTimes() }
  }
  try {
    const watching = watch({ look, done: () => done, signal: end.signal })
    watching.catch(() => {})
    // What a worker throws comes first; when all of them are done, the watch soon is.
    const [from, to] = await Promise.race([watching, Promise.all(workers).then(() => watching)])
    end.abort()
    await Promise.all(workers)
    return between(from, to)
  } finally {
    end.abort()
    for (const connection of connections) connection.close()
  }
}

function between(from: Look, to: Look): Measure {
  const [time, count] = [to.at - from.at, to.done - from.done]
  const foreign = to.cores.map((core, n) => {
    const ours = n === 0 ? to.theirs.user - from.theirs.user : to.own.user - from.own.user
    return (core - from.cores[n]! - ours) / time
  })
  if (count === 0) throw new Error(`nothing was finished in ${Math.round(time)} ms`)
  return {
    perSecond: (count / time) * 1000,
    cpu: (to.theirs.cpu - from.theirs.cpu) / count,
    serverUse: (to.theirs.cpu - from.theirs.cpu) / time,
    driverUse: (to.own.cpu - from.own.cpu) / time,
    foreign: Math.max(0, ...foreign),
    memory: to.theirs.memory,
  }
}
