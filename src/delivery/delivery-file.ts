import { sha256 } from '../lib/random.ts'
import type { Linked } from './gateway.ts'
import { FIXED_MAIL } from './linked.ts'
import { MOST_ROUTES, readLinked, readRules, type Fault, type NewLinked } from './read-gateway.ts'
import { unpricedIn } from './reach.ts'
import { usualRules, type DeliveryRules } from './rules.ts'

/** What DELIVERY_FILE says: all gateways beside SMTP_URL, and the rules. */
export type DeliveryFile = {
  readonly routes: readonly Linked[]
  readonly rules: DeliveryRules
}

/**
 * `{ "routes": […], "rules": {…} }`, either of which may be left out. What is wrong with it says where,
 * and never repeats a value, which may be a secret. `null`: it is not JSON at all.
 */
export function readDelivery(
  text: string,
  bounds: { readonly mayBePrivate: boolean },
): { readonly file: DeliveryFile } | { readonly faults: readonly Fault[] } | null {
  const json = parse(text)
  if (json === undefined) return null
  if (!isObject(json)) return { faults: [{ at: '', code: 'wrong_value' }] }
  const { routes = [], rules = {}, ...rest } = json
  const unknown = Object.keys(rest).map((at): Fault => ({ at, code: 'unknown_field' }))
  if (!Array.isArray(routes) || routes.length > MOST_ROUTES)
    return { faults: [...unknown, { at: 'routes', code: 'wrong_value' }] }
  const read = routes.map((each) => readLinked(each, bounds))
  const readOnes = read.flatMap((each) => ('value' in each ? [each.value] : []))
  const ruled = readRules(rules)
  const faults = [
    ...unknown,
    ...read.flatMap((each, index) =>
      'faults' in each ? under(`routes.${index}`, each.faults) : [],
    ),
    ...doubled(readOnes),
    ...('faults' in ruled ? under('rules', ruled.faults) : []),
  ]
  if (faults.length > 0) return { faults }
  const value = 'value' in ruled ? ruled.value : usualRules
  const unpriced = readOnes.flatMap((each, index) =>
    unpricedIn({ linked: [each], rules: value }).map(({ country }): Fault => ({
      at: `routes.${index}.prices`,
      code: 'unpriced',
      more: country,
    })),
  )
  if (unpriced.length > 0) return { faults: unpriced }
  return { file: { routes: readOnes.map(linkedFrom), rules: value } }
}

/** Found again after each start, so that receipts and sendings stay with it: by its name. */
function linkedFrom(its: NewLinked): Linked {
  const id = `file-${sha256(`${its.by} ${its.name}`).slice(0, 27)}`
  return { ...its, id, version: sha256(JSON.stringify(its)) }
}

/** Names are what people tell routes apart by. */
function doubled(all: readonly NewLinked[]): Fault[] {
  const before = new Set([nameKey({ by: 'email', name: FIXED_MAIL })])
  return all.flatMap((each, index): Fault[] => {
    const key = nameKey(each)
    if (before.has(key)) return [{ at: `routes.${index}.name`, code: 'name_taken' }]
    before.add(key)
    return []
  })
}

/** Two routes of a kind have not the same name, in capitals or not. Pure. */
export const nameKey = ({ by, name }: Pick<Linked, 'by' | 'name'>): string =>
  `${by} ${name.toLowerCase()}`

const under = (place: string, faults: readonly Fault[]): Fault[] =>
  faults.map((fault) => ({ ...fault, at: [place, fault.at].filter(Boolean).join('.') }))

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
