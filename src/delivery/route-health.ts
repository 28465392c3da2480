import { countFailure, forgetHealth } from '../store/routes.ts'
import type { Database } from '../store/open.ts'
import type { Afterwards, Raise } from './alarm.ts'
import { TOO_MANY } from './rest.ts'
import type { Open } from './routes.ts'

/** It has failed once more. Gives what is to be done about it afterwards. */
export async function sawFailure(
  db: Database,
  route: Open,
  reason: string,
  now: number,
  raise: Raise,
): Promise<Afterwards> {
  const failures = await countFailure(db, route.id, reason, now)
  return failures === TOO_MANY ? raise(db, { kind: 'route_rests', route: route.name, reason }) : []
}

/** It has taken a message. Whoever knows of no failure need not look. */
export async function sawSuccess(db: Database, route: Open, raise: Raise): Promise<Afterwards> {
  if (!route.fails) return []
  const failures = await forgetHealth(db, route.id)
  return failures >= TOO_MANY ? raise(db, { kind: 'route_works', route: route.name }) : []
}
