import type { Database } from '../store/open.ts'
import type { BudgetAlarm } from './budget.ts'
import type { Made } from './message.ts'

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

/** Writes it down in this transaction. Gives what is to be sent after it. */
export type Raise = (db: Database, alarm: Alarm) => Promise<readonly Made[]>
