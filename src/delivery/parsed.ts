/** A text as JSON with numbers as they are written (an id may be longer than a number is exact), or undefined. */
export function parsedJson(text: string): unknown {
  try {
    return (JSON.parse as Parse)(text.replace(/^\uFEFF/, ''), (_, value, { source }) =>
      typeof value === 'number' ? source : value,
    )
  } catch {
    return undefined
  }
}

type Parse = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown

/** What stands at a place such as `messages.0.status`, or undefined. */
export const partAt = (json: unknown, place: string): unknown =>
  place.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    return (value as Record<string, unknown>)[key]
  }, json)

/** The text, number or truth at a place, as text; null where there is none or it is empty. */
export function wordAt(json: unknown, place: string): string | null {
  const part = partAt(json, place)
  const isWord = typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean'
  return isWord && String(part) !== '' ? String(part) : null
}

/** All that stands at one of these places. */
export const wordsAt = (json: unknown, places: string | readonly string[]): string[] =>
  [places].flat().flatMap((place) => wordAt(json, place) ?? [])
