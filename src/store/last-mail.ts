import { idsFrom } from '../lib/random.ts'
import type { Database } from './open.ts'

/** So many of the newest are looked at. */
const MOST = 10

/**
 * What became of the last mail to this address of an account since then: taken by a mail server, or
 * given up; `unknown` where there was none, or it is on its way.
 */
export async function lastMailTo(
  db: Database,
  accountId: string,
  address: string,
  since: number,
): Promise<'accepted' | 'failed' | 'unknown'> {
  const events = await db
    .selectFrom('events')
    .select('detail')
    .where('accountId', '=', accountId)
    .where('id', '>', idsFrom(since))
    .where('kind', 'in', ['code_sent', 'notice_sent'])
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute()
  const ids = events.flatMap(({ detail }) => {
    const { message } = JSON.parse(detail) as { readonly message?: unknown }
    return typeof message === 'string' ? [message] : []
  })
  if (ids.length === 0) return 'unknown'
  const row = await db
    .selectFrom('messages')
    .select(['acceptedAt', 'failedAt'])
    .where('id', 'in', ids)
    .where('by', '=', 'email')
    .where('recipient', '=', address)
    .where((e) => e.or([e('acceptedAt', 'is not', null), e('failedAt', 'is not', null)]))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return 'unknown'
  return row.failedAt === null ? 'accepted' : 'failed'
}
