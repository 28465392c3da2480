import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isApiPath } from '../../src/http/api/api-path.ts'
import { keyOf, programOf } from '../setup/api.ts'
import { addCompany } from '../setup/people.ts'
import { ana, openWorld, PASSWORD, protect } from '../world.ts'
import { story } from './story.ts'

type Json = { readonly [name: string]: any }

const ADDRESS = '/api/v1/openapi.json'
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** Every operation of a document, with where it stands. */
const operationsIn = ({ paths }: Json) =>
  Object.entries<Json>(paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]) => ({ path, method, operation })),
  )

/** Every object in it, whatever it is. */
const objectsIn = (value: unknown): Json[] =>
  typeof value !== 'object' || value === null
    ? []
    : [value, ...Object.values(value).flatMap(objectsIn)]

/** A schema of the document as something that checks. */
function schemaOf({ components }: Json, schema: Json): z.ZodType {
  const whole = JSON.stringify({ ...schema, $defs: components.schemas })
  return z.fromJSONSchema(JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')))
}

describe('the OpenAPI document', () => {
  let document: Json
  let routes: string[]
  beforeAll(async () => {
    const world = await openWorld()
    const answer = await world.visitor().get(ADDRESS)
    document = (await answer.json()) as Json
    routes = world.server.routes
      .filter(({ method, path }) => method !== 'ALL' && isApiPath(path) && path !== ADDRESS)
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`)
    await world.close()
  })

  test('has every address of the API, and no other', () => {
    const written = operationsIn(document).map(({ method, path }) => `${method} ${path}`)
    expect(written.toSorted()).toEqual(routes.toSorted())
    expect(routes.length).toBeGreaterThan(15)
  })

  test('is one of version 3.1', () => {
    expect(document['openapi']).toBe('3.1.0')
    expect(Object.keys(document).toSorted()).toEqual([
      'components',
      'info',
      'openapi',
      'paths',
      'security',
      'servers',
    ])
    expect(document['info']).toEqual({ title: 'Nightlatch', version: '1' })
    const { schemas, securitySchemes } = document['components']
    for (const name of Object.keys(schemas)) expect(name).toMatch(/^[\w.-]+$/)
    for (const each of document['security'])
      for (const name of Object.keys(each)) expect(securitySchemes).toHaveProperty(name)
    const names = operationsIn(document).map(({ operation }) => operation['operationId'])
    expect(new Set(names).size).toBe(names.length)
    for (const { $ref } of objectsIn(document).filter((each) => typeof each['$ref'] === 'string'))
      expect(Object.keys(schemas).map((name) => `#/components/schemas/${name}`)).toContain($ref)
  })

  test('says of each operation what it needs', () => {
    for (const { path, method, operation } of operationsIn(document)) {
      expect(METHODS).toContain(method)
      const { parameters = [], responses, requestBody, summary } = operation
      expect(summary, path).toMatch(/./)
      const inPath = parameters.filter((each: Json) => each['in'] === 'path')
      const pieces = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(inPath.map(({ name }: Json) => name)).toEqual(pieces)
      expect(inPath.every(({ required }: Json) => required === true)).toBe(true)
      expect(Object.keys(responses).filter((status) => status < '400')).toHaveLength(1)
      for (const [status, { description, content }] of Object.entries<Json>(responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/)
        expect(description, path).toMatch(/./)
        if (status !== '204') schemaOf(document, content['application/json'].schema)
      }
      for (const { schema, example } of parameters)
        if (example !== undefined) schemaOf(document, schema).parse(example)
      if (!requestBody) continue
      const { schema, example } = requestBody.content['application/json']
      schemaOf(document, schema).parse(example)
    }
  })
})

story(
  'every request in the document is understood, and answered as it says',
  { people: [ana] },
  async (world) => {
    const { uma } = await addCompany(world)
    const about = { email: 'uma@example.com', password: PASSWORD }
    await protect(world, world.visitor(), about)
    const document = (await (await world.visitor().get(ADDRESS)).json()) as Json
    const program = programOf(world, await keyOf(world, ana.email))
    const lea = { email: 'new@example.com', name: 'New', country: 'DE' }
    const invited = (await program.ask('POST', '/api/v1/accounts', lea)).body.id

    // What takes something away comes last, and the account itself after all else.
    const rank = ({ method, path }: { method: string; path: string }) =>
      method !== 'delete'
        ? 0
        : path.includes('{factor}') || path.includes('{device}')
          ? 1
          : path.endsWith('devices')
            ? 2
            : 3
    for (const each of operationsIn(document).toSorted((a, b) => rank(a) - rank(b))) {
      const { path, method, operation } = each
      const { body: set } = await program.ask('GET', `/api/v1/accounts/${uma}/factors`)
      const { body: seen } = await program.ask('GET', `/api/v1/accounts/${uma}/devices`)
      const query = new URLSearchParams(
        (operation['parameters'] ?? []).flatMap(({ name, example }: Json) =>
          example === undefined ? [] : [[name, String(example)]],
        ),
      ).toString()
      const url = path
        .replace('{id}', path.endsWith('/invite') ? invited : uma)
        .replace('{factor}', set.factors[0]?.id)
        .replace('{device}', seen.devices[0]?.id)
      const sent = operation['requestBody']?.content['application/json'].example
      const { status, body, text } = await program.ask(
        method.toUpperCase(),
        query ? `${url}?${query}` : url,
        sent,
      )
      const expected = Object.entries<Json>(operation['responses']).find(([code]) => code < '400')!
      expect(`${method} ${path}: ${status} ${status >= 400 ? text : ''}`).toBe(
        `${method} ${path}: ${expected[0]} `,
      )
      const its = expected[1]['content']?.['application/json'].schema
      if (its) schemaOf(document, its).parse(body)
    }
  },
)
