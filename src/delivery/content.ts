import { partsOf } from '../lib/sms-text.ts'
import { openBody } from './body.ts'
import type { Letter } from './route.ts'
import type { Claimed, Tried } from './try.ts'

/** What goes out: a letter, or a text and how many messages it is. */
export type Content =
  | { readonly by: 'email'; readonly letter: Letter }
  | { readonly by: 'sms'; readonly text: string; readonly parts: number }

/** `null` when what was kept does not open, or cannot be put into words. */
export function contentOf(
  { keys, render, onError }: Pick<Tried, 'keys' | 'render' | 'onError'>,
  message: Claimed,
): Content | null {
  const { id, recipient } = message
  try {
    const kept = 'says' in message ? message.says : openBody(keys, id, message.body!)
    if (message.by !== 'sms')
      return { by: 'email', letter: { id, to: recipient, ...render.mail(id, kept) } }
    const text = render.sms(id, kept)
    return { by: 'sms', text, parts: partsOf(text) }
  } catch (error) {
    onError(error)
    return null
  }
}
