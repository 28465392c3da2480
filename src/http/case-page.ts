import { caseFacts, type CaseFacts } from '../accounts/cases/case-facts.ts'
import { needsTwo, stateOf } from '../accounts/cases/case-rules.ts'
import type { Language } from '../lib/language.ts'
import { browserName, deviceName } from '../pages/browser.ts'
import type { Deciding } from '../pages/case-form.ts'
import { casePage } from '../pages/case.ts'
import { own } from '../pages/message-name.ts'
import { textsOf } from '../pages/texts/all.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import type { Event } from '../store/events.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noticeOf } from './account.ts'
import { ID } from './delivery-filter.ts'
import { actorOf, frameOf, refusal, textsFor, type Door } from './door.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

export const casePath = (id: string): string => `/cases/case?id=${id}`

type Said = {
  readonly refused?: Refusal
  /** What was written with what was refused. */
  readonly typed?: string
  readonly wrong?: Deciding['wrong']
}

/** A case as it is now, for somebody who may see it; else there is none. */
export async function caseReply(
  door: Door,
  c: Ctx,
  session: SignedIn,
  id: string,
  { refused, typed, wrong = null }: Said = {},
): Promise<Response> {
  const { app, reply } = door
  const facts = ID.test(id) ? await caseFacts(app, actorOf(session), id) : null
  if (!facts) throw new Refused(404, 'not_found')
  if (refused) app.metrics.refused(refused.refused)
  const texts = textsFor(door, c, session)
  const said = refused && refusal(texts, refused)
  const frame = frameOf(door, c, session, casePath(id))
  const isFine = !refused && !wrong
  const page = casePage(frame, {
    ...shownOf(door, frame.language, facts),
    ...decidingOf(facts, session.accountId),
    state: stateOf(facts.it, app.now()),
    wrong: wrong ?? (typed ? { checked: typed, problem: null } : null),
    notice: isFine ? await noticeOf(app, c, session, texts) : null,
    problem: said?.text ?? null,
  })
  return reply.page(page, said?.status ?? (wrong ? 422 : 200), { headers: said?.headers ?? {} })
}

function decidingOf({ it, owner, mayNotApprove, mayNotRefuse }: CaseFacts, actor: string) {
  const why = mayNotApprove
  const isSaid = why === 'case_early' || why === 'case_own' || why === 'case_twice'
  return {
    id: it.id,
    mayApprove: mayNotApprove === null,
    mayRefuse: mayNotRefuse === null,
    mayRenew: mayNotRefuse === null && it.passHash !== null && it.decidedBy === actor,
    why: isSaid ? why : null,
    needsTwo: needsTwo(owner),
  }
}

function shownOf({ app }: Door, language: Language, facts: CaseFacts) {
  const { it, owner, asked, checks, device } = facts
  const inWords = (event: Event) => happenedIn({ app }, language, event)
  return {
    name: owner.name,
    email: owner.email,
    privilege: owner.privilege,
    isDisabled: owner.disabledAt !== null,
    isFromMail: owner.passwordResetAt !== null,
    opened: new Date(it.openedAt),
    from: new Date(it.waitsUntil),
    until: new Date(it.openUntil),
    knowsPassword: it.knowsPassword === 1,
    device: device && {
      name: device.name ?? deviceName(language, device.userAgent),
      since: new Date(device.firstSeenAt),
      seen: new Date(device.lastSeenAt),
    },
    browser: browserName(it.userAgent),
    address: it.address,
    place: app.placeOf(it.address, language),
    isKnownPlace: it.isKnownPlace === 1,
    ...asked,
    signIns: facts.signIns.map(inWords),
    changes: facts.changes.map(inWords),
    earlier: facts.earlier.map((each) => ({
      id: each.id,
      at: new Date(each.openedAt),
      state: stateOf(each, app.now()),
    })),
    checks: checks.map((each) => ({ ...each, at: new Date(each.at) })),
  }
}

function happenedIn({ app }: Pick<Door, 'app'>, language: Language, event: Event) {
  const t = textsOf(language).history
  const browser = browserName(event.userAgent)
  const place = app.placeOf(event.address, language)
  return {
    at: new Date(event.at),
    what: own(t.events, event.kind) ?? t.otherEvent,
    from: [browser, event.address, place].filter(
      (each) => each !== null && each !== '',
    ) as string[],
  }
}
