import type { Config } from './config.ts'
import type { Gateways } from './delivery/gateways.ts'
import type { Made } from './delivery/message.ts'
import type { Receipt } from './delivery/route.ts'
import type { PlaceOf } from './lib/places.ts'
import type { Passwords } from './lib/password.ts'
import type { Random } from './lib/random.ts'
import type { Keys } from './lib/seal.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Database } from './store/open.ts'

/** Everything a request may use. Made once, in open-app.ts, handed down as the first argument. */
export type App = {
  readonly config: Config
  readonly db: Database
  readonly keys: Keys
  readonly passwords: Passwords
  readonly random: Random
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number
  /** Waits so many milliseconds before an answer, where its time must say nothing. */
  readonly pause: (ms: number) => Promise<void>
  /** Tells delivery that a message was written down and may go out. */
  readonly wake: (made: Made) => void
  /** Sends a test message that was written down, by this route and no other. */
  readonly tryOut: (made: Made, route: string) => void
  /** What a gateway tells about a message that this route has taken. */
  readonly takeReceipt: (route: string, receipt: Receipt) => Promise<void>
  /** Is a mail server linked, as far as this process knows? */
  readonly hasMail: () => boolean
  /** What is linked to send messages by, and what the operator has set about them. */
  readonly gateways: Gateways
  readonly log: Log
  readonly metrics: Metrics
  /** Where an address is, as far as the operator's file knows. */
  readonly placeOf: PlaceOf
  /** The server begins to stop: answers that go on and on end now. */
  readonly stopping: AbortSignal
}
