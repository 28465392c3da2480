/** What is to be sent: to one address, in both forms. The same id means the same letter again. */
export type Letter = {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Makes the letter of this id from what was kept. */
export type Render = (id: string, body: unknown) => Omit<Letter, 'id' | 'to'>

/**
 * What became of it. `lasting`: trying again will not help. The reason is short and is kept, so it
 * holds no code, no body and no address.
 */
export type Outcome =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly lasting: boolean; readonly reason: string }

/** A way to people. One more is a file beside this one. */
export type Route = {
  readonly name: string
  readonly by: 'email'
  /** Never throws, and never takes longer than `LONGEST_SEND`. */
  readonly send: (letter: Letter) => Promise<Outcome>
  /** Breaks off what is still under way. */
  readonly close: () => Promise<void>
}

/** As many letters are under way at once in one process. */
export const AT_ONCE = 5

/** Milliseconds. */
export const LONGEST_SEND = 25_000

/**
 * How long a message is claimed by who sends it, in milliseconds: longer than sending takes, so that
 * nobody else sends it meanwhile. Between a server's yes and our writing it down a process can die:
 * then the letter goes out a second time, with the same Message-ID. The other order would lose it. A
 * longer lease makes people wait longer after such a death, a shorter one lets two send a letter
 * that is merely slow.
 */
export const LEASE = LONGEST_SEND + 5_000
