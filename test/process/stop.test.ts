import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, test } from 'vitest'
import { account, browserAt, make, openPlace, protect, run, startServer } from '../setup/process.ts'

/** Without it, what was compiled is written down at the end, which is no part of stopping. */
const PLAIN = { NODE_DISABLE_COMPILE_CACHE: '1' }

/**
 * The server itself gives up after five seconds, with exit code 1: a 0 says that it was in time. A
 * busy machine may take longer to tell us.
 */
const WITHIN = 8_000

const takes = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1')
  const [first] = await Promise.race([
    once(socket, 'connect').then(() => [true]),
    once(socket, 'error').then(() => [false]),
  ]).catch(() => [false])
  socket.destroy()
  return Boolean(first)
}

describe.concurrent('asked to stop', { timeout: 60_000 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`by ${signal}, the server answers what is under way, takes nothing new, and ends well`, async ({
      expect,
    }) => {
      await using place = await openPlace('PostgreSQL')
      await using server = await startServer({ ...place.settings, ...PLAIN })
      const other = new pg.Client(place.settings.DATABASE_URL)
      await other.connect()
      await other.query('begin; lock table accounts in access exclusive mode')
      const answer = browserAt(server.url).signIn(account)
      const waits = () => other.query('select 1 from pg_locks where not granted')
      while ((await waits()).rowCount === 0) await sleep(5)

      const asked = performance.now()
      server.kill(signal)
      while (await takes(server.port)) await sleep(5)
      // Whoever starts us may pass on a signal that reached us by itself.
      server.kill(signal)
      await other.query('rollback')
      await other.end()
      expect((await answer).status).toBe(401)
      expect(await server.ended).toBe(0)
      expect(performance.now() - asked).toBeLessThan(WITHIN)
      expect(server.out()).toContain('Nightlatch has stopped')
      expect(server.log().at(-1)).toMatchObject({ msg: 'request', route: '/sign-in', status: 401 })
    })
  }

  test('it does not wait for an idle connection, and not for long for a slow sender', async ({
    expect,
  }) => {
    await using place = await openPlace()
    await using server = await startServer({ ...place.settings, ...PLAIN })
    const agent = new Agent({ keepAlive: true })
    const idle = request({ port: server.port, path: '/health', agent }).end()
    const [response] = await once(idle, 'response')
    response.resume()
    await once(response, 'end')
    const slow = connect(server.port, '127.0.0.1')
    slow.on('error', () => {}).write('POST /sign-in HTTP/1.1\r\nHost: loc')
    await once(slow, 'connect')
    await sleep(100)

    const asked = performance.now()
    server.kill()
    expect(await server.ended).toBe(0)
    expect(performance.now() - asked).toBeLessThan(WITHIN)
    agent.destroy()
    slow.destroy()
  })

  test('it does not wait for those who follow what becomes of a message', async ({ expect }) => {
    await using place = await openPlace()
    await make(['setup'], place.settings)
    await using server = await startServer({ ...place.settings, ...PLAIN })
    await protect(browserAt(server.url), () => place.codeTo(account.email))
    const browser = browserAt(server.url)
    await browser.signIn()
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(`${server.url}/code-state`, { headers: { cookie } })
    const events = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await events.read()).value).toContain('on_its_way')

    const asked = performance.now()
    server.kill()
    // Its end, and not a broken connection: a browser then asks the server that comes next.
    expect((await events.read()).done).toBe(true)
    await server.says('has stopped')
    expect(performance.now() - asked).toBeLessThan(3_000)
    expect(await server.ended).toBe(0)
    expect(server.log().filter(({ level }) => Number(level) > 30)).toEqual([])
  })

  test('with nothing under way it ends at once', async ({ expect }) => {
    await using place = await openPlace('PostgreSQL')
    await using server = await startServer({ ...place.settings, ...PLAIN })
    const asked = performance.now()
    server.kill()
    await server.says('has stopped')
    expect(performance.now() - asked).toBeLessThan(3_000)
    expect(await server.ended).toBe(0)
  })

  test('SIGTERM to npm start ends the server too', async ({ expect }) => {
    await using place = await openPlace()
    const root = join(import.meta.dirname, '../..')
    const quiet = { HOME: place.folder, npm_config_update_notifier: 'false' }
    const settings = { ...place.settings, ...quiet, PORT: '0' }
    await using npm = run(['npm', 'start'], settings, { cwd: root })
    await npm.says('listens on')
    const port = Number(/localhost:(\d+)/.exec(npm.out())![1])
    expect(await takes(port)).toBe(true)
    npm.kill()
    // What it wrote to is closed only once the server itself has gone.
    await npm.ended
    expect(npm.out()).toContain('Nightlatch has stopped')
    expect(await takes(port)).toBe(false)
  })
})
