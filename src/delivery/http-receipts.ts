import { parsedJson, partAt, wordAt } from './parsed.ts'
import { readable } from './readable.ts'
import type { Recipe } from './recipe.ts'
import type { Receipt } from './route.ts'

/** What came to the address for receipts. `type`: the media type of the body. */
export type ReceiptRequest = {
  readonly query: string
  readonly type: string | null
  readonly body: string
}

const MOST = 100

/**
 * The receipts in a request, a hundred at most: fields of a form, of JSON or of the query, one or a
 * list of them. What stands in neither the receipt nor the body is looked for in the query, where our
 * own id may be. What has no id or no state is none; a state that is not in the recipe is `underway`.
 * Never throws.
 */
export function readReceipts(recipe: Recipe, request: ReceiptRequest): readonly Receipt[] {
  const { receipt } = recipe
  if (!receipt) return []
  const query = fieldsOf(request.query)
  const body = bodyOf(request)
  const listed = receipt.list === undefined ? body : partAt(body, receipt.list)
  const items: unknown[] = Array.isArray(listed) ? listed : [listed]

  return items.slice(0, MOST).flatMap((item) => {
    const all = (places: string | readonly string[]): string[] =>
      [places]
        .flat()
        .flatMap(
          (place) => [item, body, query].flatMap((part) => wordAt(part, place) ?? [])[0] ?? [],
        )
    const [id] = all(receipt.id)
    const [word] = all(receipt.status)
    if (id === undefined || word === undefined || !isId.test(id)) return []
    const state = stateOf(receipt.map, word)
    const reason = [word, ...all(receipt.reason ?? [])].join(': ')
    return [{ id, state, reason: state === 'failed' ? readable(withoutText(reason)) : null }]
  })
}

/** Receipts of SMPP, passed on, end with the beginning of the message. */
const withoutText = (reason: string): string => reason.replace(/\btext:[^]*$/i, '')

const isId = /^[\x21-\x7e]{1,200}$/

type States = NonNullable<Recipe['receipt']>['map']

/** Gateways are not always of one mind about capital letters. */
function stateOf(map: States, word: string): Receipt['state'] {
  const lower = word.toLowerCase()
  const known = Object.entries(map).find(([each]) => each.toLowerCase() === lower)
  return known?.[1] ?? 'underway'
}

function bodyOf({ type, body }: ReceiptRequest): unknown {
  const looksLikeJson = /^\s*[[{]/.test(body)
  if (/json/i.test(type ?? '') || looksLikeJson) return parsedJson(body)
  return fieldsOf(body)
}

/** Of a field that comes twice, the first. */
function fieldsOf(text: string): Record<string, string> {
  const pairs = [...new URLSearchParams(text)].toReversed()
  return Object.fromEntries(pairs)
}
