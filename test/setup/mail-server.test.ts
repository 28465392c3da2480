import { createTransport, type SendMailOptions } from 'nodemailer'
import { expect, test } from 'vitest'
import { startMailServer, type MailServer } from './mail-server.ts'

const mail: SendMailOptions = {
  from: { name: 'Nightlatch', address: 'door@example.com' },
  to: { name: '', address: 'ana@example.com' },
  subject: 'رمز 登录',
  text: 'Your code is 012345.',
}

const send = (server: MailServer, ca?: string) =>
  createTransport({
    url: server.url,
    socketTimeout: 300,
    ...(ca && { requireTLS: true, tls: { ca } }),
  }).sendMail(mail)

const kinds: [string, Parameters<typeof startMailServer>[0], isTrusted: boolean][] = [
  ['no TLS', {}, false],
  ['STARTTLS', { starttls: true }, true],
  ['TLS from the start', { secure: true }, true],
  ['a password over TLS', { starttls: true, auth: { user: 'door@x', pass: 'p:w/ä' } }, true],
]

for (const [name, options, isTrusted] of kinds) {
  test(`the mail server takes mail: ${name}`, async () => {
    const server = await startMailServer(options)
    const waiting = server.waitFor(({ to }) => to.includes('ana@example.com'))
    await send(server, isTrusted ? server.certificate : undefined)
    const { from, parsed } = await waiting
    expect([from, parsed.subject, parsed.text?.trim()]).toEqual([
      'door@example.com',
      mail.subject,
      mail.text,
    ])
    await server.close()
  })
}

test('the mail server refuses as it is told to, and a wrong password by itself', async () => {
  const server = await startMailServer({ answer: () => ({ code: 451, text: 'Try later' }) })
  await expect(send(server)).rejects.toMatchObject({ responseCode: 451 })
  server.answerWith(() => ({ code: 550, text: 'No such mailbox' }))
  await expect(send(server)).rejects.toMatchObject({ responseCode: 550 })
  server.answerWith(() => null)
  await send(server)
  expect(server.mails).toHaveLength(1)
  await server.close()

  const locked = await startMailServer({ auth: { user: 'a', pass: 'b' } })
  const wrong = { ...locked, url: locked.url.replace('a:b', 'a:c') }
  await expect(send(wrong)).rejects.toMatchObject({ responseCode: 535 })
  await locked.close()
})

test('the mail server can hang, and can still be closed', async () => {
  const server = await startMailServer({ answer: () => 'hang' })
  await expect(send(server)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  await expect(server.waitFor(() => true, 50)).rejects.toThrow('no such mail in 50 ms')
  await server.close()
})

test('a client that does not trust the certificate sends nothing', async () => {
  const server = await startMailServer({ secure: true })
  await expect(send(server)).rejects.toMatchObject({ code: 'ESOCKET' })
  expect(server.mails).toEqual([])
  await server.close()
})
