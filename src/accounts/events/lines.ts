import { csvLine } from '../../lib/csv.ts'
import type { SeenEvent } from './seen.ts'

/** An event as it stands in a file, by these names and in this order. */
export type Line = Readonly<Record<(typeof columns)[number], unknown>>

export const columns = [
  'at',
  'kind',
  'login',
  'by',
  'address',
  'userAgent',
  'detail',
  'id',
  'accountId',
  'attemptId',
  'sessionId',
  'deviceId',
  'requestId',
  'erasedAt',
  'place',
  'prev',
  'link',
  'aboutHash',
  'withheld',
] as const

/** Pure. */
export function lineOf({ isWithheld, ...event }: SeenEvent): Line {
  const detail = detailIn(event.detail)
  return {
    ...event,
    at: momentOf(event.at),
    detail,
    erasedAt: event.erasedAt === null ? null : momentOf(event.erasedAt),
    withheld: isWithheld,
  }
}

/** The login of who did it, if the details say it: of a program, not of an account. Pure. */
export function byIn(detail: unknown): string | null {
  const by = typeof detail === 'object' && detail !== null && 'login' in detail && detail.login
  return typeof by === 'string' ? by : null
}

/** One line of JSON. Pure. */
export const jsonLine = (line: object): string => `${inert(JSON.stringify(line))}\n`

/** One line of a table. Pure. */
export const tableLine = (line: Line): string =>
  csvLine(
    columns.map((name) => {
      const value = line[name]
      if (value === null) return ''
      return inert(typeof value === 'string' ? value : JSON.stringify(value))
    }),
  )

// What moves the cursor, breaks a line or turns it round stays to be seen, and does nothing. It is read back from
// JSON as it was.
const inert = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) =>
    Array.from({ length: sign.length }, (_, index) => escaped(sign.charCodeAt(index))).join(''),
  )

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`

/** What the details say; as it is, where somebody else has written there. */
export function detailIn(text: string): unknown {
  try {
    const detail: unknown = JSON.parse(text)
    return JSON.stringify(detail) === text ? detail : text
  } catch {
    return text
  }
}

const momentOf = (time: number): string | number => {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? time : date.toISOString()
}
