import { expect } from 'vitest'
import { openBody } from '../../src/delivery/body.ts'
import type { Body } from '../../src/delivery/message.ts'
import type { Case } from '../../src/store/cases.ts'
import { addCompany } from '../setup/people.ts'
import { PASSWORD, type Visitor, type VisitorOptions, type World } from '../world.ts'
import { connectApp, type Phone } from './factor-tools.ts'
import { eventsOf, noticesTo, placeOf } from './story.ts'

export const as = (name: string) => ({
  email: `${name}@example.${['otto', 'omar'].includes(name) ? 'org' : 'com'}`,
  password: PASSWORD,
})

export const REACH = '+351 21 000 00 07'
export const TEXT = 'My bag was stolen on the train.\r\nBoth phone and key were in it.'
export const CHECKED = 'I called her at the desk; her boss was with her.'

/** Where Uma's own browser is. */
export const HOME: VisitorOptions = { address: '203.0.113.5' }
export const ELSEWHERE: VisitorOptions = { address: '198.51.100.9' }

/** A company in which these have an authenticator app: their ids, and their own browsers, signed out. */
export async function openHouse(world: World, protectedOnes: readonly string[] = ['uma']) {
  const ids = await addCompany(world)
  const browsers: Record<string, Visitor> = {}
  const phones: Record<string, Phone> = {}
  for (const name of protectedOnes) {
    const browser = world.visitor(HOME)
    await browser.signIn(as(name))
    phones[name] = (await connectApp(world, browser)).phone
    await browser.post('/sign-out')
    browsers[name] = browser
  }
  return { ids, browsers, phones }
}

/** The password, and then: "I lost my phone and my key". */
export async function lose(browser: Visitor, name = 'uma'): Promise<Response> {
  expect(placeOf(await browser.signIn(as(name)))).toBe('/sign-in/second')
  return browser.post('/sign-in/lost', { reach: REACH, text: TEXT })
}

export async function casesIn(world: World): Promise<Case[]> {
  return world.app.db.selectFrom('cases').selectAll().orderBy('id').execute()
}

export const lastCase = async (world: World): Promise<Case> => (await casesIn(world)).at(-1)!

/** Somebody of support, signed in just now. */
export async function supporter(world: World, name = 'sam'): Promise<Visitor> {
  const browser = world.visitor()
  expect(placeOf(await browser.signIn(as(name)))).toBe('/account')
  return browser
}

export const decide = (
  browser: Visitor,
  id: string,
  what: 'approve' | 'refuse' | 'pass' = 'approve',
  checked = CHECKED,
): Promise<Response> => browser.post('/cases/case', { id, what, checked })

/** The pass on the page that shows it. */
export async function passIn(answer: Response): Promise<string> {
  expect(answer.status).toBe(200)
  return /<code>(\d{4} \d{4} \d{4})<\/code>/.exec(await answer.text())![1]!
}

/** Uma has lost everything, and Sam has given her a pass. */
export async function passFor(world: World, name = 'uma', by = 'sam'): Promise<string> {
  await lose(world.visitor(ELSEWHERE), name)
  const { id, waitsUntil } = await lastCase(world)
  world.pass(waitsUntil - world.now())
  return passIn(await decide(await supporter(world, by), id))
}

/** The password, and then a pass. */
export async function enterBy(browser: Visitor, pass: string, name = 'uma'): Promise<Response> {
  await browser.signIn(as(name))
  return browser.post('/sign-in/pass', { pass })
}

/** The token of the link in the newest mail that can cancel. */
export async function cancelLink(world: World, name = 'uma'): Promise<string> {
  const notices = await noticesTo(world, as(name).email)
  const tokens = notices.flatMap((notice) =>
    (notice.kind === 'case_opened' || notice.kind === 'case_told') && notice.token !== null
      ? [notice.token]
      : [],
  )
  return tokens.at(-1)!
}

/** What was told to somebody about cases, the oldest first. What a message says is gone after a day. */
export async function toldAbout({ app }: World, name = 'uma'): Promise<string[]> {
  const rows = await app.db
    .selectFrom('messages')
    .select(['id', 'kind', 'body'])
    .where('recipient', '=', as(name).email)
    .where('kind', 'in', ['case_opened', 'case_told', 'pass_used'])
    .orderBy('id')
    .execute()
  return rows.map(({ id, kind, body }) => {
    const notice = body === null ? null : (openBody(app.keys, id, body) as Body).notice
    return notice?.kind === 'case_told' ? notice.what : kind
  })
}

/** How often each thing about cases is written down. */
export async function noted(world: World): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const kind of [
    'case_opened',
    'case_cancelled',
    'case_approved',
    'case_refused',
    'pass_used',
  ])
    counts[kind] = (await eventsOf(world, kind)).length
  return counts
}

/** The proofs of the newest attempt to sign in. */
export async function lastProofs(world: World): Promise<string[]> {
  const row = await world.app.db
    .selectFrom('attempts')
    .select('proofs')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return (JSON.parse(row.proofs) as { by: string }[]).map(({ by }) => by)
}
