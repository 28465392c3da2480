import { html } from 'hono/html'
import type { Country } from './account-fields.ts'
import type { ShownDevice } from './devices.ts'
import type { Happening } from './history.ts'
import type { Html } from './layout.ts'
import type { FieldProblems } from './parts.ts'
import type { ShownUser } from './users.ts'

/** That somebody has it, and nothing of what is secret about it. */
export type UserFactor = {
  readonly id: string
  readonly kind: 'passkey' | 'totp' | 'sms' | 'email'
  /** '' for one without a name; what a code goes to, where it is sent. */
  readonly name: string
  readonly since: Date
  readonly lastUsed: Date | null
  readonly isDisabled: boolean
  readonly isAllowed: boolean
}

/** A page of the devices somebody has signed in on. */
export type ShownUserDevices = {
  readonly shown: readonly ShownDevice[]
  readonly page: number
  readonly pages: number
}

/** One account, as those see it who look after it. */
export type UserProps = {
  readonly user: ShownUser & {
    readonly created: Date
    readonly invited: Date | null
    readonly isProven: boolean
    readonly isDisabled: boolean
    readonly hasPassword: boolean
  }
  /** What stands in the forms, as it was typed or as it is. */
  readonly values: {
    readonly email: string
    readonly name: string
    readonly country: string
    readonly language: string
    readonly phone: string
    readonly code: string
    readonly reason: string
    /** The factor that the reason was typed for. */
    readonly factor: string | null
  }
  readonly countries: readonly Country[]
  /** The privileges that may be given. */
  readonly privileges: readonly ShownUser['privilege'][]
  /** It is the account of who looks. */
  readonly isSelf: boolean
  readonly factors: readonly UserFactor[]
  readonly devices: ShownUserDevices
  readonly happenings: readonly Happening[]
  readonly problems: FieldProblems
  readonly notice: string | null
  readonly problem: string | null
}

export const USER = '/users/user'

/** The account a form is about. */
export const idField = ({ user }: Pick<UserProps, 'user'>): Html =>
  html`<input type="hidden" name="id" value="${user.id}" />`
