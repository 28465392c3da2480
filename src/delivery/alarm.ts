import type { Database } from '../store/open.ts'
import type { BudgetAlarm } from './pots.ts'

/** What the operators should know of at once. */
export type Alarm =
  | BudgetAlarm
  /** A route fails again and again, and is asked last from now on. */
  | { readonly kind: 'route_rests'; readonly route: string; readonly reason: string }
  /** And works again. */
  | { readonly kind: 'route_works'; readonly route: string }
  | {
      readonly kind: 'prefix_stopped'
      readonly prefix: string
      readonly country: string
      readonly sent: number
      readonly entered: number
    }

/** What is to be done once the transaction is on the disk: what was written down is sent, and said. */
export type Afterwards = readonly (() => void)[]

/** Writes it down in this transaction. */
export type Raise = (db: Database, alarm: Alarm) => Promise<Afterwards>
