import { z } from 'zod'
import type { FieldFault } from './gateway-fields.ts'
import * as fields from './gateway-fields.ts'
import type { Gateway, HttpGateway, Linked } from './gateway.ts'
import { parseRecipe, type Recipe } from './recipe.ts'
import { recipes } from './recipes/all.ts'
import { usualRules, type DeliveryRules } from './rules.ts'

/** A gateway that is to be linked. */
export type NewLinked = Omit<Linked, 'id' | 'version'>

/** What is wrong, and where: `gateway.host`. Of a recipe, what is wrong in it. */
export type Fault = { readonly at: string; readonly code: FieldFault; readonly more?: string }

type Read<T> = { readonly value: T } | { readonly faults: readonly Fault[] }

/** As many routes as can be linked. */
export const MOST_ROUTES = 50

const LONGEST_SECRET = 500

/**
 * A gateway as a form or the delivery file says it: `{ name, countries?, prices?, gateway: { kind, … } }`,
 * prices and sums in units of the currency. Never throws.
 */
export function readLinked(
  json: unknown,
  { mayBePrivate }: { readonly mayBePrivate: boolean },
): Read<NewLinked> {
  const parsed = linkedSchema(mayBePrivate).safeParse(json)
  if (!parsed.success) return { faults: faultsOf(parsed.error) }
  const { gateway, ...about } = parsed.data
  const faults = gateway.kind === 'http' ? recipeFaults(gateway, mayBePrivate) : []
  if (faults.length > 0) return { faults }
  const by = gateway.kind === 'smtp' ? 'email' : 'sms'
  return { value: { ...about, by, gateway: gateway as Gateway } }
}

/** What is set about text messages; what is left out is as usual. Never throws. */
export function readRules(json: unknown): Read<DeliveryRules> {
  const parsed = Rules.safeParse(json)
  return parsed.success ? { value: parsed.data } : { faults: faultsOf(parsed.error) }
}

const linkedSchema = (mayBePrivate: boolean) =>
  z.strictObject({
    name: fields.ownName,
    countries: z
      .union([z.null(), fields.countryList.refine(isSome, 'bad_countries')])
      .default(null),
    prices: fields.prices.default({}),
    gateway: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('smtp'),
        host: fields.host(mayBePrivate),
        port: fields.port,
        security: z.enum(['starttls', 'tls', 'off']),
        user: fields.line(LONGEST_SECRET).default(''),
        password: fields.line(LONGEST_SECRET).default(''),
      }),
      z.strictObject({
        kind: z.literal('smpp'),
        host: fields.host(mayBePrivate),
        port: fields.port,
        tls: z.boolean(),
        systemId: fields.filled(100),
        password: fields.line(LONGEST_SECRET).default(''),
        systemType: fields.line(100).default(''),
        from: fields.line(21).default(''),
      }),
      z.strictObject({
        kind: z.literal('http'),
        recipe: z.union([z.string().max(100), z.record(z.string(), z.unknown())]),
        from: fields.line(21).default(''),
        secrets: z.record(z.string(), fields.filled(LONGEST_SECRET)).default({}),
      }),
    ]),
  })

const isSome = (list: readonly unknown[]): boolean => list.length > 0

const Rules = z.strictObject({
  countries: fields.countryList.default([...usualRules.countries]),
  currency: fields.currency.default(usualRules.currency),
  messagesDay: fields.count.default(usualRules.messagesDay),
  moneyDay: fields.sum.default(usualRules.moneyDay),
  accountMessagesDay: fields.count.default(usualRules.accountMessagesDay),
  accountMoneyDay: fields.sum.default(usualRules.accountMoneyDay),
})

/** The recipe itself, and its secrets: all of them, and no others. */
function recipeFaults(
  gateway: { recipe: unknown; secrets: HttpGateway['secrets'] },
  mayBePrivate: boolean,
): Fault[] {
  const found = recipeIn(gateway.recipe)
  if ('fault' in found) return [found.fault]
  const { secrets, url, pattern } = found.recipe
  if (pattern) return [{ at: 'gateway.recipe', code: 'only_pattern' }]
  if (!mayBePrivate && isInside(url)) return [{ at: 'gateway.recipe', code: 'private_host' }]
  const missing = secrets.filter((name) => !Object.hasOwn(gateway.secrets, name))
  const surplus = Object.keys(gateway.secrets).filter((name) => !secrets.includes(name))
  return [
    ...missing.map((name): Fault => ({ at: `gateway.secrets.${name}`, code: 'missing' })),
    ...surplus.map((name): Fault => ({ at: `gateway.secrets.${name}`, code: 'unknown_field' })),
  ]
}

/** Not on the internet, or readable on its way there. */
const isInside = (url: string): boolean => {
  const { protocol, hostname } = new URL(url.replace(/\{\{[^{}]*\}\}/g, 'x'))
  return protocol !== 'https:' || fields.isPrivate(hostname.replace(/^\[|\]$/g, ''))
}

/** The recipes that come along, by name. */
export const shipped: ReadonlyMap<string, Recipe> = new Map(Object.entries(recipes))

/** One that comes along, by its name, or one of the operator's own. */
export function recipeIn(recipe: unknown): { readonly recipe: Recipe } | { readonly fault: Fault } {
  const at = 'gateway.recipe'
  if (typeof recipe === 'string') {
    const known = shipped.get(recipe)
    return known ? { recipe: known } : { fault: { at, code: 'unknown_recipe' } }
  }
  const parsed = parseRecipe(recipe)
  if ('recipe' in parsed) return parsed
  return { fault: { at, code: 'bad_recipe', more: `${parsed.problem} ${parsed.at}`.trim() } }
}

const known: readonly string[] = [
  'missing',
  'too_long',
  'bad_text',
  'bad_host',
  'private_host',
  'bad_port',
  'bad_countries',
  'bad_price',
  'bad_sum',
  'bad_count',
  'bad_currency',
] satisfies FieldFault[]

/** In our words, and without the value: it may be a secret. */
function faultsOf({ issues }: z.ZodError): Fault[] {
  return issues.flatMap((issue): Fault[] => {
    const at = issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        at: [...issue.path.map(String), key.slice(0, 50)].join('.'),
        code: 'unknown_field',
      }))
    // Of the ways to say it, the last is the one that is not `null`.
    const [inner] = issue.code === 'invalid_union' ? (issue.errors.at(-1) ?? []) : []
    const said = inner?.message ?? issue.message
    const isGone = said.endsWith('received undefined')
    const code = known.includes(said) ? (said as FieldFault) : isGone ? 'missing' : 'wrong_value'
    return [{ at, code }]
  })
}
