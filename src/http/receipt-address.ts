import type { App } from '../app.ts'
import type { Linked } from '../delivery/gateway.ts'
import { recipeIn } from '../delivery/read-gateway.ts'
import { receiptUrl } from '../delivery/receipts.ts'

/** Where this gateway can be told to send its receipts; `null` where it sends none over HTTP. */
export function receiptAddress(
  { config, keys }: Pick<App, 'config' | 'keys'>,
  { id, gateway }: Linked,
): string | null {
  if (gateway.kind !== 'http') return null
  const found = recipeIn(gateway.recipe)
  const reads = 'recipe' in found && found.recipe.receipt !== undefined
  return reads ? receiptUrl(config.publicUrl, keys, id) : null
}
