import { noRoutes } from '../../src/delivery/routes.ts'
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { text } from 'node:stream/consumers'
import { loadConfig } from '../../src/config.ts'
import { openApp } from '../../src/open-app.ts'
import { createServer } from '../../src/server.ts'

// A server that answers one request, tells so, and waits to be killed: the second process of
// revoke-and-kill.ts. What it is asked comes in on standard input, once it is ready.
const { settings, cost } = JSON.parse(process.argv[2] ?? '{}') as {
  settings: Record<string, string>
  cost: { memory: number; passes: number }
}
const loaded = loadConfig(settings, null)
if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
let clock = 0
const opened = await openApp(loaded.config, { now: () => clock, cost, routes: noRoutes })
const server = createServer(opened.app, opened.render)
// Who is killed never writes down what it has compiled, and the next one would begin anew.
flushCompileCache()
writeSync(1, 'ready\n')

const { path, headers, body, now } = JSON.parse(await text(process.stdin)) as {
  path: string
  headers: Record<string, string>
  body: string
  now: number
}
clock = now
const env = { incoming: { socket: { remoteAddress: '192.0.2.7' } } } as never
const init = { method: 'POST', headers, body }
const answer = await server.request(loaded.config.publicUrl + path, init, env)
writeSync(1, `answered ${answer.status} ${answer.headers.get('location')}\n`)
setInterval(() => {}, 1000)
