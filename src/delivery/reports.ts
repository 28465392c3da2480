import type { expireMessages } from '../store/messages.ts'
import type { Applied } from './apply-receipt.ts'
import type { Report } from './try.ts'

type World = { readonly now: () => number; readonly report: (what: Report) => void }
type Expired = Awaited<ReturnType<typeof expireMessages>>[number]

export function tellExpired({ report }: World, { by, country, ...about }: Expired): void {
  const { id, accountId, reason } = about
  if (by === 'sms') report({ kind: 'message_failed', id, accountId, by, country, reason })
  else report({ kind: 'message_failed', id, accountId, by: 'email', reason })
}

/** What a receipt has changed, where it has changed anything. */
export function tellReceipt({ now, report }: World, { sending, became, reason }: Applied): void {
  const { messageId: id, accountId, routeName: route, country, begunAt } = sending
  const about = { id, accountId, by: 'sms', route, country } as const
  if (became === 'delivered') report({ kind: 'message_delivered', ...about, ms: now() - begunAt })
  if (became === 'failed') report({ kind: 'message_failed', ...about, reason })
}
