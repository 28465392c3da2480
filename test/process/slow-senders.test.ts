import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../src/listen.ts'
import type { Log } from '../../src/log.ts'
import { createListener } from '../../src/server.ts'
import { ana, openWorld } from '../world.ts'

const SHORT = { headersTimeout: 400, requestTimeout: 800, connectionsCheckingInterval: 50 }

/** A server of little patience, and what it logged as errors. */
async function impatient() {
  const errors: (string | undefined)[] = []
  const nothing = () => {}
  const error = (_about: unknown, what?: string) => void errors.push(what)
  const log = { fatal: error, error, warn: nothing, info: nothing, debug: nothing } as Log
  const world = await openWorld({ people: [ana], given: { log } })
  const listening = await listen(
    { ...world.config, host: '127.0.0.1', port: 0 },
    createListener(world.app, world.opened.render),
    SHORT,
  )
  const sockets: Socket[] = []
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await listening.close()
    await world.close()
  })
  const url = `http://127.0.0.1:${listening.port}`
  return {
    errors,
    world,
    isServed: async () => (await fetch(`${url}/sign-in`)).status === 200,
    async open(): Promise<{ socket: Socket; said: () => string; cutOff: Promise<number> }> {
      const began = performance.now()
      const socket = connect(listening.port, '127.0.0.1')
      sockets.push(socket)
      let said = ''
      socket.on('data', (chunk) => void (said += String(chunk))).on('error', () => {})
      const cutOff = new Promise<number>((resolve) =>
        socket.once('close', () => resolve(performance.now() - began)),
      )
      await once(socket, 'connect')
      return { socket, said: () => said, cutOff }
    },
  }
}

/** A byte now and then, for as long as anybody listens. */
async function dribble(socket: Socket, bytes: string): Promise<void> {
  for (const byte of bytes) {
    if (socket.destroyed) return
    socket.write(byte)
    await sleep(100)
  }
}

const START = 'POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n'
const BODY = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\n'

test('who sends a header byte by byte is cut off, and others are served meanwhile', async () => {
  const { open, isServed, errors } = await impatient()
  const { socket, said, cutOff } = await open()
  socket.write(START)
  void dribble(socket, `X-Slow: ${'a'.repeat(100)}`)
  expect(await isServed()).toBe(true)
  const took = await cutOff
  expect(took).toBeGreaterThan(SHORT.headersTimeout - 100)
  expect(took).toBeLessThan(5_000)
  expect(said()).toMatch(/^HTTP\/1\.1 408 /)
  expect(said()).toContain('X-Frame-Options: DENY')
  expect(errors).toEqual([])
})

test('who sends a body byte by byte is cut off, and nothing of it counts', async () => {
  const { open, isServed, world, errors } = await impatient()
  const { socket, cutOff } = await open()
  socket.write(START + BODY)
  void dribble(socket, `login=${ana.email}&password=${'a'.repeat(100)}`)
  expect(await isServed()).toBe(true)
  expect(await cutOff).toBeLessThan(5_000)
  expect(await isServed()).toBe(true)
  await sleep(50)
  expect(errors).not.toContain('database away')
  expect(await world.app.db.selectFrom('limits').selectAll().execute()).toEqual([])
  expect(await world.app.db.selectFrom('attempts').selectAll().execute()).toEqual([])
})

test('two hundred that connect and say nothing do no harm, and are cut off too', async () => {
  const { open, isServed, errors } = await impatient()
  const silent = await Promise.all(Array.from({ length: 200 }, open))
  expect(await isServed()).toBe(true)
  await Promise.all(silent.map(({ cutOff }) => cutOff))
  expect(await isServed()).toBe(true)
  expect(errors).toEqual([])
})

test('a header past 16 KiB is refused, and so is what is no HTTP', async () => {
  const { open, isServed } = await impatient()
  for (const [sent, status] of [
    [`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(17_000)}\r\n\r\n`, 431],
    ['\x16\x03\x01\x02\x00 this is not HTTP\r\n\r\n', 400],
  ] as const) {
    const { socket, said, cutOff } = await open()
    socket.write(sent)
    await cutOff
    expect(said()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  }
  expect(await isServed()).toBe(true)
})
