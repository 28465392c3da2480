import type { Linked } from '../delivery/gateway.ts'
import { moneyText } from '../delivery/money.ts'
import { recipeIn, type Fault } from '../delivery/read-gateway.ts'
import { asciiDigits } from '../lib/code-input.ts'
import type { RouteField, RouteValues } from '../pages/route-form.ts'
import { keepSecrets, type Raw } from './kept-secrets.ts'

/** What was typed about a route, with its secrets. */
export type TypedRoute = RouteValues & {
  readonly kind: string
  readonly password: string
  readonly secrets: readonly string[]
}

/** As many secrets as a form can have. */
export const MOST_SECRETS = 10

/**
 * What `readLinked` takes, of what was typed. A secret that is left empty stays as it is `before`, but
 * only where it goes to the same place: else whoever may change a route could have it sent to them. Pure.
 */
export function jsonOf(
  typed: TypedRoute,
  before: Linked | null,
): { readonly json: unknown } | { readonly faults: readonly Fault[] } {
  const prices = pricesIn(typed.prices)
  if (prices === null) return { faults: [{ at: 'prices', code: 'bad_price' }] }
  const made = gatewayOf(typed)
  if ('fault' in made) return { faults: [made.fault] }
  const merged = keepSecrets(made.gateway, before?.gateway ?? null)
  if ('faults' in merged) return merged
  const countries = countriesIn(typed.countries)
  const about = typed.kind === 'smtp' ? {} : { countries, prices }
  return { json: { name: typed.name, ...about, gateway: merged.gateway } }
}

function gatewayOf(typed: TypedRoute): { readonly gateway: Raw } | { readonly fault: Fault } {
  const { kind, user, password, systemId, systemType, from, security } = typed
  const host = typed.host.trim()
  const port = asciiDigits(typed.port.trim())
  if (kind === 'smtp')
    return { gateway: { kind, host, port, security, user, password: user === '' ? '' : password } }
  if (kind === 'smpp') {
    const tls = typed.tls === 'yes' ? true : typed.tls === 'no' ? false : typed.tls
    return { gateway: { kind, host, port, tls, systemId, password, systemType, from } }
  }
  const recipe = kind === 'own' ? parse(typed.recipe) : kind
  if (recipe === undefined)
    return { fault: { at: 'gateway.recipe', code: 'bad_recipe', more: 'not_json' } }
  const found = recipeIn(recipe)
  if ('fault' in found) return found
  const given = found.recipe.secrets.map(
    (name, index) => [name, typed.secrets[index] ?? ''] as const,
  )
  return { gateway: { kind: 'http', recipe, from, secrets: Object.fromEntries(given) } }
}

/** Lines like `PT 0.045`; `null` when one of them is not, or a country comes twice. */
function pricesIn(typed: string): Readonly<Record<string, string>> | null {
  const lines = typed.split(/\r?\n/).filter((line) => line.trim() !== '')
  const pairs = lines.map((line) => /^\s*(\*|[a-z]{2})[\s:=]+(\S+)\s*$/i.exec(line))
  const named = pairs.flatMap((pair) => (pair ? [[pair[1]!.toUpperCase(), pair[2]!] as const] : []))
  const prices = Object.fromEntries(named)
  return Object.keys(prices).length === lines.length ? prices : null
}

const countriesIn = (typed: string): readonly string[] | null => {
  const codes = typed.split(/[\s,;،]+/).filter(Boolean)
  return codes.length === 0 ? null : codes.map((code) => code.toUpperCase())
}

function parse(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'string' ? undefined : json
  } catch {
    return undefined
  }
}

/** As it stands in the form, without its secrets. */
export function valuesOf({ name, gateway, ...its }: Linked): RouteValues {
  const {
    host = '',
    port = '',
    security,
    user = '',
    tls,
  } = gateway as Partial<Record<RouteField, string>>
  const {
    systemId = '',
    systemType = '',
    from = '',
  } = gateway as Partial<Record<RouteField, string>>
  const isOwn = gateway.kind === 'http' && typeof gateway.recipe !== 'string'
  return {
    ...nothing,
    name,
    host,
    port: String(port),
    security: security ?? nothing.security,
    user,
    tls: String(tls) === 'false' ? 'no' : 'yes',
    systemId,
    systemType,
    from,
    recipe: isOwn ? JSON.stringify(gateway.recipe, null, 2) : '',
    countries: its.countries?.join(' ') ?? '',
    prices: Object.entries(its.prices)
      .map(([code, price]) => `${code} ${moneyText(price)}`)
      .join('\n'),
  }
}

/** The form of a new one. */
export const nothing: RouteValues = {
  name: '',
  host: '',
  port: '',
  security: 'starttls',
  user: '',
  tls: 'yes',
  systemId: '',
  systemType: '',
  from: '',
  recipe: '',
  countries: '',
  prices: '',
}
