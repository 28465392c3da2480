import type { Linked } from '../../src/delivery/gateway.ts'
import type {
  Letter,
  MailRoute,
  Outcome,
  Route,
  SmsRoute,
  TextMessage,
} from '../../src/delivery/route.ts'
import { noRoutes, openRoutes, type Open, type Routes } from '../../src/delivery/routes.ts'
import type { Database } from '../../src/store/open.ts'

/** Routes that are what they are, in this order. */
export const fixedRoutes = (open: readonly Open[]): Routes => ({
  ...noRoutes,
  for: (by) => open.filter((each) => each.by === by),
  kinds: () => [...new Set(open.map(({ by }) => by))],
  async close() {
    await Promise.all(open.map(({ route }) => route.close()))
  },
})

/** All mails by this one. */
export const mailBy = (route: MailRoute, name = 'smtp'): Routes =>
  fixedRoutes([{ ...open(name), by: 'email', route }])

/** A route for text messages. */
export const smsBy = (route: SmsRoute, name = 'sms', price = 0): Open => ({
  ...open(name),
  price: () => price,
  by: 'sms',
  route,
})

const open = (name: string) =>
  ({ id: name, name, price: () => 0, fails: false, isResting: false }) as const

type Sent = Letter & TextMessage
type Says = (what: Sent) => Outcome | Promise<Outcome>

/** A route that says what a test tells it to, and keeps what it was given. */
export type FakeRoute = {
  readonly name: string
  readonly by: 'email' | 'sms'
  readonly given: Sent[]
  readonly route: Route<never>
  readonly closed: () => boolean
  /** From now on. Without it, everything is taken, by the names `<name>-1`, `<name>-2` … */
  readonly says: (next: Says) => void
  /** Is linked with this beside. */
  readonly linked: Linked
}

export function fakeRoute(
  name: string,
  by: FakeRoute['by'] = 'sms',
  about: Partial<Pick<Linked, 'countries' | 'prices' | 'version'>> = {},
): FakeRoute {
  const given: Sent[] = []
  let isClosed = false
  let answer: Says = () => ({ accepted: true, gatewayId: `${name}-${given.length}` })
  const gateway = { kind: 'http', recipe: 'test', from: 'test', secrets: {} } as const
  return {
    name,
    by,
    given,
    route: {
      async send(what) {
        given.push(what)
        return answer(what)
      },
      close: async () => void (isClosed = true),
    },
    closed: () => isClosed,
    says: (next) => void (answer = next),
    linked: { id: name, name, by, countries: null, prices: {}, version: '1', gateway, ...about },
  }
}

/** Those as a running server has them: by countries, with rests. What is in the list now is linked. */
export const routesOf = (db: Database, fakes: readonly FakeRoute[]): Routes =>
  openRoutes(db, {
    linked: async () => fakes.map(({ linked }) => linked),
    open: ({ id }) => fakes.find(({ linked }) => linked.id === id)!.route as SmsRoute,
    onError(error) {
      throw error
    },
  })

/** Answers of gateways. */
const no = { accepted: false, isSure: true } as const
export const refuses = (reason = 'busy'): Outcome => ({ ...no, lasting: false, reason })
export const refusesForGood = (reason = 'no such number'): Outcome => ({
  ...no,
  lasting: true,
  reason,
})
export const saysNothing = (reason = 'timed out'): Outcome => ({
  accepted: false,
  lasting: false,
  reason,
})
