import { readDigits } from '../lib/code-input.ts'
import { newCode, same } from '../lib/random.ts'
import { keyedHash, keyIdOf, seal, unseal } from '../lib/seal.ts'
import type { Factor, Tools } from './factor.ts'

/** The address it was proven for. */
type State = { readonly to: string }

/**
 * `hash` is what an answer is compared with; `sealed` is there to send the same code again. Both
 * are tied to the attempt, so a code of one attempt means nothing in another.
 */
type Question = { readonly hash: string; readonly sealed: string; readonly until: number }

/**
 * A code by e-mail. It shows less than the other factors do: whoever reads the mailbox has it
 * (NIST SP 800-63B-4 §3.1.3.1 does not count it as a second factor).
 */
export const email: Factor<State, Question> = {
  kind: 'email',
  isStrong: false,
  isGuessable: true,
  isSent: true,
  most: 1,

  enrol: (who) => ({ draft: { to: who.email }, show: [] }),

  challenge({ to }, open, tools) {
    // With less left than a mail takes to be read, a new one is worth more.
    const alive = open !== null && tools.now < open.until - LATE
    const code = alive
      ? unseal(tools.keys, placeOf(tools), open.sealed)
      : newCode(tools.random, tools.digits)
    const question = alive ? open : newQuestion(code, tools)
    return { question, send: { by: 'email', to, code, until: question.until } }
  },

  reads: (answer, { digits }) => readDigits(answer)?.length === digits,

  check(state, question, answer, tools) {
    const code = readDigits(answer)
    if (!question || !code || tools.now >= question.until) return null
    const hash = keyedHash(tools.keys, placeOf(tools), code, keyIdOf(question.hash))
    return same(hash, question.hash) ? { state, shows: ['has'] } : null
  },
}

const LATE = 30_000

const newQuestion = (code: string, tools: Tools): Question => ({
  hash: keyedHash(tools.keys, placeOf(tools), code),
  sealed: seal(tools.keys, tools.random, placeOf(tools), code),
  until: Math.min(tools.now + tools.codeLifetime, tools.attemptEndsAt),
})

const placeOf = ({ attemptId }: Tools): string => `code:${attemptId}`
