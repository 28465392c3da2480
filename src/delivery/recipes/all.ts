import type { Recipe } from '../recipe.ts'

/** The gateways we know how to talk to. */
export const recipes: Readonly<Record<string, Recipe>> = {
  twilio: { title: 'Twilio', secrets: ['account', 'token'] },
  'plain-get': { title: 'A gateway asked by plain GET', secrets: ['user', 'password'] },
}
