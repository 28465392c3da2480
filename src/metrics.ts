import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'

export type Metrics = {
  signedIn(): void
  refused(why: string): void
  request(route: string, status: number, seconds: number): void
  message(kind: string): void
  /** Something an operator should look at. */
  alarm(kind: string): void
  /** The Prometheus text format. */
  text(): Promise<string>
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
  const messages = new Counter({
    name: 'nightlatch_messages_total',
    help: 'What became of messages',
    labelNames: ['outcome'],
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
    signedIn: () => signIns.inc(),
    refused: (why) => refusals.inc({ why }),
    message: (outcome) => messages.inc({ outcome }),
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
