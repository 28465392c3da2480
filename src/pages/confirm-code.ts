import { codeForm, type CodeFormProps } from './code-form.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

type ConfirmCodeProps = CodeFormProps & {
  readonly purpose: 'protect' | 'unprotect' | 'recovery-codes'
}

export function confirmCodePage(frame: Frame, props: ConfirmCodeProps): Html {
  const { confirm, code } = textsOf(frame.language)
  const { title, lead } = confirm[props.purpose]
  return layout(
    frame,
    titleOf(frame.language, title, props.problem !== null),
    codeForm(frame.language, props, {
      title,
      lead,
      action: '/account/security/code',
      send: '/account/security/send',
      cancel: '/account/security/cancel',
      cancelText: code.cancel,
      extra: null,
    }),
    'security',
  )
}
