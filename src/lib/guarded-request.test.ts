import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, setGlobalProxyFromEnv, type RequestListener } from 'node:http'
import { createServer as createEncrypted } from 'node:https'
import { createServer as createRaw, type AddressInfo, type Server, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { guardedLookup, guardFor } from './guarded-address.ts'
import { guardedRequest, type Bounds } from './guarded-request.ts'

const pem = readFileSync(new URL('../../test/setup/test-only.pem', import.meta.url), 'utf8')
const get = (url: string, bounds: Partial<Bounds> = {}) =>
  guardedRequest(
    { method: 'GET', url: new URL(url), headers: {}, body: null },
    { mayBePrivate: true, longest: 8_000, ...bounds },
  )

async function open(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((closed) => server.close(closed))
  })
  return (server.address() as AddressInfo).port
}

/** A server that counts, and answers as it is told. */
async function world(answer: RequestListener = (_, response) => response.end('hello')) {
  const seen: string[] = []
  const listener: RequestListener = (request, response) => {
    seen.push(`${request.method} ${request.url}`)
    answer(request, response)
  }
  const port = await open(createServer(listener))
  return { seen, port, url: `http://127.0.0.1:${port}/`, listener }
}

const encrypted = async (listener: RequestListener) =>
  `https://127.0.0.1:${await open(createEncrypted({ key: pem, cert: pem }, listener))}/`

const found = (address: string) => ({ address, family: address.includes(':') ? 6 : 4 })

/** A server that only listens to a socket. */
const raw = async (talk: (socket: Socket) => void) =>
  `http://127.0.0.1:${await open(createRaw(talk))}/`

test('asks once, and gives status, headers and body', async () => {
  const { url, seen } = await world((request, response) => {
    response.writeHead(207, { 'x-thing': 'a' })
    request.pipe(response)
  })
  const body = 'رمز 码 😀'
  const request = { method: 'POST', url: new URL(`${url}a?b=c`), headers: {}, body } as const
  const reply = await guardedRequest(request, { mayBePrivate: true, longest: 8_000 })
  expect(reply).toMatchObject({ status: 207, headers: { 'x-thing': 'a' }, body })
  expect(seen).toEqual(['POST /a?b=c'])
})

test('over TLS the certificate is checked, whatever the environment says', async () => {
  const { listener, seen } = await world()
  const url = await encrypted(listener)
  expect(await get(url, { ca: pem })).toMatchObject({ status: 200 })
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  expect(await get(url)).toMatchObject({ failure: 'no_tls', wasSent: false })
  const wrongName = { ca: pem, resolve: async () => [found('127.0.0.1')] }
  const elsewhere = url.replace('127.0.0.1', 'sms.example')
  expect(await get(elsewhere, wrongName)).toMatchObject({ failure: 'no_tls', wasSent: false })
  expect(seen).toHaveLength(1)
})

const spellings = [
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '0x7f000001',
  '017700000001',
  '2130706433',
  '127.0.0.1.',
  '0',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  'localhost',
  'LOCALHOST',
  '１２７.0.0.1',
  '10.0.0.1',
  '169.254.169.254',
  '[fd00:ec2::254]',
  '[::1]',
  '[::]',
]

test.each(spellings)('a private address is never connected to: %s', async (host) => {
  const { port, seen, listener } = await world()
  const safe = await encrypted(listener)
  const refused = { failure: 'not_public', wasSent: false, detail: null }
  for (const at of [port, new URL(safe).port])
    expect(await get(`https://${host}:${at}/`, { mayBePrivate: false, ca: pem })).toEqual(refused)
  expect(await get(`http://${host}:${port}/`, { mayBePrivate: false })).toEqual({
    ...refused,
    failure: 'not_encrypted',
  })
  expect(seen).toEqual([])
})

test('a name that means private addresses is refused', async () => {
  const { seen, listener } = await world()
  const url = (await encrypted(listener)).replace('127.0.0.1', 'localhost')
  for (const addresses of [['127.0.0.1'], ['::1', '10.0.0.1', '::ffff:127.0.0.1']]) {
    const resolve = async () => addresses.map(found)
    expect(await get(url, { ca: pem, mayBePrivate: false, resolve })).toEqual({
      failure: 'not_public',
      wasSent: false,
      detail: null,
    })
  }
  expect(seen).toEqual([])
})

test('of what a name means, only what is allowed is connected to', async () => {
  const resolve = async () => ['10.0.0.1', '8.8.8.8', '::1', '2606:4700:4700::1111'].map(found)
  const look = guardedLookup(resolve, guardFor(true, false))
  const seen: unknown[] = []
  for (const all of [true, false])
    await new Promise<void>((done) =>
      look('sms.example', { all }, (...answer) => done(void seen.push(answer))),
    )
  expect(seen).toEqual([
    [null, ['8.8.8.8', '2606:4700:4700::1111'].map(found)],
    [null, '8.8.8.8', 4],
  ])
})

test('a name is looked up once, by the connection: it cannot mean something else meanwhile', async () => {
  const { port } = await world()
  let looks = 0
  const resolve = async () => [found((looks += 1) === 1 ? '127.0.0.1' : '10.0.0.1')]
  expect(await get(`http://sms.example:${port}/`, { resolve })).toMatchObject({ status: 200 })
  expect(looks).toBe(1)
})

test('where private addresses are allowed, names lead there too', async () => {
  const { port } = await world()
  expect(await get(`http://localhost:${port}/`)).toMatchObject({ status: 200 })
})

test('what can be read on the way never goes to the internet', async () => {
  expect(await get('http://8.8.8.8/')).toMatchObject({ failure: 'not_encrypted', wasSent: false })
  const resolve = async () => [found('8.8.8.8')]
  expect(await get('http://sms.example/', { resolve })).toMatchObject({
    failure: 'not_encrypted',
    wasSent: false,
  })
})

test('a redirect is an answer', async () => {
  const other = await world()
  const { url, seen } = await world((_, response) =>
    response.writeHead(302, { location: other.url }).end(),
  )
  expect(await get(url)).toMatchObject({ status: 302, body: '' })
  expect([seen.length, other.seen.length]).toEqual([1, 0])
})

test('no proxy of the environment is used', async () => {
  const proxy = await world()
  const restore = setGlobalProxyFromEnv({ http_proxy: proxy.url, https_proxy: proxy.url })
  onTestFinished(restore)
  const { url, seen } = await world()
  expect(await get(url)).toMatchObject({ body: 'hello' })
  expect([seen, proxy.seen]).toEqual([['GET /'], []])
})

test('each request has a connection of its own, which ends with it', async () => {
  const { url } = await world((request, response) => response.end(request.headers.connection))
  expect(await get(url)).toMatchObject({ body: 'close' })
})

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n'
const talks: [what: string, talk: (socket: Socket) => void, failure: string][] = [
  ['hangs up at once', (socket) => socket.once('data', () => socket.destroy()), 'broken_off'],
  ['speaks something else', (socket) => socket.end('220 mail.example ESMTP\r\n'), 'broken_off'],
  [
    'hangs up in the middle of the headers',
    (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-le')),
    'broken_off',
  ],
  [
    'hangs up in the middle of the body',
    (socket) => socket.once('data', () => socket.end(`${head}content-length: 100\r\n\r\n{"a":`)),
    'broken_off',
  ],
  [
    'sends a broken piece',
    (socket) => socket.once('data', () => socket.end(`${head}transfer-encoding: chunked\r\n\r\nx`)),
    'broken_off',
  ],
  [
    'switches to another protocol',
    (socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n'),
      ),
    'broken_off',
  ],
  [
    'sends headers without end',
    (socket) => socket.once('data', () => socket.write(`${head}x: ${'a'.repeat(100_000)}`)),
    'broken_off',
  ],
  [
    'sends a body without end',
    (socket) => {
      socket.once('data', () => socket.write(`${head}\r\n${'a'.repeat(70_000)}`))
    },
    'too_large',
  ],
]

test.each(talks)('a server that %s', async (_, talk, failure) => {
  const reply = await get(await raw(talk))
  expect(reply).toMatchObject({ failure, wasSent: true })
})

test('64 KiB are read, and one byte more is too many', async () => {
  const { url } = await world((request, response) =>
    response.end('a'.repeat(Number(request.url?.slice(1)))),
  )
  expect(await get(`${url}65536`)).toMatchObject({ status: 200, body: 'a'.repeat(65_536) })
  expect(await get(`${url}65537`)).toMatchObject({ failure: 'too_large', wasSent: true })
})

const slow: [what: string, talk: (socket: Socket) => void][] = [
  ['never answers', () => {}],
  ['never ends its body', (socket) => socket.write(`${head}content-length: 9\r\n\r\n{`)],
]

test.each(slow)('a server that %s is given up, and may have taken it', async (_, talk) => {
  const reply = await get(await raw(talk), { longest: 300 })
  expect(reply).toEqual({ failure: 'too_slow', wasSent: true, detail: null })
})

test('a server that is slow before anything was sent has taken nothing', async () => {
  const silent = await raw(() => {})
  const url = silent.replace('http', 'https')
  const surely = { failure: 'too_slow', wasSent: false, detail: null }
  expect(await get(url, { longest: 300 })).toEqual(surely)
  const resolve = () => new Promise<never>(() => {})
  expect(await get('https://sms.example/', { longest: 100, resolve })).toEqual(surely)
})

test('a server that is not there, a name that is none, and one that speaks no TLS', async () => {
  const { port } = await world()
  const gone = await get('http://127.0.0.1:1/')
  expect(gone).toEqual({ failure: 'unreachable', wasSent: false, detail: 'ECONNREFUSED' })
  const resolve = () =>
    Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
  const unknown = await get('https://sms.example/', { resolve })
  expect(unknown).toEqual({ failure: 'unreachable', wasSent: false, detail: 'ENOTFOUND' })
  const readable = await get(`https://127.0.0.1:${port}/`)
  expect(readable).toMatchObject({ failure: 'no_tls', wasSent: false })
})

test('what is under way is broken off when we close, and nothing begins after', async () => {
  const closing = new AbortController()
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  const { url, seen } = await world(() => resolve())
  const reply = get(url, { closing: closing.signal })
  await arrived
  closing.abort()
  expect(await reply).toMatchObject({ failure: 'closed', wasSent: true })
  const late = await get(url, { closing: closing.signal })
  expect(late).toMatchObject({ failure: 'closed', wasSent: false })
  expect(seen).toHaveLength(1)
})

test('a header that cannot be is no request', async () => {
  const { url, seen } = await world()
  const request = { method: 'GET', url: new URL(url), headers: { a: 'b\r\nc: d' }, body: null }
  const reply = await guardedRequest(request as never, { mayBePrivate: true, longest: 8_000 })
  expect(reply).toMatchObject({ failure: 'unreachable', wasSent: false })
  expect(seen).toEqual([])
})
