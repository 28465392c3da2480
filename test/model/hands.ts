import { hashBearer } from '../../src/lib/random.ts'
import { stepAt, USUAL } from '../../src/lib/totp.ts'
import { codeFor } from '../attacks/tools.ts'
import type { Authenticator } from '../setup/authenticator.ts'
import { optionsIn } from '../stories/factor-tools.ts'
import { placeOf } from '../stories/story.ts'
import { type Visitor, type World } from '../world.ts'
import { isTrusted, type Browser, type Means, type Person, type Session } from './person.ts'

type Bend = Parameters<Authenticator['get']>[1]

/** What is typed or signed for a page that asks, in this way. Waits for a code that is not used up. */
export async function textFor(
  world: World,
  visitor: Visitor,
  path: string,
  { way, factor, code }: Means,
  bend: Bend = {},
): Promise<string> {
  switch (way) {
    case 'passkey': {
      const options = optionsIn(await (await visitor.get(`${path}?with=passkey`)).text())
      // Where none is asked for, something is signed all the same.
      const signed = options ?? { rpId: 'localhost', challenge: 'AAAA' }
      return factor!.passkey!.get(signed, bend)
    }
    case 'totp': {
      const isUsed = stepAt(factor!.usedAt, USUAL.period) >= stepAt(world.now(), USUAL.period)
      if (isUsed) world.pass(USUAL.period * 1000)
      return factor!.phone!.code()
    }
    case 'email':
      return mailedCode(world, visitor, path)
    case 'recovery':
      return code
  }
}

/** The code in the mailbox for the attempt of this browser; it is asked for if none was sent. */
export async function mailedCode(world: World, visitor: Visitor, path: string): Promise<string> {
  if (!(await wasSent(world, visitor))) await visitor.post(`${pathOf(path)}/send`)
  return (await wasSent(world, visitor)) ? codeFor(world, visitor) : '000000'
}

const pathOf = (path: string): string =>
  path === '/account/security/code' ? '/account/security' : path

async function wasSent({ app }: World, { cookies }: Visitor): Promise<boolean> {
  const secretHash = hashBearer(cookies.get('attempt') ?? '')
  if (secretHash === null) return false
  const row = await app.db
    .selectFrom('attempts')
    .innerJoin('messages', 'messages.attemptId', 'attempts.id')
    .select('messages.id')
    .where('attempts.secretHash', '=', secretHash)
    .where('messages.kind', '=', 'code')
    // Those that are past using are cleaned away.
    .where('messages.body', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

/** What the apps that are set up show, now and near. */
export const codesNear = ({ factors }: Person): string[] =>
  factors.flatMap(({ phone }) => (phone ? [-2, -1, 0, 1, 2].map((later) => phone.code(later)) : []))

/** Six digits that no app of theirs shows. */
export const wrongCode = (person: Person): string =>
  ['000000', '111111', '222222', '333333'].find((code) => !codesNear(person).includes(code))!

/** Somebody is let in, to where they were going or to a page that tells them something first. */
export const isIn = (response: Response): boolean =>
  (placeOf(response) ?? '').startsWith('/account')

/** Somebody is in by these. */
export function enter(browser: Browser, by: Session['shown'][number]['by'][], now: number): void {
  browser.session = { since: now, visitedAt: now, shown: by.map((each) => ({ by: each, at: now })) }
  browser.open = null
  if (isTrusted(browser, now)) browser.trust!.seenAt = now
  else browser.trust = null
}

/** What a right answer does beside letting somebody on. */
export function wasRight(person: Person, { way, factor, code }: Means, text: string, now: number) {
  person.seen = [...person.seen.slice(-1), { way, text, at: now }]
  if (factor) Object.assign(factor, { wrong: 0, usedAt: now })
  if (way !== 'recovery') return
  person.codes = person.codes.filter((each) => each !== code)
  person.dead = [...person.dead, code]
  person.resetAt = null
  for (const browser of person.browsers) browser.trust = null
}

export function wasWrong(person: Person, way: Means['way']): void {
  for (const factor of person.factors) if (factor.kind === way) factor.wrong++
}

/** What was shown now takes the place of what the same showed before. */
export function remember(session: Session, shown: Session['shown'][number]): void {
  session.shown = [...session.shown.filter(({ by }) => by !== shown.by), shown]
}

/** What is under way may have ended; for what was opened in one session, only that. */
export function disturb({ browsers }: Person, session: Session | null = null): void {
  for (const { open } of browsers)
    if (open && (session === null || open.session === session)) open.isSure = false
}

/** A page is visited in a session, which keeps it alive. */
export function visit({ session }: Browser, now: number): void {
  if (session) session.visitedAt = now
}
