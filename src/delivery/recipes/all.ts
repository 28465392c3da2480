import { readFileSync } from 'node:fs'
import { parseRecipe, type Recipe } from '../recipe.ts'

const names = [
  'twilio',
  'vonage',
  'infobip',
  'messagebird',
  'plivo',
  'unifonic',
  'kannel',
  'plain-get',
] as const

export type RecipeName = (typeof names)[number]

/** The gateways we know how to talk to. One more is a file beside these, and its name in the list. */
export const recipes = Object.fromEntries(names.map((name) => [name, read(name)])) as Readonly<
  Record<RecipeName, Recipe>
>

function read(name: RecipeName): Recipe {
  const text = readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')
  const parsed = parseRecipe(JSON.parse(text))
  if ('problem' in parsed) throw new Error(`${name}.json: ${parsed.problem} at ${parsed.at}`)
  return parsed.recipe
}
