import { changePolicy, policyPath } from '../accounts/policy/change-policy.ts'
import { readPolicy, typedFrom } from '../accounts/policy/read-policy.ts'
import { stopsIn } from '../accounts/policy/set-policy.ts'
import { mayRule } from '../accounts/privileges.ts'
import { parseEmail } from '../lib/email.ts'
import { policyPreviewPage } from '../pages/policy-preview.ts'
import { findAccount, findAccountByLogin, mainOf } from '../store/accounts.ts'
import { INSTALLATION } from '../store/policies.ts'
import type { SignedIn } from '../store/sessions.ts'
import { actorOf, frameOf, privileged, type Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { formOf, policyReply, writtenFor, type Whose } from './policy-page.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

const box = text(10).optional()
const PolicyForm = form({
  main: text(100),
  version: text(20),
  protection: text(20),
  requiredFrom: text(30),
  measure: box,
  strongOperator: box,
  strongManage: box,
  strongSupport: box,
  usePasskey: box,
  useTotp: box,
  useSms: box,
  useEmail: box,
  rememberDays: text(20),
  idleMinutes: text(20),
  sessionHours: text(20),
  caseKnownHours: text(20),
  caseHours: text(20),
  advised: box,
  /** The name of the effect that was shown. */
  seen: text(100).optional(),
  /** Back to the form. */
  edit: box,
})

/** `/policy`: who must have what, for those who manage accounts, and for those who run the installation. */
export function policyRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const login = c.req.query('login')
      if (login !== undefined && session.privilege === 'operator') return find(c, session, login)
      const whose = await whoseOf(session, c.req.query('main') ?? ownOf(session))
      return policyReply(door, c, session, whose)
    },

    async save(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const { main, version, seen, edit, ...typed } = await readForm(c, PolicyForm)
      const whose = await whoseOf(session, main)
      const { factors: kinds } = app.config
      const isInstallation = whose.owner === INSTALLATION
      const { rules: before } = await writtenFor(app.db, whose.owner)
      const read = readPolicy(typed, { kinds, before, isInstallation, now: app.now() })
      if ('problems' in read)
        return policyReply(door, c, session, whose, { typed, version: Number(version), ...read })
      if (edit === 'yes')
        return policyReply(door, c, session, whose, { typed, version: Number(version) })
      const { rules, advises } = read
      const wanted = { owner: whose.owner, rules, version: Number(version), seen: seen ?? '' }
      const result = await changePolicy(app, c.var.ask.visit, session, wanted)
      if ('refused' in result)
        return policyReply(door, c, session, whose, { typed, refused: result })
      if (!('effect' in result)) return sureReply(door, result, policyPath(whose.owner))
      const { advised: _, ...values } = typedFrom(rules, kinds)
      const page = policyPreviewPage(frameOf(door, c, session, policyPath(whose.owner)), {
        main: whose.login,
        form: formOf(app, whose, { version: wanted.version, values, problems: {} }),
        effect: result.effect,
        stops: stopsIn(before, rules),
        advises,
        isAnew: seen !== undefined,
      })
      return reply.page(page)
    },
  }

  /** Whose policy somebody of that login has. */
  async function find(c: Ctx, session: SignedIn, login: string): Promise<Response> {
    const typed = login.slice(0, 300)
    const canonical = parseEmail(typed.trim())?.canonical
    const account = canonical ? await findAccountByLogin(app.db, canonical) : null
    if (account) return reply.seeOther(policyPath(mainOf(account)))
    const whose = await whoseOf(session, INSTALLATION)
    return policyReply(door, c, session, whose, { notFound: typed })
  }

  /** What this one may not rule does not exist for them. */
  async function whoseOf(session: SignedIn, owner: string): Promise<Whose> {
    const isInstallation = owner === INSTALLATION
    const gone = new Refused(404, 'not_found')
    if (!mayRule(actorOf(session), isInstallation ? null : owner)) throw gone
    if (isInstallation) return { owner, login: null }
    const main = await findAccount(app.db, owner)
    if (!main || main.mainId !== null) throw gone
    return { owner, login: main.login }
  }
}

const ownOf = (session: SignedIn): string =>
  session.privilege === 'operator' ? INSTALLATION : mainOf(actorOf(session))
