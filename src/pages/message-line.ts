import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { attributes } from './parts.ts'
import { textsOf } from './texts/all.ts'

type State =
  | { readonly state: 'on_its_way' | 'accepted' | 'delivered' }
  | {
      readonly state: 'failed'
      readonly why: 'given_up' | 'expired' | 'over_budget' | 'unanswered'
    }

/** What became of the messages with one code, by how they went. */
export type Told = Readonly<Partial<Record<'email' | 'sms', State>>>

/** What there is beside waiting. */
export type Hope = { readonly hasOthers: boolean; readonly canResend: boolean }

type Line = { readonly by: 'email' | 'sms'; readonly state: State['state']; readonly text: string }

/** What is told, in words: a line for each way it went; where it has failed, with what to do now. */
export function messageTexts(language: Language, told: Told, hope: Hope): Line[] {
  const t = textsOf(language).told
  return (['email', 'sms'] as const).flatMap((by): Line[] => {
    const it = told[by]
    if (!it) return []
    if (it.state !== 'failed') return [{ by, state: it.state, text: t[by][it.state] }]
    return [{ by, state: it.state, text: `${t[by][it.why]} ${t.next[nextOf(it.why, hope)]}` }]
  })
}

/** Past the budget, sending again would fail again. */
function nextOf(
  why: string,
  { hasOthers, canResend }: Hope,
): 'either' | 'other' | 'again' | 'later' {
  const isWorthIt = canResend && why !== 'over_budget'
  if (hasOthers) return isWorthIt ? 'either' : 'other'
  return isWorthIt ? 'again' : 'later'
}

/** Follows what becomes of it where there is a script; else `here` is the way to look again. */
export function messageLine(
  language: Language,
  hope: Hope,
  { told, isLive }: { readonly told: Told; readonly isLive: boolean },
  here: string,
): Html | null {
  const lines = messageTexts(language, told, hope)
  if (lines.length === 0) return null
  const follow = attributes({ 'data-follow': isLive ? '/code-state' : undefined })
  const look = html`<p class="hint" data-look>
    <a href="${here}">${textsOf(language).told.look}</a>
  </p>`
  return html`<div class="told"${follow}>
    <div role="status">
      ${lines.map(
        ({ by, state, text }) =>
          html`<p class="hint" data-told="${by}" data-state="${state}">${text}</p>`,
      )}
    </div>
    ${isLive && look}
  </div>`
}
