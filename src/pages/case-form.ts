import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { moment } from './moment.ts'
import { areaField } from './parts.ts'
import { textsOf } from './texts/all.ts'

/** What the one who looks at a case may do with it. */
export type Deciding = {
  readonly id: string
  readonly mayRefuse: boolean
  readonly mayApprove: boolean
  /** They gave the pass, and can give another. */
  readonly mayRenew: boolean
  /** Why they cannot approve, where there is something to say. */
  readonly why: 'case_early' | 'case_own' | 'case_twice' | null
  readonly needsTwo: boolean
  readonly from: Date
  /** What they have written, and what is wrong with it. */
  readonly wrong: { readonly checked: string; readonly problem: string | null } | null
}

/** Approve or refuse, with what was checked. */
export function caseForm(language: Language, props: Deciding): Html | null {
  const t = textsOf(language).cases
  const { id, mayRefuse, mayApprove, why } = props
  if (props.mayRenew) return againForm(language, props)
  if (why === 'case_own') return html`<div class="note"><p>${t.own}</p></div>`
  if (!mayRefuse) return null
  return html`<section class="card">
    <h2>${t.decide}</h2>
    <p>${t.how}</p>
    ${props.needsTwo && html`<p>${t.two}</p>`}
    ${why === 'case_early' && html`<p>${t.early({ from: moment(language, props.from) })}</p>`}
    ${why === 'case_twice' && html`<p>${t.twice}</p>`}
    <form method="post" action="/cases/case">
      <input type="hidden" name="id" value="${id}" />
      ${checkedField(language, props)}
      <div class="buttons">
        ${mayApprove && html`<button class="main" name="what" value="approve">${t.approve}</button>`}
        <button class="danger" name="what" value="refuse">${t.refuse}</button>
      </div>
    </form>
  </section>`
}

const checkedField = (language: Language, { wrong }: Deciding): Html => {
  const t = textsOf(language).cases
  return areaField({
    name: 'checked',
    label: t.checked,
    hint: t.checkedHint,
    problem: wrong?.problem ?? undefined,
    value: wrong?.checked ?? '',
    more: { rows: '4', dir: 'auto', required: true },
  })
}

function againForm(language: Language, { id }: Deciding): Html {
  const t = textsOf(language).cases
  return html`<section class="card">
    <h2>${t.again}</h2>
    <p>${t.againWhat}</p>
    <form method="post" action="/cases/case">
      <input type="hidden" name="id" value="${id}" />
      <button class="second" name="what" value="pass">${t.againSubmit}</button>
    </form>
  </section>`
}
