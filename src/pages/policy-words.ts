import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { amountText } from './amounts.ts'
import type { Html } from './layout.ts'
import { moment, momentText } from './moment.ts'
import { ltr } from './parts.ts'
import { textsOf } from './texts/all.ts'

export type Kind = 'passkey' | 'totp' | 'sms' | 'email'
export type Much = 'operator' | 'manage' | 'support'

/** What holds, and what makes it so. */
export type Holds = {
  readonly protection: Said<{ readonly is: 'off' | 'offered' | 'required'; readonly from: number }>
  readonly strongFor: Said<readonly Much[]>
  readonly factors: Said<readonly Kind[]>
} & Readonly<Record<Numbered, Said<number | null>>>

export const numbered = [
  'rememberDays',
  'idleMinutes',
  'sessionHours',
  'caseKnownHours',
  'caseHours',
] as const
export type Numbered = (typeof numbered)[number]

type Said<T> = {
  readonly value: T
  readonly by: 'settings' | 'installation' | 'main' | 'both'
}

/** What holds now, line by line. */
export function holdsList(language: Language, holds: Holds): Html {
  const t = textsOf(language).policy
  const { protection, strongFor, factors } = holds
  const line = (name: keyof Holds, value: Html | string): Html =>
    html`<dt>${t.rules[name]}</dt>
      <dd>${value} <span class="hint">(${t.by[holds[name].by]})</span></dd>`
  const { is, from } = protection.value
  return html`<dl class="facts">
    ${line(
      'protection',
      is === 'required' && from > 0
        ? html`${t.from} ${moment(language, new Date(from))}`
        : t.protections[is],
    )}
    ${line('strongFor', privilegesText(language, strongFor.value))}
    ${line('factors', kindsText(language, factors.value))}
    ${numbered.map((name) => line(name, numberText(language, holds[name].value)))}
  </dl>`
}

const numberText = (language: Language, value: number | null): Html =>
  value === null ? html`${textsOf(language).policy.asSettings}` : ltr(amountText(language, value))

export const kindsText = (language: Language, kinds: readonly Kind[]): string => {
  const { history, policy } = textsOf(language)
  return (
    listed(
      language,
      kinds.map((kind) => history.factors[kind]),
    ) || policy.never
  )
}

const privilegesText = (language: Language, some: readonly Much[]): string => {
  const t = textsOf(language).policy
  return (
    listed(
      language,
      some.map((each) => t.privileges[each]),
    ) || t.nobody
  )
}

const listed = (language: Language, names: readonly string[]): string =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(names)

/** Some of the rules of a policy, as they were written down (JSON), in words. */
export function rulesText(language: Language, json: string): string {
  const t = textsOf(language).policy
  const rules = JSON.parse(json) as Readonly<Record<string, unknown>>
  const parts = Object.entries(rules).flatMap(([name, value]) =>
    Object.hasOwn(t.rules, name)
      ? [`${t.rules[name as keyof typeof t.rules]}: ${valueText(language, name, value)}`]
      : [],
  )
  return parts.join(' · ')
}

function valueText(language: Language, name: string, value: unknown): string {
  const t = textsOf(language).policy
  if (Array.isArray(value))
    return name === 'factors'
      ? kindsText(language, value as Kind[])
      : privilegesText(language, value as Much[])
  if (typeof value === 'number')
    return name === 'requiredFrom' || name === 'shadowSince'
      ? momentText(language, new Date(value))
      : amountText(language, value)
  if (name === 'protection') return t.protections[value as keyof typeof t.protections]
  return name === 'shadowSince' || name === 'requiredFrom' ? '–' : t.asSettings
}
