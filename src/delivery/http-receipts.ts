import { z } from 'zod'
import type { Recipe } from './recipe.ts'
import type { Receipt } from './route.ts'

export type ReceiptRequest = {
  readonly query: string
  readonly type: string | null
  readonly body: string
}

const Told = z.object({
  id: z.string(),
  state: z.enum(['underway', 'delivered', 'failed']),
  reason: z.string().nullable().default(null),
})

/** What a request to our address tells: until recipes say how to read it, JSON with our own words. */
export function readReceipts(_recipe: Recipe, { query, body }: ReceiptRequest): readonly Receipt[] {
  const items = body === '' ? [Object.fromEntries(new URLSearchParams(query))] : parsed(body)
  return items.slice(0, 100).flatMap((item) => Told.safeParse(item).data ?? [])
}

function parsed(body: string): unknown[] {
  try {
    const json: unknown = JSON.parse(body)
    return Array.isArray(json) ? json : [json]
  } catch {
    return []
  }
}
