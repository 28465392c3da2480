import { errors } from 'smpp/lib/defs.js'
import type { Answer, Outcome } from './route.ts'
import type { Trouble } from './smpp-link.ts'
import { idOf, statusName } from './smpp-pdu.ts'
import type { Said } from './smpp-wire.ts'

const NO_SUCH_NUMBER = [errors.ESME_RINVDSTADR, errors.ESME_RINVDSTTON, errors.ESME_RINVDSTNPI]

const unanswered = {
  unsent: 'not connected',
  silent: 'no answer in time',
  lost: 'the connection broke before the answer',
} as const

/**
 * What the answer to a part means for the whole message, of which parts with these ids were taken
 * before. Only a number that is none is for good: wrong settings are the operator's to put right.
 * A part that was taken may arrive, so what befalls a later one is never sure. Pure.
 */
export function outcomeOf(said: Said, before: readonly string[]): Outcome {
  const isFirst = before.length === 0
  const part = isFirst ? '' : `part ${before.length + 1}: `
  if (typeof said === 'string') {
    const isSure = isFirst && said === 'unsent'
    return { accepted: false, lasting: false, isSure, reason: part + unanswered[said] }
  }
  const status = statusName(said.command_status)
  if (said.command_status !== 0) {
    const lasting = NO_SUCH_NUMBER.includes(said.command_status)
    const answer = answerOf(status, before)
    return { accepted: false, lasting, isSure: isFirst, reason: part + status, answer }
  }
  const gatewayId = idOf(said.message_id)
  return { accepted: true, gatewayId, answer: answerOf(status, [...before, gatewayId ?? 'none']) }
}

/** What not being connected means for a message: nothing of it was written. Pure. */
export function outcomeOfTrouble({ reason, status }: Trouble): Outcome {
  const answer = status && answerOf(status, [])
  return { accepted: false, lasting: false, isSure: true, reason, ...(answer && { answer }) }
}

const answerOf = (status: string, ids: readonly string[]): Answer => ({
  status,
  body: ids.length > 0 ? `message_id: ${ids.join(', ')}` : '',
})
