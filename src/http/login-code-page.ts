import type { LoginCodePreview } from '../accounts/users/count-users.ts'
import type { WantedLoginCode } from '../accounts/users/user-change.ts'
import { loginCodePage, type LoginCodeProps } from '../pages/login-code.ts'
import type { SignedIn } from '../store/sessions.ts'
import { frameOf, type Door, type refusal } from './door.ts'
import type { Ctx } from './request.ts'

/** Where the preview came from, and what its form sends again. */
export type Spot = Pick<LoginCodeProps, 'fields' | 'back'> & Pick<WantedLoginCode, 'wayOut'>

type Said = Pick<ReturnType<typeof refusal>, 'status' | 'text'> & {
  readonly headers?: Readonly<Record<string, string>>
}

/** Who gets what by a login code; nothing is saved before this was seen. */
export function codeReply(
  { reply, ...door }: Door,
  c: Ctx,
  session: SignedIn,
  preview: LoginCodePreview,
  { fields, back, wayOut }: Spot,
  said: Said | null,
): Promise<Response> {
  const stuck = stuckIn(preview, wayOut)
  const page = loginCodePage(frameOf({ reply, ...door }, c, session, back), {
    code: preview.code ?? 'off',
    count: preview.count,
    fates: fatesIn(preview),
    stuck,
    wayOut,
    isReady: stuck.every(({ why }) => wayOut[why] !== undefined),
    fields: [...fields, ['seen', preview.who]],
    back,
    problem: said?.text ?? null,
  })
  return reply.page(page, said?.status ?? 200, { headers: said?.headers ?? {} })
}

function fatesIn(preview: LoginCodePreview): LoginCodeProps['fates'] {
  const groups = [
    ...(['now', 'next', 'off', 'same'] as const).map((fate) => [fate, preview[fate]] as const),
    ...(['factor_not_allowed', 'policy_requires'] as const).map(
      (fate) => [fate, preview.barred[fate]] as const,
    ),
  ]
  return groups.flatMap(([fate, group]) =>
    group && group.count > 0 ? [{ fate, ...someOf(group) }] : [],
  )
}

/** Who gets no e-mail either must be said something about, where that is the way out of others. */
function stuckIn(
  { stuck, noMailEither }: LoginCodePreview,
  wayOut: WantedLoginCode['wayOut'],
): LoginCodeProps['stuck'] {
  const numbers = (['no_number', 'number_out_of_reach'] as const).flatMap((why) =>
    stuck[why] ? [{ why, ...someOf(stuck[why]) }] : [],
  )
  const why = 'address_unproven' as const
  if (stuck[why]) return [...numbers, { why, ...someOf(stuck[why]) }]
  const asks = noMailEither > 0 && numbers.some((each) => wayOut[each.why] === 'email')
  return asks ? [...numbers, { why, count: noMailEither, first: [] }] : numbers
}

const someOf = ({ count, first }: LoginCodePreview['now']) => ({
  count,
  first: first.map(({ name }) => name),
})
