import { outboxPage } from '../pages/outbox.ts'
import { openBody } from '../delivery/deliver.ts'
import { waitingMessages } from '../store/messages.ts'
import { frameOf, textsFor, whoever, type Door } from './door.ts'
import { Refused } from './refused.ts'
import { addressOf, isForwarded, type Ctx } from './request.ts'
import { isLoopback } from '../lib/address.ts'
import type { Render } from '../delivery/route.ts'

const MOST = 50

/**
 * `/outbox`: what would have been sent, for a newcomer without a mail server. It is there only while none
 * is linked, and nobody but this machine can reach us.
 */
export function outboxRoutes(door: Door, render: Render) {
  const { app, reply } = door
  return {
    async show(c: Ctx) {
      const isHere = isLoopback(addressOf(app, c)) && !isForwarded(c)
      if (!app.config.outbox || app.hasMail() || !isHere) throw new Refused(404, 'not_found')
      const now = app.now()
      const session = await whoever(door, c)
      const name = textsFor(door, c, session).outbox.sms
      const messages = await waitingMessages(app.db, now, MOST)
      const shown = messages.map(({ id, by, recipient, createdAt, body }) => {
        const kept = openBody(app.keys, id, body ?? '')
        const { subject, text } =
          by === 'sms' ? { subject: name, text: render.sms(id, kept) } : render.mail(id, kept)
        return { at: new Date(createdAt), to: recipient, subject, text, isSms: by === 'sms' }
      })
      const frame = frameOf(door, c, session, '/outbox')
      return reply.page(outboxPage(frame, { messages: shown }))
    },
  }
}
