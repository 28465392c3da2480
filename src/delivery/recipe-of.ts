import type { HttpGateway } from './gateway.ts'
import type { Recipe } from './recipe.ts'

/** The recipe of a gateway: one that comes along, by its name, or one of the operator's own. */
export const recipeOf = ({ recipe }: HttpGateway): Recipe =>
  typeof recipe === 'string' ? { title: recipe } : recipe
