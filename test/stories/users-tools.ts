import { insertEnrolment } from '../../src/store/enrolments.ts'
import { newId } from '../../src/lib/random.ts'
import { PASSWORD, type Visitor, type World } from '../world.ts'

/** A browser in which this one has just signed in. */
export async function browserOf(world: World, email: string): Promise<Visitor> {
  const browser = world.visitor()
  const answer = await browser.signIn({ email, password: PASSWORD })
  if (answer.status !== 303) throw new Error(`${email} could not sign in: ${answer.status}`)
  return browser
}

/** Sets something up for an account as if it had been proven. Gives its id. */
export async function enrol(
  { app }: World,
  accountId: string,
  kind: string,
  state: unknown = {},
): Promise<string> {
  const id = newId(app.random, app.now())
  const enrolment = { id, accountId, kind, name: '', state, createdAt: app.now() }
  await insertEnrolment(app.db, enrolment)
  return id
}

/** An account as it is kept. */
export const accountIn = (world: World, id: string) =>
  world.app.db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()

/** The names in the list, as they stand there. */
export const namesIn = (page: string): string[] =>
  [...page.matchAll(/href="\/users\/user\?id=[0-9a-f]{32}"><bdi>([^<]*)<\/bdi>/g)].map(
    ([, name]) => name!,
  )
