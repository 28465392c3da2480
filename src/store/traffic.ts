import type { Database } from './open.ts'

type Span = { readonly from: number; readonly until: number; readonly now: number }

/** So many of the newest messages are looked at: enough to know a share, and never long. */
const MOST = 1000

/**
 * Codes by text message that were written after `from` and until `until`, to numbers of one prefix or
 * country: for each account, in how many attempts one was sent, and in how many of them it was typed in.
 * What was not typed in counts from the end of its life on, and only where a gateway has taken it, which
 * costs money, and has not said later that it did not arrive: whoever is paid for it says that it did.
 */
export async function trafficTo(
  db: Database,
  where: { readonly prefix: string } | { readonly country: string },
  { from, until, now }: Span,
): Promise<{ readonly sent: number; readonly entered: number }[]> {
  const [column, value] =
    'prefix' in where ? (['prefix', where.prefix] as const) : (['country', where.country] as const)
  const newest = db
    .selectFrom('messages')
    .select((e) => ['accountId', 'enteredAt', e.fn.coalesce('attemptId', 'id').as('attempt')])
    .where(column, '=', value)
    .where('createdAt', '>', from)
    .where('createdAt', '<=', until)
    .where('kind', '=', 'code')
    .where((e) =>
      e.or([
        e('enteredAt', 'is not', null),
        e.and([
          e('expiresAt', '<=', now),
          e('acceptedAt', 'is not', null),
          e('failedAt', 'is', null),
        ]),
      ]),
    )
    .orderBy('createdAt', 'desc')
    .limit(MOST)
    .as('newest')
  const attempts = db
    .selectFrom(newest)
    .select((e) => ['newest.accountId', e.fn.max('newest.enteredAt').as('enteredAt')])
    .groupBy(['newest.accountId', 'newest.attempt'])
    .as('attempts')
  const rows = await db
    .selectFrom(attempts)
    .select((e) => [
      e.fn.countAll<number>().as('sent'),
      e.fn.count<number>('attempts.enteredAt').as('entered'),
    ])
    .groupBy('attempts.accountId')
    .execute()
  return rows.map(({ sent, entered }) => ({ sent: Number(sent), entered: Number(entered) }))
}
