import type { PolicyRules } from '../../src/sign-in/policy.ts'
import { noRules } from '../../src/sign-in/policy.ts'
import type { LoginCode } from '../../src/store/tables.ts'
import { ana, recoveryCodesIn, type Visitor, type World } from '../world.ts'
import { keyIn, phoneWith, type Phone } from './factor-tools.ts'

/** What holds for the whole installation from now on. */
export async function setPolicy({ app, now }: World, rules: Partial<PolicyRules>): Promise<void> {
  const text = JSON.stringify({ ...noRules, ...rules })
  await app.db.deleteFrom('policies').where('owner', '=', '').execute()
  await app.db
    .insertInto('policies')
    .values({ owner: '', rules: text, version: 1, changedAt: now() })
    .execute()
}

/** An administrator wants this to be asked. */
export async function want(
  { app, now }: World,
  wantedCode: LoginCode,
  wantedPhone: string | null = null,
  email: string = ana.email,
): Promise<void> {
  await app.db
    .updateTable('accounts')
    .set({ wantedCode, wantedPhone, wantedAt: now() })
    .where('email', '=', email)
    .execute()
}

/** Chooses an app on the way in and connects it, up to the codes. */
export async function connectOnTheWay(
  world: World,
  browser: Visitor,
): Promise<{ readonly phone: Phone; readonly answer: Response; readonly codes: string[] }> {
  await browser.post('/sign-in/set-up', { kind: 'totp' })
  const page = await (await browser.get('/sign-in/set-up/code')).text()
  const phone = phoneWith(world, keyIn(page))
  const answer = await browser.post('/sign-in/set-up/code', { code: phone.code(), with: 'totp' })
  const codes = recoveryCodesIn(await answer.clone().text())
  return { phone, answer, codes }
}

export const saved = (browser: Visitor): Promise<Response> =>
  browser.post('/sign-in/set-up/confirm', { saved: 'yes' })
