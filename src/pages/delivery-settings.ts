import { html } from 'hono/html'
import { rulesForm, stoppedCard, type RulesProps, type StoppedRow } from './delivery-rules.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { attributes, ltr, noticeBox, problemBox, selectField, titleOf } from './parts.ts'
import { settingsNav } from './settings-nav.ts'
import { textsOf, type Texts } from './texts/all.ts'

/** A way messages take, as operators see it: never with a secret. */
export type ShownRoute = {
  readonly id: string
  readonly version: string
  /** `null` for the mail server of SMTP_URL. */
  readonly name: string | null
  readonly by: 'email' | 'sms'
  /** What it is: one of ours, or the title of a recipe. */
  readonly kind: keyof Texts['delivery']['kinds'] | { readonly title: string }
  /** The names of those it serves; `null`: all. */
  readonly countries: readonly string[] | null
  /** `null`: everywhere else. */
  readonly prices: readonly { readonly country: string | null; readonly price: string }[]
  readonly state: RouteState
}

type Unreadable = Pick<ShownRoute, 'id' | 'version' | 'by'> & { readonly name: string }

type RouteState =
  | { readonly kind: 'works' }
  | { readonly kind: 'failing'; readonly since: Date; readonly reason: string }
  | {
      readonly kind: 'rests'
      readonly since: Date
      readonly until: Date
      readonly reason: string
    }

/** What can be linked for text messages. */
export type Choice = { readonly value: string; readonly name: string }

type SettingsProps = {
  readonly routes: readonly ShownRoute[]
  /** Those that are linked, and cannot be read. */
  readonly unreadable: readonly Unreadable[]
  readonly choices: readonly Choice[]
  readonly rules: RulesProps
  readonly stopped: readonly StoppedRow[]
  /** A file says all this, and nothing is changed here. */
  readonly isFromFile: boolean
  readonly notice: string | null
  readonly problem: string | null
}

/** Settings → Delivery. */
export function deliverySettingsPage(frame: Frame, props: SettingsProps): Html {
  const t = textsOf(frame.language).delivery
  const { routes, isFromFile, notice, problem } = props
  const isWrong = problem !== null || Object.keys(props.rules.problems).length > 0
  const mail = routes.filter(({ by }) => by === 'email')
  const sms = routes.filter(({ by }) => by === 'sms')
  return layout(
    frame,
    titleOf(frame.language, t.title, isWrong),
    html`<h1>${t.title}</h1>
      ${settingsNav(frame, 'delivery')} ${noticeBox(notice)} ${problemBox(problem)}
      <p>${t.lead}</p>
      ${isFromFile && html`<div class="note"><p>${t.fromFile}</p></div>`}
      <section class="card">
        <h2>${t.mail}</h2>
        ${mail.length === 0 ? html`<p>${t.mailNone}</p>` : list(frame, props, mail)}
        ${lost(frame, props, 'email')}
        ${
          !isFromFile &&
          html`<p>
            <a class="button second" href="/settings/delivery/route?kind=smtp">${t.addMail}</a>
          </p>`
        }
      </section>
      <section class="card">
        <h2>${t.sms}</h2>
        ${sms.length === 0 ? html`<p>${t.smsNone}</p>` : list(frame, props, sms)}
        ${lost(frame, props, 'sms')}
        ${!isFromFile && chooseForm(frame, props)}
      </section>
      ${rulesForm(frame, props.rules, isFromFile)} ${stoppedCard(frame, props.stopped)}`,
    'settings',
  )
}

function list(frame: Frame, props: SettingsProps, routes: readonly ShownRoute[]): Html {
  const t = textsOf(frame.language).delivery
  return html`${routes.length > 1 && html`<p class="hint">${t.order}</p>`}
    <ul class="routes">
      ${routes.map((route) => item(frame, props, route, routes))}
    </ul>`
}

function item(
  frame: Frame,
  { isFromFile }: SettingsProps,
  route: ShownRoute,
  all: readonly ShownRoute[],
): Html {
  const t = textsOf(frame.language).delivery
  const own = all.filter(({ name }) => name !== null)
  const name = route.name ?? t.fixed
  const link = (page: string, id: string, text: string, label: string): Html => {
    const query = new URLSearchParams({ [id]: route.id }).toString()
    const href = `/settings/delivery/${page}?${query}`
    return html`<a class="button second" href="${href}" aria-label="${label}">${text}</a>`
  }
  const isChangeable = !isFromFile && route.name !== null
  return html`<li class="item">
    <h3>${route.name === null ? t.fixed : html`<bdi>${route.name}</bdi>`}</h3>
    ${route.name === null && html`<p class="hint">${t.fixedWhat}</p>`} ${facts(frame, route)}
    <div class="buttons">
      ${link('try', 'route', t.try, t.tryOne({ name }))}
      ${isChangeable && link('route', 'id', t.change, t.changeOne({ name }))}
      ${isChangeable && own[0] !== route && move(route, 'up', t.up, t.upOne({ name }))}
      ${isChangeable && own.at(-1) !== route && move(route, 'down', t.down, t.downOne({ name }))}
      ${isChangeable && remove(route, t.remove, t.removeOne({ name }))}
    </div>
  </li>`
}

/** What nothing goes by any more, and the way to be rid of it. */
function lost(
  { language }: Frame,
  { unreadable }: SettingsProps,
  by: ShownRoute['by'],
): Html | null {
  const t = textsOf(language).delivery
  const its = unreadable.filter((each) => each.by === by)
  if (its.length === 0) return null
  return html`<ul class="routes">
    ${its.map(
      (route) =>
        html`<li class="item">
          <h3><bdi>${route.name}</bdi></h3>
          <p>${t.unreadable}</p>
          <div class="buttons">${remove(route, t.remove, t.removeOne({ name: route.name }))}</div>
        </li>`,
    )}
  </ul>`
}

const move = ({ id }: ShownRoute, to: 'up' | 'down', text: string, label: string): Html =>
  html`<form method="post" action="/settings/delivery/move">
    <input type="hidden" name="route" value="${id}" />
    <button class="second" name="to" value="${to}" aria-label="${label}">${text}</button>
  </form>`

const remove = (
  { id, version }: Pick<ShownRoute, 'id' | 'version'>,
  text: string,
  label: string,
): Html =>
  html`<form method="post" action="/settings/delivery/remove">
    <input type="hidden" name="route" value="${id}" />
    <input type="hidden" name="version" value="${version}" />
    <button class="danger"${attributes({ 'aria-label': label })}>${text}</button>
  </form>`

function facts({ language }: Frame, { by, kind, countries, prices, state }: ShownRoute): Html {
  const t = textsOf(language).delivery
  const names = new Intl.ListFormat(language, { type: 'unit' })
  const made = typeof kind === 'string' ? t.kinds[kind] : html`<bdi>${kind.title}</bdi>`
  return html`<dl class="facts">
    ${fact(t.kind, made)} ${by === 'sms' && fact(t.serves, countries ? names.format(countries) : t.all)}
    ${
      by === 'sms' &&
      fact(
        t.price,
        prices.length === 0
          ? t.noPrice
          : html`${prices.map(
              ({ country, price }, index) =>
                html`${index > 0 && html`<br />`}${country ?? t.elsewhere}: ${ltr(price)}`,
            )}`,
      )
    }
    ${fact(t.state, stateText(language, state))}
  </dl>`
}

function stateText(language: Frame['language'], state: RouteState): Html | string {
  const t = textsOf(language).delivery
  if (state.kind === 'works') return t.works
  const since = moment(language, state.since)
  const reason = ltr(state.reason)
  return state.kind === 'failing'
    ? t.failing({ since, reason })
    : t.rests({ since, until: moment(language, state.until), reason })
}

const fact = (what: string, is: Html | string): Html =>
  html`<dt>${what}</dt>
    <dd>${is}</dd>`

/** Which kind it is to be; the next page asks for the rest. */
function chooseForm({ language }: Frame, { choices }: SettingsProps): Html {
  const t = textsOf(language).delivery
  return html`<form method="get" action="/settings/delivery/route" class="pick">
    ${selectField({
      name: 'kind',
      label: t.chooseKind,
      value: '',
      options: choices,
      more: { required: true },
    })}
    <button class="second">${t.goOn}</button>
  </form>`
}
