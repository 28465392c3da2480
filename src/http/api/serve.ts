import { scopeOf } from '../../accounts/privileges.ts'
import type { FieldCode } from '../../accounts/new-account.ts'
import type { KeyInUse } from '../../accounts/keys/use-key.ts'
import type { NotDone } from '../../accounts/keys/do-by-key.ts'
import type { Language } from '../../lib/language.ts'
import { languageOf, refusal, textsFor, type Door } from '../door.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { fieldsInWords } from '../problems.ts'
import { Refused, type WrongField } from '../refused.ts'
import type { Ctx } from '../request.ts'
import { keyFor, noKey } from './keyed.ts'
import type { Operation } from './operations.ts'
import { readJson, readNothing, readQuery } from './read.ts'

/** What a program has asked, read. */
export type Asked<Query, Body> = {
  readonly c: Ctx
  readonly key: KeyInUse
  /** Whose accounts the key reaches: a main account's, or all (`null`). */
  readonly scope: string | null
  readonly language: Language
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
}

/** What it is answered; `null`: nothing but that it is done. */
export type Answered =
  | { readonly body: object | null; readonly headers?: Readonly<Record<string, string>> }
  | NotDone
  /** And what would have to be said for it to be done. */
  | (Refusal & { readonly fields: readonly WrongField[] })

const ID = /^[0-9a-f]{32}$/

/** Reads what an operation is sent, has it done, and answers: the one way through for all of them. */
export const served =
  (door: Door) =>
  <Query, Body>(
    operation: Operation<Query, Body>,
    run: (asked: Asked<Query, Body>) => Promise<Answered>,
  ) =>
  async (c: Ctx): Promise<Response> => {
    const key = keyFor(c, operation.scope)
    const params: Readonly<Record<string, string>> = c.req.param()
    if (!Object.values(params).every((id) => ID.test(id))) throw new Refused(404, 'not_found')
    const answered = await run({
      c,
      key,
      scope: scopeOf(key.by),
      language: languageOf(door, c, null),
      params,
      query: (operation.query ? readQuery(c, operation.query) : noQuery(c)) as Query,
      body: (await bodyOf(c, operation)) as Body,
    })
    if (!('body' in answered)) return notDone(door, c, answered)
    const { body, headers = {} } = answered
    const rest = { headers: { ...headers, 'X-Request-Id': c.var.ask.visit.requestId } }
    return body === null ? door.reply.nothing(204) : door.reply.json(body, operation.status, rest)
  }

// A key in an address ends up in logs: whoever puts it there is told so.
function noQuery(c: Ctx): undefined {
  const [first] = URL.parse(c.req.url)?.searchParams.keys() ?? []
  if (first === undefined) return undefined
  throw new Refused(400, 'bad_fields', {}, [{ field: first.slice(0, 200), error: 'unknown' }])
}

async function bodyOf(c: Ctx, { method, body }: Operation): Promise<unknown> {
  if (body) return readJson(c, body)
  return method === 'get' ? undefined : readNothing(c)
}

function notDone(door: Door, c: Ctx, answered: Exclude<Answered, { body: unknown }>): Response {
  if ('noKey' in answered) throw noKey('Bearer error="invalid_token"')
  if ('forbidden' in answered) throw new Refused(403, 'not_allowed')
  if ('problems' in answered) throw wrongFields(answered.problems)
  const texts = textsFor(door, c, null)
  const { text, status, headers } = refusal(texts, answered)
  const { requestId } = c.var.ask.visit
  door.app.metrics.refused(answered.refused)
  const fields = 'fields' in answered && { fields: fieldsInWords(texts, answered.fields) }
  const said = { error: answered.refused, message: text, requestId, ...fields }
  const rest = { headers: { ...headers, 'X-Request-Id': requestId } }
  return door.reply.json(said, status, rest)
}

function wrongFields(problems: Readonly<Partial<Record<string, FieldCode>>>): Refused {
  const fields = Object.entries(problems).flatMap(([field, error]) =>
    error === undefined ? [] : [{ field, error }],
  )
  return new Refused(422, 'bad_fields', {}, fields)
}
