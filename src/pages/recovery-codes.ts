import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { backupCard, type Card } from './backup-card.ts'
import { inGroups } from './groups.ts'
import { copyButton, tickField } from './parts.ts'
import { setUpPlace, setUpWaysOut } from './set-up-place.ts'
import { textsOf } from './texts/all.ts'

type RecoveryCodesProps = {
  readonly codes: readonly string[]
  /** The name of this set of codes: it is these that the person confirms. */
  readonly set: string
  readonly purpose: 'protect' | 'recovery-codes' | 'set-up'
  /** Whose they are: their login. */
  readonly login: string
  /** The app that is being set up with them: then all of it is one card. */
  readonly card: Card | null
}

/** Shows recovery codes, this once. Nothing has changed until the person confirms. */
export function recoveryCodesPage(frame: Frame, props: RecoveryCodesProps): Html {
  const t = textsOf(frame.language).recovery
  const { what, submit } = wordsFor(frame.language, props.purpose)
  const codes = props.codes.map((code) => inGroups(code, '-'))
  const list = html`<ol class="codes" id="codes" dir="ltr">
    ${codes.map((code) => html`<li><code>${code}</code></li>`)}
  </ol>`
  return layout(
    frame,
    t.title,
    html`<h1>${t.title}</h1>
      <p class="screen">${t.lead}</p>
      <div class="note warning screen"><p>${what}</p></div>
      <section class="card" aria-label="${t.list}">
        <p class="paper">${headOf(frame, props)}</p>
        ${props.card ? backupCard(frame, props.card, list) : list}
        <p class="paper">${t.fileNote}</p>
        ${keep(frame, props, codes)}
      </section>
      <form method="post" action="${setUpPlace(frame).confirm}" class="screen">
        <input type="hidden" name="set" value="${props.set}" />
        ${tickField({
          name: 'saved',
          value: 'yes',
          label: t.saved,
          more: { required: true },
        })}
        <button class="main">${submit}</button>
      </form>
      <div class="ways screen">${setUpWaysOut(frame, t.cancel)}</div>`,
    'security',
  )
}

/** What has not happened yet, and what makes it happen. */
function wordsFor(language: Language, purpose: RecoveryCodesProps['purpose']) {
  const { recovery: t, door } = textsOf(language)
  if (purpose === 'set-up') return { what: door.protect, submit: door.submit }
  return purpose === 'protect'
    ? { what: t.protect, submit: t.submitProtect }
    : { what: t.renew, submit: t.submitRenew }
}

type Whose = Pick<RecoveryCodesProps, 'login'>

const headOf = ({ language, product }: Frame, { login }: Whose): string =>
  textsOf(language).recovery.fileHead({ product, login })

// The download is a link that holds the file, so it needs neither JavaScript nor a second request.
function keep(frame: Frame, whose: Whose, codes: readonly string[]): Html {
  const t = textsOf(frame.language).recovery
  const file = [headOf(frame, whose), t.fileNote, '', ...codes, ''].join('\r\n')
  return html`<div class="keep screen">
    <a
      class="button second"
      download="${t.file}"
      href="data:text/plain;charset=utf-8,${encodeURIComponent(file)}"
      >${t.download}</a
    >
    ${copyButton('codes', t.copy, t.copied, t.notCopied)}
    <button type="button" class="second" hidden data-print>${t.print}</button>
    <p class="hint" role="status" data-said></p>
  </div>`
}
