import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { amountText } from './amounts.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { ltr } from './parts.ts'
import { namedList, type Named } from './policy.ts'
import { hidden, strongNames, type PolicyFormProps } from './policy-form.ts'
import { rulesText } from './policy-words.ts'
import { textsOf } from './texts/all.ts'

type Count =
  | 'people'
  | 'enough'
  | 'asked'
  | 'askedLater'
  | 'free'
  | 'replaced'
  | 'devices'
  | 'sessions'

type PreviewProps = {
  readonly main: string | null
  readonly form: PolicyFormProps
  readonly effect: Readonly<Record<Count, number>> & {
    readonly name: string
    readonly weak: Named
    readonly stuck: Readonly<Record<'address_unproven' | 'no_number', Named>>
  }
  /** What is in force and stops while it is measured, as it is written down (JSON); `null`: nothing. */
  readonly stops: string | null
  /** An app or a passkey was added for those with much to say. */
  readonly advises: boolean
  /** Other numbers were seen before. */
  readonly isAnew: boolean
}

/** What a policy does, before it is saved. */
export function policyPreviewPage(frame: Frame, props: PreviewProps): Html {
  const { language } = frame
  const t = textsOf(language).policy
  const { main, form, effect, stops, advises, isAnew } = props
  const counts = Object.keys(t.effect) as Count[]
  const isMeasured = form.values.measure === 'yes'
  return layout(
    frame,
    t.preview,
    html`<h1>${t.preview}</h1>
      <p><strong>${main === null ? t.ofInstallation : html`${t.ofMain}: ${ltr(main)}`}</strong></p>
      ${isAnew && html`<div class="note warning" role="alert"><p>${t.again}</p></div>`}
      <p>${t.previewLead}</p>
      ${isMeasured && html`<div class="note"><p>${t.previewMeasure}</p></div>`}
      ${stops !== null && stopsNote(language, stops)} ${advises && advice(frame, form)}
      <div class="card">
        <dl class="facts">
          ${counts.map(
            (name) =>
              html`<dt>${t.effect[name]}</dt>
                <dd>${ltr(amountText(language, effect[name]))}</dd>`,
          )}
        </dl>
        ${
          effect.weak.count > 0 &&
          html`<h2>${t.weak}</h2>
            ${namedList(frame, effect.weak)}`
        }
      </div>
      ${stuckCard(frame, effect.stuck)} ${saveForm(frame, props)}`,
    'policy',
  )
}

const stopsNote = (language: Language, stops: string): Html => {
  const t = textsOf(language).policy
  return html`<div class="note warning">
    <p>${t.previewStops}</p>
    <p><strong>${rulesText(language, stops)}</strong></p>
  </div>`
}

const advice = ({ language }: Frame, form: PolicyFormProps): Html => {
  const t = textsOf(language).policy
  const none = Object.fromEntries(Object.values(strongNames).map((name) => [name, undefined]))
  return html`<div class="note">
    <p>${t.advised}</p>
    <form method="post" action="/policy">
      ${hidden(form, { ...form.values, ...none, advised: 'yes' })}
      <button class="second">${t.leaveOut}</button>
    </form>
  </div>`
}

const isStuck = (stuck: PreviewProps['effect']['stuck']): boolean =>
  Object.values(stuck).some(({ count }) => count > 0)

function stuckCard(frame: Frame, stuck: PreviewProps['effect']['stuck']): Html | null {
  const t = textsOf(frame.language).policy
  if (!isStuck(stuck)) return null
  const why = ['address_unproven', 'no_number'] as const
  return html`<section class="card">
    <h2>${t.stuckTitle}</h2>
    <div class="note warning"><p>${t.stuckWhat}</p></div>
    ${why.map(
      (name) =>
        stuck[name].count > 0 &&
        html`<p>${t.stuck[name]}</p>
          ${namedList(frame, stuck[name])}`,
    )}
  </section>`
}

function saveForm({ language }: Frame, { form, effect }: PreviewProps): Html {
  const t = textsOf(language).policy
  const isHard = isStuck(effect.stuck)
  return html`<form method="post" action="/policy" class="buttons">
    ${hidden(form, { ...form.values, advised: 'yes', seen: effect.name })}
    ${
      isHard
        ? html`<button class="danger">${t.saveAnyway}</button>`
        : html`<button class="main">${t.save}</button>`
    }
    <button class="second" name="edit" value="yes">${t.change}</button>
  </form>`
}
