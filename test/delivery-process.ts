import { startDelivery } from '../src/delivery/deliver.ts'
import { smtpRoute } from '../src/delivery/smtp.ts'
import { keyFrom } from '../src/lib/seal.ts'
import { openDatabase } from '../src/store/open.ts'

// A process that does nothing but deliver, for tests that need more than one, or one to kill.
const [database = '', smtp = '', key = ''] = process.argv.slice(2)

const db = openDatabase(database)
const delivery = startDelivery({
  db,
  keys: [keyFrom('k1', Buffer.from(key, 'base64url'))],
  now: Date.now,
  route: smtpRoute({
    url: smtp,
    from: 'door@n.example',
    tls: 'off',
    dkim: null,
    name: 'n.example',
  }),
  render: (_id, body) => ({
    subject: 'Your code',
    text: String(body),
    html: `<p>${String(body)}</p>`,
  }),
  report: ({ kind, id }) => process.stdout.write(`${kind} ${id}\n`),
  onError: (error) => process.stderr.write(`${String(error)}\n`),
  poll: 50,
})
// What waits here keeps the process alive; delivery alone would not.
process.stdin.resume().on('end', () => {
  void delivery.stop().then(() => db.destroy())
})
process.stdout.write('ready\n')
