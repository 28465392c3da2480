import { readDigits } from '../lib/code-input.ts'
import { newCode, same } from '../lib/random.ts'
import { keyedHash, keyIdOf, seal, unseal } from '../lib/seal.ts'
import type { Factor, Send, Tools, Who } from './factor.ts'

/** Where it was proven to arrive: an address, or a number in E.164. */
type State = { readonly to: string }

/**
 * `hash` is what an answer is compared with; `sealed` is there to send the same code again. Both
 * are tied to the attempt and to the kind, so a code of one of them means nothing in another.
 */
type Question = { readonly hash: string; readonly sealed: string; readonly until: number }

type Kind = {
  readonly kind: Send['by']
  /** What its codes are tied to, beside the attempt. No two kinds have the same. */
  readonly place: string
  /** Where codes are to go to from now on, once that is proven. */
  readonly toOf: (who: Who) => string
}

/**
 * A code that is sent. It shows less than the other factors do, whichever way it goes: whoever gets at
 * what arrives there has it.
 */
export const sentCode = ({ kind, place, toOf }: Kind): Factor<State, Question> => {
  const placeOf = ({ attemptId }: Tools): string => `${place}:${attemptId}`

  const newQuestion = (code: string, tools: Tools): Question => ({
    hash: keyedHash(tools.keys, placeOf(tools), code),
    sealed: seal(tools.keys, tools.random, placeOf(tools), code),
    until: Math.min(tools.now + tools.codeLifetime, tools.attemptEndsAt),
  })

  return {
    kind,
    isStrong: false,
    isGuessable: true,
    isSent: true,
    most: 1,

    enrol: (who) => ({ draft: { to: toOf(who) }, show: [] }),

    challenge({ to }, open, tools) {
      // With less left than a message takes to be read, a new one is worth more.
      const alive = open !== null && tools.now < open.until - LATE
      const code = alive
        ? unseal(tools.keys, placeOf(tools), open.sealed)
        : newCode(tools.random, tools.digits)
      const question = alive ? open : newQuestion(code, tools)
      return { question, send: { by: kind, to, code, until: question.until } }
    },

    reads: (answer, { digits }) => readDigits(answer)?.length === digits,

    check(state, question, answer, tools) {
      const code = readDigits(answer)
      if (!question || !code || tools.now >= question.until) return null
      const hash = keyedHash(tools.keys, placeOf(tools), code, keyIdOf(question.hash))
      return same(hash, question.hash) ? { state, shows: ['has'] } : null
    },
  }
}

const LATE = 30_000

/** Where the codes of what is set up, or being set up, go to. */
export const sentTo = (state: unknown): string => (state as State).to
