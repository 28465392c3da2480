import { has, type Actor } from '../accounts/privileges.ts'
import type { App } from '../app.ts'
import { isLanguage, negotiate, type Language } from '../lib/language.ts'
import { ownPath } from '../lib/text.ts'
import type { Frame } from '../pages/layout.ts'
import { textsOf, type Texts } from '../pages/texts/all.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { visitSession } from '../sign-in/session.ts'
import type { SignedIn } from '../store/sessions.ts'
import type { Privilege } from '../store/tables.ts'
import { Refused } from './refused.ts'
import { repliesOf, type Replies } from './reply.ts'
import type { Ctx } from './request.ts'

/** What every set of routes is built on: the app, the ways to answer, and the URLs of the assets. */
export type Door = {
  readonly app: App
  readonly reply: Replies
  readonly assets: Frame['assets']
  /** The paths that can be fetched: a form may stand where only posts go. */
  readonly pages: ReadonlySet<string>
}

export const doorOf = (app: App, assets: Frame['assets'], pages: ReadonlySet<string>): Door => ({
  app,
  reply: repliesOf(app.config),
  assets,
  pages,
})

/** Whose page it is: somebody signed in, or on the way. */
type Person = { readonly language: string }

/** In which language: the one chosen in this browser, the person's, or what the browser asks for. */
export function languageOf({ app }: Door, c: Ctx, person: Person | null): Language {
  const { chosenLanguage } = c.var.ask
  if (chosenLanguage) return chosenLanguage
  if (person && isLanguage(person.language)) return person.language
  return negotiate(c.req.header('accept-language'), app.config.defaultLanguage)
}

export const textsFor = (door: Door, c: Ctx, person: Person | null): Texts =>
  textsOf(languageOf(door, c, person))

/** What is round a page. `path` is where it can be fetched again. */
export function frameOf(
  door: Door,
  c: Ctx,
  session: SignedIn | null,
  path: string,
  person: Person | null = session,
): Frame {
  const { app, assets } = door
  return {
    language: languageOf(door, c, person),
    product: app.config.productName,
    path,
    account: session && {
      name: session.name,
      login: session.email,
      privilege: session.privilege,
    },
    outbox: app.config.outbox && !app.hasMail(),
    assets,
  }
}

/** Who is signed in. Where nobody is, the door is shown first, and then the way back here. */
export async function signedIn({ app }: Door, c: Ctx): Promise<SignedIn> {
  const { ask } = c.var
  // It was looked up when the request was let in.
  const known = c.var.session
  if (known) return known
  const session = await visitSession(app, ask.visit.sessionToken)
  if (!session) throw new Refused(401, 'sign_in_first')
  c.set('ask', { ...ask, visit: { ...ask.visit, session } })
  c.set('session', session)
  return session
}

/** The same, for what needs a privilege. */
export async function privileged(door: Door, c: Ctx, needed: Privilege): Promise<SignedIn> {
  const session = await signedIn(door, c)
  if (!has(session, needed)) throw new Refused(403, 'not_allowed')
  return session
}

/** The same, for what only who runs the installation may see or do. */
export const operator = (door: Door, c: Ctx): Promise<SignedIn> => privileged(door, c, 'operator')

/** Who asks, as the rules of privileges know them. */
export const actorOf = ({ accountId, mainId, privilege }: SignedIn): Actor => ({
  id: accountId,
  mainId,
  privilege,
})

/** Who is signed in, if anybody is. */
export const whoever = ({ app }: Door, c: Ctx): Promise<SignedIn | null> =>
  visitSession(app, c.var.ask.visit.sessionToken)

/** The text of a refusal of the heart, with its status and how long to wait (RFC 9110 §10.2.3). */
export function refusal(texts: Texts, { refused, wait = 0, off = 0 }: Refusal) {
  const seconds = Math.ceil(wait / 1000)
  const said: string | ((about: About) => string) = texts.problems[refused]
  const about = {
    wait: seconds,
    minutes: Math.max(1, Math.floor(Math.abs(off) / 60_000)),
    ahead: off > 0,
  }
  return {
    text: typeof said === 'string' ? said : said(about),
    status: statusOf(refused),
    headers: retryAfter(refused === 'busy' ? BUSY : seconds),
  }
}

type About = { readonly wait: number; readonly minutes: number; readonly ahead: boolean }

/** Seconds until a queue of hashes is likely to have moved on. */
const BUSY = 2

const retryAfter = (seconds: number): Record<string, string> =>
  seconds > 0 ? { 'Retry-After': String(seconds) } : {}

function statusOf(refused: Refusal['refused']): 401 | 403 | 404 | 409 | 429 | 503 {
  switch (refused) {
    case 'wrong_password':
    case 'wrong_code':
    case 'clock_off':
    case 'wrong_passkey':
    case 'unknown_passkey':
    case 'wrong_pass':
      return 401
    case 'factor_not_allowed':
    case 'case_own':
    case 'case_twice':
    case 'sms_country':
    case 'not_allowed_to_give':
    case 'same_privilege':
      return 403
    case 'slow_down':
    case 'send_wait':
    case 'no_more_sends':
    case 'send_limited':
    case 'sends_stopped':
    case 'mailbox_shown':
    case 'case_limited':
    case 'try_limited':
      return 429
    case 'busy':
    case 'sms_stopped':
      return 503
    case 'attempt_over':
    case 'already_protected':
    case 'nothing_lost':
    case 'case_over':
    case 'case_disabled':
    case 'case_early':
    case 'not_put_off':
    case 'not_protected':
    case 'factor_taken':
    case 'number_proven':
    case 'would_lock_out':
    case 'policy_requires':
    case 'wanted_by_administrator':
    case 'too_many_factors':
    case 'last_factor':
    case 'not_yourself':
    case 'last_operator':
    case 'has_sub_accounts':
    case 'has_password':
    case 'login_taken':
    case 'changed_meanwhile':
    case 'delivery_in_file':
    case 'too_many_keys':
    case 'too_many_routes':
      return 409
    case 'no_such_factor':
    case 'no_such_device':
    case 'no_such_key':
    case 'no_such_user':
    case 'no_such_route':
    case 'no_such_case':
      return 404
    default:
      return refused satisfies never
  }
}

/** `/sign-in`, remembering where the person was going, and saying why if they were doing something. */
export function signInPath(goal: string | null, wasBusy = false): string {
  const query = new URLSearchParams({
    ...(goal && { to: goal }),
    ...(wasBusy && { notice: 'sign_in_first' }),
  }).toString()
  return query ? `/sign-in?${query}` : '/sign-in'
}

/** A path of ours with a notice to show there: a fixed word, never a text; and what goes with it. */
export function withNotice(
  path: string,
  notice: keyof Texts['notices'],
  more: Readonly<Record<string, string>> = {},
): string {
  const url = new URL(path, 'http://own.invalid')
  for (const [name, value] of Object.entries({ notice, ...more })) url.searchParams.set(name, value)
  return url.pathname + url.search + url.hash
}

/** Where the person is: for a GET, the page that was asked for; else the page with the form. */
export function herePath({ pages }: Door, c: Ctx): string | null {
  if (c.req.method === 'GET') return pathIn(c.req.url)
  const path = pathIn(c.req.header('referer') ?? '')
  return path !== null && pages.has(path.split('?')[0]!) ? path : null
}

const pathIn = (text: string): string | null => {
  const url = URL.parse(text)
  return url && ownPath(url.pathname + url.search)
}
