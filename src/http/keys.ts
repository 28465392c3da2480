import { z } from 'zod'
import { endKey, HOME, makeKey, showKey, SHOWN_WITHIN } from '../accounts/keys/keep-keys.ts'
import { isLiving, mayKeep, scopesIn } from '../accounts/keys/key.ts'
import { readKey, type KeyProblems, type TypedKey } from '../accounts/keys/read-key.ts'
import { scopeOf } from '../accounts/privileges.ts'
import type { FieldCode } from '../accounts/new-account.ts'
import { parseEmail } from '../lib/email.ts'
import { keysPage, shownKeyPage, type ShownKey } from '../pages/keys.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { findAccount, findAccountByLogin } from '../store/accounts.ts'
import { keysFor, NOT_SHOWN, type KeyOfMaker } from '../store/keys.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noticeOf } from './account.ts'
import { actorOf, frameOf, privileged, refusal, textsFor, type Door } from './door.ts'
import { fieldTexts } from './fields.ts'
import { form, readForm, text } from './form.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

const MakeForm = form({
  name: text(1000),
  scope: z.array(text(100)).max(10).default([]),
  days: text(10),
  main: text(1000).default(''),
})
const KeyForm = form({ key: z.string().regex(/^[0-9a-f]{32}$/) })

type Typed = z.output<typeof MakeForm>
const untyped: Typed = { name: '', scope: ['accounts:read'], days: '90', main: '' }

const MOST_SHOWN = 200

/** `/settings/keys`: what programs show that ask the admin API. */
export function keysRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      return list(c, await privileged(door, c, 'manage'))
    },

    async make(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const typed = await readForm(c, MakeForm, 'scope')
      const read = readKey({ ...typed, scopes: typed.scope } satisfies TypedKey)
      const main = await mainFrom(session, typed.main)
      if ('problems' in read || 'problem' in main) {
        const wrong: KeyProblems = {
          ...('problems' in read ? read.problems : {}),
          ...('problem' in main ? { main: main.problem } : {}),
        }
        return list(c, session, { typed, wrong })
      }
      const wanted = { ...read.key, mainId: main.id }
      const result = await makeKey(app, c.var.ask.visit, session, wanted)
      if ('refused' in result) return list(c, session, { typed, refused: result })
      return sureReply(door, result, HOME)
    },

    async reveal(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const { key } = await readForm(c, KeyForm)
      const result = await showKey(app, c.var.ask.visit, session, key)
      if ('refused' in result) return list(c, session, { refused: result })
      return reply.page(shownKeyPage(frameOf(door, c, session, HOME), result))
    },

    async end(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const { key } = await readForm(c, KeyForm)
      const result = await endKey(app, c.var.ask.visit, session, key)
      if ('refused' in result) return list(c, session, { refused: result })
      return sureReply(door, result, HOME)
    },
  }

  /** Whose people it is for: one's own main account, or, for an operator, the one that was named. */
  async function mainFrom(
    session: SignedIn,
    typed: string,
  ): Promise<{ readonly id: string | null } | { readonly problem: FieldCode }> {
    const own = scopeOf(actorOf(session))
    if (typed.trim() === '') return { id: own }
    const login = parseEmail(typed)?.canonical
    const main = login === undefined ? null : await findAccountByLogin(app.db, login)
    const isMain = main !== null && main.mainId === null && mayKeep(actorOf(session), main.id)
    return isMain ? { id: main.id } : { problem: 'no_such_main' }
  }

  async function list(
    c: Ctx,
    session: SignedIn,
    its: { readonly typed?: Typed; readonly wrong?: KeyProblems; readonly refused?: Refusal } = {},
  ): Promise<Response> {
    const { typed = untyped, wrong = {} } = its
    const texts = textsFor(door, c, session)
    const said = its.refused ? refusal(texts, its.refused) : null
    const own = scopeOf(actorOf(session))
    const keys = await keysFor(app.db, own === null ? 'whichever' : { mainId: own }, MOST_SHOWN)
    const isFine = !said && !its.wrong
    const page = keysPage(frameOf(door, c, session, HOME), {
      keys: await Promise.all(keys.map((key) => shownOf(session, key))),
      form: { values: { ...typed, scopes: typed.scope }, problems: fieldTexts(texts, wrong) },
      notice: isFine ? await noticeOf(app, c, session, texts) : null,
      problem: said?.text ?? null,
    })
    return reply.page(page, said?.status ?? (its.wrong ? 422 : 200), {
      headers: said?.headers ?? {},
    })
  }

  async function shownOf(session: SignedIn, key: KeyOfMaker): Promise<ShownKey> {
    const { id, name, mainId, createdAt, expiresAt, lastUsedAt } = key
    const now = app.now()
    const main = mainId === null ? null : await findAccount(app.db, mainId)
    const isWaiting = key.secretHash === NOT_SHOWN && now < createdAt + SHOWN_WITHIN
    return {
      id,
      name,
      scopes: scopesIn(key),
      main: mainId === null ? null : (main?.login ?? '–'),
      maker: key.makerName,
      made: new Date(createdAt),
      expires: expiresAt === null ? null : new Date(expiresAt),
      lastUsed: lastUsedAt === null ? null : new Date(lastUsedAt),
      state: stateOf(key, isWaiting, now),
      canBeShown: isWaiting && key.madeBy === session.accountId,
    }
  }
}

function stateOf(key: KeyOfMaker, isWaiting: boolean, now: number): ShownKey['state'] {
  const { maker, mainId, secretHash } = key
  if (!isLiving(key, now)) return 'expired'
  if (!maker || !mayKeep(maker, mainId)) return 'no_maker'
  if (secretHash !== NOT_SHOWN) return 'works'
  return isWaiting ? 'not_shown' : 'never_shown'
}
