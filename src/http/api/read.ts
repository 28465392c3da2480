import type { z } from 'zod'
import { readBody } from '../form.ts'
import { Refused, type WrongField } from '../refused.ts'
import type { Ctx } from '../request.ts'

const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i

/** What was sent as JSON, and nothing beside it; else refused with a 4xx that says which field it is. */
export async function readJson<Body>(c: Ctx, schema: z.ZodType<Body>): Promise<Body> {
  const type = c.req.header('content-type') ?? ''
  if (!JSON_TYPE.test(type) || c.req.header('content-encoding'))
    throw new Refused(415, 'unsupported_type')
  return parsed(schema, jsonIn(await readBody(c)))
}

/** For what takes no body: none is there, whatever its type. */
export async function readNothing(c: Ctx): Promise<void> {
  if ((await readBody(c)) !== '') throw new Refused(400, 'bad_json')
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new Refused(400, 'bad_json')
  }
}

/** The fields of the query, each once. */
export function readQuery<Query>(c: Ctx, schema: z.ZodType<Query>): Query {
  const query = [...(URL.parse(c.req.url)?.searchParams ?? [])]
  const typed = new Map(query)
  if (typed.size < query.length) throw new Refused(400, 'doubled_field')
  return parsed(schema, Object.fromEntries(typed))
}

function parsed<T>(schema: z.ZodType<T>, typed: unknown): T {
  const result = schema.safeParse(typed)
  if (result.success) return result.data
  if (typeof typed !== 'object' || typed === null || Array.isArray(typed))
    throw new Refused(400, 'bad_json')
  const fields = result.error.issues.flatMap((issue) => wrongIn(issue, typed))
  throw new Refused(
    400,
    'bad_fields',
    {},
    fields.filter(({ field }) => field !== ''),
  )
}

function wrongIn(issue: z.core.$ZodIssue, typed: unknown): WrongField[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: nameOf([...issue.path, key]), error: 'unknown' }))
  return [{ field: nameOf(issue.path), error: whyWrong(issue, typed) }]
}

function whyWrong(issue: z.core.$ZodIssue, typed: unknown): WrongField['error'] {
  if (issue.code === 'too_big' && issue.origin === 'string') return 'too_long'
  return valueAt(typed, issue.path) === undefined ? 'missing' : 'wrong'
}

const valueAt = (typed: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((its, key) => (its as Record<PropertyKey, unknown> | null)?.[key], typed)

/** Nobody sends us kilobytes back that they have made up themselves. */
const nameOf = (path: readonly PropertyKey[]): string => path.map(String).join('.').slice(0, 200)
