import { createHash, createVerify, generateKeyPairSync } from 'node:crypto'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startMailServer, type MailServer } from '../../test/setup/mail-server.ts'
import type { Letter } from './route.ts'
import { smtpRoute, type SmtpSettings } from './smtp.ts'

const letter: Letter = {
  id: '0193f0c2a1b4aa',
  to: 'ana@x.example',
  subject: 'Your code',
  text: 'Your code is 123456.\n',
  html: '<p>Your code is <b>123456</b>.</p>',
}

const from = { name: 'Nightlatch, the second lock', address: 'door@n.example' }
const name = 'login.n.example'

test('a letter arrives in both forms, from us, as made by a machine', async () => {
  const { server, route } = await world()
  expect(await route.send(letter)).toMatchObject({ accepted: true })
  const [{ parsed, from: sender, to }] = server.mails as any
  expect([sender, to]).toEqual(['door@n.example', ['ana@x.example']])
  expect(parsed).toMatchObject({
    subject: letter.subject,
    from,
    to: [{ name: '', address: 'ana@x.example' }],
  })
  expect([parsed.text.trim(), parsed.html.trim()]).toEqual([letter.text.trim(), letter.html])
  const header = (key: string) => parsed.headers.find((each: any) => each.key === key)?.value
  expect(header('auto-submitted')).toBe('auto-generated')
  expect(header('x-auto-response-suppress')).toBe('All')
})

test('a letter keeps its Message-ID at every try', async () => {
  const { server, route } = await world()
  await route.send(letter)
  await route.send({ ...letter, subject: 'Your code, again' })
  const ids = server.mails.map(({ parsed }) => parsed.messageId)
  expect(ids).toEqual(Array(2).fill('<0193f0c2a1b4aa@login.n.example>'))
})

test('a hundred letters at once arrive once each', async () => {
  const { server, route } = await world()
  const letters = Array.from({ length: 100 }, (_, i) => ({ ...letter, to: `ana${i}@x.example` }))
  await Promise.all(letters.map(route.send))
  expect(server.mails).toHaveLength(100)
  expect(new Set(server.mails.map(({ to }) => to.join()))).toEqual(
    new Set(letters.map(({ to }) => to)),
  )
})

test('a full mailbox is for now, an unknown one for good, and the reason names nobody', async () => {
  const { server, route } = await world()
  server.answerWith((to) => ({ code: 452, text: `4.2.2 <${to}> is full, ref 12345678` }))
  expect(await route.send(letter)).toMatchObject({
    accepted: false,
    lasting: false,
    reason: 'EENVELOPE 452 4.2.2 <…> is full, ref …',
  })
  server.answerWith((to) => ({ code: 550, text: `5.1.1 no ${to} here` }))
  expect(await route.send(letter)).toMatchObject({
    accepted: false,
    lasting: true,
    reason: 'EENVELOPE 550 5.1.1 no … here',
  })
  server.answerWith(() => null)
  expect(await route.send(letter)).toMatchObject({ accepted: true })
})

test('it connects only where it may, by a name or by an address, and encrypted as ever', async () => {
  const met: string[] = []
  const all = (ip: string) => {
    met.push(ip)
    return null
  }
  const none = () => 'not_public' as const
  const { server, route } = await world({}, { guard: all })
  expect(await route.send(letter)).toMatchObject({ accepted: true, answer: { status: '250' } })
  const named = server.url.replace('127.0.0.1', 'localhost')
  for (const url of [named, server.url]) {
    const inside = smtpRoute({ ...plain(url), guard: none })
    onTestFinished(inside.close)
    const outcome = await inside.send(letter)
    expect(outcome).toEqual({
      accepted: false,
      lasting: false,
      reason: 'EPRIVATE a private address',
    })
  }
  const byName = smtpRoute({ ...plain(named), guard: all })
  onTestFinished(byName.close)
  expect(await byName.send(letter)).toMatchObject({ accepted: true })
  expect(met).toContain('127.0.0.1')
  expect(server.mails).toHaveLength(2)
})

test('a server that is not there is for now', async () => {
  const { server, route } = await world()
  await server.close()
  const outcome = await route.send(letter)
  expect(outcome).toMatchObject({ accepted: false, lasting: false })
  expect(outcome).toHaveProperty('reason', expect.stringContaining('ECONNREFUSED'))
})

type Talk = (socket: Socket) => void
const silent: Talk = () => {}
const mute: Talk = (socket) => {
  socket.write('220 hello\r\n')
}
const dripping: Talk = (socket) => {
  mute(socket)
  socket.once('data', () => {
    const drip = setInterval(() => socket.write('250-more\r\n'), 20)
    socket.on('close', () => clearInterval(drip))
  })
}
const hanging: [string, Talk, Parameters<typeof smtpRoute>[1], reason: RegExp][] = [
  ['never greets', silent, { greeting: 200 }, /ETIMEDOUT Greeting never received/],
  ['never gets to know us', silent, { connect: 200 }, /ETIMEDOUT/],
  ['stops answering', mute, { socket: 200 }, /ETIMEDOUT Timeout/],
  ['says a little for ever', dripping, { whole: 200 }, /ETIMEDOUT the server took too long/],
]
for (const [what, talk, bounds, reason] of hanging) {
  test(`a server that ${what} is given up in time, for now`, async () => {
    const { url } = await rawServer(talk)
    const route = smtpRoute(plain(url), bounds)
    onTestFinished(route.close)
    const begin = Date.now()
    const outcome = await route.send(letter)
    expect(outcome).toMatchObject({ accepted: false, lasting: false })
    expect(outcome).toHaveProperty('reason', expect.stringMatching(reason))
    expect(Date.now() - begin).toBeLessThan(3_000)
  })
}

test('a server that hangs up on us is asked twice at most, then later', async () => {
  const { url, connections } = await rawServer((socket) => void socket.destroy())
  const route = smtpRoute(plain(url))
  onTestFinished(route.close)
  expect(await route.send(letter)).toMatchObject({ accepted: false, lasting: false })
  expect(connections()).toBeLessThanOrEqual(2)
})

test('with TLS switched off on purpose a letter goes in the clear', async () => {
  const { server, route } = await world({ starttls: true }, { tls: 'off' })
  expect(await route.send(letter)).toMatchObject({ accepted: true })
  expect(server.mails).toHaveLength(1)
})

test('without TLS on offer nothing is sent in the clear, neither letter nor password', async () => {
  const heard: string[] = []
  const { url } = await rawServer((socket) => {
    socket.write('220 hello\r\n')
    socket.on('data', (data) => {
      heard.push(String(data).trim())
      socket.write(String(data).startsWith('EHLO') ? '250-n\r\n250 AUTH PLAIN\r\n' : '502 no\r\n')
    })
  })
  const route = smtpRoute({ ...plain(url.replace('//', '//ana:secret@')), tls: 'required' })
  onTestFinished(route.close)
  expect(await route.send(letter)).toMatchObject({
    accepted: false,
    lasting: false,
    reason: expect.stringContaining('ETLS'),
  })
  expect(heard).toEqual([`EHLO ${name}`, 'STARTTLS'])
})

test('STARTTLS with a certificate nobody vouches for sends nothing', async () => {
  const { server, route } = await world({ starttls: true }, { tls: 'required' })
  const outcome = await route.send(letter)
  expect(outcome).toMatchObject({ accepted: false, lasting: false })
  expect(outcome).toHaveProperty('reason', expect.stringMatching(/certificate/))
  expect(server.mails).toEqual([])
})

const auth = { user: 'door@n.example', pass: 'p:/@ ä%' }
const safe: [string, Parameters<typeof startMailServer>[0]][] = [
  ['STARTTLS', { starttls: true }],
  ['STARTTLS and a password', { starttls: true, auth }],
  ['TLS from the first byte', { secure: true }],
  ['TLS from the first byte and a password', { secure: true, auth }],
]
for (const [kind, options] of safe) {
  test(`a letter goes through ${kind}, also where it may not connect anywhere`, async () => {
    const server = await mailServer(options)
    const settings = { ...plain(server.url), tls: 'required' } as const
    for (const guard of [null, () => null]) {
      const route = smtpRoute({ ...settings, guard }, { ca: server.certificate })
      onTestFinished(route.close)
      expect(await route.send(letter)).toMatchObject({ accepted: true })
    }
    expect(server.mails).toHaveLength(2)
    const stranger = smtpRoute({ ...settings, guard: () => null })
    onTestFinished(stranger.close)
    expect(await stranger.send(letter)).toMatchObject({ accepted: false })
    expect(server.mails).toHaveLength(2)
  })
}

test('a wrong password names the settings, without the password', async () => {
  const server = await mailServer({ secure: true, auth })
  const url = new URL(server.url)
  url.password = 'wrong-one'
  const route = smtpRoute(plain(url.href), { ca: server.certificate })
  onTestFinished(route.close)
  const outcome = await route.send(letter)
  expect(outcome).toMatchObject({ accepted: false, lasting: false })
  expect(outcome).toHaveProperty(
    'reason',
    expect.stringMatching(/EAUTH .*settings are wrong.* 535/),
  )
  expect(JSON.stringify(outcome)).not.toContain('wrong-one')
  expect(server.mails).toEqual([])
})

test.each(['PLAIN', 'LOGIN'])(
  'a server that repeats what AUTH %s says tells nobody',
  async (how) => {
    const { url } = await rawServer((socket) => {
      socket.write('220 hello\r\n')
      const next = how === 'LOGIN' ? ['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6'] : []
      socket.on('data', (data) => {
        const said = String(data).trim()
        const answer = said.startsWith('EHLO') ? `250-n\r\n250 AUTH ${how}` : next.shift()
        socket.write(`${answer ?? `500 5.5.1 unrecognized: ${said}`}\r\n`)
      })
    })
    const { user, pass } = auth
    const login = `${user.replace('@', '%40')}:${encodeURIComponent(pass)}`
    const route = smtpRoute(plain(url.replace('//', `//${login}@`)))
    onTestFinished(route.close)
    const outcome = await route.send(letter)
    expect(outcome).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('unrecognized'),
    })
    for (const secret of [pass, `\0${user}\0${pass}`])
      for (const said of [secret, Buffer.from(secret).toString('base64')])
        expect(JSON.stringify(outcome)).not.toContain(said)
  },
)

const strange = [
  'ana@x.example, eve@y.example',
  'ana@x.example;eve@y.example',
  'ana@x.example\r\nRCPT TO:<eve@y.example>',
  'ana@x.example\nBcc: eve@y.example',
  'Ana <ana@x.example>',
  '<ana@x.example> <eve@y.example>',
  'ana@x.example eve@y.example',
  'friends: ana@x.example, eve@y.example;',
  '"ana@x.example, eve"@y.example',
  'ana@x.example\u2028eve@y.example',
  'ana@x.example@y.example',
  'ana',
  '',
]
for (const to of strange) {
  test(`nothing is sent to what is not one address: ${JSON.stringify(to)}`, async () => {
    const { server, route } = await world()
    expect(await route.send({ ...letter, to })).toEqual({
      accepted: false,
      lasting: true,
      reason: 'not one e-mail address',
    })
    expect(server.mails).toEqual([])
  })
}

test('an address with letters of any script gets its letter', async () => {
  const { server, route } = await world()
  await route.send({ ...letter, to: 'ana@bücher.example' })
  expect(server.mails[0]!.to).toEqual(['ana@bücher.example'])
  expect(server.mails[0]!.raw).toContain('To: ana@xn--bcher-kva.example\r\n')
})

for (const end of ['\r\n', '\n', '\r', '\u2028', '\0']) {
  test(`a subject cannot add a header: ${JSON.stringify(end)}`, async () => {
    const { server, route } = await world()
    const subject = `Code${end}Bcc: eve@y.example${end}${end}Body`
    expect(await route.send({ ...letter, subject })).toMatchObject({ accepted: true })
    const [{ to, parsed }] = server.mails as [MailServer['mails'][0]]
    expect(to).toEqual(['ana@x.example'])
    expect(parsed.headers.map(({ key }) => key)).not.toContain('bcc')
    expect(parsed.text?.trim()).toBe(letter.text.trim())
  })
}

test('a signed letter verifies, and one that was touched does not', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const dkim = { domain: 'n.example', selector: 'door', key }
  const { server, route } = await world({}, { dkim })
  await route.send({ ...letter, subject: 'رمز الدخول', text: 'رمز  \n\n123456\n\n\n' })
  const { raw } = server.mails[0]!
  expect(raw).toMatch(/^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=n\.example;/m)
  const verifies = (mail: string) =>
    isSigned(mail, publicKey.export({ type: 'spki', format: 'pem' }))
  expect(verifies(raw)).toBe(true)
  expect(verifies(raw.replace('ana@x.example', 'eve@x.example'))).toBe(false)
  expect(verifies(`${raw}more\r\n`)).toBe(false)
})

const unusable: [string, Partial<SmtpSettings>, RegExp][] = [
  ['another kind of URL', { url: 'https://n.example' }, /not an SMTP URL/],
  ['no URL', { url: 'mail.n.example' }, /Invalid URL/],
  [
    'a key that is none',
    { dkim: { domain: 'n', selector: 's', key: 'key' } },
    /not a private RSA key/,
  ],
  [
    'a key that is not RSA',
    { dkim: { domain: 'n', selector: 's', key: edKey() } },
    /not a private RSA key/,
  ],
]
for (const [what, change, problem] of unusable) {
  test(`settings that cannot work are refused at the start: ${what}`, () => {
    expect(() => smtpRoute({ ...plain('smtp://n.example'), ...change })).toThrow(problem)
  })
}

function edKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey.export({ type: 'pkcs8', format: 'pem' })
}

const plain = (url: string): SmtpSettings => ({ url, from, tls: 'off', dkim: null, name })

async function mailServer(options?: Parameters<typeof startMailServer>[0]): Promise<MailServer> {
  const server = await startMailServer(options)
  onTestFinished(server.close)
  return server
}

async function world(
  options: Parameters<typeof startMailServer>[0] = {},
  settings: Partial<SmtpSettings> = {},
  bounds: Parameters<typeof smtpRoute>[1] = {},
) {
  const server = await mailServer(options)
  const route = smtpRoute({ ...plain(server.url), ...settings }, bounds)
  onTestFinished(route.close)
  return { server, route }
}

/** A server that is no mail server: says what it is told to. */
async function rawServer(talk: Talk) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    talk(socket)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `smtp://127.0.0.1:${port}`, connections: () => sockets.size }
}

/** As a mailbox's server checks it: RFC 6376, relaxed/relaxed (§3.4.2, §3.4.4), rsa-sha256. */
function isSigned(raw: string, publicKey: string | Buffer): boolean {
  const split = raw.indexOf('\r\n\r\n')
  const fields = raw.slice(0, split).split(/\r\n(?![ \t])/)
  const relaxed = (field: string) => {
    const [, key, value] = /^([^:]+):(.*)$/s.exec(field)!
    return `${key!.trim().toLowerCase()}:${value!.replace(/\s+/g, ' ').trim()}`
  }
  const signature = fields.find((field) => /^dkim-signature:/i.test(field))!
  const tags = new Map(
    signature
      .slice(signature.indexOf(':') + 1)
      .split(';')
      .map((tag) => [
        tag.split('=')[0]!.trim(),
        tag.slice(tag.indexOf('=') + 1).replace(/\s/g, ''),
      ]),
  )
  const body = raw
    .slice(split + 4)
    .replace(/[ \t]+/g, ' ')
    .replace(/ (?=\r\n)/g, '')
  const hash = createHash('sha256')
    .update(`${body.replace(/(\r\n)*$/, '')}\r\n`)
    .digest('base64')
  const signed = tags
    .get('h')!
    .split(':')
    .map((key) => {
      return relaxed(fields.findLast((field) => field.toLowerCase().startsWith(`${key}:`))!)
    })
  const unsigned = relaxed(signature.replace(/([;\s]b=)[^;]*$/, '$1'))
  const verify = createVerify('rsa-sha256').update(`${signed.join('\r\n')}\r\n${unsigned}`)
  return hash === tags.get('bh') && verify.verify(publicKey, tags.get('b')!, 'base64')
}
