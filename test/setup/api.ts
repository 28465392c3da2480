import { expect } from 'vitest'
import { z } from 'zod'
import { operations, type Operation } from '../../src/http/api/operations.ts'
import { Problem } from '../../src/http/api/schemas.ts'
import { statusesOf } from '../../src/http/api/open-api.ts'
import { PASSWORD, type World } from '../world.ts'

const all: readonly Operation[] = Object.values(operations)

/** A program with a key, which holds every answer to what the OpenAPI document says of it. */
export type Program = {
  readonly key: string
  ask(method: string, path: string, body?: unknown, more?: RequestInit): Promise<Answer>
}

type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** What was answered, if it is JSON. */
  readonly body: any
}

/** Makes a key as somebody does on the page, for what is wanted. */
export async function keyOf(
  world: World,
  email: string,
  scopes: readonly string[] = ['accounts:read', 'accounts:write'],
  more: Record<string, string> = {},
): Promise<string> {
  const visitor = world.visitor()
  await visitor.signIn({ email, password: PASSWORD })
  const form: [string, string][] = [
    ...Object.entries({ name: 'Back office', days: '', ...more }),
    ...scopes.map((scope): [string, string] => ['scope', scope]),
  ]
  const made = await visitor.post('/settings/keys', form)
  if (!made.headers.get('location')?.includes('key_made')) throw new Error(await made.text())
  const rows = await world.app.db.selectFrom('keys').select('id').orderBy('id').execute()
  const shown = await visitor.post('/settings/keys/show', { key: rows.at(-1)!.id })
  return /<code>(nlk_[\w.-]+)<\/code>/.exec(await shown.text())![1]!
}

export function programOf(world: World, key: string, address = '192.0.2.50'): Program {
  const env = { incoming: { socket: { remoteAddress: address } } } as never
  return {
    key,
    async ask(method, path, body, more = {}) {
      const headers = new Headers({ host: 'api.internal', authorization: `Bearer ${key}` })
      if (body !== undefined) headers.set('content-type', 'application/json')
      for (const [name, value] of new Headers(more.headers)) headers.set(name, value)
      const init = { method, ...more, headers }
      const sent = body === undefined ? init : { body: JSON.stringify(body), ...init }
      const response = await world.server.request(world.url + path, sent, env)
      const text = await response.text()
      const isJson = response.headers.get('content-type') === 'application/json'
      const answer = {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : null,
      }
      expectAsDescribed(method, path, answer)
      return answer
    },
  }
}

/** Is it an answer that the document has? */
function expectAsDescribed(method: string, path: string, { status, text, body }: Answer): void {
  const operation = all.find(
    (each) =>
      each.method === method.toLowerCase() &&
      new RegExp(`^${each.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path.split('?')[0]!),
  )
  if (!operation) return
  const about = `${method} ${path}: ${status} ${text}`
  if (status >= 400) {
    expect(statusesOf(operation), about).toContain(status)
    expect(z.safeParse(Problem, body).error, about).toBeUndefined()
  } else {
    expect(status, about).toBe(operation.status)
    if (operation.answer) expect(operation.answer.safeParse(body).error, about).toBeUndefined()
    else expect(text, about).toBe('')
  }
}
