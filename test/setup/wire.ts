import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A wire to a server, which can be cut, or go dead without a word. */
export type Wire = AsyncDisposable & {
  readonly port: number
  /** Ends all connections and takes no new ones, as a server does that is stopped. */
  readonly cut: () => void
  /** Lets nothing through any more, and says nothing, as a broken network does. */
  readonly freeze: () => void
  readonly mend: () => void
}

export async function wireTo(host: string, port: number): Promise<Wire> {
  let state: 'whole' | 'cut' | 'frozen' = 'whole'
  const ends = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, host)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from)
      from.on('data', (data) => void (state !== 'frozen' && to.write(data)))
      from
        .on('error', () => {})
        .on('close', () => {
          ends.delete(from)
          to.destroy()
        })
    }
    if (state === 'cut') near.destroy()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const hangUp = () => {
    for (const end of ends) end.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = 'cut'
      hangUp()
    },
    freeze: () => void (state = 'frozen'),
    mend() {
      // What was swallowed cannot be brought back, so those connections are lost.
      if (state === 'frozen') hangUp()
      state = 'whole'
    },
    async [Symbol.asyncDispose]() {
      hangUp()
      server.close()
      await once(server, 'close')
    },
  }
}
