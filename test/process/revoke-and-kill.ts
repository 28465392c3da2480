import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, wideOpen, type Kind, type Running } from '../setup/process.ts'
import { ana, CHEAP, openWorld, protect, type Visitor, type World } from '../world.ts'
import { revocations, type Life } from './revocations.ts'

/** Each kind once. More of them: KILLS=200. */
const KILLS = Number(process.env.KILLS ?? Object.keys(revocations).length)
/** Nothing here is about limits, or about how long a mailbox counts for nothing after a reset. */
const wide = {
  ...wideOpen,
  NEW_DEVICE_MAIL: 'no',
  RESET_WAIT_HOURS: '0',
  RESETS_DAY: '1000000',
  RESETS_ADDRESS_HOUR: '1000000',
}
const REVOKER = join(import.meta.dirname, 'revoker.ts')

/** One file for each database, so that they can run side by side. */
export function expectRevocationsToHold(name: Kind): void {
  describe(`killed right after it was acknowledged, on ${name}`, () => {
    let world: World
    let recovery: string[]
    const ready: Running[] = []

    beforeAll(async () => {
      world = await openWorld({ database: name, people: [ana], settings: wide })
      recovery = await protect(world, world.visitor())
    })
    afterAll(async () => {
      for (const each of ready) await each[Symbol.asyncDispose]()
      await world.close()
    })

    /** The next one starts while this one works. */
    function nextServer(): Running {
      while (ready.length < 2) ready.push(start())
      return ready.shift()!
    }

    function start(): Running {
      const { databaseUrl, dataDir } = world.config
      const about = {
        settings: {
          ...wide,
          DATABASE_URL: databaseUrl,
          DATA_DIR: dataDir,
          LOG_LEVEL: 'silent',
        },
        cost: CHEAP,
      }
      const node = [process.execPath, '--disable-warning=ExperimentalWarning']
      return run([...node, REVOKER, JSON.stringify(about)], {}, { input: null })
    }

    async function askAndKill(visitor: Visitor, path: string, form: Record<string, string>) {
      const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const headers = {
        host: new URL(world.url).host,
        cookie,
        origin: world.url,
        'content-type': 'application/x-www-form-urlencoded',
      }
      await using server = nextServer()
      await server.says('ready')
      const body = new URLSearchParams(form).toString()
      server.give(JSON.stringify({ path, headers, body, now: world.now() }))
      await server.says('answered')
      server.kill('SIGKILL')
      expect(await server.ended).toBe('SIGKILL')
      return /answered (.*)/.exec(server.out())![1]
    }

    test(`${KILLS} times, and nothing of it is lost`, { timeout: 300_000 }, async () => {
      const life: Life = { world, person: ana, turn: 0, recovery }
      const names = Object.keys(revocations)
      for (let kill = 0; kill < KILLS; kill++) {
        const what = names[kill % names.length]!
        const { visitor, path, form, answer, broken } = await revocations[what]!(life)
        const where = `kill ${kill}, ${what}`
        expect(await askAndKill(visitor, path, form), where).toBe(answer)
        expect(await broken(), where).toEqual([])
      }
    })
  })
}
