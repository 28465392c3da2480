import { typedFrom, type TypedPolicy } from '../../src/accounts/policy/read-policy.ts'
import { noRules, type PolicyRules } from '../../src/sign-in/policy.ts'
import type { Visitor, World } from '../world.ts'
import { PASSWORD } from '../world.ts'
import { hiddenFields } from './story.ts'

export const HOME = '/policy'

export const signedInAs = async (world: World, email: string): Promise<Visitor> => {
  const browser = world.visitor()
  await browser.signIn({ email, password: PASSWORD })
  return browser
}

/** The form as it stands where nothing was said, with this said: of the installation, or a main account. */
export const typed = (
  world: World,
  about: Partial<TypedPolicy>,
  main = '',
  version = 0,
): Record<string, string> => {
  const all = { ...typedFrom(noRules, world.config.factors), ...about, main }
  const given = Object.entries({ ...all, version: String(version) })
  return Object.fromEntries(
    given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** The numbers of a page that says what a policy does, by name in the order they stand. */
export function numbersOn(page: string): Record<string, number> {
  const names = [
    'people',
    'enough',
    'asked',
    'askedLater',
    'free',
    'replaced',
    'devices',
    'sessions',
  ]
  const found = [...page.matchAll(/<dd>\s*<bdi dir="ltr">([\d,]+)<\/bdi>\s*<\/dd>/g)]
  return Object.fromEntries(names.map((name, index) => [name, Number(found[index]![1])]))
}

/** What is saved after a look at what it does. */
export async function save(browser: Visitor, form: Record<string, string>): Promise<Response> {
  const page = await (await browser.post(HOME, form)).text()
  return browser.post(HOME, seenOn(page))
}

/** The form that saves, with the name of what was shown. */
export const seenOn = (page: string): Record<string, string> =>
  hiddenFields(
    page.slice(page.lastIndexOf('<form method="post" action="/policy" class="buttons"')),
    HOME,
  )

/** What is written, by owner. */
export async function writtenIn({ app }: World): Promise<Record<string, PolicyRules>> {
  const rows = await app.db.selectFrom('policies').selectAll().execute()
  return Object.fromEntries(
    rows.map(({ owner, rules }) => [owner, JSON.parse(rules) as PolicyRules]),
  )
}

/** Writes a policy as it is; how it was saved is of no matter. */
export const write = ({ app }: World, owner: string, rules: Partial<PolicyRules>) =>
  app.db
    .insertInto('policies')
    .values({
      owner,
      rules: JSON.stringify({ ...noRules, ...rules }),
      version: 1,
      changedAt: app.now(),
    })
    .execute()
