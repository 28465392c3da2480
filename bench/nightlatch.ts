import type { Answer, Connection } from './connection.ts'
import { enrolAll, fill } from './fill.ts'
import { password } from './hashes.ts'
import { cookiesAfter, expectStatus, get, postForm } from './request.ts'
import type { Side } from './side.ts'

/** Our own server, over the same pages that people use. All that the driver knows of it is here. */
export const nightlatch: Side = {
  name: 'Nightlatch',
  isOurs: true,
  program: 'serve-nightlatch.ts',
  first: '/sign-in',
  hasPage: true,

  /** Accounts as switching on protection by e-mail leaves them. */
  prepare: (folder, accounts) =>
    fill(folder, accounts, (db) => enrolAll(db, 'email', 'email', `json_object('to', email)`)),

  async signIn(connection, { port, codeFor }, login, withPage) {
    const attempt = await enterPassword(connection, port, login)
    if (withPage) {
      const page = await connection.send(get(port, '/sign-in/second', attempt))
      expectStatus(page, 200, 'the page that asks for the code')
    }
    const code = await codeFor(login)
    return sessionAfter(await connection.send(secondStep(port, attempt, code)), attempt)
  },

  check: (port, cookies) => get(port, '/session', cookies),

  expectSession(answer) {
    expectStatus(answer, 200, 'the session')
  },
}

/** The first step; gives back the cookies of the attempt. */
export async function enterPassword(
  connection: Connection,
  port: number,
  login: string,
): Promise<string> {
  const answer = await connection.send(postForm(port, '/sign-in', '', { login, password }))
  return cookiesAfter(expectStatus(answer, 303, 'the password'))
}

/** The request of the second step, for an attempt after its first. */
export const secondStep = (port: number, attempt: string, code: string): string =>
  postForm(port, '/sign-in/second', attempt, { code })

/** The cookies of the session that the second step has opened; throws when there is none. */
export function sessionAfter(answer: Answer, attempt: string): string {
  const cookies = cookiesAfter(expectStatus(answer, 303, 'the code'), attempt)
  if (!/(^|; )(__Host-)?session=/.test(cookies)) throw new Error(`no session:\n${answer.head}`)
  return cookies
}
