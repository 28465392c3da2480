import type { App } from '../../app.ts'
import { change, note } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import type { SignedIn } from '../../store/sessions.ts'
import type { Format } from './export.ts'

/** That somebody takes a copy of events is an event; for whom they looked stays out of it. */
export const noteExport = (
  app: App,
  visit: Visit,
  { accountId }: Pick<SignedIn, 'accountId'>,
  asked: {
    readonly format: Format
    readonly kind: string
    readonly from: string
    readonly to: string
  },
): Promise<void> =>
  change(app, visit, (change) => {
    const { format, kind: kinds, from, to } = asked
    return note(change, 'events_exported', { accountId, detail: { format, kinds, from, to } })
  })
