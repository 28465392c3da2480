import { html } from 'hono/html'
import { addForm } from './add-factor.ts'
import { areFew } from './few-codes.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { ownFactorCard, type Numbers, type ShownFactor } from './own-factor.ts'
import { buttonForm, ltr, noticeBox, problemBox, selectField, titleOf } from './parts.ts'
import { forget, type UnknownPasskey } from './passkey-form.ts'
import { textsOf, type Texts } from './texts/all.ts'
import { keptOn, wantedCode, type ShownWanted } from './wanted-code.ts'

type Way = keyof Texts['history']['factors']

type Protection = {
  readonly since: Date
  readonly recoveryLeft: number
  readonly factors: readonly ShownFactor[]
  readonly preferred: string | null
  /** Codes go out by mail and by text message at once; `null` where there is no choice. */
  readonly isBoth: boolean | null
  readonly judgement: Exclude<keyof Texts['security']['judgements'], 'off'>
  /** What would still let in if the phone were lost today. */
  readonly withoutPhone: readonly Way[]
}

type SecurityProps = Numbers & {
  readonly email: string
  /** The name of the country. */
  readonly country: string
  readonly phone: string | null
  readonly protection: Protection | null
  /** What an administrator wants to be asked. */
  readonly wanted: ShownWanted | null
  /** The person cannot switch protection off. */
  readonly isKept: boolean
  /** The kinds that one more can be added of. */
  readonly addable: readonly ShownFactor['kind'][]
  readonly notice: string | null
  /** Where the person was going. */
  readonly goOn: string | null
  /** A passkey that was just removed. */
  readonly gone: UnknownPasskey | null
  readonly problem: string | null
  /** A name that could not be taken, as it was typed. */
  readonly wrong: {
    readonly factor: string
    readonly name: string
    readonly problem: string
  } | null
}

export function securityPage(frame: Frame, props: SecurityProps): Html {
  const { protection, notice, problem, gone } = props
  const t = textsOf(frame.language).security
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null || props.wrong !== null),
    html`<h1>${t.title}</h1>
      ${noticeBox(notice)} ${goOnLink(props.goOn, t.goOn)} ${problemBox(problem)}
      ${gone && forget(gone)}
      ${props.wanted && wantedCode(frame, props.wanted, protection !== null)}
      ${protection ? whenOn(frame, props, protection) : whenOff(frame, props)} ${password(frame)}
      ${protection && (props.isKept ? keptOn(frame) : switchOff(frame))}`,
    'security',
  )
}

function whenOff(frame: Frame, { email, country, phone, addable }: SecurityProps): Html {
  const { security: t, labels } = textsOf(frame.language)
  return html`<section class="card">
      <h2>${t.protection} <span class="state">${t.off}</span></h2>
      <p class="judgement">${t.judgements.off}</p>
      <p>${t.what}</p>
      ${addable.length > 1 && html`<p>${t.choose}</p>`}
      ${addList(
        frame,
        addable.filter((kind) => kind !== 'email'),
      )}
    </section>
    ${
      addable.includes('email') &&
      html`<section class="card">
        <h2>${t.kinds.email}</h2>
        <p>${t.addWhat.email}</p>
        <p>${t.check}</p>
        <dl class="facts">
          <dt>${labels.email}</dt>
          <dd>${ltr(email)}</dd>
          <dt>${labels.country}</dt>
          <dd>${country}</dd>
          <dt>${labels.phone}</dt>
          <dd>${phone === null ? labels.none : ltr(phone)}</dd>
        </dl>
        <p><a href="/account">${t.correct}</a></p>
        ${buttonForm('/account/security/protect', t.protect, addable.length > 1 ? 'second' : 'main')}
      </section>`
    }`
}

function whenOn(frame: Frame, props: SecurityProps, protection: Protection): Html {
  const t = textsOf(frame.language).security
  const { since, factors, judgement, recoveryLeft } = protection
  return html`<section class="card">
      <h2>${t.protection} <span class="state on">${t.on}</span></h2>
      <p class="judgement">${t.judgements[judgement]}</p>
      <p>${t.since({ date: moment(frame.language, since) })}</p>
      ${lost(frame, protection)}
    </section>
    <section class="card">
      <h2>${t.ways}</h2>
      <ul class="factors">
        ${factors.map((factor) => ownFactorCard(frame, factor, props.wrong, props))}
      </ul>
      ${weakness(frame, judgement)} ${bothForm(frame, protection)}
      <h3>${t.add}</h3>
      ${addList(frame, props.addable)} ${preferForm(frame, protection)}
    </section>
    <section class="card">
      <h2>${t.recovery}</h2>
      <p>${t.recoveryWhat}</p>
      ${
        areFew(recoveryLeft)
          ? html`<div class="note warning">
            <p>${t.few({ left: recoveryLeft })}</p>
          </div>`
          : html`<p>${t.left({ left: recoveryLeft })}</p>`
      }
      ${buttonForm('/account/security/recovery-codes', t.renew, 'second')}
    </section>`
}

/** What would happen if the phone were lost today. */
function lost({ language }: Frame, { withoutPhone }: Protection): Html {
  const { security: t, history } = textsOf(language)
  const names = withoutPhone.map((way) => history.factors[way])
  const ways = new Intl.ListFormat(language, { type: 'disjunction' }).format(names)
  return html`<h3>${t.lost}</h3>
    ${
      withoutPhone.length === 0
        ? html`<div class="note warning"><p>${t.lostNone}</p></div>`
        : html`<p>
            ${t.lostWays({ ways })} ${withoutPhone.includes('email') && t.lostMail}
          </p>`
    }`
}

const addList = ({ language }: Frame, kinds: readonly ShownFactor['kind'][]): Html => {
  const t = textsOf(language).security
  return html`<ul class="add">
    ${kinds.map(
      (kind) =>
        html`<li>
          <p>${t.addWhat[kind]}</p>
          ${
            kind === 'totp' || kind === 'sms'
              ? html`<p><a class="button second" href="${PAGES[kind]}">${t.addKinds[kind]}</a></p>`
              : addForm(kind, t.addKinds[kind], 'second')
          }
        </li>`,
    )}
  </ul>`
}

/** Where something is shown or asked before it can be set up. */
const PAGES = { totp: '/account/security/app', sms: '/account/security/sms' } as const

/** To be honest about what is sent. */
function weakness({ language }: Frame, judgement: Protection['judgement']): Html | null {
  const t = textsOf(language).security
  const texts: Partial<Record<typeof judgement, string>> = {
    only_email: t.weak,
    only_sms: t.weakSms,
    only_sent: t.weakSent,
  }
  const text = texts[judgement]
  return text === undefined ? null : html`<p class="hint">${text}</p>`
}

function bothForm({ language }: Frame, { isBoth }: Protection): Html | null {
  if (isBoth === null) return null
  const t = textsOf(language).security
  return html`<h3>${t.both}</h3>
    <p>${isBoth ? t.bothOn : t.bothOff}</p>
    <form method="post" action="/account/security/both">
      <input type="hidden" name="both" value="${isBoth ? 'no' : 'yes'}" />
      <button class="second">${isBoth ? t.useOne : t.useBoth}</button>
    </form>`
}

/** Which of them to ask for first. Only where there is a choice. */
function preferForm({ language }: Frame, { factors, preferred, isBoth }: Protection): Html | null {
  const t = textsOf(language).security
  const all = [...new Set(factors.map(({ kind }) => kind))]
  // Where one code goes to both, there is nothing to choose between these.
  const kinds = all.filter((kind) => kind !== 'sms' || isBoth !== true)
  if (kinds.length < 2) return null
  return html`<form method="post" action="/account/security/prefer">
    ${selectField({
      name: 'kind',
      label: t.prefer,
      hint: t.preferWhat,
      value: preferred ?? '',
      empty: t.preferNone,
      options: kinds.map((kind) => ({ value: kind, name: t.kinds[kind] })),
      more: {},
    })}
    <button class="second">${t.savePrefer}</button>
  </form>`
}

/** What weakens the account stands last. */
const switchOff = ({ language }: Frame): Html => {
  const t = textsOf(language).security
  return html`<section class="card">
    <h2>${t.unprotectTitle}</h2>
    <p>${t.unprotectWhat}</p>
    ${buttonForm('/account/security/unprotect', t.unprotect, 'danger')}
  </section>`
}

const password = ({ language }: Frame): Html => {
  const { security: t, labels } = textsOf(language)
  return html`<section class="card">
    <h2>${labels.password}</h2>
    <p>${t.passwordWhat}</p>
    <p><a class="button second" href="/account/password">${t.changePassword}</a></p>
  </section>`
}

const goOnLink = (path: string | null, text: string): Html | null =>
  path === null ? null : html`<p><a class="button main" href="${path}">${text}</a></p>`
