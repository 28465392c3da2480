import { startDelivery } from '../src/delivery/deliver.ts'
import type { Made } from '../src/delivery/message.ts'
import { LEASE, type Outcome, type SmsRoute } from '../src/delivery/route.ts'
import { openRoutes } from '../src/delivery/routes.ts'
import { usualRules } from '../src/delivery/rules.ts'
import { sealBody } from '../src/delivery/body.ts'
import { newId, systemRandom } from '../src/lib/random.ts'
import { keyFrom, type Keys } from '../src/lib/seal.ts'
import { insertMessage } from '../src/store/messages.ts'
import { openDatabase } from '../src/store/open.ts'

// A process that makes text messages and delivers them by gateways over HTTP, for tests that kill it.
const [database = '', key = '', ahead = '', patience = '', lives = '', ...gateways] =
  process.argv.slice(2)

const db = openDatabase(database)
const keys: Keys = [keyFrom('k1', Buffer.from(key, 'base64url'))]
const now = (): number => Date.now() + Number(ahead)

/** 200 is a yes, 503 surely a no; of all else nobody knows. Says when it is sent, by our clock. */
const routeTo = (url: string): SmsRoute => ({
  async send({ id, text }): Promise<Outcome> {
    const body = JSON.stringify({ id, text, at: now() })
    try {
      const signal = AbortSignal.timeout(Number(patience))
      const response = await fetch(url, { method: 'POST', body, signal })
      const answer = await response.text()
      if (response.status === 200) return { accepted: true, gatewayId: answer }
      return { accepted: false, lasting: false, isSure: response.status === 503, reason: answer }
    } catch {
      return { accepted: false, lasting: false, reason: 'no answer' }
    }
  },
  close: async () => {},
})

const linked = gateways.map((url, index) => ({
  ...({ id: `r${index}`, name: `r${index}`, by: 'sms', countries: null, prices: {} } as const),
  ...({ version: '1', gateway: { kind: 'http', recipe: 'x', from: url, secrets: {} } } as const),
}))

const delivery = startDelivery({
  db,
  keys,
  random: systemRandom,
  now,
  routes: openRoutes(db, {
    linked: async () => linked,
    open: ({ gateway }) => routeTo(gateway.kind === 'http' ? gateway.from : ''),
    onError: (error) => process.stderr.write(`${String(error)}\n`),
  }),
  rules: async () => ({ ...usualRules, messagesDay: 1e6, accountMessagesDay: 1e6 }),
  raise: async () => [],
  render: {
    mail: () => ({ subject: '', text: '', html: '' }),
    sms: (_id, body) => String(body),
  },
  report: () => {},
  onError: (error) => process.stderr.write(`${String(error)}\n`),
  poll: 50,
})

/** Makes a message as a server does: claimed from birth, and sent when it is written down. */
async function make(life: number): Promise<void> {
  const createdAt = now()
  const id = newId(systemRandom, createdAt)
  const expiresAt = createdAt + life
  const to = { recipient: '+351912345678', country: 'PT', attemptId: null, accountId: 'ana' }
  const says = `${id} ${expiresAt}`
  const body = sealBody(keys, systemRandom, id, says)
  const times = { createdAt, expiresAt }
  await insertMessage(
    db,
    { id, ...to, by: 'sms', prefix: '+351912', kind: 'code', body, ...times },
    LEASE,
  )
  process.stdout.write(`made ${id}\n`)
  const made: Made = { id, ...to, ...times, by: 'sms', acceptedAt: null, tries: 1, says }
  delivery.wake(made)
}

process.stdin.resume().on('end', () => {
  void delivery.stop().then(() => db.destroy())
})
process.stdout.write('ready\n')
for (const life of lives === '' ? [] : lives.split(',')) {
  await make(Number(life)).catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
  await new Promise((resolve) => setTimeout(resolve, 15))
}
