import type { HttpGateway } from './gateway.ts'
import type { Recipe } from './recipe.ts'
import { recipes } from './recipes/all.ts'

/**
 * The recipe of a gateway: one that comes along, by its name, or one of the operator's own. Throws when
 * there is none of that name.
 */
export function recipeOf({ recipe }: HttpGateway): Recipe {
  if (typeof recipe !== 'string') return recipe
  const shipped = Object.entries(recipes).find(([name]) => name === recipe)?.[1]
  if (!shipped) throw new Error(`no such recipe: ${recipe}`)
  return shipped
}
