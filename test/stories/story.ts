import { test } from 'vitest'
import { databases } from '../setup/databases.ts'
import { emptyDatabase } from '../setup/emptied.ts'
import {
  ana,
  openWorld,
  PASSWORD,
  type Visitor,
  type VisitorOptions,
  type World,
} from '../world.ts'

type Options = NonNullable<Parameters<typeof openWorld>[0]>
type Typed = Parameters<Visitor['signIn']>[0]

/** A promise kept on every database, each time in a world of its own. */
export function story(
  promise: string,
  options: Omit<Options, 'database' | 'on' | 'beside'>,
  tell: (world: World) => Promise<void>,
): void {
  for (const kind of databases) {
    const { name } = kind
    test(`${name}: ${promise}`, async () => {
      const on = await emptyDatabase(kind)
      const drop = async (): Promise<void> => {}
      const world = await openWorld({ ...options, database: name, on: { ...on, drop } })
      let isTold = false
      try {
        await tell(world)
        isTold = true
      } finally {
        await world.close()
        await (isTold ? on.giveBack() : on.drop())
      }
    })
  }
}

/** Limits so wide that they are not what a story is about. */
export const WIDE = {
  CODE_TRIES: '10',
  SECOND_STEP_FAILURES_5_MINUTES: '1000',
  SECOND_STEP_FAILURES_DAY: '1000',
  SECOND_STEP_ADDRESS_FAILURES_5_MINUTES: '1000',
  SECOND_STEP_ADDRESS_FAILURES_HOUR: '1000',
  PASSWORD_ADDRESS_REQUESTS_MINUTE: '1000',
  MAILS_HOUR: '1000',
  MAILS_DAY: '1000',
  NEW_EMAIL_CODES_DAY: '1000',
  ADDRESS_SENDS_5_MINUTES: '1000',
}

export const placeOf = (response: Response): string | null => response.headers.get('location')

/** Seconds to wait, as the answer says. */
export const waitOf = (response: Response): number => Number(response.headers.get('retry-after'))

/** Who is signed in in this browser. Asking does not keep the session alive. */
export async function whoIs(visitor: Visitor): Promise<string | null> {
  const response = await visitor.get('/session')
  return response.ok ? ((await response.json()) as { email: string }).email : null
}

/**
 * All that counts, as it is kept: a refusal must leave every row of it as it was. How many wrong
 * answers a factor had is a limit, and not in it.
 */
export async function kept(world: World): Promise<unknown> {
  const { db } = world.app
  const rows = await Promise.all([
    db.selectFrom('accounts').selectAll().orderBy('id').execute(),
    enrolmentsIn(world),
    db.selectFrom('devices').selectAll().orderBy('id').execute(),
    db.selectFrom('sessions').select(['id', 'tokenHash', 'endedAt']).orderBy('id').execute(),
    db.selectFrom('installation').selectAll().execute(),
  ])
  return rows
}

async function enrolmentsIn({ app: { db } }: World): Promise<unknown> {
  const rows = await db.selectFrom('enrolments').selectAll().orderBy('id').execute()
  return rows.map((row) => ({ ...row, failures: null }))
}

/** What is set up for an account. */
export async function enrolledFor(world: World, email: string = ana.email): Promise<string[]> {
  const rows = await world.app.db
    .selectFrom('enrolments')
    .innerJoin('accounts', 'accounts.id', 'enrolments.accountId')
    .select('enrolments.kind')
    .where('accounts.email', '=', email)
    .orderBy('enrolments.kind')
    .execute()
  return rows.map(({ kind }) => kind)
}

/** Events of one kind, the oldest first. */
export const eventsOf = (world: World, kind: string) =>
  world.app.db
    .selectFrom('events')
    .selectAll()
    .where('kind', '=', kind)
    .orderBy('at')
    .orderBy('id')
    .execute()

/** What was written to an address, by kind, beside codes. */
export async function noticesTo(world: World, email: string = ana.email) {
  const bodies = await world.messagesTo(email)
  return bodies.map(({ notice }) => notice).filter(({ kind }) => kind !== 'code')
}

/** How many codes were ever sent to an address. */
export async function codesSentTo(world: World, email: string = ana.email): Promise<number> {
  const rows = await world.app.db
    .selectFrom('messages')
    .select('id')
    .where('recipient', '=', email)
    .where('kind', '=', 'code')
    .execute()
  return rows.length
}

/** Another browser with the cookies of this one: a second tab, another server's, or a thief's copy. */
export function copyOf(world: World, visitor: Visitor, options?: VisitorOptions): Visitor {
  const copy = world.visitor(options)
  for (const [name, value] of visitor.cookies) copy.cookies.set(name, value)
  return copy
}

/** Gives the right password and gives back the code that was sent for it. */
export async function codeFor(world: World, visitor: Visitor, typed: Typed = ana) {
  const response = await visitor.signIn(typed)
  if (placeOf(response) !== '/sign-in/second') throw new Error('no second step was asked for')
  return world.codeTo(typed.email)
}

/** Some other code; with another `by`, yet another. */
export const notThe = (code: string, by = 1): string =>
  String((Number(code) + by) % 1_000_000).padStart(6, '0')

/** As it stands in a page. */
export const asHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('"', '&quot;')

/** A whole answer, to be compared byte by byte. */
export async function whole(response: Response) {
  const headers = [...response.headers].filter(([name]) => name !== 'retry-after')
  return { status: response.status, headers, body: await response.text() }
}

/**
 * The same without what an attempt says about its own waits: how long the code lives, what became of its
 * message, what may be sent.
 */
export async function withoutWaits(response: Response) {
  const { body, ...rest } = await whole(response)
  return {
    ...rest,
    body: body
      .replace(/It works (for [^.]* from now|no longer: [^.]*)\./, '')
      .replace(/<div class="told".*?(?=<form)/s, '')
      .replace(/<form method="post" action="[^"]*\/send" class="again">.*?<\/form>/s, '')
      .replace(/<p class="hint">No more codes can be sent[^<]*<\/p>/, '')
      .replaceAll(/\s+/g, ' '),
  }
}

/** The form of a page that posts there: its hidden fields, as a browser sends them along. */
export function hiddenFields(page: string, action: string): Record<string, string> {
  const forms = page.split('<form').filter((form) => form.includes(`action="${action}"`))
  const inputs = forms.flatMap((form) => form.split('</form>')[0]!.match(/<input[^>]*>/g) ?? [])
  const hidden = inputs.filter((input) => input.includes('type="hidden"'))
  const valueOf = (input: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1]
  return Object.fromEntries(
    hidden.map((input) => [valueOf(input, 'name') ?? '', valueOf(input, 'value') ?? '']),
  )
}

/** For a letter of which only the words matter. */
export const NO_ID = '0'.repeat(32)

/** Asks for another address; where only a password is set up, that is given once more. */
export async function askForEmail(browser: Visitor, email: string): Promise<Response> {
  const answer = await browser.post('/account/email', { email })
  if (placeOf(answer) !== '/account/confirm') return answer
  const page = await (await browser.get('/account/confirm')).text()
  return page.includes('name="password"')
    ? browser.post('/account/confirm', { password: PASSWORD })
    : answer
}
