import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { lostLinks } from './lost-links.ts'
import { moment } from './moment.ts'
import { buttonForm, ltr, problemBox, titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

type Kind = 'passkey' | 'totp' | 'sms' | 'email'

type SetUpFirstProps = {
  /** Why something has to be set up; `null`: nothing has to be any more. */
  readonly why: 'policy' | 'login_code' | 'pass' | null
  /** What can be, the one that is wished for first. */
  readonly kinds: readonly Kind[]
  /** Where codes would go, as the person may know it; `null`: they say it. */
  readonly mailTo: string
  readonly smsTo: string | null
  /** Until when it can be put off; `any`: as often as one likes; `null`: it cannot. */
  readonly until: Date | 'any' | null
  /** It is asked for in place of what is set up, which can be used too. */
  readonly isInstead: boolean
  readonly problem: string | null
}

/** Before somebody is in: says what has to be set up and why, and begins it. */
export function setUpFirstPage(frame: Frame, props: SetUpFirstProps): Html {
  const { door: t, code } = textsOf(frame.language)
  const { why, kinds, until, isInstead } = props
  const later = isInstead ? t.useOld : t.later
  return layout(
    frame,
    titleOf(frame.language, t.title, props.problem !== null),
    html`<h1>${t.title}</h1>
      <div class="sheet">
        ${problemBox(props.problem)} <p>${why === null ? t.nothing : t.why[why]}</p>
        ${until !== null && until !== 'any' && html`<p>${t.until({ date: moment(frame.language, until) })}</p>`}
        ${kinds.length > 1 && html`<p>${t.choose}</p>`}
        <ul class="add">
          ${kinds.map((kind, at) => html`<li>${choice(frame, props, kind, at === 0)}</li>`)}
        </ul>
        ${props.smsTo !== null && kinds.includes('sms') && html`<p class="hint">${kinds.length > 1 ? t.notMine : t.notMineOnly}</p>`}
        <div class="ways">
          ${why === null && buttonForm('/sign-in/set-up/later', code.submit, 'main')}
          ${why !== null && until !== null && buttonForm('/sign-in/set-up/later', later, 'second')}
          ${buttonForm('/sign-in/cancel', code.restart, 'quiet')}
        </div>
        ${isInstead && lostLinks(frame.language)}
      </div>`,
  )
}

function choice({ language }: Frame, props: SetUpFirstProps, kind: Kind, isFirst: boolean): Html {
  const { door: t, security } = textsOf(language)
  const look = isFirst ? 'main' : 'second'
  if (kind === 'sms' && props.smsTo === null)
    return html`<p>${security.addWhat.sms}</p>
      <p><a class="button ${look}" href="/sign-in/set-up/number">${security.addKinds.sms}</a></p>`
  const to = kind === 'sms' ? props.smsTo : kind === 'email' ? props.mailTo : null
  return html`<p>${security.addWhat[kind]}</p>
    ${to !== null && html`<p>${t.sentTo({ to: html`<strong class="number">${ltr(to)}</strong>` })}</p>`}
    <form method="post" action="/sign-in/set-up">
      <input type="hidden" name="kind" value="${kind}" />
      <button class="${look}">${to === null ? security.addKinds[kind] : t.send[kind === 'sms' ? 'sms' : 'email']}</button>
    </form>`
}
