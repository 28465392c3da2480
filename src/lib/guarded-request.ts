import { lookup } from 'node:dns/promises'
import { request as askReadably, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as askEncrypted } from 'node:https'
import {
  guardedLookup,
  guardFor,
  literalIn,
  RefusedAddress,
  type Refusal,
  type Resolve,
} from './guarded-address.ts'

export type GuardedRequest = {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export type Reply = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Why there is no reply. `wasSent` false: nobody can have seen any of it. `detail`: the system's code. */
export type NoReply = {
  readonly failure: Failure
  readonly wasSent: boolean
  readonly detail: string | null
}
type Failure =
  | Refusal
  | 'unreachable'
  | 'no_tls'
  | 'too_slow'
  | 'broken_off'
  | 'too_large'
  | 'closed'

export type Bounds = {
  /** Whether the operator lets requests go to this machine and to private networks. */
  readonly mayBePrivate: boolean
  /** For the whole of it, from the name to the last byte, in milliseconds. */
  readonly longest: number
  readonly closing?: AbortSignal
  /** For tests: who vouches for the server's certificate, and what names mean. */
  readonly ca?: string
  readonly resolve?: Resolve
}

const MOST = 64 * 1024

/**
 * One request over HTTP to a server that somebody else may have named. Where it may go is decided by
 * the address that is connected to (see `guardFor`). It follows no redirect, knows no proxy and no
 * cookies, and reads 64 KiB at most. Never throws.
 */
export async function guardedRequest(
  request: GuardedRequest,
  bounds: Bounds,
): Promise<Reply | NoReply> {
  const tooSlow = AbortSignal.timeout(bounds.longest)
  const signal = bounds.closing ? AbortSignal.any([tooSlow, bounds.closing]) : tooSlow
  const progress = { isConnected: false, wasSent: false }
  try {
    const message = await answerTo(request, bounds, signal, progress)
    const body = await bodyOf(message)
    return { status: message.statusCode ?? 0, headers: message.headers, body }
  } catch (error) {
    const { wasSent, isConnected } = progress
    if (error instanceof RefusedAddress) return { failure: error.refusal, wasSent, detail: null }
    if (error instanceof TooLarge) return { failure: 'too_large', wasSent, detail: null }
    if (tooSlow.aborted) return { failure: 'too_slow', wasSent, detail: null }
    if (signal.aborted) return { failure: 'closed', wasSent, detail: null }
    const before = isConnected ? 'no_tls' : 'unreachable'
    const detail = (error as { code?: string }).code ?? null
    return { failure: wasSent ? 'broken_off' : before, wasSent, detail }
  }
}

async function answerTo(
  { method, url, headers, body }: GuardedRequest,
  { mayBePrivate, resolve = lookupAll, ca }: Bounds,
  signal: AbortSignal,
  progress: { isConnected: boolean; wasSent: boolean },
): Promise<IncomingMessage> {
  const isEncrypted = url.protocol === 'https:'
  // No name is worth looking up for this.
  if (!isEncrypted && !mayBePrivate) throw new RefusedAddress('not_encrypted')
  const guard = guardFor(isEncrypted, mayBePrivate)
  const literal = literalIn(url)
  const refusal = literal && guard(literal)
  if (refusal) throw new RefusedAddress(refusal)

  return new Promise((answered, failed) => {
    const asked = (isEncrypted ? askEncrypted : askReadably)(url, {
      method,
      headers: { ...headers, ...(body !== null && { 'content-length': Buffer.byteLength(body) }) },
      // An agent of its own: no connection is shared or kept, and the environment's proxy not used.
      agent: false,
      lookup: guardedLookup(resolve, guard),
      signal,
      ...(isEncrypted && { rejectUnauthorized: true, ...(ca && { ca }) }),
    })
    asked.once('socket', (socket) => {
      socket.once('connect', () => (progress.isConnected = true))
      socket.once(isEncrypted ? 'secureConnect' : 'connect', () => (progress.wasSent = true))
    })
    asked.once('response', answered)
    asked.on('error', failed)
    // What switches to another protocol neither answers nor fails.
    asked.once('close', () => failed(new Error('closed without an answer')))
    asked.end(body ?? undefined)
  })
}

const lookupAll: Resolve = (name) => lookup(name, { all: true })

class TooLarge extends Error {}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    // Leaving the loop closes the connection.
    if (size > MOST) throw new TooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
