import { z } from 'zod'

const Recipe = z.looseObject({
  title: z.string().min(1).max(80),
  secrets: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{0,31}$/))
    .max(10)
    .default([]),
})

/** How to talk to a gateway for text messages over HTTP. It is data, and holds no secret itself. */
export type Recipe = z.infer<typeof Recipe>

/** A recipe that can work, or the first thing that is wrong with it and where. Never throws. */
export function parseRecipe(
  json: unknown,
): { readonly recipe: Recipe } | { readonly problem: string; readonly at: string } {
  const parsed = Recipe.safeParse(json)
  if (parsed.success) return { recipe: parsed.data }
  return { problem: 'wrong_value', at: parsed.error.issues[0]!.path.join('.') }
}
