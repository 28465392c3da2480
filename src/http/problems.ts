import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { problemPage } from '../pages/problem.ts'
import type { FieldCode } from '../accounts/new-account.ts'
import type { Texts } from '../pages/texts/all.ts'
import { sessionOf } from '../sign-in/session.ts'
import { isDatabaseAway } from '../store/open.ts'
import { frameOf, herePath, signInPath, textsFor, type Door } from './door.ts'
import { isApiPath } from './api/api-path.ts'
import { isReceiptPath } from './receipt-path.ts'
import { Refused, type DoorCode, type WrongField } from './refused.ts'
import type { Ctx } from './request.ts'

/** Paths that programs ask for again and again. */
export const forPrograms = new Set(['/session', '/health', '/ready', '/metrics'])

/** Only programs come here, by whatever name reaches us. */
export const isForPrograms = (path: string): boolean =>
  forPrograms.has(path) || isReceiptPath(path) || isApiPath(path)

/** Does this caller want JSON rather than a page? */
const wantsJson = (c: Ctx): boolean => {
  const accept = c.req.header('accept') ?? ''
  const asked = accept.includes('application/json') && !accept.includes('text/html')
  return asked || isForPrograms(c.req.path)
}

/** The one place where refusals at the door and faults become answers. */
export async function onError(door: Door, error: unknown, c: Ctx): Promise<Response> {
  if (error instanceof Refused) {
    if (error.code === 'sign_in_first' && !wantsJson(c))
      return door.reply.seeOther(signInPath(herePath(door, c), c.req.method === 'POST'))
    return problem(door, c, error.status, error.code, error.headers, error.fields)
  }
  const requestId = c.var.ask?.visit.requestId
  if (isDatabaseAway(error)) {
    door.app.log.error({ requestId, error: String(error) }, 'database away')
    return problem(door, c, 503, 'database_away', { 'Retry-After': '30' })
  }
  door.app.log.error({ requestId, err: error }, 'our fault')
  return problem(door, c, 500, 'our_fault')
}

/** A page or JSON that says what happened, with the number under which it is in the log. */
export async function problem(
  door: Door,
  c: Ctx,
  status: ContentfulStatusCode,
  code: DoorCode | 'database_away' | 'our_fault',
  headers: Readonly<Record<string, string>> = {},
  wrong: readonly WrongField[] = [],
): Promise<Response> {
  const { requestId, sessionToken } = c.var.ask.visit
  const rest = { headers: { ...headers, 'X-Request-Id': requestId } }
  // Only looked up: another site can have such pages fetched, which must keep no session alive.
  const session = status >= 500 ? null : await sessionOf(door.app, sessionToken)
  const texts = textsFor(door, c, session)
  const text = texts.problems[code]
  if (wantsJson(c)) {
    const fields = wrong.length > 0 && { fields: fieldsInWords(texts, wrong) }
    return door.reply.json({ error: code, message: text, requestId, ...fields }, status, rest)
  }
  // In the person's language, and with nothing else of theirs: caches keep odd things under odd names.
  const frame = frameOf(door, c, null, herePath(door, c) ?? '/', session)
  return door.reply.page(problemPage(frame, { status, text, requestId }), status, rest)
}

/** What is wrong with each field, as a program is told. */
export const fieldsInWords = (
  { fields, apiFields }: Texts,
  wrong: readonly WrongField[],
): readonly object[] =>
  wrong.map(({ field, error }) => {
    const message =
      error in apiFields ? apiFields[error as keyof typeof apiFields] : fields[error as FieldCode]
    return { field, error, message }
  })
