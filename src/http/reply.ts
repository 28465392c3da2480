import type { Config } from '../config.ts'
import type { Html } from '../pages/layout.ts'

/** The headers of every answer, whatever it is. Made once. */
export function fixedHeaders(config: Pick<Config, 'secure'>): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), browsing-topics=()',
    // Not `no-referrer`: with that, browsers send `Origin: null` with our own forms.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'X-Robots-Tag': 'noindex',
    'Cache-Control': 'no-store',
    ...(config.secure && { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' }),
  }
}

type Rest = { readonly cookies?: readonly string[]; readonly headers?: Record<string, string> }

export type Replies = ReturnType<typeof repliesOf>

/** How we answer: everything goes out with the fixed headers, set in one go. */
export function repliesOf(config: Config) {
  const fixed = fixedHeaders(config)
  const send = (
    body: string | ReadableStream<Uint8Array> | null,
    status: number,
    type: string | null,
    rest: Rest,
  ): Response => {
    const [first, ...more] = rest.cookies ?? []
    const plain: Record<string, string> = { ...fixed, ...rest.headers }
    if (type) plain['Content-Type'] = type
    if (first) plain['Set-Cookie'] = first
    // A plain object goes straight to Node; only a second cookie needs the slower kind.
    if (more.length === 0) return new Response(body, { status, headers: plain })
    const headers = new Headers(plain)
    for (const cookie of more) headers.append('Set-Cookie', cookie)
    return new Response(body, { status, headers })
  }
  return {
    page: async (page: Html, status = 200, rest: Rest = {}) =>
      send(String(await page), status, 'text/html; charset=utf-8', rest),
    json: (value: unknown, status = 200, rest: Rest = {}) =>
      send(JSON.stringify(value), status, 'application/json', rest),
    text: (value: string) => send(value, 200, 'text/plain; charset=utf-8', {}),
    /** Nothing but a status. */
    nothing: (status: 204 | 503) => send(null, status, null, {}),
    /** Server-sent events. Proxies are asked to pass each on at once. */
    events: (body: ReadableStream<Uint8Array>) =>
      send(body, 200, 'text/event-stream; charset=utf-8', {
        headers: { 'X-Accel-Buffering': 'no' },
      }),
    /** A file under a URL that changes with it, so it may be kept for ever. */
    file: (body: string, type: string) =>
      send(body, 200, type, {
        headers: { 'Cache-Control': 'public, max-age=31536000, immutable' },
      }),
    /** A file to keep, which is nobody else's. */
    download: (body: string | ReadableStream<Uint8Array>, type: string, name: string) =>
      send(body, 200, type, {
        headers: { 'Content-Disposition': `attachment; filename="${name}"` },
      }),
    /** The same, made while it is sent. */
    stream: (body: ReadableStream<Uint8Array>, type: string, name: string) =>
      send(body, 200, type, {
        headers: { 'Content-Disposition': `attachment; filename="${name}"` },
      }),
    /** Where to look next, by GET (RFC 9110 §15.4.4). */
    seeOther: (path: string, cookies: readonly string[] = []) =>
      send(null, 303, null, { cookies, headers: { Location: path } }),
  }
}
