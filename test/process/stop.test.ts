import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { account, browserAt, openPlace, run, startServer } from '../setup/process.ts'

/** About half a second on a quiet machine, with little memory to fill. */
const SLOW_HASH = { PASSWORD_MEMORY_KIB: '65536', PASSWORD_PASSES: '20' }
const WITHIN = 5_000

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
      await using place = await openPlace()
      await using server = await startServer({ ...place.settings, ...SLOW_HASH })
      const browser = browserAt(server.url)
      const answer = browser.signIn(account)
      await sleep(100)
      expect((await browser.get('/health')).status).toBe(200)
      const asked = performance.now()
      server.kill(signal)
      while (await takes(server.port)) await sleep(5)
      // Whoever starts us may pass on a signal that reached us by itself.
      server.kill(signal)
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
    await using server = await startServer(place.settings)
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

  test('with nothing under way it ends at once', async ({ expect }) => {
    await using place = await openPlace('PostgreSQL')
    await using server = await startServer(place.settings)
    const asked = performance.now()
    server.kill()
    expect(await server.ended).toBe(0)
    expect(performance.now() - asked).toBeLessThan(2_500)
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
