import { hash, verify } from '@node-rs/argon2'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Load } from './drive.ts'
import type { Alone } from './figures.ts'
import { costs, password } from './hashes.ts'
import { usage } from './side-channel.ts'

// Does nothing but verify a password, in a process like a server's: no sign-in with this hash can
// be faster. Asked over IPC with a `Load`, it answers with what it did. As many hashes
// run at once as it has cores, which is the best there is: on one core, four at once (Node's own
// pool) push each other out of the cache and do a tenth less.
process.env.UV_THREADPOOL_SIZE = String(availableParallelism())

const phc = await hash(password, costs.default)

process.on('message', (load: Load) => void measure(load))

async function measure({ inFlight, lead, seconds }: Load): Promise<void> {
  let done = 0
  const end = new AbortController()
  const work = async (): Promise<void> => {
    while (!end.signal.aborted) {
      if (!(await verify(phc, password))) throw new Error('the right password was refused')
      done++
    }
  }
  const workers = Array.from({ length: inFlight }, work)
  await sleep(lead * 1000)
  const look = () => ({ at: performance.now(), done, cpu: usage().cpu })
  const from = look()
  await sleep(seconds * 1000)
  const to = look()
  const [time, count, cpu] = [to.at - from.at, to.done - from.done, to.cpu - from.cpu]
  end.abort()
  await Promise.all(workers)
  const alone: Alone = {
    perSecond: (count / time) * 1000,
    cpu: cpu / count,
    serverUse: cpu / time,
  }
  process.send?.(alone)
}
process.on('disconnect', () => process.exit())
process.send?.({ port: 0 })
