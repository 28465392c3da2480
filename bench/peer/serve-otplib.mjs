import { registerHooks } from 'node:module'

// Our own server with otplib inside: whoever in it imports src/lib/totp.ts gets totp.mjs, and nothing
// else is another.
const ours = new URL('../../src/lib/totp.ts', import.meta.url).href
const theirs = new URL('totp.mjs', import.meta.url).href
let isInside = false

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    if (found.url !== ours || context.parentURL === theirs) return found
    isInside = true
    return next(theirs, context)
  },
})

await import('../serve-nightlatch.ts')
if (!isInside) throw new Error('nothing in our server imports src/lib/totp.ts')
