import type { GuardedRequest } from '../lib/guarded-request.ts'
import { isGsm } from '../lib/sms-text.ts'
import { exactUrl } from './exact-url.ts'
import { fill, fillJson, type Values } from './recipe-template.ts'
import type { Recipe } from './recipe.ts'
import type { TextMessage } from './route.ts'

/** What stands for the placeholders of a recipe in this message. */
export function valuesOf(
  { id, to, text }: TextMessage,
  from: string,
  callback: string | null,
  secrets: Readonly<Record<string, string>>,
): Values {
  const digits = to.replace(/\D/g, '')
  const named = Object.entries(secrets).map(([name, secret]) => [`secret.${name}`, secret] as const)
  return {
    ...Object.fromEntries(named),
    to,
    to_digits: digits,
    to_00: `00${digits}`,
    from: from === '' ? null : from,
    // Half a surrogate pair is no text, and could not be percent-encoded.
    text: text.toWellFormed(),
    id,
    callback,
  }
}

/**
 * The request that a recipe asks for. No value can add to it a field, a header, a part of a path or a
 * placeholder. A text says what in the settings makes it impossible; it holds none of them.
 */
export function requestOf(recipe: Recipe, values: Values): GuardedRequest | { problem: string } {
  const missing = recipe.secrets.find((name) => !values[`secret.${name}`])
  if (missing !== undefined) return { problem: `the secret ${missing} is not set` }
  const { query, form, json } = withExtras(recipe, values.text ?? '')

  const address =
    (fill(recipe.url, blankWhereNone(values), encoded) ?? '') + queryOf(recipe, query, values)
  const url = exactUrl(address)
  if (!url) return { problem: 'a value does not fit into the address' }

  const login = loginOf(recipe, values)
  if (login === null) return { problem: 'the user name must not hold a colon' }
  const headers = { ...agent, ...login, ...filledFields(recipe.headers, values, lowerCase) }
  const isPlain = Object.values(headers).every((value) => /^[\x20-\x7e]*$/.test(value))
  if (!isPlain) return { problem: 'a value does not fit into a header' }

  const { method } = recipe
  if (form) {
    const body = new URLSearchParams(filledFields(form, values)).toString()
    return { method, url, headers: { ...headers, 'content-type': formType }, body }
  }
  if (json === undefined) return { method, url, headers, body: method === 'POST' ? '' : null }
  const body = JSON.stringify(fillJson(json, values) ?? {})
  return { method, url, headers: { ...headers, 'content-type': 'application/json' }, body }
}

const agent = { 'user-agent': 'Nightlatch', accept: 'application/json, text/plain, */*' }
const formType = 'application/x-www-form-urlencoded'

/** The fields of a text that is not in GSM 03.38 stand where the text stands. */
function withExtras({ query, form, json, unicode }: Recipe, text: string) {
  if (!unicode || isGsm(text)) return { query, form, json }
  if (form) return { query, form: { ...form, ...unicode }, json }
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return { query, form, json: { ...json, ...unicode } }
  return { query: { ...query, ...unicode }, form, json }
}

const queryOf = ({ url }: Recipe, query: Recipe['query'], values: Values): string => {
  const pairs = Object.entries(filledFields(query, values))
  if (pairs.length === 0) return ''
  const joined = pairs.map(([key, value]) => `${encoded(key)}=${encoded(value)}`).join('&')
  return (url.includes('?') ? '&' : '?') + joined
}

/** RFC 3986, §2.3: all but letters, digits and four signs; spaces too, which `+` is not everywhere. */
const encoded = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)

const lowerCase = (key: string): string => key.toLowerCase()

/** The fields that have values. */
const filledFields = (
  fields: Readonly<Record<string, string>> = {},
  values: Values,
  keyOf: (key: string) => string = (key) => key,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields)
      .map(([key, template]) => [keyOf(key), fill(template, values)] as const)
      .filter((pair): pair is readonly [string, string] => pair[1] !== null),
  )

const blankWhereNone = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? '']))

function loginOf({ basic }: Recipe, values: Values): Record<string, string> | null {
  if (!basic) return {}
  const user = fill(basic.user, values) ?? ''
  if (user.includes(':')) return null
  return { authorization: `Basic ${basicOf(user, fill(basic.password, values) ?? '')}` }
}

/** RFC 7617, in UTF-8. */
export const basicOf = (user: string, password: string): string =>
  Buffer.from(`${user}:${password}`).toString('base64')
