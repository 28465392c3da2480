import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixedHeaders } from '../../src/http/reply.ts'
import { listen, type Listening } from '../../src/listen.ts'
import { createListener } from '../../src/server.ts'
import { ana, openWorld, protect, type Visitor, type World } from '../world.ts'
import { expectNoChange } from './tools.ts'

// Bytes on the wire, as no browser would send them.

describe('over the wire', () => {
  let world: World
  let listening: Listening
  let browser: Visitor

  beforeAll(async () => {
    world = await openWorld({ people: [ana], settings: { TRUSTED_PROXIES: '127.0.0.0/8' } })
    browser = world.visitor()
    await protect(world, browser)
    listening = await listen(
      { ...world.config, host: '127.0.0.1', port: 0 },
      createListener(world.app, world.opened.render),
    )
  })
  afterAll(async () => {
    await listening.close()
    await world.close()
  })

  /** What comes back until the other side closes. */
  async function send(...parts: (string | Buffer)[]): Promise<string> {
    const socket = connect(listening.port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => (answer += text))
    socket.on('error', () => {}) // It may be closed while we still talk.
    for (const part of parts)
      socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)
    await closing(socket)
    return answer
  }
  const closing = (socket: Socket) => new Promise((closed) => socket.once('close', closed))
  const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
  /** The status that counts: 100 only says that the rest may come. */
  const lastStatusOf = (answer: string): number =>
    statusOf(answer.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, ''))
  const head = (line: string, ...headers: string[]): string =>
    [line, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n')
  const cookies = () => [...browser.cookies].map((pair) => pair.join('=')).join('; ')
  const form = [
    'Content-Type: application/x-www-form-urlencoded',
    'Origin: http://localhost',
    'Sec-Fetch-Site: same-origin',
  ]
  async function expectAlive() {
    expect(statusOf(await send(head('GET /health HTTP/1.1')))).toBe(200)
  }

  const big = 'a'.repeat(64 * 1024 + 1)
  const inChunks = (text: string, size: number): string => {
    const chunks = text.match(new RegExp(`.{1,${size}}`, 'g')) ?? []
    return [...chunks, ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')
  }

  test('P-04: a body of 64 KiB and a byte is refused, announced or in chunks', async () => {
    await expectNoChange(world, async () => {
      const announced = head('POST /sign-in HTTP/1.1', ...form, `Content-Length: ${big.length}`)
      expect(statusOf(await send(announced, big))).toBe(413)
      for (const size of [1000, 70_000]) {
        const chunked = head('POST /sign-in HTTP/1.1', ...form, 'Transfer-Encoding: chunked')
        expect(statusOf(await send(chunked, inChunks(big, size)))).toBe(413)
      }
      const endless = head('POST /sign-in HTTP/1.1', ...form, 'Transfer-Encoding: chunked')
      expect(statusOf(await send(endless, inChunks('a'.repeat(2_000_000), 50_000)))).toBe(413)
    }, [])
    await expectAlive()
  })

  test('P-04: a form in chunks is read like any other', async () => {
    const body = `login=${encodeURIComponent(ana.email)}&password=wrong`
    const chunked = head('POST /sign-in HTTP/1.1', ...form, 'Transfer-Encoding: chunked')
    expect(statusOf(await send(chunked, inChunks(body, 3)))).toBe(401)
  })

  test('J-08: a request whose length can be read in two ways is refused', async () => {
    const both = [...form, 'Content-Length: 4', 'Transfer-Encoding: chunked']
    const lengths = [
      both,
      [...form, 'Content-Length: 4', 'Content-Length: 5'],
      [...form, 'Content-Length: 4, 4'],
      [...form, 'Content-Length: +4'],
      [...form, 'Content-Length: -1'],
      [...form, 'Content-Length: 0x4'],
      [...form, 'Transfer-Encoding: gzip, chunked', 'Content-Encoding: gzip'],
      [...form, 'Transfer-Encoding: xchunked'],
    ]
    for (const headers of lengths) {
      const answer = await send(
        head('POST /sign-out HTTP/1.1', `Cookie: ${cookies()}`, ...headers),
        'a=bc',
      )
      expect(`${headers.at(-1)}: ${statusOf(answer)}`).toMatch(/: (400|415)$/)
    }
    expect((await browser.get('/session')).status).toBe(200)
    await expectAlive()
  })

  // Who asks hears what they always hear, or is taken for a stranger, or is refused.
  const strange: [what: string, header: string, said: 'as ever' | 'to a stranger' | number][] = [
    ['an address that is none', 'X-Forwarded-For: a', 'as ever'],
    ['addresses without end', `X-Forwarded-For: ${'1.2.3.4,'.repeat(1500)}`, 'as ever'],
    ['odd addresses', 'X-Forwarded-For: fe80::1%eth0, [::1]:80, ::ffff:1.2.3.4', 'as ever'],
    ['bytes that are no text in an address', 'X-Forwarded-For: \xff\xfe', 'as ever'],
    ['bytes that are no text in a name', 'User-Agent: \xff\xfe\xc3\x28', 'as ever'],
    ['bytes that are no text in a language', 'Accept-Language: \xff\xfe', 'as ever'],
    [
      'bytes that are no text in a cookie',
      'Cookie: session=\xff\xfe; attempt=\xc3\x28',
      'to a stranger',
    ],
    ['a language without end', `Accept-Language: ${'en,'.repeat(4000)}`, 'as ever'],
    ['a language of 100 kB', `Accept-Language: ${'e'.repeat(100_000)}`, 431],
    ['a cookie of 100 kB', `Cookie: session=${'e'.repeat(100_000)}`, 431],
    ['thousands of cookies', `Cookie: ${'a=b; '.repeat(2500)}x=y`, 'as ever'],
    ['a second session', 'Cookie: session=x', 'to a stranger'],
    ['cookies without names', 'Cookie: =; ;;; =x; session', 'as ever'],
    ['NUL', 'X-Strange: \x00', 400],
    ['a folded line', 'X-Strange: a\r\n b', 400],
    ['a header without a name', ': a', 400],
    ['a name with a space', 'X Strange: a', 400],
    ['another protocol', 'Upgrade: websocket\r\nConnection: Upgrade', 'as ever'],
    ['a wish to go on', 'Expect: 100-continue', 'as ever'],
    ['a wish nobody knows', 'Expect: miracles', 417],
    ['a range', 'Range: bytes=-1,0-,99999999999999999999-', 'as ever'],
    ['a credential nobody asked for', 'Authorization: Basic \xff', 'as ever'],
  ]
  // `/session` is answered before most headers are read; the pages read them all.
  const asked = [
    { path: '/session', stranger: 401, owner: 200 },
    { path: '/sign-in', stranger: 200, owner: 303 },
    { path: '/account', stranger: 303, owner: 200 },
  ]
  for (const [what, header, said] of strange)
    test(`A-14, P-08: ${what} in a header lets nobody further, and the server lives`, async () => {
      for (const { path, stranger, owner } of asked) {
        const line = `GET ${path} HTTP/1.1`
        const outside = await send(head(line, header))
        const inside = await send(head(line, `Cookie: ${cookies()}`, header))
        const refused = typeof said === 'number' && said
        expect([path, lastStatusOf(outside)]).toEqual([path, refused || stranger])
        expect([path, lastStatusOf(inside)]).toEqual([
          path,
          refused || (said === 'as ever' ? owner : stranger),
        ])
        expect(outside).not.toContain(ana.email)
      }
      await expectAlive()
    })

  const paths = [
    '/%00',
    '/%',
    '/%ff',
    '/%c0%ae%c0%ae/',
    '/sign-in%00',
    '//evil.example',
    '///',
    '/\\evil.example',
    '/account;.js',
    '/../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/constructor',
    '/__proto__',
    '/sign-in?to=%ff%00&to=%',
    '/setup?token=%ff',
    '/setup?token[]=x&token=%00',
    `/${'a'.repeat(10_000)}`,
    `/sign-in?to=/${'a'.repeat(10_000)}`,
    '/\xff\xfe',
    '*',
    'http://evil.example/account',
    'http://localhost/account',
    'https://localhost:1/account',
    'nonsense',
    '/account#fragment',
    '/account?notice=__proto__',
  ]
  for (const path of paths)
    test(`P-08: nothing breaks at ${JSON.stringify(path).slice(0, 40)}`, async () => {
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'TRACE']) {
        const answer = await send(head(`${method} ${path} HTTP/1.1`, 'Content-Length: 0'))
        expect(`${method}: ${statusOf(answer)}`).toMatch(/: [234]\d\d$/)
        expect(answer).not.toMatch(/^location: *(\/\/|https?:)/im)
      }
      await expectAlive()
    })

  test('H-10: a request for two hosts, or none, is for none of ours', async () => {
    const two = head('GET /account HTTP/1.1', 'Host: evil.example', `Cookie: ${cookies()}`)
    expect(statusOf(await send(two))).toBe(421)
    const none = `GET /account HTTP/1.1\r\nConnection: close\r\nCookie: ${cookies()}\r\n\r\n`
    expect(statusOf(await send(none))).toBe(400)
    await expectAlive()
  })

  const noHost = 'GET /sign-in HTTP/1.1\r\nConnection: close\r\n\r\n'
  const chunked = head('POST /sign-in HTTP/1.1', ...form, 'Transfer-Encoding: chunked')
  const unheard: [what: string, sent: string, status: number][] = [
    ['what is not HTTP', '{}\r\n\r\n', 400],
    ['a length that is none', head('POST /sign-out HTTP/1.1', 'Content-Length: -1'), 400],
    ['a chunk that is none', `${chunked}x\r\n`, 400],
    ['a chunk with a tail without end', `${chunked}1;${'a'.repeat(20_000)}`, 413],
    ['headers without end', head('GET / HTTP/1.1', `Accept: ${'a'.repeat(100_000)}`), 431],
    ['a wish nobody knows', head('GET /sign-in HTTP/1.1', 'Expect: miracles'), 417],
    ['a request for no host', noHost, 400],
    ['the same in HTTP/1.0', noHost.replace('1.1', '1.0'), 400],
    ['a host that is none', noHost.replace('\r\n', '\r\nHost: a b\r\n'), 400],
    ['a path that is none', head('GET /a\\b HTTP/1.1'), 400],
  ]
  for (const [what, sent, status] of unheard)
    test(`H-10: the answer to ${what} carries the headers of every answer`, async () => {
      const answer = await send(sent)
      expect(statusOf(answer)).toBe(status)
      for (const [name, value] of Object.entries(fixedHeaders(world.config)))
        expect(answer.split('\r\n')).toContain(`${name}: ${value}`)
    })

  test('H-10: nothing is written into the middle of an answer', async () => {
    const first = 'GET /session HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const answer = await send(`${first}{}\r\n\r\n`)
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 401'])
  })

  test('P-08: what is not HTTP is turned away', async () => {
    const noise = [
      '\x16\x03\x01\x02\x00',
      'GET',
      'GET /\r\n\r\n',
      'SSH-2.0-x\r\n',
      '\r\n\r\n\x00',
      '{}\r\n\r\n',
    ]
    for (const bytes of noise) {
      const socket = connect(listening.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.resume()
      socket.end(Buffer.from(bytes, 'latin1'))
      await closing(socket)
    }
    await send(head('CONNECT evil.example:443 HTTP/1.1'))
    await expectAlive()
  })

  test('P-05: a browser that goes away in the middle leaves nothing behind', async () => {
    await expectNoChange(world, async () => {
      for (const cut of [10, 60, 120]) {
        const whole = head('POST /sign-in HTTP/1.1', ...form, 'Content-Length: 100') + 'login='
        const socket = connect(listening.port, '127.0.0.1')
        socket.on('error', () => {})
        await once(socket, 'connect')
        socket.write(whole.slice(0, whole.length - cut))
        socket.destroy()
        await closing(socket)
      }
    }, [])
    await expectAlive()
  })
})
