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
  | 'setup_link_dead'
  | 'stop_link_dead'
  | 'invitation_dead'
  | 'not_me_dead'
  | 'reset_link_dead'

/**
 * A request that cannot be understood or may not be made. Thrown at the door, before anything is
 * decided, and met in one place (problems.ts).
 */
export class Refused extends Error {
  readonly status: ContentfulStatusCode
  readonly code: DoorCode
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: ContentfulStatusCode,
    code: DoorCode,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(code)
    this.status = status
    this.code = code
    this.headers = headers
  }
}
