import type { Options } from '@node-rs/argon2'

export const password = 'two locks on one door'

export type Hash = keyof typeof costs

/**
 * What a password hash costs: the default is OWASP's minimum for argon2id; the cheap one is hardly
 * there, so that what remains is the rest of a sign-in.
 */
export const costs = {
  default: { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
  cheap: { memoryCost: 8, timeCost: 1, parallelism: 1 },
} satisfies Record<string, Options>

// One database serves both kinds of hash, since filling it takes longer than measuring: accounts
// with an even number have the default hash, those with an odd number the cheap one.
const kinds: Hash[] = ['default', 'cheap']

export const loginOf = (n: number): string => `user${n}@bench.test`

/**
 * Gives the logins of all accounts with that hash in an order that jumps about, so that nothing is
 * in a cache merely because its neighbour was just asked for. Endless; none twice in a round.
 */
export function loginsWith(hash: Hash, accounts: number): () => string {
  const parity = kinds.indexOf(hash)
  const half = Math.floor(accounts / 2)
  let turn = 0
  // 514,229 is a prime and divides no number of accounts here: every account has its turn.
  return () => loginOf(((turn++ * 514_229) % half) * 2 + parity)
}
