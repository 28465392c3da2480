import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { boundedNames } from './lib/bounded-names.ts'

export type Metrics = DeliveryMetrics & {
  signedIn(): void
  refused(why: string): void
  request(route: string, status: number, seconds: number): void
  /** A code that was sent so was typed in, and right. */
  codeEntered(by: string): void
  /** Something an operator should look at. */
  alarm(kind: string): void
  /** The Prometheus text format. */
  text(): Promise<string>
}

type DeliveryMetrics = {
  /** What became of a message; `ms`: after how long. */
  message(what: {
    readonly kind: string
    readonly by: string
    readonly route?: string
    readonly country?: string | null
    readonly ms?: number
  }): void
  /** A text message was given to a gateway. `cost` is in millionths of the currency. */
  spent(what: {
    readonly route: string
    readonly country: string | null
    readonly currency: string
    readonly cost: number
  }): void
  /** Where to look which routes there are now, and which of them rest. */
  watchRoutes(routes: () => readonly { readonly name: string; readonly isResting: boolean }[]): void
}

/** Counted in this process. Every label comes from a list of ours, so their number is bounded. */
export function openMetrics(): Metrics {
  const registers = [new Registry()]
  collectDefaultMetrics({ register: registers[0]!, prefix: 'nightlatch_' })
  const signIns = new Counter({
    name: 'nightlatch_sign_ins_total',
    help: 'Sessions made',
    registers,
  })
  const refusals = new Counter({
    name: 'nightlatch_refusals_total',
    help: 'Steps of a sign-in that were refused',
    labelNames: ['why'],
    registers,
  })
  const codes = new Counter({
    name: 'nightlatch_codes_entered_total',
    help: 'Codes that were sent, and typed in right',
    labelNames: ['by'],
    registers,
  })
  const alarms = new Counter({
    name: 'nightlatch_alarms_total',
    help: 'Times that something was unusual enough to look at',
    labelNames: ['kind'],
    registers,
  })
  const requests = new Histogram({
    name: 'nightlatch_request_seconds',
    help: 'Time taken to answer',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  })
  // Finding the labels takes longer than counting.
  const answers = new Map<string, Histogram.Internal<'route' | 'status'>[]>()
  return {
    ...deliveryMetrics(registers),
    signedIn: () => signIns.inc(),
    refused: (why) => refusals.inc({ why }),
    codeEntered: (by) => codes.inc({ by }),
    alarm: (kind) => alarms.inc({ kind }),
    request(route, status, seconds) {
      const kind = Math.floor(status / 100)
      let counted = answers.get(route)
      if (!counted) answers.set(route, (counted = []))
      counted[kind] ??= requests.labels({ route, status: `${kind}xx` })
      counted[kind].observe(seconds)
    },
    text: () => registers[0]!.metrics(),
  }
}

/** Routes are named by the operator: so many names are kept apart. */
const MOST_ROUTES = 100

const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60, 120, 300]

function deliveryMetrics(registers: Registry[]): DeliveryMetrics {
  const messages = new Counter({
    name: 'nightlatch_messages_total',
    help: 'What became of messages',
    labelNames: ['outcome', 'by', 'route', 'country'],
    registers,
  })
  const acceptance = secondsUntil('acceptance', 'a route had taken a message', registers)
  const delivery = secondsUntil('delivery', 'a receipt said that it had arrived', registers)
  const given = new Counter({
    name: 'nightlatch_sms_sent_total',
    help: 'Text messages given to gateways',
    labelNames: ['route', 'country'],
    registers,
  })
  const costs = new Counter({
    name: 'nightlatch_sms_cost_total',
    help: 'Cost of text messages that were given to gateways, in units of the currency',
    labelNames: ['route', 'country', 'currency'],
    registers,
  })
  let watched: Parameters<DeliveryMetrics['watchRoutes']>[0] = () => []
  const bounded = boundedNames(MOST_ROUTES)
  new Gauge({
    name: 'nightlatch_route_rests',
    help: '1 for a route that keeps failing and is asked last',
    labelNames: ['route'],
    registers,
    collect() {
      this.reset()
      for (const { name, isResting } of watched())
        this.set({ route: bounded(name) }, isResting ? 1 : 0)
    },
  })
  return {
    message({ kind, by, route = '', country, ms }) {
      const label = bounded(route)
      messages.inc({ outcome: kind, by, route: label, country: country ?? '' })
      if (ms === undefined) return
      if (kind === 'message_accepted') acceptance.observe({ route: label }, ms / 1000)
      if (kind === 'message_delivered') delivery.observe({ route: label }, ms / 1000)
    },
    spent({ route, country, currency, cost }) {
      const where = { route: bounded(route), country: country ?? '' }
      given.inc(where)
      costs.inc({ ...where, currency }, cost / 1_000_000)
    },
    watchRoutes: (routes) => void (watched = routes),
  }
}

const secondsUntil = (what: string, happened: string, registers: Registry[]) =>
  new Histogram({
    name: `nightlatch_message_${what}_seconds`,
    help: `Time until ${happened}`,
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  })
