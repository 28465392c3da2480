import type { Random } from '../lib/random.ts'
import type { Keys } from '../lib/seal.ts'

/**
 * A way to prove that it is you, beside the password.
 *
 *                 we              you
 *   setting up    enrol …         … then as at signing in, on the draft
 *   signing in    challenge       check
 *
 * A factor knows nothing of HTTP, SQL, tries or sessions. It is given what we keep about it
 * (`State`) and gives back what we must keep from now on. `null` means: a wrong answer. Anything
 * else that goes wrong is thrown.
 */
export interface Factor<State = any, Question = any> {
  readonly kind: FactorKind
  /** What a right answer shows: that you `has` something, or also that you `is` the one. */
  readonly shows: readonly Quality[]

  /** A draft, and what is shown to the person once. It counts for nothing before it is proven. */
  enrol(who: Who, tools: Tools): { readonly draft: State; readonly show: readonly string[] }
  /**
   * Asks. `open` is the question of this attempt that is still open: a factor that can keep it
   * does, so that a late message still works. `null`: there is nothing to ask, only to answer.
   */
  challenge(state: State, open: Question | null, tools: Tools): Asked<Question> | null
  /** Could this be an answer at all? What could not costs no try. */
  reads(answer: string, tools: Tools): boolean
  /** `question` is `null` when none was asked. */
  check(
    state: State,
    question: Question | null,
    answer: string,
    tools: Tools,
  ): State | null | Promise<State | null>
}

export type FactorKind = 'email' | 'recovery'
type Quality = 'knows' | 'has' | 'is'

/** Something shown and checked. Facts are kept; where we stand is worked out from them. */
export type Proof = {
  readonly by: 'password' | 'device' | FactorKind
  readonly shows: readonly Quality[]
  readonly at: number
}

type Asked<Question> = {
  readonly question: Question
  readonly send: Send | null
}

/** A code to be sent, and until when it works (ms). */
export type Send = {
  readonly by: 'email'
  readonly to: string
  readonly code: string
  readonly until: number
}

export type Who = { readonly email: string }

/** All that a factor may touch of the world. `attemptId` binds a question to its attempt. */
export type Tools = {
  readonly now: number
  readonly random: Random
  readonly keys: Keys
  /** How long a sent code may live, in milliseconds, and when the attempt itself is over. */
  readonly codeLifetime: number
  readonly attemptEndsAt: number
  readonly attemptId: string
  /** Of a code that is sent. */
  readonly digits: number
}
