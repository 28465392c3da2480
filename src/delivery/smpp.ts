import type { Fields } from 'smpp'
import { errors } from 'smpp/lib/defs.js'
import type { Outcome, SmsRoute, TextMessage } from './route.ts'
import { stayBound } from './smpp-bound.ts'
import { openLink, type Link } from './smpp-link.ts'
import { outcomeOf, outcomeOfTrouble } from './smpp-outcome.ts'
import { patience as usual, type SmppSetting, type SmppTools } from './smpp-setting.ts'
import { submitsOf } from './smpp-submit.ts'
import type { Said } from './smpp-wire.ts'

export type { SmppSetting, SmppTools } from './smpp-setting.ts'

/**
 * Text messages through a message centre (SMPP 3.4). It binds at once and stays bound until it is
 * closed, so that receipts arrive; they are told by the id of a message's last part.
 */
export function smppRoute(setting: SmppSetting, tools: SmppTools): SmsRoute {
  const patience = { ...usual, ...tools.bounds }
  const bound = stayBound(() => openLink(setting, tools, patience), patience)
  let mayExpire = true

  async function send(message: TextMessage): Promise<Outcome> {
    const until = performance.now() + patience.whole
    const link = await bound.ready(patience.whole)
    if ('reason' in link) return outcomeOfTrouble(link)
    const ids: string[] = []
    let outcome: Outcome = outcomeOf('unsent', [])
    for (const fields of submitsOf(setting.from, message)) {
      // One by one: of a message whose first part is not taken, no other is sent.
      const said = await submit(link, fields, until)
      outcome = outcomeOf(said, ids)
      if (!outcome.accepted) return outcome
      ids.push(outcome.gatewayId ?? 'none')
    }
    return outcome
  }

  async function submit(link: Link, fields: Fields, until: number): Promise<Said> {
    const asked = mayExpire ? fields : { ...fields, validity_period: '' }
    const said = await link.ask('submit_sm', asked, until - performance.now())
    const isOddExpiry = said instanceof Object && said.command_status === errors.ESME_RINVEXPIRY
    if (!isOddExpiry || !asked.validity_period) return said
    // Some centres know no validity as short as ours, and a message may rather come late than never.
    mayExpire = false
    return submit(link, fields, until)
  }

  return { send, close: bound.close }
}
