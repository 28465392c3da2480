import type { Linked, SmtpGateway } from './gateway.ts'
import type { MailRoute, Receipt, SmsRoute } from './route.ts'
import { smtpRoute, type SmtpSettings } from './smtp.ts'

/** What of us a route must know. */
export type Surroundings = Pick<SmtpSettings, 'from' | 'dkim' | 'name'> & {
  /** What a gateway says on a connection that we hold. */
  readonly onReceipt: (route: string, receipt: Receipt) => void
}

/** Opens what is linked. Throws when its settings cannot work. */
export function openRoute({ gateway }: Linked, ours: Surroundings): MailRoute | SmsRoute {
  switch (gateway.kind) {
    case 'smtp':
      return smtpRoute({ ...ours, url: urlOf(gateway), tls: tlsOf(gateway) })
    case 'http':
    case 'smpp':
      throw new Error(`no such kind of gateway: ${gateway.kind}`)
  }
}

function urlOf({ host, port, security, user, password }: SmtpGateway): string {
  const login = user === '' ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`
  const name = host.includes(':') ? `[${host}]` : host
  return `${security === 'tls' ? 'smtps' : 'smtp'}://${login}${name}:${port}`
}

const tlsOf = ({ security }: SmtpGateway): SmtpSettings['tls'] =>
  security === 'off' ? 'off' : 'required'
