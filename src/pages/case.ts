import { html } from 'hono/html'
import { caseForm, type Deciding } from './case-form.ts'
import { caseMark, type CaseState } from './cases.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { ltr, noticeBox, problemBox, titleOf } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'

/** Something that happened in the account, in words. */
type Happened = { readonly at: Date; readonly what: string; readonly from: readonly string[] }

type CaseProps = Deciding & {
  readonly name: string
  readonly email: string
  readonly privilege: keyof Texts['cases']['privileges'] | null
  readonly state: CaseState
  readonly opened: Date
  readonly from: Date
  readonly until: Date
  readonly knowsPassword: boolean
  readonly isFromMail: boolean
  readonly device: { readonly name: string; readonly since: Date; readonly seen: Date } | null
  readonly browser: string
  readonly address: string
  readonly place: string | null
  readonly isKnownPlace: boolean
  readonly reach: string
  readonly text: string
  readonly isDisabled: boolean
  readonly signIns: readonly Happened[]
  readonly changes: readonly Happened[]
  readonly earlier: readonly { readonly id: string; readonly at: Date; readonly state: CaseState }[]
  readonly checks: readonly {
    readonly login: string
    readonly what: 'approve' | 'refuse'
    readonly at: Date
    readonly text: string
  }[]
  readonly notice: string | null
  readonly problem: string | null
}

/** A request for recovery, as whoever decides it sees it. */
export function casePage(frame: Frame, props: CaseProps): Html {
  const { language } = frame
  const t = textsOf(language).cases
  const isWrong = props.problem !== null || props.wrong !== null
  return layout(
    frame,
    titleOf(language, props.name, isWrong),
    html`<h1><bdi>${props.name}</bdi> ${caseMark(language, props.state)}</h1>
      ${noticeBox(props.notice)} ${problemBox(props.problem)}
      ${props.isDisabled && html`<div class="note warning"><p>${t.disabled}</p></div>`}
      ${facts(frame, props)}
      <section class="card">
        <h2>${t.asked}</h2>
        <dl class="facts">
          <dt>${t.reach}</dt>
          <dd><bdi>${props.reach}</bdi></dd>
        </dl>
        ${lines(props.text)}
      </section>
      <section class="card">
        <h2>${t.signIns}</h2>
        ${happened(frame, props.signIns, t.noSignIns)}
        <h2>${t.changes}</h2>
        ${happened(frame, props.changes, t.noChanges)} ${earlier(frame, props)}
      </section>
      ${checks(frame, props)} ${caseForm(language, props)}
      <p class="ways"><a href="/cases">${t.back}</a></p>`,
    'cases',
  )
}

function facts({ language }: Frame, props: CaseProps): Html {
  const { cases: t, labels, mails } = textsOf(language)
  const { device, privilege } = props
  return html`<section class="card">
    <h2>${t.facts}</h2>
    <dl class="facts">
      <dt>${labels.email}</dt>
      <dd>${ltr(props.email)}</dd>
      ${
        privilege !== null &&
        html`<dt>${t.privilege}</dt>
          <dd>${t.privileges[privilege]}</dd>`
      }
      <dt>${t.opened}</dt>
      <dd>${moment(language, props.opened)}</dd>
      <dt>${t.from}</dt>
      <dd>${moment(language, props.from)}</dd>
      <dt>${t.until}</dt>
      <dd>${moment(language, props.until)}</dd>
      <dt>${t.password}</dt>
      <dd>
        ${props.knowsPassword ? t.passwordRight : t.passwordNone}
        ${props.isFromMail && html`<p class="hint">${t.passwordReset}</p>`}
      </dd>
      <dt>${t.device}</dt>
      <dd>
        <bdi>${device?.name ?? (props.browser || mails.unknown)}</bdi>
        <p class="hint">
          ${
            device
              ? t.deviceKnown({
                  since: moment(language, device.since),
                  seen: moment(language, device.seen),
                })
              : t.deviceUnknown
          }
        </p>
      </dd>
      <dt>${t.place}</dt>
      <dd>
        ${ltr(props.address)} ${props.place !== null && html`<bdi>${props.place}</bdi>`}
        <p class="hint">${props.isKnownPlace ? t.placeKnown : t.placeUnknown}</p>
      </dd>
    </dl>
  </section>`
}

const happened = ({ language }: Frame, all: readonly Happened[], none: string): Html =>
  all.length === 0
    ? html`<p>${none}</p>`
    : html`<ul>
        ${all.map(
          ({ at, what, from }) =>
            html`<li>
              ${what}
              <p class="hint">
                ${moment(language, at)}${from.map((each) => html` <span>· <bdi>${each}</bdi></span>`)}
              </p>
            </li>`,
        )}
      </ul>`

function earlier({ language }: Frame, { earlier: all }: CaseProps): Html {
  const t = textsOf(language).cases
  return html`<h2>${t.earlier}</h2>
    ${
      all.length === 0
        ? html`<p>${t.noEarlier}</p>`
        : html`<ul>
            ${all.map(
              ({ id, at, state }) =>
                html`<li>
                  <a href="/cases/case?id=${id}">${moment(language, at)}</a>
                  ${caseMark(language, state)}
                </li>`,
            )}
          </ul>`
    }`
}

function checks({ language }: Frame, { checks: all }: CaseProps): Html | null {
  if (all.length === 0) return null
  const t = textsOf(language).cases
  return html`<section class="card">
    <h2>${t.checks}</h2>
    ${all.map(({ login, what, at, text }) => {
      const by = ltr(login)
      const said = what === 'approve' ? t.approvedBy({ login: by }) : t.refusedBy({ login: by })
      return html`<h3>${said}</h3>
        ${lines(text)}
        <p class="hint">${moment(language, at)}</p>`
    })}
  </section>`
}

/** As it was typed, line by line; each in the direction of its own letters. */
const lines = (text: string): Html[] =>
  text.split('\n').map((line) => html`<p dir="auto">${line}</p>`)
