import { whyNotOneMore } from '../accounts/factor-rules.ts'
import { protectionOf } from '../accounts/protection.ts'
import { wantedOf, whyNotUnprotected, type OwnWanted } from '../accounts/wanted-rules.ts'
import { kinds } from '../factors/all.ts'
import { handleFor } from '../factors/passkey.ts'
import { countries, shownPhone } from '../lib/phone.ts'
import { ownPath } from '../lib/text.ts'
import type { UnknownPasskey } from '../pages/passkey-form.ts'
import { securityPage } from '../pages/security.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { policyOf } from '../sign-in/policy.ts'
import { whyOwnMute } from '../sign-in/reach.ts'
import { smsOffer } from '../sign-in/sms-offer.ts'
import { isAllowed } from '../sign-in/standing.ts'
import { enrolmentsOf, findEnrolment } from '../store/enrolments.ts'
import type { SignedIn } from '../store/sessions.ts'
import { accountOf, noticeOf } from './account.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import type { Ctx } from './request.ts'

export const HERE = '/account/security'

/** What is said on the way to somewhere else. */
const GOES_ON = ['recovery_left', 'add_another']

type Wrong = {
  readonly refused?: Refusal
  /** A name that could not be taken, as it was typed. */
  readonly wrong?: { readonly factor: string; readonly name: string; readonly problem: string }
}

/** The page that says how the account is protected. */
export async function securityReply(
  door: Door,
  c: Ctx,
  session: SignedIn,
  { refused, wrong }: Wrong = {},
): Promise<Response> {
  const { app, reply } = door
  const texts = textsFor(door, c, session)
  const frame = frameOf(door, c, session, HERE)
  const account = await accountOf(app, session)
  const protection = await protectionOf(app, session.accountId)
  const enrolments = await enrolmentsOf(app.db, session.accountId)
  const offersSms = (await smsOffer(app)) !== null
  const said = refused && refusal(texts, refused)
  const country = countries(frame.language).find((each) => each.code === account.country)
  const isFine = !refused && !wrong
  const wanted = wantedOf(account, enrolments)
  const page = securityPage(frame, {
    email: account.email,
    country: country?.name ?? account.country,
    phone: account.phone && shownPhone(account.phone),
    protection: protection && {
      ...protection,
      since: new Date(protection.since),
      factors: protection.factors.map(({ lastUsedAt, ...factor }) => ({
        ...factor,
        since: new Date(factor.since),
        lastUsed: lastUsedAt === null ? null : new Date(lastUsedAt),
      })),
    },
    wanted: wanted && {
      ...wanted,
      phone: wanted.phone && shownPhone(wanted.phone),
      canBegin: canBegin(app, wanted, offersSms),
    },
    isKept: whyNotUnprotected(account, await policyOf(app, app.db, account)) !== null,
    addable: kinds.filter(
      (kind) => whyNotOneMore(app, enrolments, kind) === null && (kind !== 'sms' || offersSms),
    ),
    mute: await whyOwnMute(app, app.db, account, enrolments),
    offersSms,
    notice: isFine ? await noticeOf(app, c, session, texts) : null,
    goOn: GOES_ON.includes(c.req.query('notice') ?? '') ? ownPath(c.req.query('to')) : null,
    gone: isFine ? await goneIn(door, c) : null,
    problem: said?.text ?? null,
    wrong: wrong ?? null,
  })
  const status = said?.status ?? (wrong ? 422 : 200)
  return reply.page(page, status, { headers: said?.headers ?? {} })
}

/** Can it be proven on a page of ours? What was guessed at too often has its button in the list. */
function canBegin(
  { config }: Door['app'],
  { missing, isDisabled }: OwnWanted,
  offersSms: boolean,
): boolean {
  if (missing === null || isDisabled) return false
  const kind = missing === 'app' ? 'totp' : missing
  return isAllowed(config, kind) && (kind !== 'sms' || offersSms)
}

/** The passkey that was just removed: if it is one no more, since anybody can write an address. */
async function goneIn({ app }: Door, c: Ctx): Promise<UnknownPasskey | null> {
  const credentialId = c.req.query('gone') ?? ''
  const { site } = app.config
  if (!site || !/^[\w-]{1,1366}$/.test(credentialId)) return null
  const isOurs = (await findEnrolment(app.db, handleFor(credentialId))) !== null
  return isOurs ? null : { rpId: site.rpId, credentialId }
}
