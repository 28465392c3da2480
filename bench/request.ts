import type { Answer } from './connection.ts'

// What a browser sends with every request, so that the servers have the same to read.
const always = [
  'user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0',
  'accept: text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8',
  'accept-language: en-GB,en;q=0.7',
  'sec-fetch-site: same-origin',
  'sec-fetch-mode: navigate',
].join('\r\n')

/** The address a browser would see, which is also what the servers are told. */
export const originOf = (port: number): string => `http://localhost:${port}`

/** A whole GET request; `cookie` is a header's value, empty for none. */
export const get = (port: number, path: string, cookie: string): string =>
  `GET ${path} HTTP/1.1\r\n${headers(port, cookie)}\r\n\r\n`

/** A whole POST request with a form. */
export const postForm = (
  port: number,
  path: string,
  cookie: string,
  fields: Record<string, string>,
): string =>
  post(
    port,
    path,
    cookie,
    'application/x-www-form-urlencoded',
    new URLSearchParams(fields).toString(),
  )

/** A whole POST request with JSON. */
export const postJson = (port: number, path: string, cookie: string, body: object): string =>
  post(port, path, cookie, 'application/json', JSON.stringify(body))

const post = (port: number, path: string, cookie: string, type: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\n${headers(port, cookie)}\r\norigin: ${originOf(port)}\r\n` +
  `content-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const headers = (port: number, cookie: string): string =>
  `host: localhost:${port}\r\n${always}${cookie ? `\r\ncookie: ${cookie}` : ''}`

/** The same answer, or an error that tells what came instead: a failed flow is never counted. */
export function expectStatus(answer: Answer, status: number, what: string): Answer {
  if (answer.status === status) return answer
  throw new Error(
    `${what} should answer ${status} and answered:\n${answer.head}\n\n${answer.body.slice(0, 1000)}`,
  )
}

/** The cookie header after that answer: what was there, with what was set and without what was cleared. */
export function cookiesAfter(answer: Answer, before = ''): string {
  const jar = new Map(before ? before.split('; ').map(split) : [])
  for (const [, line = ''] of answer.head.matchAll(/\r\nset-cookie: *([^\r]*)/gi)) {
    const [name, value] = split(line.split(';')[0]!)
    if (value === '' || /; *max-age=0/i.test(line)) jar.delete(name)
    else jar.set(name, value)
  }
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}

function split(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return [pair.slice(0, at), pair.slice(at + 1)]
}
