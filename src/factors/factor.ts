import type { Random } from '../lib/random.ts'
import type { Keys } from '../lib/seal.ts'
import type { Site } from '../lib/webauthn.ts'

/**
 * A way to prove that it is you, beside the password.
 *
 *                 we              you
 *   setting up    enrol …         bind, or else as at signing in, on the draft
 *   signing in    challenge       check
 *
 * A factor knows nothing of HTTP, SQL, tries or sessions. It is given what we keep about it
 * (`State`) and gives back what we must keep from now on. `null` means: a wrong answer. Anything
 * else that goes wrong is thrown.
 */
export interface Factor<State = any, Question = any> {
  readonly kind: FactorKind
  /** Counts as a second factor (NIST SP 800-63B-4 §3.1); one that is not gives way where there is one. */
  readonly isStrong: boolean
  /** Its answers are short enough to be guessed: after very many wrong ones it is switched off. */
  readonly isGuessable: boolean
  /** Its question goes out as a message. */
  readonly isSent: boolean
  /** As many of them one account can have. */
  readonly most: number

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
  ): Soon<Checked<State> | null>
  /** The first answer to a draft, where it is another than at signing in. */
  bind?(draft: State, answer: string, tools: Tools): Soon<Checked<State> | null>
  /**
   * By how much the clock was off that made this wrong answer, in milliseconds (more than 0: it is
   * ahead); `null` when it is no answer of any time near.
   */
  clockOff?(state: State, answer: string, tools: Tools): number | null
  /** What it is found by where nobody says whose it is. No two enrolments have the same. */
  handleOf?(state: State): string
}

type Soon<T> = T | Promise<T>

/** A right answer: what to keep, what it has shown, and whether something about it is odd. */
export type Checked<State = unknown> = {
  readonly state: State
  readonly shows: readonly Quality[]
  /** Its counter is not where it should be: somebody may have a copy of it. */
  readonly wentBack?: boolean
}

export type FactorKind = 'passkey' | 'totp' | 'sms' | 'email' | 'recovery'
export type Quality = 'knows' | 'has' | 'is'

/** Something shown and checked. Facts are kept; where we stand is worked out from them. */
export type Proof = {
  /** `pass`: what support gave to somebody who had lost everything. */
  readonly by: 'password' | 'device' | 'pass' | FactorKind
  readonly shows: readonly Quality[]
  readonly at: number
}

type Asked<Question> = {
  readonly question: Question
  readonly send: Send | null
}

/** A code to be sent, and until when it works (ms). */
export type Send = {
  readonly by: 'email' | 'sms'
  readonly to: string
  readonly code: string
  readonly until: number
}

/** `phone` in E.164, where there is one. */
export type Who = { readonly email: string; readonly phone?: string | null }

/** All that a factor may touch of the world. `attemptId` binds a question to its attempt. */
export type Tools = {
  readonly now: number
  readonly random: Random
  readonly keys: Keys
  /** How long a sent code may live, in milliseconds, and when the attempt itself is over. */
  readonly codeLifetime: number
  readonly attemptEndsAt: number
  readonly attemptId: string
  readonly accountId: string
  /** Of a code that is sent. */
  readonly digits: number
  /** How many steps early or late the code of an authenticator app may be. */
  readonly totpWindow: number
  /** Where passkeys are good for; `null` where there can be none. */
  readonly site: Site | null
}
