import type { FieldCode } from '../accounts/new-account.ts'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Why a request got no further than the door. Each has a text in every language. */
export type DoorCode =
  | 'unknown_field'
  | 'doubled_field'
  | 'bad_form'
  | 'body_too_large'
  | 'unsupported_type'
  | 'cross_site'
  | 'wrong_host'
  | 'not_found'
  | 'method_not_allowed'
  | 'sign_in_first'
  | 'not_allowed'
  | 'key_needed'
  | 'scope_missing'
  | 'bad_json'
  | 'bad_fields'
  | 'too_often'
  | 'setup_link_dead'
  | 'stop_link_dead'
  | 'invitation_dead'
  | 'not_me_dead'
  | 'reset_link_dead'
  | 'case_link_dead'

/** What is wrong with a field that a program has sent. */
export type WrongField = {
  readonly field: string
  readonly error: 'missing' | 'unknown' | 'wrong' | 'too_long' | FieldCode
}

/**
 * A request that cannot be understood or may not be made. Thrown at the door, before anything is
 * decided, and met in one place (problems.ts).
 */
export class Refused extends Error {
  readonly status: ContentfulStatusCode
  readonly code: DoorCode
  readonly headers: Readonly<Record<string, string>>
  readonly fields: readonly WrongField[]

  constructor(
    status: ContentfulStatusCode,
    code: DoorCode,
    headers: Readonly<Record<string, string>> = {},
    fields: readonly WrongField[] = [],
  ) {
    super(code)
    this.status = status
    this.code = code
    this.headers = headers
    this.fields = fields
  }
}
