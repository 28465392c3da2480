import { codeForm, type CodeFormProps } from './code-form.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { lostLinks } from './lost-links.ts'
import { tickField, titleOf } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'

type SecondStepProps = CodeFormProps & {
  /** For how long this device can be remembered; null where that is not offered. */
  readonly rememberDays: number | null
  /** It ends sooner where the device is unused for so long. */
  readonly rememberIdleDays: number
  /** The person has ticked that already, before a code that was wrong. */
  readonly remember?: boolean
  /** The name under which we are reached. */
  readonly host: string
}

export function secondStepPage(frame: Frame, props: SecondStepProps): Html {
  const t = textsOf(frame.language).code
  const title = {
    passkey: t.passkeyTitle,
    totp: t.totpTitle,
    sms: sentTitle(t, props),
    email: sentTitle(t, props),
    recovery: t.recoveryTitle,
  }[props.way]
  return layout(
    frame,
    titleOf(frame.language, title, props.problem !== null),
    codeForm(frame.language, props, {
      title,
      lead: null,
      action: '/sign-in/second',
      send: '/sign-in/second/send',
      cancel: '/sign-in/cancel',
      cancelText: t.restart,
      extra: rememberField(frame, props),
      host: props.host,
      lost: lostLinks(frame.language),
    }),
  )
}

function sentTitle(t: Texts['code'], { sent, maskedTo, maskedPhone }: SecondStepProps): string {
  if (maskedPhone === '') return sent ? t.emailTitle : t.emailSendTitle
  if (maskedTo === '') return sent ? t.sms.title : t.sms.sendTitle
  return sent ? t.sms.bothTitle : t.sms.bothSendTitle
}

// It stands before the code, because the code is sent off as soon as it is complete.
const rememberField = ({ language }: Frame, props: SecondStepProps) => {
  const { rememberDays, rememberIdleDays, remember } = props
  if (rememberDays === null) return null
  const t = textsOf(language).code
  return tickField({
    name: 'remember',
    value: 'yes',
    label: t.remember({ days: rememberDays }),
    hint:
      rememberIdleDays < rememberDays
        ? t.rememberIdleHint({ days: rememberIdleDays })
        : t.rememberHint,
    more: { checked: remember },
  })
}
