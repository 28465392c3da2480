import type { MailRoute, SmsRoute } from '../../src/delivery/route.ts'
import { noRoutes, type Open, type Routes } from '../../src/delivery/routes.ts'

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
