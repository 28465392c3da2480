import type { Database } from './open.ts'

type Span = { readonly from: number; readonly until: number; readonly now: number }

/** So many of the newest are looked at: enough to know a share, and never long. */
const MOST = 1000

/**
 * Codes by text message that were written after `from` and until `until`, to numbers of one prefix or
 * country: how many were sent, and how many of them were typed in. What was not typed in counts from
 * the end of its life on, and only where a gateway has taken it: that is what costs money, and what a
 * gateway says of it later may be said by whoever is paid for it.
 */
export async function trafficTo(
  db: Database,
  where: { readonly prefix: string } | { readonly country: string },
  { from, until, now }: Span,
): Promise<{ readonly sent: number; readonly entered: number }> {
  const [column, value] =
    'prefix' in where ? (['prefix', where.prefix] as const) : (['country', where.country] as const)
  const newest = db
    .selectFrom('messages')
    .select('enteredAt')
    .where(column, '=', value)
    .where('createdAt', '>', from)
    .where('createdAt', '<=', until)
    .where('kind', '=', 'code')
    .where((e) =>
      e.or([
        e('enteredAt', 'is not', null),
        e.and([
          e('expiresAt', '<=', now),
          e.or([e('acceptedAt', 'is not', null), e('deliveredAt', 'is not', null)]),
        ]),
      ]),
    )
    .orderBy('createdAt', 'desc')
    .limit(MOST)
    .as('newest')
  const { sent, entered } = await db
    .selectFrom(newest)
    .select((e) => [
      e.fn.countAll<number>().as('sent'),
      e.fn.count<number>('newest.enteredAt').as('entered'),
    ])
    .executeTakeFirstOrThrow()
  return { sent: Number(sent), entered: Number(entered) }
}
