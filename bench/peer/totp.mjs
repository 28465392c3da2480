import { verifySync } from 'otplib'

// What a server has in place of src/lib/totp.ts that checks its codes with otplib.
export * from '../../src/lib/totp.ts'

/** The same promise as ours. It is given the key's bytes, so that nobody reads base 32 twice. */
export function matchingStep(key, code, { now, window, after }, { algorithm, digits, period }) {
  const { valid, timeStep } = verifySync({
    secret: key,
    token: code,
    algorithm: algorithm.toLowerCase(),
    digits,
    period,
    epoch: Math.floor(now / 1000),
    epochTolerance: window * period,
    afterTimeStep: after < 0 ? undefined : after,
  })
  return valid ? timeStep : null
}
