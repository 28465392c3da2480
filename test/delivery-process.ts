import { startDelivery } from '../src/delivery/deliver.ts'
import { usualRules } from '../src/delivery/rules.ts'
import { smtpRoute } from '../src/delivery/smtp.ts'
import { systemRandom } from '../src/lib/random.ts'
import { keyFrom } from '../src/lib/seal.ts'
import { openDatabase } from '../src/store/open.ts'
import { mailBy } from './setup/routes.ts'

// A process that does nothing but deliver, for tests that need more than one, or one to kill.
const [database = '', smtp = '', key = ''] = process.argv.slice(2)

const db = openDatabase(database)
const delivery = startDelivery({
  db,
  keys: [keyFrom('k1', Buffer.from(key, 'base64url'))],
  random: systemRandom,
  now: Date.now,
  routes: mailBy(
    smtpRoute({ url: smtp, from: 'door@n.example', tls: 'off', dkim: null, name: 'n.example' }),
  ),
  rules: async () => usualRules,
  raise: async () => [],
  render: {
    mail: (_id, body) => ({
      subject: 'Your code',
      text: String(body),
      html: `<p>${String(body)}</p>`,
    }),
    sms: (_id, body) => String(body),
  },
  report: ({ kind, id }) => process.stdout.write(`${kind} ${id}\n`),
  onError: (error) => process.stderr.write(`${String(error)}\n`),
  poll: 50,
})
// What waits here keeps the process alive; delivery alone would not.
process.stdin.resume().on('end', () => {
  void delivery.stop().then(() => db.destroy())
})
process.stdout.write('ready\n')
