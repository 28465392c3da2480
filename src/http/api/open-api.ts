import { z } from 'zod'
import { scopes } from '../../accounts/keys/key.ts'
import { operations, type Operation } from './operations.ts'
import { Account, AccountPage, Devices, Factors, Problem } from './schemas.ts'

type Json = { readonly [name: string]: unknown }

const named = z.registry<{ id: string }>()
for (const schema of [Account, AccountPage, Devices, Factors, Problem])
  named.add(schema, { id: z.globalRegistry.get(schema)!.id! })

const refTo = (id: string): string => `#/components/schemas/${id}`

/** What programs can ask, as OpenAPI 3.1 has it, made of what is served. Pure. */
export function openApi({ title, url }: { readonly title: string; readonly url: string }): Json {
  const { schemas } = z.toJSONSchema(named, { uri: refTo, target: 'draft-2020-12' })
  const paths: Record<string, Record<string, Json>> = {}
  for (const [operationId, operation] of Object.entries(operations))
    (paths[operation.path] ??= {})[operation.method] = described(operationId, operation)
  return {
    openapi: '3.1.0',
    info: { title, version: '1' },
    servers: [{ url }],
    security: [{ key: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).map(([id, its]) => [id, bare(its)])),
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: `A key made in Settings, for ${scopes.join(' or ')}.`,
        },
      },
    },
  }
}

function described(operationId: string, operation: Operation): Json {
  const { method, path, summary, scope, body, status, answer, example } = operation
  const parameters = [...pathParameters(path), ...queryParameters(operation)]
  return {
    operationId,
    summary,
    description: `The key must be for \`${scope}\`.`,
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: jsonOf(inline(body, 'input'), method === 'get' ? undefined : example),
      },
    }),
    responses: {
      [status]: {
        description: status === 204 ? 'Done' : summary,
        ...(answer && { content: jsonOf({ $ref: refTo(named.get(answer)!.id) }) }),
      },
      ...Object.fromEntries(statusesOf(operation).map((each) => [each, refused(each)])),
    },
  }
}

const words: Readonly<Record<number, string>> = {
  400: 'It cannot be understood',
  401: 'There is no key, or not any more',
  403: 'The key is not for that',
  404: 'There is no such account, or not for this key',
  409: 'As things are, it cannot be done',
  413: 'More than 64 KiB',
  415: 'It is not JSON in UTF-8',
  422: 'Some values are not right',
  429: 'Too often: wait as long as Retry-After says',
  503: 'Not now: wait as long as Retry-After says',
}

/** With which refusals this can be answered. Pure. */
export const statusesOf = ({ method, refusals }: Operation): number[] =>
  [400, 401, 403, 429, 503, ...(method === 'get' ? [] : [413, 415]), ...refusals].toSorted(
    (a, b) => a - b,
  )

const refused = (status: number): Json => ({
  description: words[status],
  content: jsonOf({ $ref: refTo('Problem') }),
})

const jsonOf = (schema: Json, example?: unknown): Json => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
})

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', pattern: '^[0-9a-f]{32}$' },
  }))

function queryParameters({ query, example = {} }: Operation): Json[] {
  if (!query) return []
  const { properties = {} } = inline(query, 'output') as { properties?: Record<string, Json> }
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...of } = property
    return {
      name,
      in: 'query',
      schema: of,
      ...(description !== undefined && { description }),
      ...(name in example && {
        example: of['type'] === 'integer' ? Number(example[name]) : example[name],
      }),
    }
  })
}

const inline = (schema: z.ZodType, io: 'input' | 'output'): Json =>
  bare(z.toJSONSchema(schema, { io, target: 'draft-2020-12' }))

/** Without what is said of the document as a whole. */
const bare = (schema: Json): Json =>
  Object.fromEntries(
    Object.entries(schema).filter(([name]) => !['$schema', '$id', 'id'].includes(name)),
  )
