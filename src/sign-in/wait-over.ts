import type { App } from '../app.ts'
import { codeUsers } from '../store/login-codes.ts'
import type { Database } from '../store/open.ts'
import type { Judged } from '../store/enrolments.ts'
import { whyStuck } from './login-code.ts'
import { reachedNow } from './reach.ts'

/**
 * Can what an administrator wants be proven by now, which could not when it was set? It is looked at when
 * somebody signs in: then whatever has changed since, be it the number, the address or a route, has its
 * effect at once. `offered`: it can be tried, and put off. `no`: it still waits. `hasOwn`: something is set
 * up that lets in.
 */
export async function waitOver(
  app: App,
  db: Database,
  { id, wantedCode }: Pick<Judged, 'id' | 'wantedCode'>,
  hasOwn: boolean,
): Promise<'yes' | 'offered' | 'no'> {
  const [user] = await codeUsers(db, [id])
  if (!user || wantedCode === null) return 'no'
  const { account, enrolled } = user
  const reached = await reachedNow(app, db)
  const why = whyStuck({ ...account, enrolled, hasOwn }, wantedCode, reached)
  if (why === null) return 'yes'
  // An address is proven by nothing but trying.
  return why === 'address_unproven' && reached.mail ? 'offered' : 'no'
}
