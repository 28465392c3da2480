import { createServer as createHttpServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadConfig, type Config } from '../src/config.ts'
import type { MailRoute } from '../src/delivery/route.ts'
import { mailBy } from '../test/setup/routes.ts'
import { keepChain } from '../src/accounts/events/keep-chain.ts'
import { openApp } from '../src/open-app.ts'
import { createListener } from '../src/server.ts'
import { costs, type Hash } from './hashes.ts'
import { originOf } from './request.ts'
import { reportHome, tellCode } from './side-channel.ts'

const [folder = '', kind = 'default'] = process.argv.slice(2)

// Everybody comes from one address here, and with a thousand accounts the same ones come again and
// again: these limits are raised to their highest. They are still read and written.
const raised = {
  ADDRESS_REQUESTS_5_MINUTES: '1000000',
  PASSWORD_ADDRESS_REQUESTS_MINUTE: '1000000',
  ADDRESS_SENDS_5_MINUTES: '1000000',
  MAILS_HOUR: '1000000',
  MAILS_DAY: '1000000',
  // Nobody here keeps a cookie: each sign-in would be a device never seen, and leaves its session behind.
  NEW_DEVICE_MAIL: 'no',
  SESSIONS: '1000',
}

/** Takes every letter at once, and tells the bench the code in it. */
const route: MailRoute = {
  async send({ to, text }) {
    const code = /^ {4}(\d{6})$/m.exec(text)?.[1]
    if (code) tellCode(to, code)
    return { accepted: true }
  },
  async close() {},
}

function configFor(port: number): Config {
  const env = { DATA_DIR: folder, PORT: String(port), PUBLIC_URL: originOf(port), ...raised }
  const loaded = loadConfig(env, null)
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config
}

// The port is known only when it listens, and the configuration wants to know it first.
let handle: RequestListener = (_, response) => response.writeHead(503).end()
const http = createHttpServer((request, response) => handle(request, response))

http.listen(0, '127.0.0.1', () => void begin())

async function begin(): Promise<void> {
  const { port } = http.address() as AddressInfo
  const { memoryCost: memory, timeCost: passes } = costs[kind as Hash]
  const { app, render } = await openApp(configFor(port), {
    routes: mailBy(route),
    cost: { memory, passes },
  })
  // As the server does beside what it answers.
  keepChain(app)
  handle = createListener(app, render)
  reportHome(port)
}
