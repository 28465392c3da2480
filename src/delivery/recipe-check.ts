import { exactUrl } from './exact-url.ts'
import type { Recipe } from './recipe.ts'
import { namesIn, secretIn, textsIn, unknownIn } from './recipe-template.ts'

/** What is wrong, and where: `form.api_key`. */
export type Problem = { readonly problem: RecipeProblem; readonly at: string }
export type RecipeProblem =
  | 'too_large'
  | 'missing'
  | 'wrong_value'
  | 'unknown_key'
  | 'unknown_state'
  | 'bad_method'
  | 'bad_url'
  | 'bad_header'
  | 'two_bodies'
  | 'body_in_get'
  | 'two_logins'
  | 'no_rule'
  | 'no_number'
  | 'no_text'
  | 'unknown_placeholder'
  | 'placeholder_in_key'
  | 'unlisted_secret'
  | 'unused_secret'

type Rule = (recipe: Recipe) => Problem | null

/** What is wrong with a recipe that has the right form: it could not be sent, or never be understood. */
export function problemWith(recipe: Recipe): Problem | null {
  for (const rule of rules) {
    const problem = rule(recipe)
    if (problem) return problem
  }
  return null
}

const placeholders: Rule = (recipe) => {
  const wrong = templatesOf(recipe).find(({ text }) => unknownIn(text) !== null)
  return wrong ? { problem: 'unknown_placeholder', at: wrong.at } : null
}

const keys: Rule = ({ query, headers, form, json, unicode }) => {
  const parts = Object.entries({ query, headers, form, json, unicode })
  const inside = parts.flatMap(([at, part]) => keysIn(part, at))
  const wrong = inside.find((at) => /\{\{|\}\}/.test(at))
  return wrong ? { problem: 'placeholder_in_key', at: wrong.slice(0, 200) } : null
}

const bodies: Rule = ({ method, form, json }) => {
  if (form && json !== undefined) return { problem: 'two_bodies', at: 'json' }
  const body = form ? 'form' : 'json'
  const hasBody = form !== undefined || json !== undefined
  return method === 'GET' && hasBody ? { problem: 'body_in_get', at: body } : null
}

const url: Rule = ({ url: template }) => {
  const at = 'url'
  // No placeholder before the path, no user, no fragment, and nothing that a parser would repair.
  if (!/^https?:\/\/[^\s{}\\/?#@]+\/[^\s\\#]*$/.test(template)) return { problem: 'bad_url', at }
  const filled = template.replace(/\{\{[^{}]*\}\}/g, 'x')
  return exactUrl(filled) ? null : { problem: 'bad_url', at }
}

/** Ours to write, or none of a gateway's business. */
const ours =
  /^(?:host|connection|content-length|content-type|transfer-encoding|accept-encoding|te|trailer|upgrade|expect|keep-alive|cookie|proxy-.*)$/

const headers: Rule = ({ headers: fields = {}, basic }) => {
  const seen = new Set<string>()
  for (const [name, value] of Object.entries(fields)) {
    const lower = name.toLowerCase()
    const isName = /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(lower) && !ours.test(lower)
    // A text may be in any script, and a header may not.
    const isValue = /^[\x20-\x7e]*$/.test(value) && !namesIn(value).includes('text')
    if (!isName || !isValue || seen.has(lower))
      return { problem: 'bad_header', at: `headers.${name}` }
    if (lower === 'authorization' && basic) return { problem: 'two_logins', at: 'basic' }
    seen.add(lower)
  }
  return null
}

const rule: Rule = ({ ok }) =>
  Object.values(ok).some((each) => each !== undefined) ? null : { problem: 'no_rule', at: 'ok' }

const whatToSay: Rule = ({ url: address, query, form, json }) => {
  const said = [{ at: 'url', text: address }, ...textsIn({ query, form, json }, '')]
  const names = said.flatMap(({ text }) => namesIn(text))
  const at = form ? 'form' : json !== undefined ? 'json' : 'query'
  if (!names.some((name) => ['to', 'to_digits', 'to_00'].includes(name)))
    return { problem: 'no_number', at }
  return names.includes('text') ? null : { problem: 'no_text', at }
}

const secrets: Rule = (recipe) => {
  const used = templatesOf(recipe).flatMap(({ at, text }) =>
    namesIn(text).flatMap((name) => ({ at, secret: secretIn(name) })),
  )
  const unlisted = used.find(({ secret }) => secret !== null && !recipe.secrets.includes(secret))
  if (unlisted) return { problem: 'unlisted_secret', at: unlisted.at }
  const unused = recipe.secrets.find((name) => !used.some(({ secret }) => secret === name))
  return unused === undefined ? null : { problem: 'unused_secret', at: `secrets.${unused}` }
}

const rules: readonly Rule[] = [bodies, keys, placeholders, url, headers, rule, whatToSay, secrets]

const templatesOf = ({
  url: address,
  query,
  headers: fields,
  basic,
  form,
  json,
  unicode,
}: Recipe) => [
  { at: 'url', text: address },
  ...Object.entries({ query, headers: fields, basic, form, json, unicode }).flatMap(([at, part]) =>
    textsIn(part, at),
  ),
]

function keysIn(json: unknown, at: string): string[] {
  if (typeof json !== 'object' || json === null) return []
  const isList = Array.isArray(json)
  return Object.entries(json).flatMap(([key, value]) => {
    const here = `${at}.${key}`
    return [...(isList ? [] : [here]), ...keysIn(value, here)]
  })
}
