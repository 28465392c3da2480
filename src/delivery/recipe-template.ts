/** What may stand between `{{` and `}}`, beside `secret.` and a name. */
const known = ['to', 'to_digits', 'to_00', 'from', 'text', 'id', 'callback']

/** What stands for each placeholder. Null: there is none, and the field it stands in is left out. */
export type Values = Readonly<Record<string, string | null>>

const placeholder = /\{\{([^{}]*)\}\}/g

/** The names in a template, as they stand there. */
export const namesIn = (template: string): string[] =>
  Array.from(template.matchAll(placeholder), ([, name = '']) => name)

/** The first thing in a template that is no placeholder of ours but looks like one, or null. */
export function unknownIn(template: string): string | null {
  const unknown = namesIn(template).find((name) => !known.includes(name) && !secretIn(name))
  if (unknown !== undefined) return unknown
  return /\{\{|\}\}/.test(template.replace(placeholder, '')) ? template : null
}

/** The name of a secret, or null where it is another placeholder. */
export const secretIn = (name: string): string | null =>
  /^secret\.([a-z][a-z0-9_]{0,31})$/.exec(name)?.[1] ?? null

/**
 * The template with values for names, each written as `encode` does. What a value holds is never
 * looked at again, so it cannot bring a placeholder of its own. Null where one has no value.
 */
export function fill(
  template: string,
  values: Values,
  encode: (value: string) => string = (value) => value,
): string | null {
  if (namesIn(template).some((name) => (values[name] ?? null) === null)) return null
  return template.replace(placeholder, (_, name: string) => encode(values[name] ?? ''))
}

/** Each text that a template of JSON holds, with the place where it stands. */
export function textsIn(json: unknown, at: string): { at: string; text: string }[] {
  if (typeof json === 'string') return [{ at, text: json }]
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([key, value]) => textsIn(value, `${at}.${key}`))
}

/**
 * Fills every text in a template of JSON. What has no value is left out, and so is a list or an
 * object that is empty then. Undefined where nothing is left.
 */
export function fillJson(json: unknown, values: Values): unknown {
  if (typeof json === 'string') return fill(json, values) ?? undefined
  if (typeof json !== 'object' || json === null) return json
  const entries = Object.entries(json)
  const filled = entries
    .map(([key, value]) => [key, fillJson(value, values)] as const)
    .filter(([, value]) => value !== undefined)
  if (filled.length === 0 && entries.length > 0) return undefined
  return Array.isArray(json) ? filled.map(([, value]) => value) : Object.fromEntries(filled)
}
