import { html } from 'hono/html'
import type { Frame, Html } from './layout.ts'
import { buttonForm } from './parts.ts'
import { textsOf } from './texts/all.ts'

const INSIDE = {
  code: '/account/security/code',
  codes: '/account/security/codes',
  confirm: '/account/security/confirm',
  number: '/account/security/sms',
  addNumber: '/account/security/sms/add',
  back: '/account/security',
} as const

const DOOR = {
  code: '/sign-in/set-up/code',
  codes: '/sign-in/set-up/codes',
  confirm: '/sign-in/set-up/confirm',
  number: '/sign-in/set-up/number',
  addNumber: '/sign-in/set-up',
  back: '/sign-in/set-up',
} as const

/** Where the forms go by which a factor is set up: for somebody who is signed in, or on the way in. */
export const setUpPlace = ({ account }: Frame) => (account === null ? DOOR : INSIDE)

/** The ways out of it. */
export function setUpWaysOut(frame: Frame, cancelText: string): Html {
  if (frame.account !== null) return buttonForm('/account/security/cancel', cancelText, 'quiet')
  const { door, code } = textsOf(frame.language)
  return html`<p><a href="${DOOR.back}">${door.another}</a></p>
    ${buttonForm('/sign-in/cancel', code.restart, 'quiet')}`
}
