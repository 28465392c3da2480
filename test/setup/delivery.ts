import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { Alarm } from '../../src/delivery/alarm.ts'
import { sealBody, startDelivery, type Delivery, type Report } from '../../src/delivery/deliver.ts'
import type { Made } from '../../src/delivery/message.ts'
import { LEASE, type Receipt } from '../../src/delivery/route.ts'
import { usualRules, type DeliveryRules } from '../../src/delivery/rules.ts'
import { systemRandom } from '../../src/lib/random.ts'
import { keyFrom, type Keys } from '../../src/lib/seal.ts'
import { insertMessage, type Message } from '../../src/store/messages.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openDatabase, type Database } from '../../src/store/open.ts'
import { sendingsOf, type Sending } from '../../src/store/sendings.ts'
import type { databases } from './databases.ts'
import { emptyDatabase } from './emptied.ts'
import { routesOf, type FakeRoute } from './routes.ts'

export const NOW = Date.UTC(2026, 10, 20)
export const LIFE = 300_000
const NEVER = 2 ** 31 - 1
const keys: Keys = [keyFrom('k1', randomBytes(32))]

const open: DeliveryRules = { ...usualRules, messagesDay: 100_000, accountMessagesDay: 100_000 }

type About = Partial<Pick<Message, 'accountId' | 'attemptId' | 'country' | 'expiresAt'>> & {
  readonly by?: 'email' | 'sms'
}

export type Delivered = {
  readonly db: Database
  readonly url: string
  readonly clock: { at: number }
  readonly reports: Report[]
  readonly alarms: Alarm[]
  readonly errors: unknown[]
  readonly delivery: Delivery
  /** One more process, with routes of its own. */
  readonly begin: (fakes: readonly FakeRoute[], by?: Database) => Delivery
  /** A message that is due, for anybody. */
  readonly insert: (id: string, about?: About) => Promise<void>
  /** As a server writes its own: claimed from birth. */
  readonly insertOwn: (id: string, about?: About) => Promise<Made>
  readonly row: (id?: string) => Promise<Message>
  readonly sendings: (id?: string) => Promise<Sending[]>
  /** What became of each sending, in order: route and reason. */
  readonly story: (id?: string) => Promise<(readonly [string, string | null])[]>
  /** Moves the clock on, and looks for what is due until nothing more happens. */
  readonly look: (ms?: number) => Promise<void>
  readonly tell: (route: string, id: string, state: Receipt['state']) => Promise<void>
}

/** A database, a clock, routes that say what a test tells them to, and delivery that looks when told. */
export async function openDelivery(
  kind: (typeof databases)[number],
  fakes: readonly FakeRoute[],
  rules: Partial<DeliveryRules> = {},
): Promise<Delivered> {
  const { url, giveBack } = await emptyDatabase(kind)
  const db = openDatabase(url)
  await migrate(db, NOW)
  const clock = { at: NOW }
  const reports: Report[] = []
  const alarms: Alarm[] = []
  const errors: unknown[] = []
  const begun: Delivery[] = []

  function begin(its: readonly FakeRoute[], by = db): Delivery {
    const one = startDelivery({
      db: by,
      keys,
      random: systemRandom,
      now: () => clock.at,
      routes: routesOf(by, its),
      rules: async () => ({ ...open, ...rules }),
      raise: async (_tx, alarm) => {
        alarms.push(alarm)
        return []
      },
      render: {
        mail: (_id, body) => ({ subject: 'Code', text: String(body), html: String(body) }),
        sms: (_id, body) => String(body),
      },
      report: (what) => void reports.push(what),
      onError: (error) => void errors.push(error),
      poll: NEVER,
    })
    begun.push(one)
    return one
  }

  const delivery = begin(fakes)
  await delivery.settled()
  onTestFinished(async () => {
    for (const one of begun) await one.stop()
    await db.destroy()
    await giveBack()
  })

  const says = (id: string): string => `the code of ${id}`
  const row = (id = 'm'): Promise<Message> =>
    db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

  async function write(id: string, about: About, lease: number): Promise<void> {
    const by = about.by ?? 'sms'
    const country = by === 'sms' ? 'PT' : null
    await insertMessage(
      db,
      {
        id,
        accountId: 'ana',
        attemptId: null,
        by,
        recipient: by === 'sms' ? '+351912345678' : `${id}@x.example`,
        country,
        prefix: by === 'sms' ? '+351912' : null,
        kind: 'code',
        body: sealBody(keys, systemRandom, id, says(id)),
        createdAt: clock.at,
        expiresAt: clock.at + LIFE,
        ...about,
      },
      lease,
    )
  }

  return {
    db,
    url,
    clock,
    reports,
    alarms,
    errors,
    delivery,
    begin,
    insert: (id, about = {}) => write(id, about, 0),
    async insertOwn(id, about = {}) {
      await write(id, about, LEASE)
      const { accountId, attemptId, by, recipient, country, createdAt, expiresAt } = await row(id)
      const own = { id, accountId, attemptId, recipient, country, createdAt, expiresAt }
      return { ...own, by: by as Made['by'], acceptedAt: null, tries: 1, says: says(id) }
    },
    row,
    sendings: (id = 'm') => sendingsOf(db, [id]),
    story: async (id = 'm') =>
      (await sendingsOf(db, [id])).map(({ route, reason }) => [route, reason] as const),
    async look(ms = 0) {
      clock.at += ms
      delivery.wake()
      await delivery.settled()
    },
    tell: (route, id, state) => delivery.receipt(route, { id, state, reason: null }),
  }
}
