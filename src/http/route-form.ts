import { changeDelivery } from '../accounts/change-delivery.ts'
import type { Linked } from '../delivery/gateway.ts'
import { FIXED_MAIL } from '../delivery/linked.ts'
import type { Unpriced } from '../delivery/reach.ts'
import { readLinked, recipeIn, shipped, type Fault } from '../delivery/read-gateway.ts'
import { ltr } from '../pages/parts.ts'
import { routeFormPage, type RouteValues } from '../pages/route-form.ts'
import type { Texts } from '../pages/texts/all.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import type { SignedIn } from '../store/sessions.ts'
import { faultTexts, settingsReply, unpricedText } from './delivery-page.ts'
import type { Answers } from './delivery-settings.ts'
import { frameOf, operator, refusal, textsFor, type Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { receiptAddress } from './receipt-address.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { jsonOf, MOST_SECRETS, nothing, valuesOf, type TypedRoute } from './typed-route.ts'

const line = text(1000).default('')
const secretNames = Array.from({ length: MOST_SECRETS }, (_, index) => `secret${index + 1}`)
const RouteForm = form({
  kind: text(100),
  id: text(100).default(''),
  version: text(100).default(''),
  name: text(1000),
  host: line,
  port: line,
  security: line,
  user: line,
  password: line,
  tls: line,
  systemId: line,
  systemType: line,
  from: line,
  recipe: text(50_000).default(''),
  countries: text(2000).default(''),
  prices: text(20_000).default(''),
  ...Object.fromEntries(secretNames.map((name) => [name, line])),
})

/** What is shown of the form beside the frame. */
type Shown = {
  readonly kind: string
  readonly route: Linked | null
  readonly values: RouteValues
  readonly faults?: readonly Fault[]
  readonly unpriced?: readonly Unpriced[]
  readonly refused?: Refusal
}

/** `/settings/delivery/route`: a gateway is linked, or what is linked is changed. */
export function routeFormRoutes(door: Door, answer: Answers) {
  const { app, reply } = door

  return {
    async showRoute(c: Ctx) {
      const session = await operator(door, c)
      if (app.config.deliveryFile !== null)
        return settingsReply(door, c, session, { refused: { refused: 'delivery_in_file' } })
      const { id, kind = '', copy } = c.req.query()
      const route = id === undefined ? null : await linkedWith(id)
      if (route === null && (id !== undefined || !isKind(kind))) throw new Refused(404, 'not_found')
      if (route) return page(c, session, { kind: kindOf(route), route, values: valuesOf(route) })
      if (shipped.get(kind)?.pattern) return reply.seeOther(copyPath(kind))
      const recipe = copy === undefined ? '' : copyOf(copy)
      return page(c, session, { kind, route: null, values: { ...nothing, recipe } })
    },

    async saveRoute(c: Ctx) {
      const session = await operator(door, c)
      const typed = (await readForm(c, RouteForm)) as Readonly<Record<string, string>>
      const { kind = '', id = '', version = '' } = typed
      const route = id === '' ? null : await linkedWith(id)
      if (!isKind(kind) || (route && kindOf(route) !== kind)) throw new Refused(404, 'not_found')
      if (id !== '' && !route)
        return settingsReply(door, c, session, { refused: { refused: 'no_such_route' } })
      const secrets = secretNames.map((name) => typed[name] ?? '')
      const values: TypedRoute = { ...nothing, password: '', ...typed, kind, secrets }
      const made = jsonOf(values, route)
      const mayBePrivate = app.config.allowPrivateGateways
      const read = 'faults' in made ? made : readLinked(made.json, { mayBePrivate })
      if ('faults' in read) return page(c, session, { kind, route, values, faults: read.faults })
      const linked = read.value
      const wanted = route
        ? ({ what: 'route_changed', id, version, linked } as const)
        : ({ what: 'route_added', linked } as const)
      const result = await changeDelivery(app, c.var.ask.visit, session, wanted)
      const nameFault = { at: 'name', code: 'name_taken' } as const
      if ('nameTaken' in result)
        return page(c, session, { kind, route, values, faults: [nameFault] })
      if ('unpriced' in result) return page(c, session, { kind, route, values, ...result })
      if ('refused' in result && result.refused === 'changed_meanwhile')
        return page(c, session, { kind, route: await linkedWith(id), values, refused: result })
      return answer(c, session, result)
    },
  }

  /** One that can be changed here; `null` when there is none. */
  async function linkedWith(id: string): Promise<Linked | null> {
    if (id === FIXED_MAIL) return null
    return (await app.gateways.linked(app.db)).find((each) => each.id === id) ?? null
  }

  async function page(c: Ctx, session: SignedIn, shown: Shown): Promise<Response> {
    const { kind, route, values, faults = [], unpriced = [], refused } = shown
    const texts = textsFor(door, c, session)
    const said = refused ? refusal(texts, refused) : null
    const path = new URLSearchParams(route ? { id: route.id } : { kind }).toString()
    const frame = frameOf(door, c, session, `/settings/delivery/route?${path}`)
    const secrets = secretsOf(kind, values.recipe)
    const problems = {
      ...faultTexts(
        texts,
        faults.map((fault) => renamed(fault, secrets)),
      ),
      ...(unpriced.length > 0 && { prices: unpricedText(texts, frame.language, unpriced) }),
    }
    const shownPage = routeFormPage(frame, {
      kind,
      title: shipped.get(kind)?.title ?? null,
      route,
      values,
      secrets,
      problems,
      recipeProblem: recipeProblem(texts, faults),
      problem: said?.text ?? null,
      receipts: route && receiptAddress(app, route),
    })
    const status = said?.status ?? (Object.keys(problems).length > 0 ? 422 : 200)
    return reply.page(shownPage, status, { headers: said?.headers ?? {} })
  }
}

const isKind = (kind: string): boolean =>
  ['smtp', 'smpp', 'own'].includes(kind) || shipped.has(kind)

function kindOf({ gateway }: Linked): string {
  if (gateway.kind !== 'http') return gateway.kind
  return typeof gateway.recipe === 'string' ? gateway.recipe : 'own'
}

/** The names of the secrets that are asked for; none while the recipe is not a recipe. */
function secretsOf(kind: string, own: string): readonly string[] {
  if (kind === 'smtp' || kind === 'smpp') return []
  try {
    const found = recipeIn(kind === 'own' ? (JSON.parse(own) as unknown) : kind)
    return 'recipe' in found ? found.recipe.secrets : []
  } catch {
    return []
  }
}

/** What comes along to begin with only is changed first. */
const copyPath = (kind: string): string =>
  `/settings/delivery/route?${new URLSearchParams({ kind: 'own', copy: kind }).toString()}`

const copyOf = (name: string): string => {
  const recipe = shipped.get(name)
  if (!recipe) throw new Refused(404, 'not_found')
  const { pattern: _, ...own } = recipe
  return JSON.stringify(own, null, 2)
}

/** Secrets are numbered in the form, as they stand in the recipe. */
function renamed(fault: Fault, secrets: readonly string[]): Fault {
  const index = secrets.findIndex((name) => fault.at === `gateway.secrets.${name}`)
  return index === -1 ? fault : { ...fault, at: secretNames[index]! }
}

/** What is wrong in the recipe, and where in it. */
function recipeProblem({ delivery: t }: Texts, faults: readonly Fault[]) {
  const more = faults.find(({ code }) => code === 'bad_recipe')?.more
  if (more === undefined) return null
  const [code = '', ...at] = more.split(' ')
  const known: Readonly<Record<string, string>> = t.recipeFaults
  const what = Object.hasOwn(known, code) ? known[code]! : code
  return t.recipeFault({ what, at: ltr(at.join(' ') || '–') })
}
