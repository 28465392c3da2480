import type { Linked, SmtpGateway } from './gateway.ts'
import { httpRoute } from './http-gateway.ts'
import { recipeOf } from './recipe-of.ts'
import type { MailRoute, Receipt, SmsRoute } from './route.ts'
import { smppRoute } from './smpp.ts'
import { isPublic } from '../lib/public-address.ts'
import { FIXED_MAIL } from './linked.ts'
import { smtpRoute, type SmtpSettings } from './smtp.ts'

/** What of us a route must know. */
export type Surroundings = Pick<SmtpSettings, 'from' | 'dkim' | 'name'> & {
  /** What a gateway says on a connection that we hold. Done when it is written down. */
  readonly onReceipt: (route: string, receipt: Receipt) => Promise<void>
  /** Where this gateway sends its receipts. */
  readonly callback: (route: string) => string
  /** Whether gateways may be at private addresses. */
  readonly mayBePrivate: boolean
}

/** Opens what is linked. Throws when its settings cannot work. */
export function openRoute({ id, gateway }: Linked, ours: Surroundings): MailRoute | SmsRoute {
  switch (gateway.kind) {
    case 'smtp':
      return smtpRoute({
        ...ours,
        url: urlOf(gateway),
        tls: tlsOf(gateway),
        guard: ours.mayBePrivate || id === FIXED_MAIL ? null : onlyPublic,
      })
    case 'http':
      return httpRoute(
        { ...gateway, recipe: recipeOf(gateway) },
        { ...ours, callback: ours.callback(id) },
      )
    case 'smpp':
      return smppRoute(gateway, { ...ours, onReceipt: (receipt) => ours.onReceipt(id, receipt) })
    default:
      return gateway satisfies never
  }
}

const onlyPublic = (ip: string) => (isPublic(ip) ? null : ('not_public' as const))

function urlOf({ host, port, security, user, password }: SmtpGateway): string {
  const login = user === '' ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`
  const name = host.includes(':') ? `[${host}]` : host
  return `${security === 'tls' ? 'smtps' : 'smtp'}://${login}${name}:${port}`
}

const tlsOf = ({ security }: SmtpGateway): SmtpSettings['tls'] =>
  security === 'off' ? 'off' : 'required'
