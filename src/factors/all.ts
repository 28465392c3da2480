import { email } from './email.ts'
import type { Factor, FactorKind } from './factor.ts'
import { passkey } from './passkey.ts'
import { recovery } from './recovery.ts'
import { sms } from './sms.ts'
import { totp } from './totp.ts'

/** Every factor we know, the strongest first. Adding one: write its file, add it to this list. */
export const factors: readonly Factor[] = [passkey, totp, sms, email, recovery]

/** Throws for a kind that is not in the list: what cannot be checked is refused, never passed. */
export function factorOf(kind: string): Factor {
  const factor = factors.find((each) => each.kind === kind)
  if (!factor) throw new Error(`no such factor: ${kind}`)
  return factor
}

/** Those that can be set up by themselves, the strongest first; recovery codes come with any of them. */
export const kinds: readonly Exclude<FactorKind, 'recovery'>[] = ['passkey', 'totp', 'sms', 'email']
