import type { Language } from '../../lib/language.ts'
import type { LoginCode, Privilege } from '../../store/tables.ts'

/** What is known of somebody who is to have an account, read and found to be well written. */
export type NewUser = {
  readonly email: string
  /** The address as it is compared. */
  readonly login: string
  readonly name: string
  readonly country: string
  readonly language: Language
  /** E.164. */
  readonly phone: string | null
  readonly privilege: Privilege | null
  /** The main account that owns it; `null`: it is to be one. */
  readonly mainId: string | null
}

/** Why somebody would have no way in by what an administrator wants to be asked. */
export type WhyStuck = 'no_number' | 'number_out_of_reach' | 'address_unproven'

/** What is done with those: nothing until it can be proven, a code by e-mail, or left as they are. */
export type WayOut = 'wait' | 'email' | 'leave'

/** What an administrator does to accounts of others. It is kept with a deed, and holds no secret. */
export type UserChange =
  | { readonly what: 'add'; readonly user: NewUser; readonly invite: boolean }
  | { readonly what: 'invite'; readonly id: string }
  | {
      readonly what: 'profile'
      readonly id: string
      readonly user: Omit<NewUser, 'privilege' | 'mainId' | 'phone'>
    }
  | { readonly what: 'privilege'; readonly id: string; readonly privilege: Privilege | null }
  | { readonly what: 'disable'; readonly id: string }
  | { readonly what: 'enable'; readonly id: string }
  | { readonly what: 'delete'; readonly id: string }
  | { readonly what: 'password_due'; readonly id: string }
  | { readonly what: 'sign_out'; readonly id: string }
  /** `devices`: these; `null`: all. Who is signed in on them is out. */
  | { readonly what: 'devices'; readonly id: string; readonly devices: readonly string[] | null }
  | {
      readonly what: 'factor'
      readonly id: string
      readonly factor: string
      readonly reason: string
    }
  | { readonly what: 'login_code'; readonly wanted: WantedLoginCode }

/** What is to be asked of these accounts beside the password. */
export type WantedLoginCode = {
  readonly ids: readonly string[]
  /** `null`: nothing. */
  readonly code: LoginCode | null
  /** For one account: its number (E.164), which it has to prove. */
  readonly phone: string | null
  /** What to do with those who would be stuck, by why. Needed for each reason there is. */
  readonly wayOut: Readonly<Partial<Record<WhyStuck, WayOut>>>
  /** The name of the preview that was seen; another one is shown where things have changed since. */
  readonly seen: string | null
}
