import type { Gateway } from '../delivery/gateway.ts'
import type { Fault } from '../delivery/read-gateway.ts'

/** A gateway as it was typed, not read yet. */
export type Raw = Readonly<Record<string, unknown>> & {
  readonly secrets?: Readonly<Record<string, string>>
}

/**
 * The same with the secrets that were left empty as they are now, if they go where they went: else whoever
 * may change a route could have its secrets sent to themselves. Pure.
 */
export function keepSecrets(
  next: Raw,
  before: Gateway | null,
): { readonly gateway: Raw } | { readonly faults: readonly Fault[] } {
  if (!before || before.kind !== next['kind']) return { gateway: next }
  const isSame = placeOf(before) === placeOf(next)
  const again = (at: string): Fault => ({ at: `gateway.${at}`, code: 'secret_again' })
  if (before.kind === 'http') {
    const empty = Object.entries(next.secrets ?? {}).filter(([, secret]) => secret === '')
    const kept = empty.filter(([name]) => Object.hasOwn(before.secrets, name))
    if (!isSame && kept.length > 0)
      return { faults: kept.map(([name]) => again(`secrets.${name}`)) }
    const secrets = kept.map(([name]) => [name, before.secrets[name]!] as const)
    return { gateway: { ...next, secrets: { ...next.secrets, ...Object.fromEntries(secrets) } } }
  }
  const isDropped = before.password === '' || (before.kind === 'smtp' && next['user'] === '')
  if (next['password'] !== '' || isDropped) return { gateway: next }
  return isSame
    ? { gateway: { ...next, password: before.password } }
    : { faults: [again('password')] }
}

/** Where its secrets go to, and how. */
function placeOf(gateway: Gateway | Raw): string {
  const { kind, host, port, security, tls, recipe } = gateway as Raw
  return JSON.stringify([kind, host, String(port), security, tls, recipe])
}
