import type { Database } from '../../store/open.ts'
import { askedByDay, askedInAll, signInsByDay } from '../../store/would-be-asked.ts'

/** Could somebody be asked? A code gets there; an app or a passkey is all, or nobody knows; no code does. */
type Reach = 'code' | 'open' | 'none'

/** People on one day, or in all, by how they could be reached. One may be reached by several ways. */
export type Reached = Readonly<Record<Reach, number>> & {
  readonly people: number
  readonly email: number
  readonly sms: number
  readonly app: number
}

export type MeasuredDay = Reached & { readonly from: number; readonly signIns: number }

/** What was measured since then: each day, the oldest first, and in all. */
export type Measured = {
  readonly days: readonly MeasuredDay[]
  readonly all: Reached
}

const DAY = 24 * 60 * 60 * 1000
const MOST_DAYS = 30

/** What a policy that is only measured would have asked, of a main account or the installation (''). */
export async function measuredFor(
  db: Database,
  owner: string,
  since: number,
  now: number,
): Promise<Measured> {
  const last = Math.floor(now / DAY)
  const first = Math.max(Math.floor(since / DAY), last - MOST_DAYS + 1)
  const from = Math.max(since, first * DAY)
  const byDay = await askedByDay(db, owner, from)
  const signIns = await signInsByDay(db, owner, from)
  const days = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return {
    days: days.map((day) => ({
      ...reachedIn(byDay.filter((each) => each.day === day)),
      from: day * DAY,
      signIns: signIns.get(day) ?? 0,
    })),
    all: reachedIn(await askedInAll(db, owner, from)),
  }
}

/** Adds up what was written down, by `detail` of the events. Pure. */
export function reachedIn(
  all: readonly { readonly detail: string; readonly people: number }[],
): Reached {
  const sum = (is: (seen: Seen) => boolean): number =>
    all.reduce((count, { detail, people }) => count + (is(seenIn(detail)) ? people : 0), 0)
  const byCode = ({ email, sms }: Seen) => email === 'accepted' || sms === 'open'
  const isOpen = (seen: Seen) => !byCode(seen) && (hasApp(seen) || seen.email === 'unknown')
  return {
    people: sum(() => true),
    code: sum(byCode),
    open: sum(isOpen),
    none: sum((seen) => !byCode(seen) && !isOpen(seen)),
    email: sum(({ email }) => email === 'accepted'),
    sms: sum(({ sms }) => sms === 'open'),
    app: sum(hasApp),
  }
}

type Seen = { readonly kinds?: string; readonly email?: string; readonly sms?: string }

const seenIn = (detail: string): Seen => JSON.parse(detail) as Seen

const hasApp = ({ kinds = '' }: Seen): boolean => /\b(passkey|totp)\b/.test(kinds)
