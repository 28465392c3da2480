import { rulesName } from '../accounts/delivery-change.ts'
import type { Linked } from '../delivery/gateway.ts'
import { FIXED_MAIL } from '../delivery/linked.ts'
import { moneyText } from '../delivery/money.ts'
import type { Unpriced } from '../delivery/reach.ts'
import { recipeIn, shipped, type Fault } from '../delivery/read-gateway.ts'
import { restsUntil } from '../delivery/rest.ts'
import { countries } from '../lib/phone.ts'
import type { Language } from '../lib/language.ts'
import { deliverySettingsPage, type ShownRoute } from '../pages/delivery-settings.ts'
import type { FieldProblems } from '../pages/parts.ts'
import type { Texts } from '../pages/texts/all.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { accountsByCountry } from '../store/accounts.ts'
import { deliveryIn } from '../store/installation.ts'
import { routeHealths, type RouteHealth } from '../store/routes.ts'
import type { SignedIn } from '../store/sessions.ts'
import { stoppedPrefixes } from '../store/stopped-prefixes.ts'
import { noticeOf } from './account.ts'
import type { TypedRules } from './delivery-settings.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import type { Ctx } from './request.ts'

const HERE = '/settings/delivery'
const MOST_STOPPED = 100

/** The page as things are now; with what was refused, and the rules as they were typed. */
export async function settingsReply(
  door: Door,
  c: Ctx,
  session: SignedIn,
  its: {
    readonly refused?: Refusal
    readonly typed?: TypedRules
    readonly problems?: FieldProblems
  } = {},
): Promise<Response> {
  const { app, reply } = door
  const texts = textsFor(door, c, session)
  const said = its.refused ? refusal(texts, its.refused) : null
  const frame = frameOf(door, c, session, HERE)
  const { language } = frame
  const linked = await app.gateways.linked(app.db)
  const healths = new Map((await routeHealths(app.db)).map((each) => [each.route, each]))
  const { currency } = await app.gateways.rules(app.db)
  const now = app.now()
  const page = deliverySettingsPage(frame, {
    routes: linked.map((each) => shownRoute(language, currency, each, healths.get(each.id), now)),
    unreadable: await app.gateways.unreadable(app.db),
    choices: choicesOf(texts),
    rules: { ...(await rulesOf(door, language, its.typed)), problems: its.problems ?? {} },
    stopped: (await stoppedPrefixes(app.db, MOST_STOPPED)).map(({ stoppedAt, ...each }) => ({
      ...each,
      country: nameOf(language, each.country),
      since: new Date(stoppedAt),
    })),
    isFromFile: app.config.deliveryFile !== null,
    notice: said || its.problems ? null : await noticeOf(app, c, session, texts),
    problem: said?.text ?? null,
  })
  return reply.page(page, said?.status ?? (its.problems ? 422 : 200), {
    headers: said?.headers ?? {},
  })
}

/** A route as operators see it. What is secret in it stays here. Pure. */
function shownRoute(
  language: Language,
  currency: string,
  { id, version, name, by, gateway, ...its }: Linked,
  health: RouteHealth | undefined,
  now: number,
): ShownRoute {
  return {
    id,
    version,
    name: id === FIXED_MAIL ? null : name,
    by,
    kind: gateway.kind === 'http' ? titled(gateway.recipe) : gateway.kind,
    countries: its.countries && its.countries.map((code) => nameOf(language, code)),
    prices: Object.entries(its.prices).map(([code, price]) => ({
      country: code === '*' ? null : nameOf(language, code),
      price: `${moneyText(price)} ${currency}`,
    })),
    state: stateOf(health, now),
  }
}

function titled(recipe: unknown): ShownRoute['kind'] {
  const found = recipeIn(recipe)
  return 'recipe' in found ? { title: found.recipe.title } : 'own'
}

function stateOf(health: RouteHealth | undefined, now: number): ShownRoute['state'] {
  if (!health) return { kind: 'works' }
  const { reason } = health
  const since = new Date(health.failedAt)
  const until = restsUntil(health)
  if (now >= until) return { kind: 'failing', since, reason }
  return { kind: 'rests', since, until: new Date(until), reason }
}

/** What can be linked for text messages. */
const choicesOf = ({ delivery: t }: Texts) => [
  ...[...shipped].map(([value, { title: name }]) => ({ value, name })),
  { value: 'smpp', name: t.kinds.smpp },
  { value: 'own', name: t.kinds.own },
]

async function rulesOf({ app }: Door, language: Language, typed: TypedRules | undefined) {
  const rules = await app.gateways.rules(app.db)
  const there = new Map(
    (await accountsByCountry(app.db)).map(({ country, count }) => [country, count]),
  )
  const ticked = typed?.country ?? rules.countries
  const money = (sum: number | null): string => (sum === null ? '' : moneyText(sum))
  return {
    version: rulesName(await deliveryIn(app.db)),
    countries: countries(language)
      .map((country) => ({
        ...country,
        count: there.get(country.code) ?? 0,
        isTicked: ticked.includes(country.code),
      }))
      .toSorted((a, b) => b.count - a.count),
    values: {
      currency: typed?.currency ?? rules.currency,
      messagesDay: typed?.messagesDay ?? String(rules.messagesDay),
      moneyDay: typed?.moneyDay ?? money(rules.moneyDay),
      accountMessagesDay: typed?.accountMessagesDay ?? String(rules.accountMessagesDay),
      accountMoneyDay: typed?.accountMoneyDay ?? money(rules.accountMoneyDay),
    },
  }
}

const nameOf = (language: Language, code: string): string =>
  new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code

/** That prices are missing, and by which route for where. */
export function unpricedText(
  { delivery: t }: Texts,
  language: Language,
  unpriced: readonly Unpriced[],
): string {
  const where = unpriced.map(({ route, country }) => `${route} – ${nameOf(language, country)}`)
  return `${t.faults.unpriced} (${where.join(' · ')})`
}

/** What is wrong with each field, in words, by the name it has in the form. */
export const faultTexts = ({ delivery: t }: Texts, faults: readonly Fault[]): FieldProblems =>
  Object.fromEntries(faults.map(({ at, code }) => [fieldOf(at), t.faults[code]]))

// `gateway.host` is `host`, and `prices.PT` a line in `prices`.
const fieldOf = (at: string): string => at.replace(/^gateway\./, '').split('.')[0]!
