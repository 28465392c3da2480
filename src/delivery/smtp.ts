import { createTransport } from 'nodemailer'
import { parseEmail } from '../lib/email.ts'
import type { Guard } from '../lib/guarded-address.ts'
import { checkDkimKey } from '../lib/rsa.ts'
import {
  AT_ONCE,
  LONGEST_SEND,
  type Answer,
  type Letter,
  type MailRoute,
  type Outcome,
} from './route.ts'
import { dialGuarded } from './smtp-dial.ts'
import { loginBlanker, outcomeOf } from './smtp-answer.ts'

export type SmtpSettings = {
  /** `smtp://user:password@host:587` (STARTTLS) or `smtps://…` (TLS from the first byte). */
  readonly url: string
  readonly from: string | { readonly name: string; readonly address: string }
  /** `off` sends in the clear over `smtp:`, for a relay on the same machine. */
  readonly tls: 'required' | 'off'
  /** `key`: an RSA private key, PEM. */
  readonly dkim: { readonly domain: string; readonly selector: string; readonly key: string } | null
  /** The host we go by, in EHLO and Message-ID. */
  readonly name: string
  /** Where it may connect to; left out, anywhere. */
  readonly guard?: Guard | null
}

/** Milliseconds of patience. `connect` and `greeting` end together, `socket` counts silence. */
const patience = { connect: 8_000, greeting: 8_000, socket: 20_000, whole: LONGEST_SEND }

/**
 * Mail through an SMTP server (RFC 5321, RFC 3207, RFC 6376). Throws when the settings cannot work.
 * `bounds` is for tests: a shorter patience, and who vouches for the server's certificate.
 */
export function smtpRoute(
  settings: SmtpSettings,
  bounds: Partial<typeof patience> & { readonly ca?: string } = {},
): MailRoute {
  const { connect, greeting, socket, whole } = { ...patience, ...bounds }
  const transport = createTransport(
    {
      ...serverOf(settings),
      pool: true,
      maxConnections: AT_ONCE,
      // Once more at once when the server has closed a connection that was idle; the rest is ours.
      maxRequeues: 1,
      name: settings.name,
      connectionTimeout: connect,
      greetingTimeout: greeting,
      socketTimeout: socket,
      ...(settings.guard && { getSocket: dialGuarded(settings.guard, connect) }),
      ...(bounds.ca ? { tls: { ca: bounds.ca } } : {}),
      ...(settings.dkim ? { dkim: dkimOf(settings.dkim) } : {}),
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    {
      from: settings.from,
      // Nobody's absence note should answer a code (RFC 3834, section 5).
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    },
  )

  const blank = blankerOf(settings)
  const answered = answersBy(blank)

  async function send(letter: Letter): Promise<Outcome> {
    const address = parseEmail(letter.to)?.address
    if (!address) return { accepted: false, lasting: true, reason: 'not one e-mail address' }
    try {
      const { response } = await transport.sendMail({
        // An object: in a text, a comma would make two recipients.
        to: { name: '', address },
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        // The same at every try, so that a mailbox can tell a letter it has from a new one.
        messageId: `<${letter.id}@${settings.name}>`,
        // A server that says a little now and then is never silent; this ends it all the same.
        signal: AbortSignal.timeout(whole),
      })
      return { accepted: true, ...answered(response) }
    } catch (error) {
      return { ...outcomeOf(error, blank), ...answered((error as { response?: unknown }).response) }
    }
  }

  return { send, close: async () => transport.close({ force: true }) }
}

const MOST_SAID = 4096

function blankerOf({ url }: SmtpSettings): (said: string) => string {
  const { username, password } = new URL(url)
  return loginBlanker(decodeURIComponent(username), decodeURIComponent(password))
}

/** What the server said, without our password in it. */
const answersBy =
  (blank: (said: string) => string) =>
  (said: unknown): { readonly answer?: Answer } =>
    typeof said === 'string' && said !== ''
      ? { answer: { status: said.slice(0, 3), body: blank(said).slice(0, MOST_SAID) } }
      : {}

function serverOf({ url, tls }: SmtpSettings) {
  const { protocol, hostname, port, username, password } = new URL(url)
  if (protocol !== 'smtp:' && protocol !== 'smtps:') throw new Error(`not an SMTP URL: ${protocol}`)
  const secure = protocol === 'smtps:'
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && tls === 'required',
    ignoreTLS: !secure && tls === 'off',
    ...(username && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
  }
}

function dkimOf(dkim: NonNullable<SmtpSettings['dkim']>) {
  checkDkimKey(dkim.key)
  return { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.key }
}
