import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { password } from './hashes.ts'
import { cookiesAfter, expectStatus, get, postJson } from './request.ts'
import type { Side } from './side.ts'

const prepareProgram = fileURLToPath(new URL('peer/prepare.mjs', import.meta.url))

/** better-auth with its two-factor plug-in, as it comes. Its API is JSON; its pages are another's. */
export const betterAuth: Side = {
  name: 'better-auth',
  isOurs: false,
  program: 'peer/serve.mjs',
  first: '/api/auth/get-session',
  hasPage: false,

  async prepare(folder, accounts) {
    await promisify(execFile)(process.execPath, [prepareProgram, folder, String(accounts)])
  },

  async signIn(connection, { port, codeFor }, login, _withPage) {
    const post = (path: string, cookies: string, body: object) =>
      connection.send(postJson(port, `/api/auth/${path}`, cookies, body))

    const first = await post('sign-in/email', '', { email: login, password })
    expectStatus(first, 200, 'the password')
    if (!first.body.includes('"otp"')) throw new Error(`no second step: ${first.body}`)
    const attempt = cookiesAfter(first)
    expectStatus(await post('two-factor/send-otp', attempt, {}), 200, 'sending a code')
    const code = await codeFor(login)
    const second = await post('two-factor/verify-otp', attempt, { code })
    return cookiesAfter(expectStatus(second, 200, 'the code'), attempt)
  },

  check: (port, cookies) => get(port, '/api/auth/get-session', cookies),

  expectSession(answer) {
    // Without a session it answers 200 as well, with `null`.
    if (expectStatus(answer, 200, 'the session').body === 'null') throw new Error('no session')
  },
}
