import { html } from 'hono/html'
import { codeForm, type CodeFormProps } from './code-form.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

/** Asks on the way in for the code that was sent to what is being set up. */
export function setUpCodePage(frame: Frame, props: CodeFormProps): Html {
  const { code, door } = textsOf(frame.language)
  const title =
    props.way === 'sms'
      ? props.sent
        ? code.sms.title
        : code.sms.sendTitle
      : props.sent
        ? code.emailTitle
        : code.emailSendTitle
  return layout(
    frame,
    titleOf(frame.language, title, props.problem !== null),
    codeForm(frame.language, props, {
      title,
      lead: door.codeLead,
      action: '/sign-in/set-up/code',
      send: '/sign-in/set-up/send',
      cancel: '/sign-in/cancel',
      cancelText: code.restart,
      extra: null,
      more: html`<p><a href="/sign-in/set-up">${door.another}</a></p>`,
      host: null,
    }),
  )
}
