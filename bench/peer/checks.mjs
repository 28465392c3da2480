import { Secret, TOTP } from 'otpauth'
import { verifySync } from 'otplib'
import { fromBase32, toBase32 } from '../../src/lib/base32.ts'
import { systemRandom } from '../../src/lib/random.ts'
import { hotp, matchingStep, stepAt } from '../../src/lib/totp.ts'
import { usage } from '../side-channel.ts'

// Does nothing but check codes of authenticator apps, in a process like a server's. Asked over IPC
// whose check, of right codes or wrong ones, and for how many seconds, it answers with what it did.
const keys = Array.from({ length: 500 }, () => toBase32(systemRandom(20)))

/** The key is given as it is kept, in base 32, and another each time. A step early or late counts. */
const checks = {
  Nightlatch: (key, code) =>
    matchingStep(fromBase32(key), code, { now: Date.now(), window: 1, after: -1 }) !== null,
  otplib: (key, code) => verifySync({ secret: key, token: code, epochTolerance: 30 }).valid,
  otpauth: (key, code) =>
    TOTP.validate({ secret: Secret.fromBase32(key), token: code, window: 1 }) !== null,
}

process.on('message', ({ by, codes, seconds }) => {
  const check = checks[by]
  const step = stepAt(Date.now(), 30) + (codes === 'right' ? 0 : 1000)
  const given = keys.map((key) => hotp(fromBase32(key), step))
  const [began, before] = [performance.now(), usage()]
  let done = 0
  let time = 0
  while (time < seconds * 1000) {
    let taken = 0
    for (let n = 0; n < keys.length; n++) if (check(keys[n], given[n])) taken++
    // One that is wrong for now may be right by chance; hardly ever more of them.
    if (codes === 'right' ? taken < keys.length : taken > 3)
      throw new Error(`${by} takes ${taken} of ${keys.length} ${codes} codes`)
    done += keys.length
    time = performance.now() - began
  }
  const cpu = usage().cpu - before.cpu
  process.send({ perSecond: (done / time) * 1000, cpu: cpu / done, serverUse: cpu / time })
})
process.on('disconnect', () => process.exit())
process.send({ port: 0 })
