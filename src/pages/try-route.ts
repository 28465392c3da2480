import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { inputField, ltr, noticeBox, problemBox, titleOf } from './parts.ts'
import { receiptCard } from './receipt-card.ts'
import { textsOf, type Texts } from './texts/all.ts'

/** What became of a test message. */
export type Tried = {
  readonly to: string
  readonly outcome: keyof Texts['delivery']['outcomes']
  /** What the gateway said, or one of ours. */
  readonly reason: string | { readonly ours: keyof Texts['delivery']['unsent'] } | null
  /** Milliseconds. */
  readonly took: number | null
  readonly parts: number | null
  /** With its currency. */
  readonly cost: string | null
  readonly gatewayId: string | null
  readonly receipt: keyof Texts['delivery']['receipts'] | null
  readonly answer: { readonly status: string; readonly body: string } | null
  /** The page with this on it. */
  readonly path: string
}

type TryProps = {
  readonly route: {
    readonly id: string
    readonly name: string | null
    readonly by: 'email' | 'sms'
  }
  readonly to: string
  /** What is wrong with the address or number. */
  readonly wrong: string | null
  readonly tried: Tried | null
  /** Where its gateway sends receipts. */
  readonly receipts: string | null
  readonly notice: string | null
  readonly problem: string | null
}

/** Sends a test message by one way, and shows what the gateway says to it. */
export function tryRoutePage(frame: Frame, props: TryProps): Html {
  const t = textsOf(frame.language).delivery
  const { route, wrong, tried, notice, problem } = props
  const title = t.tryTitle({ name: route.name ?? t.fixed })
  return layout(
    frame,
    titleOf(frame.language, title, wrong !== null || problem !== null),
    html`<h1>${title}</h1>
      ${noticeBox(notice)} ${problemBox(problem)} ${tried && result(frame, tried)}
      <div class="card">
        <p>${t.tryLead}</p>
        <form method="post" action="/settings/delivery/try">
          <input type="hidden" name="route" value="${route.id}" />
          ${toField(frame, props)}
          <div class="buttons">
            <button class="main">${t.trySubmit}</button>
            <a class="button quiet" href="/settings/delivery">${t.back}</a>
          </div>
        </form>
      </div>
      ${receiptCard(frame.language, props.receipts)}`,
    'settings',
  )
}

function toField({ language }: Frame, { route, to, wrong }: TryProps): Html {
  const t = textsOf(language).delivery
  const isMail = route.by === 'email'
  return inputField({
    name: 'to',
    label: isMail ? t.toAddress : t.toNumber,
    ...(!isMail && { hint: t.toNumberHint({ example: ltr('+44\u00a07700\u00a0900123') }) }),
    problem: wrong ?? undefined,
    value: to,
    more: {
      type: isMail ? 'text' : 'tel',
      inputmode: isMail ? 'email' : 'tel',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      dir: 'ltr',
      required: true,
    },
  })
}

function result({ language }: Frame, tried: Tried): Html {
  const t = textsOf(language).delivery
  const { to, outcome, reason, took, parts, cost, gatewayId, receipt, answer, path } = tried
  const why =
    reason === null || typeof reason === 'string' ? reason && ltr(reason) : t.unsent[reason.ours]
  return html`<section class="card">
    <h2>${t.tried}</h2>
    <dl class="facts">
      ${fact(t.triedTo, ltr(to))} ${fact(t.understood, t.outcomes[outcome])}
      ${why && fact(t.reason, why)} ${took !== null && fact(t.took, t.ms({ ms: took }))}
      ${parts !== null && fact(t.parts, String(parts))} ${cost !== null && fact(t.cost, ltr(cost))}
      ${gatewayId !== null && fact(t.gatewayId, ltr(gatewayId))}
      ${receipt !== null && fact(t.receipt, t.receipts[receipt])}
    </dl>
    <h3>${t.answer}</h3>
    ${
      answer === null
        ? html`<p class="hint">${t.answerNone}</p>`
        : html`<pre dir="ltr" tabindex="0">${answer.status}${answer.body && `\n${answer.body}`}</pre>`
    }
    <p><a class="button second" href="${path}">${t.again}</a></p>
  </section>`
}

const fact = (what: string, is: Html | string): Html =>
  html`<dt>${what}</dt>
    <dd>${is}</dd>`
