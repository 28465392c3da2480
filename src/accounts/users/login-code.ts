import type { App } from '../../app.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import { reachedNow } from '../../sign-in/reach.ts'
import { holdAccounts } from '../../store/login-codes.ts'
import type { Database } from '../../store/open.ts'
import type { Outcome } from '../deeds/deed.ts'
import { countingUsers, type LoginCodePreview } from './count-users.ts'
import type { By } from './do-user-change.ts'
import { judge } from './judge-login-code.ts'
import { inOrder, usersOf } from './read-users.ts'
import { MOST_TOGETHER, setThese, setTheRest, wishIn } from './set-login-codes.ts'
import type { WantedLoginCode, WhyStuck } from './user-change.ts'

/** For as many accounts it can be asked at once. */
export const MOST_USERS = 10_000

/**
 * What would come of this login code for each account that this one manages, and who would have no way to
 * get it. Only looks. It is the same whatever is said about those who would be stuck.
 */
export async function previewLoginCode(
  app: App,
  db: Database,
  by: By,
  wanted: Omit<WantedLoginCode, 'seen'>,
): Promise<LoginCodePreview> {
  const wish = wishIn(wanted)
  const reached = await reachedNow(app, db)
  const found = countingUsers(wish)
  for await (const user of usersOf(app, db, by, wanted.ids))
    found.add(user, judge(user, wish, reached))
  return found.end()
}

/**
 * Sets it, in the transaction that has made sure who asks; of many, for the first here and for the others
 * afterwards. Refused, and nothing has changed, when it is not the preview that was seen, or somebody
 * would be stuck and nothing was said about why.
 */
export async function setLoginCode(
  change: Change,
  by: By,
  wanted: WantedLoginCode,
): Promise<Outcome | Refusal> {
  const all = inOrder(wanted.ids)
  const first = all.slice(0, MOST_TOGETHER)
  await holdAccounts(change.db, first)
  const preview = await previewLoginCode(change.app, change.db, by, wanted)
  const refused = whyNotSet(preview, wanted, all.length > 1)
  if (refused) return refused
  await setThese(change, by, wanted, first)
  const rest = all.slice(MOST_TOGETHER)
  if (rest.length === 0) return { done: 'user_changed' }
  change.afterwards.push(() => setTheRest(change.app, change.visit, by, wanted, rest))
  return { done: 'login_codes_follow' }
}

/** Pure. */
export function whyNotSet(
  preview: LoginCodePreview,
  { seen, wayOut }: Pick<WantedLoginCode, 'seen' | 'wayOut'>,
  isMany: boolean,
): Refusal | null {
  if (preview.count === 0) return { refused: 'no_such_user' }
  if ((isMany || seen !== null) && seen !== preview.who) return { refused: 'changed_meanwhile' }
  const [barred] = Object.entries(preview.barred)
  if (barred && barred[1].count === preview.count)
    return { refused: barred[0] as keyof LoginCodePreview['barred'] }
  const reasons = Object.keys(preview.stuck) as WhyStuck[]
  const ways = reasons.map((why) => wayOut[why])
  // There is nothing in place of an e-mail that does not arrive.
  const isSaid = (way: (typeof ways)[number]) => way === 'wait' || way === 'leave'
  const isSaidOfMail = isSaid(wayOut.address_unproven)
  const needsMail = preview.noMailEither > 0 && ways.includes('email')
  const isOpen = reasons.some((why) =>
    why === 'address_unproven' ? !isSaidOfMail : wayOut[why] === undefined,
  )
  return isOpen || (needsMail && !isSaidOfMail) ? { refused: 'would_lock_out' } : null
}
