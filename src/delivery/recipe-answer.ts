import { parsedJson, wordAt, wordsAt } from './parsed.ts'
import type { Check, Part, Recipe } from './recipe.ts'

/** What a gateway's answer means. `error`: what it says of it, as it came. */
export type Understood =
  | { readonly accepted: true; readonly gatewayId: string | null }
  | {
      readonly accepted: false
      readonly lasting: boolean
      readonly isSure: boolean
      readonly error: string | null
    }

/**
 * Understands an answer by its recipe. A no that is understood is sure, as is a refusal of the request
 * (4xx) and a server that is away (503). An answer that is neither yes nor no is nothing to rely on.
 */
export function understand(recipe: Recipe, answer: { status: number; body: string }): Understood {
  const { status } = answer
  const body = answer.body.trim()
  const json = parsedJson(body)
  const { ok, lasting, id, error: says } = recipe
  const is2xx = status >= 200 && status <= 299
  // Who reads an id out of JSON is not content with a page.
  const isReadable = id?.at === undefined || json !== undefined
  const isYes =
    isReadable &&
    (ok.status?.includes(status) ?? is2xx) &&
    (ok.where ?? []).every((check) => holds(check, json)) &&
    body.startsWith(ok.starts ?? '')
  if (isYes) return { accepted: true, gatewayId: id ? idOf(partsOf(id, json, body)) : null }

  const error = says ? partsOf(says, json, body).join(': ') || null : null
  const isNo = (ok.where ?? []).some(
    (check) => wordAt(json, check.at) !== null && !holds(check, json),
  )
  const isUnderstood = isNo || (error !== null && says?.after !== '')
  return {
    accepted: false,
    lasting:
      lasting !== undefined &&
      (lasting.status?.includes(status) ?? true) &&
      (lasting.where ?? []).every((check) => holds(check, json)),
    isSure: isRefusal(status) || (isUnderstood && (is2xx || status === 500)),
    error,
  }
}

/**
 * Who waited too long (408), or broke on the way (500), may have taken it. A server in between (502, 504,
 * 520 and so on) does not know what became of it behind it, whatever it says; nor does a redirect.
 */
const isRefusal = (status: number): boolean =>
  (status >= 400 && status <= 499 && status !== 408) || status === 503

function holds({ at, is, starts, one_of }: Check, json: unknown): boolean {
  const word = wordAt(json, at)
  if (word === null) return false
  if (starts !== undefined) return word.startsWith(starts)
  return word === is || (one_of?.includes(word) ?? false)
}

/** All that the answer says there. */
function partsOf({ at, after }: Part, json: unknown, body: string): string[] {
  if (at !== undefined) return wordsAt(json, at)
  if (after === undefined || !body.includes(after)) return []
  const rest = body.slice(body.indexOf(after) + after.length)
  return rest.trimStart().split(/[\r\n]/, 1)
}

/** The first, if it is a word that can be kept and found again. */
function idOf([part = '']: readonly string[]): string | null {
  const [word = ''] = part.replace(/^[\s:=,;|]+/, '').split(/[\s,;|]/, 1)
  return /^[\x21-\x7e]{1,200}$/.test(word) ? word : null
}
