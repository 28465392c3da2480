import { overviewOf } from '../accounts/overview/overview.ts'
import { scopeOf } from '../accounts/privileges.ts'
import { OVERVIEW_DAYS, overviewPage, overviewPath } from '../pages/overview.ts'
import { beginOf } from '../store/daily.ts'
import { actorOf, frameOf, privileged, type Door } from './door.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

/** `/overview`: how accounts are protected, for those who look after them. */
export function overviewRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const { days: said = String(OVERVIEW_DAYS[0]), ...more } = c.req.query()
      const days = OVERVIEW_DAYS.find((each) => String(each) === said)
      if (days === undefined || Object.keys(more).length > 0) throw new Refused(404, 'not_found')
      const main = scopeOf(actorOf(session))
      const overview = await overviewOf(app, main, days)
      const page = overviewPage(frameOf(door, c, session, overviewPath(days)), {
        ...overview,
        isAll: main === null,
        days: overview.days.map((each) => ({ ...each, date: new Date(beginOf(each.day)) })),
      })
      return reply.page(page)
    },
  }
}
