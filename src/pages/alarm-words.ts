import type { Language } from '../lib/language.ts'
import { isolate } from './isolate.ts'
import type { Texts } from './texts/all.ts'

/** What the operators are told of. */
export type AlarmProps =
  | { readonly kind: 'route_rests'; readonly route: string; readonly reason: string }
  | { readonly kind: 'route_works'; readonly route: string }
  | {
      readonly kind: 'prefix_stopped'
      readonly prefix: string
      readonly country: string
      readonly sent: number
      readonly entered: number
    }
  | {
      readonly kind: 'budget_near' | 'budget_over'
      readonly what: 'messages' | 'money'
      /** Messages, or millionths of the currency. */
      readonly used: number
      readonly most: number
      readonly currency: string
    }

type Words = {
  readonly lead: readonly string[]
  /** What can be done about it, and where. */
  readonly todo: string
  readonly isOnSettings: boolean
}

/** `login`: whose share of the day it is; `null` where it is the whole installation's. */
export function alarmWords(
  language: Language,
  t: Texts['mails']['alarms'],
  alarm: AlarmProps,
  login: string | null,
): Words {
  switch (alarm.kind) {
    case 'route_rests': {
      const { lead, todo } = t.route_rests
      const said = lead({ route: isolate(alarm.route), reason: isolate(alarm.reason) })
      return { lead: [said], todo, isOnSettings: true }
    }
    case 'route_works': {
      const { lead, todo } = t.route_works
      return { lead: [lead({ route: isolate(alarm.route) })], todo, isOnSettings: false }
    }
    case 'prefix_stopped': {
      const { lead, why, todo } = t.prefix_stopped
      const country = isolate(countryIn(language, alarm.country))
      const { sent, entered } = alarm
      const said = [lead({ prefix: isolate(alarm.prefix), country }), why({ sent, entered })]
      return { lead: said, todo, isOnSettings: true }
    }
    case 'budget_near':
    case 'budget_over': {
      const { messages, money, ofAll, ofOne } = t.budget
      const { used, most, currency, what } = alarm
      const amount = (count: number): string =>
        isolate(what === 'money' ? moneyIn(language, count, currency) : String(count))
      const sums = { used: amount(used), most: amount(most) }
      const whose = login === null ? ofAll : ofOne({ login: isolate(login) })
      const said = what === 'money' ? money(sums) : messages(sums)
      return { lead: [said, whose], todo: t[alarm.kind].todo, isOnSettings: true }
    }
    default:
      return alarm satisfies never
  }
}

const countryIn = (language: Language, code: string): string =>
  new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code

/** Millionths, in Western digits. */
const moneyIn = (language: Language, millionths: number, currency: string): string =>
  new Intl.NumberFormat(`${language}-u-nu-latn`, { style: 'currency', currency }).format(
    millionths / 1_000_000,
  )
