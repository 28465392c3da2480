import { codeForm, type CodeFormProps } from './code-form.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { titleOf } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'

type ConfirmCodeProps = CodeFormProps &
  (
    | {
        readonly purpose:
          | 'protect'
          | 'unprotect'
          | 'recovery-codes'
          | 'new-email'
          | 'bind-anew'
          | 'add-factor'
      }
    /** `what` is done with the right code. */
    | { readonly purpose: 'step-up'; readonly what: What | null }
  )

/** What somebody wants to do who must first show who they are. */
export type What = keyof Texts['stepUp']['what']

/** Under which path the forms of each purpose are. */
const places = {
  protect: { path: '/account/security', answer: 'code' },
  unprotect: { path: '/account/security', answer: 'code' },
  'recovery-codes': { path: '/account/security', answer: 'code' },
  'new-email': { path: '/account/email', answer: 'code' },
  'bind-anew': { path: '/account/security', answer: 'code' },
  'add-factor': { path: '/account/security', answer: 'code' },
  'step-up': { path: '/account/confirm', answer: null },
} as const

/** The entry of the menu where each of them is. */
const menu = {
  protect: 'security',
  unprotect: 'security',
  'recovery-codes': 'security',
  'new-email': 'profile',
  'bind-anew': 'security',
  'add-factor': 'security',
  'step-up': undefined,
} as const

/** Asks for a code before or during a change in an account. */
export function confirmCodePage(frame: Frame, props: ConfirmCodeProps): Html {
  const { confirm, code, stepUp } = textsOf(frame.language)
  const { path, answer } = places[props.purpose]
  const { title, lead } =
    props.purpose === 'step-up'
      ? { title: stepUp.title, lead: props.what && stepUp.what[props.what] }
      : confirm[props.purpose]
  return layout(
    frame,
    titleOf(frame.language, title, props.problem !== null),
    codeForm(frame.language, props, {
      title,
      lead,
      action: answer === null ? path : `${path}/${answer}`,
      send: `${path}/send`,
      cancel: `${path}/cancel`,
      cancelText: code.cancel,
      extra: null,
      host: null,
    }),
    menu[props.purpose],
  )
}
