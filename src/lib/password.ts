import { hash, verify, type Options } from '@node-rs/argon2'

/** What one hash costs (RFC 9106): memory in KiB, passes over it. One lane. */
export type Cost = { readonly memory: number; readonly passes: number }

export type Passwords = {
  /** A new argon2id hash as a PHC string. `null`: too many are waiting. */
  hash(password: string): Promise<string | null>
  /**
   * Is it this password? Without a hash it takes as long and says no. `null`: too many are waiting.
   */
  matches(password: string, phc: string | null): Promise<boolean | null>
  /** Was it made with another cost than today's? */
  isOutdated(phc: string): boolean
}

/**
 * Argon2id, at most `parallel` at once and `queue` waiting: more would only take memory, and every
 * other page would wait behind them.
 */
export async function passwordHasher(
  cost: Cost,
  bounds: { readonly parallel: number; readonly queue: number },
): Promise<Passwords> {
  // The library's algorithm, unless told otherwise, is argon2id.
  const options: Options = {
    memoryCost: cost.memory,
    timeCost: cost.passes,
    parallelism: 1,
    outputLen: 32,
  }
  const nobody = await hash('nobody has this password', options)
  const inTurn = turnstile(bounds.parallel, bounds.queue)
  return {
    hash: (password) => inTurn(() => hash(password, options)),
    matches: (password, phc) =>
      inTurn(async () => (await verify(phc ?? nobody, password)) && phc !== null),
    isOutdated: (phc) => !phc.includes(`$m=${cost.memory},t=${cost.passes},p=1$`),
  }
}

/** Runs at most `parallel` at once, lets `queue` wait, and answers `null` to the rest. */
export function turnstile(parallel: number, queue: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async function inTurn<T>(work: () => Promise<T>): Promise<T | null> {
    if (running >= parallel) {
      if (waiting.length >= queue) return null
      await new Promise<void>((go) => waiting.push(go))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
