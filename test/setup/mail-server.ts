import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export type ReceivedMail = {
  /** As the envelope says; the headers are in `parsed`. */
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
  readonly parsed: Email
}

/** What a recipient is answered: `null` accepts, `'hang'` never answers. */
export type Answer = (to: string) => null | { code: number; text: string } | 'hang'

export type MailServer = {
  /** As `SMTP_URL` takes it, with user and password if there are any. */
  readonly url: string
  readonly port: number
  /** What a client must trust to speak TLS with this server (PEM). */
  readonly certificate: string
  readonly mails: readonly ReceivedMail[]
  /** The first mail that fits, among those that came and those that come within `ms`. */
  readonly waitFor: (fits: (mail: ReceivedMail) => boolean, ms?: number) => Promise<ReceivedMail>
  readonly answerWith: (answer: Answer) => void
  readonly close: () => Promise<void>
}

type Options = {
  /** TLS from the first byte (`smtps:`). */
  readonly secure?: boolean
  /** Offers STARTTLS. */
  readonly starttls?: boolean
  readonly auth?: { readonly user: string; readonly pass: string }
  readonly answer?: Answer
}

const pem = readFileSync(join(import.meta.dirname, 'test-only.pem'), 'utf8')

/** A real SMTP server on a free port of 127.0.0.1, with a mailbox for everybody. */
export async function startMailServer(options: Options = {}): Promise<MailServer> {
  const { secure = false, auth } = options
  const mails: ReceivedMail[] = []
  const waiting = new Set<() => void>()
  let answer: Answer = options.answer ?? (() => null)

  const server = new SMTPServer({
    ...behaviour(options),
    onRcptTo({ address }, _session, done) {
      const said = answer(address)
      if (said === 'hang') return
      done(said && Object.assign(new Error(said.text), { responseCode: said.code }))
    },
    onData(stream, { envelope }, done) {
      const receive = async () => {
        const raw = await text(stream)
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        const to = envelope.rcptTo.map(({ address }) => address)
        mails.push({ from, to, raw, parsed: await PostalMime.parse(raw) })
        for (const look of waiting) look()
      }
      receive().then(() => done(), done)
    },
  })
  // A client that hangs up or distrusts us is the client's story; its test sees it there.
  server.on('error', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.server.address() as AddressInfo
  const user = auth ? `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.pass)}@` : ''

  return {
    url: `${secure ? 'smtps' : 'smtp'}://${user}127.0.0.1:${port}`,
    port,
    certificate: pem,
    mails,
    waitFor: (fits, ms = 5000) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const mail = mails.find(fits)
          if (mail) settle(() => resolve(mail))
        }
        const settle = (say: () => void) => {
          waiting.delete(look)
          clearTimeout(timer)
          say()
        }
        const got = () => mails.map(({ to, parsed }) => `${to.join()}: ${parsed.subject}`)
        const timer = setTimeout(
          () =>
            settle(() => reject(new Error(`no such mail in ${ms} ms, only [${got().join('; ')}]`))),
          ms,
        )
        waiting.add(look)
        look()
      }),
    answerWith: (next) => void (answer = next),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

function behaviour({ secure = false, starttls = false, auth }: Options): SMTPServerOptions {
  return {
    secure,
    key: pem,
    cert: pem,
    disabledCommands: [...(starttls ? [] : ['STARTTLS']), ...(auth ? [] : ['AUTH'])],
    authOptional: !auth,
    allowInsecureAuth: !secure && !starttls,
    disableReverseLookup: true,
    // A client that was left hanging must not hold up the end of the test.
    closeTimeout: 100,
    onAuth({ username, password }, _session, done) {
      const isRight = username === auth?.user && password === auth?.pass
      done(isRight ? null : new Error('Invalid username or password'), { user: username })
    },
  }
}
