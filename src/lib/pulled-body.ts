/**
 * A body of these pieces of text, each made when the one before was taken: a slow reader holds up the making, and
 * fills no memory. `left`, once: it was read to its end, its reader has gone, or it broke off (why).
 */
export function pulledBody(
  pieces: AsyncIterator<string>,
  left: (error?: unknown) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let isOver = false
  const leave = (error?: unknown): void => {
    if (isOver) return
    isOver = true
    left(error)
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next()
          if (isOver) return
          if (done !== true) return controller.enqueue(encoder.encode(value))
          controller.close()
          leave()
        } catch (error) {
          // Whoever reads must see that it is not whole.
          controller.error(error)
          leave(error)
        }
      },
      cancel() {
        leave()
        // It may be in the middle of a piece, and ends after that.
        void pieces.return?.().catch(() => {})
      },
    },
    { highWaterMark: 0 },
  )
}
