import { dayOf, type Daily } from '../../store/daily.ts'
import type { AccountsTable, EventsTable } from '../../store/tables.ts'
import { groupOf } from '../history.ts'

type Counted = Pick<EventsTable, 'at' | 'kind' | 'accountId' | 'detail'> & {
  /** Of the account it is about, while there is one. */
  readonly mainId: string | null
  readonly privilege: AccountsTable['privilege']
}

/** How often each kind of sign-in and of refusal is among these, by day, for whom it counts. Pure. */
export function countsOf(events: readonly Counted[]): Daily[] {
  const counts = new Map<string, Daily>()
  for (const event of events) {
    if (!isCounted(event.kind)) continue
    const { at, kind: name, detail } = event
    const by = name === 'signed_in' ? byIn(detail) : ''
    for (const owner of ownersOf(event)) {
      const row = { owner, day: dayOf(at), name, by }
      const key = JSON.stringify(row)
      counts.set(key, { ...row, count: (counts.get(key)?.count ?? 0) + 1 })
    }
  }
  return [...counts.values()]
}

/** The installation, and the main account of a company. Who stands alone needs no look back at themselves. Pure. */
export const ownersOf = ({
  accountId,
  mainId,
  privilege,
}: Pick<Counted, 'accountId' | 'mainId' | 'privilege'>): readonly string[] => {
  if (mainId !== null) return ['', mainId]
  return privilege !== null && accountId !== null ? ['', accountId] : ['']
}

const isCounted = (kind: string): boolean => kind === 'signed_in' || groupOf(kind) === 'refusals'

const byIn = (detail: string): string => {
  const { by } = JSON.parse(detail) as { readonly by?: unknown }
  return typeof by === 'string' ? by : ''
}
