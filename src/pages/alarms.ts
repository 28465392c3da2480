import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { AlarmProps } from './alarm-words.ts'
import { amountText, countryName } from './amounts.ts'
import { money } from './delivery-words.ts'
import type { Html } from './layout.ts'
import { moment } from './moment.ts'
import { ltr } from './parts.ts'
import { textsOf } from './texts/all.ts'

type OfBudget = Extract<AlarmProps, { readonly kind: 'budget_near' | 'budget_over' }> & {
  /** Whose share it is; `null`: the whole installation's. */
  readonly account: string | null
}

/** Something an operator should know of. */
export type ShownAlarm = Exclude<AlarmProps, { readonly kind: OfBudget['kind'] }> | OfBudget

type Happened = { readonly at: Date; readonly alarm: ShownAlarm }

/** What was unusual, the newest first. */
export function alarmList(language: Language, all: readonly Happened[]): Html {
  const t = textsOf(language).deliveries
  return html`<h2>${t.alarms}</h2>
    ${
      all.length === 0
        ? html`<p>${t.noAlarms}</p>`
        : html`<ol class="events" role="list">
            ${all.map(
              ({ at, alarm }) =>
                html`<li>
                  <div>
                    ${inWords(language, alarm)}
                    <p class="hint">${moment(language, at)}</p>
                  </div>
                </li>`,
            )}
          </ol>`
    }`
}

function inWords(language: Language, alarm: ShownAlarm): Html {
  const t = textsOf(language).deliveries
  switch (alarm.kind) {
    case 'budget_near':
    case 'budget_over': {
      const { kind, account } = alarm
      const of = account === null ? null : t.shareOf({ account: ltr(account) })
      return html`<p class="detail">${t.alarm[kind](amounts(language, alarm))}</p>
        ${of && html`<p class="detail">${of}</p>`}`
    }
    case 'route_rests':
      return html`<p class="detail">${t.alarm.route_rests({ route: name(alarm.route) })}</p>
        <p class="detail">${t.reason}: <bdi>${alarm.reason}</bdi></p>`
    case 'route_works':
      return html`<p class="detail">${t.alarm.route_works({ route: name(alarm.route) })}</p>`
    case 'prefix_stopped': {
      const about = {
        prefix: ltr(alarm.prefix),
        country: html`${countryName(language, alarm.country)}`,
      }
      return html`<p class="detail">${t.alarm.prefix_stopped(about)}</p>
        <p class="detail">${t.entered(alarm)}</p>`
    }
    default:
      return alarm satisfies never
  }
}

const name = (route: string): Html => html`<bdi>${route}</bdi>`

/** What was used, and how much there was, in words. */
function amounts(language: Language, { what, used, most, currency }: OfBudget) {
  const t = textsOf(language).deliveries
  if (what === 'money')
    return { used: money(language, currency, used), most: money(language, currency, most) }
  return {
    used: html`<bdi>${amountText(language, used)}</bdi>`,
    most: html`<bdi>${t.messages({ count: most })}</bdi>`,
  }
}
