import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, expect, test } from 'vitest'
import { driveThrough, type Flow } from './drive.ts'
import { get } from './request.ts'
import type { Running } from './running.ts'
import { usage } from './side-channel.ts'

async function serve(): Promise<Running> {
  const server = createServer((_, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { port, usage: async () => usage() } as Running
}

test('what can go only once goes once, and all of it', async () => {
  const server = await serve()
  const went: number[] = []
  const flows = Array.from({ length: 40 }, (_, n): Flow => async (connection) => {
    await connection.send(get(server.port, '/', ''))
    went.push(n)
  })
  const { perSecond } = await driveThrough(server, flows, 4)
  expect(went.toSorted((a, b) => a - b)).toEqual(flows.map((_, n) => n))
  expect(perSecond).toBeGreaterThan(0)
})

test('one that fails ends the measurement', async () => {
  const server = await serve()
  const flows = Array.from({ length: 40 }, (_, n): Flow => async (connection) => {
    await connection.send(get(server.port, '/', ''))
    if (n === 20) throw new Error('the code should answer 303')
  })
  await expect(driveThrough(server, flows, 4)).rejects.toThrow('the code should answer 303')
})
