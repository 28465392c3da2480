import type { Language } from '../lib/language.ts'
import { textsOf } from './texts/all.ts'

/**
 * What a message, or an event, is called, by its kind and what it was for. What was written by a newer
 * program has no name here.
 */
export function messageName(
  language: Language,
  kind: string,
  purpose: string | null = null,
): string {
  const t = textsOf(language).history
  const name = own(t.messageKinds, kind) ?? own(t.events, kind) ?? t.otherMessage
  const aim = purpose === null ? null : own(t.purposes, purpose)
  return aim === null ? name : `${name} (${aim})`
}

/** The text under a name that comes from elsewhere. */
export const own = (texts: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(texts, name) ? texts[name]! : null
