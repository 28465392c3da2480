/** What is so now, on one line, and whether that is the last of it. */
export type Seen = { readonly data: string; readonly isLast: boolean }

type Watch = {
  /** `null`: it is over. */
  readonly look: () => Promise<Seen | null>
  /** Until the next look. */
  readonly wait: () => Promise<void>
  /** Nobody wants to know any more. */
  readonly signal: AbortSignal
}

/** After so many looks at the same, a sign of life: whoever stands between us hangs up on silence. */
export const QUIET = 15

/** As server-sent events: what is so, and again each time it has changed, until it is over. */
export async function* changes({ look, wait, signal }: Watch): AsyncGenerator<string, void> {
  let told: string | null = null
  let quiet = 0
  while (!signal.aborted) {
    const seen = await look()
    if (signal.aborted) return
    const isNew = seen !== null && seen.data !== told
    quiet = isNew ? 0 : quiet + 1
    if (isNew) yield `data: ${(told = seen.data)}\n\n`
    else if (quiet % QUIET === 0) yield ':\n\n'
    if (!seen || seen.isLast) return yield END
    await wait()
  }
}

/** Without it, a browser would ask again. */
const END = 'event: end\ndata:\n\n'

/** A body of these pieces of text. `left`: its reader has gone, it has ended, or it broke off (why). */
export function bodyOf(
  pieces: AsyncIterable<string>,
  left: (error?: unknown) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let isWanted = true
  return new ReadableStream({
    start(controller) {
      // Not waited for: a stream is read from only once it has started.
      void pump(controller).then(() => left(), left)
    },
    cancel() {
      isWanted = false
      left()
    },
  })

  async function pump(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      for await (const piece of pieces) {
        if (!isWanted) return
        controller.enqueue(encoder.encode(piece))
      }
    } finally {
      if (isWanted) controller.close()
    }
  }
}
