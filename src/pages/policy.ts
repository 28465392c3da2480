import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { inputField, ltr, noticeBox, problemBox, titleOf } from './parts.ts'
import { policyForm, type PolicyFormProps } from './policy-form.ts'
import { measuredCard, type MeasuredProps } from './policy-measured.ts'
import { holdsList, type Holds } from './policy-words.ts'
import { textsOf } from './texts/all.ts'

export type Named = { readonly count: number; readonly first: readonly string[] }

type PolicyProps = {
  /** The login of the main account; `null`: it is the installation's. */
  readonly main: string | null
  /** What it says can be read. */
  readonly isReadable: boolean
  /** For those who look after all: what else there is to look at. */
  readonly others: Others | null
  readonly holds: Holds
  /** Who has much to say, and neither an app nor a passkey. */
  readonly weak: Named
  readonly measured: MeasuredProps | null
  readonly form: PolicyFormProps
  readonly notice: string | null
  readonly problem: string | null
}

type Others = {
  readonly mains: readonly { readonly path: string; readonly login: string }[]
  /** What was looked for and not found. */
  readonly typed: string | null
}

/** Who must have what, and since when. */
export function policyPage(frame: Frame, props: PolicyProps): Html {
  const { language } = frame
  const t = textsOf(language).policy
  const { main, isReadable, others, holds, weak, measured, form, notice, problem } = props
  const isWrong = problem !== null || Object.keys(form.problems).length > 0
  return layout(
    frame,
    titleOf(language, t.title, isWrong),
    html`<h1>${t.title}</h1>
      ${noticeBox(notice)} ${problemBox(problem)}
      ${!isReadable && html`<div class="note warning"><p>${t.unreadable}</p></div>`}
      <p>${t.lead}</p>
      <p><strong>${main === null ? t.ofInstallation : html`${t.ofMain}: ${ltr(main)}`}</strong></p>
      ${others && othersCard(frame, main, others)}
      <section class="card">
        <h2>${t.now}</h2>
        ${holdsList(language, holds)}
        ${
          weak.count === 0
            ? html`<p class="hint">${t.weakNone}</p>`
            : html`<h3>${t.weak}</h3>
                <p>${t.weakWhat}</p>
                ${namedList(frame, weak)}`
        }
      </section>
      ${measured && measuredCard(frame, measured)} ${policyForm(frame, form)}`,
    'policy',
  )
}

/** People by login, and how many more there are. */
export function namedList({ language }: Frame, { count, first }: Named): Html {
  const t = textsOf(language).policy
  const more = count - first.length
  return html`<ul>
      ${first.map((login) => html`<li>${ltr(login)}</li>`)}
    </ul>
    ${more > 0 && html`<p>${t.more} ${ltr(String(more))}</p>`}`
}

function othersCard(frame: Frame, main: string | null, { mains, typed }: Others): Html {
  const t = textsOf(frame.language).policy
  return html`<section class="card">
    <h2>${t.whose}</h2>
    <ul>
      ${main !== null && html`<li><a href="/policy">${t.ofInstallation}</a></li>`}
      ${mains.map(({ path, login }) => html`<li><a href="${path}">${ltr(login)}</a></li>`)}
    </ul>
    <form method="get" action="/policy">
      ${inputField({
        name: 'login',
        label: t.ofMain,
        hint: t.whoseHint,
        problem: typed === null ? undefined : t.whoseNone,
        value: typed ?? '',
        more: { type: 'text', inputmode: 'email', dir: 'ltr', autocomplete: 'off', required: true },
      })}
      <button class="second">${t.show}</button>
    </form>
  </section>`
}
