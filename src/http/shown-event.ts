import type { SeenEvent } from '../accounts/events/seen.ts'
import type { App } from '../app.ts'
import type { Language } from '../lib/language.ts'
import type { ShownEvent } from '../pages/events.ts'
import { own } from '../pages/message-name.ts'
import { textsOf } from '../pages/texts/all.ts'
import type { Event } from '../store/events.ts'
import { inWords } from './event-words.ts'

/** An event as those read it who look after the account it is about. */
export function shownEvent(
  app: Pick<App, 'placeOf'>,
  language: Language,
  found: SeenEvent,
): ShownEvent {
  const detail = detailIn(found.detail)
  const entry = {
    event: { ...found, detail },
    message: null,
    deviceName: null,
    // Who did it is said once, and with a name of its own.
    by: null,
    canBeDenied: false,
  }
  const { what, details, device, address, place, at } = inWords(app, language, entry)
  const { events, deliveries } = textsOf(language)
  const alarm = own(events.alarms, found.kind)
  const { route } = detail
  const gateway = typeof route === 'string' ? [[deliveries.filter.route, route] as const] : []
  return {
    id: found.id,
    at,
    what: alarm ?? what,
    details: [...details, ...(alarm === null ? [] : gateway)],
    device,
    address,
    place,
    account: found.accountId === null ? null : { id: found.accountId, login: found.login },
    actor: found.by,
    isErased: found.erasedAt !== null,
  }
}

/** Nothing of it where somebody else has written there. */
function detailIn(text: string): Event['detail'] {
  try {
    const detail: unknown = JSON.parse(text)
    return typeof detail === 'object' && detail !== null ? (detail as Event['detail']) : {}
  } catch {
    return {}
  }
}
