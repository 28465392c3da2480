import { z } from 'zod'
import { caseList } from '../accounts/cases/case-facts.ts'
import { stateOf } from '../accounts/cases/case-rules.ts'
import { decideCase } from '../accounts/cases/decide-case.ts'
import { casesPage, casesPath } from '../pages/cases.ts'
import { caseReply, casePath } from './case-page.ts'
import { actorOf, frameOf, privileged, textsFor, type Door } from './door.ts'
import { ID } from './delivery-filter.ts'
import { form, readForm, text } from './form.ts'
import { passReply } from './pass-given.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

const DecideForm = form({
  id: text(100),
  what: z.enum(['approve', 'refuse', 'pass']),
  checked: text(8000).default(''),
})

/** `/cases`: who has lost everything, for those who decide whether they are let in. */
export function casesRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const session = await privileged(door, c, 'support')
      const { show = '', before = null } = c.req.query()
      const isKnown = ['', 'closed'].includes(show) && (before === null || ID.test(before))
      if (!isKnown) throw new Refused(404, 'not_found')
      const isOpen = show === ''
      const now = app.now()
      const { shown, older } = await caseList(app, actorOf(session), { isOpen, before })
      const page = casesPage(frameOf(door, c, session, casesPath(isOpen, before)), {
        isOpen,
        older,
        isNewest: before === null,
        shown: shown.map((each) => ({
          id: each.id,
          name: each.name,
          email: each.email,
          state: stateOf(each, now),
          opened: new Date(each.openedAt),
          from: new Date(each.waitsUntil),
        })),
      })
      return reply.page(page)
    },

    async showOne(c: Ctx) {
      const session = await privileged(door, c, 'support')
      const { id = '' } = c.req.query()
      return caseReply(door, c, session, id)
    },

    async decide(c: Ctx) {
      const session = await privileged(door, c, 'support')
      const { id, what, checked } = await readForm(c, DecideForm)
      const { visit } = c.var.ask
      const goal = casePath(id)
      const result = await decideCase(app, visit, session, { id, what }, checked, goal)
      if ('problem' in result) {
        const problem = textsFor(door, c, session).fields[result.problem]
        return caseReply(door, c, session, id, { wrong: { checked, problem } })
      }
      if ('refused' in result)
        return caseReply(door, c, session, id, { refused: result, typed: checked })
      return passReply(door, c, session, result, goal) ?? sureReply(door, result, goal)
    },
  }
}
