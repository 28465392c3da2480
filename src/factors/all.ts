import { email } from './email.ts'
import type { Factor, FactorKind } from './factor.ts'
import { recovery } from './recovery.ts'

/** Every factor we know, the strongest first. Adding one: write its file, add it to this list. */
export const factors: readonly Factor[] = [email, recovery]

/** Throws for a kind that is not in the list: what cannot be checked is refused, never passed. */
export function factorOf(kind: string): Factor {
  const factor = factors.find((each) => each.kind === kind)
  if (!factor) throw new Error(`no such factor: ${kind}`)
  return factor
}

/** The strongest of these kinds; `null` when there is none. */
export const strongest = (kinds: readonly FactorKind[]): FactorKind | null =>
  factors.find(({ kind }) => kinds.includes(kind))?.kind ?? null
