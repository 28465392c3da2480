/** A mail to be sent: to one address, in both forms. The same id means the same letter again. */
export type Letter = {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A text message to be sent. `id` is ours, and of this one sending; `to` is E.164. */
export type TextMessage = {
  readonly id: string
  readonly to: string
  readonly text: string
}

/**
 * What became of it. `lasting`: trying again this way will not help. `isSure`: it was surely not taken,
 * so that it may be tried again without coming twice; where this is not said, nobody knows. The reason
 * is short and is kept, so it holds no code, no body and no address.
 */
export type Outcome =
  | {
      readonly accepted: true
      /** What the gateway calls it in its receipts. */
      readonly gatewayId?: string | null
      readonly answer?: Answer
    }
  | {
      readonly accepted: false
      readonly lasting: boolean
      readonly isSure?: boolean
      /** The route was changed or removed meanwhile: what went wrong says nothing about what is linked now. */
      readonly isLeft?: boolean
      readonly reason: string
      readonly answer?: Answer
    }

/** What a gateway said, as it came but for secrets, which are blanked: for whoever tries it out. */
export type Answer = { readonly status: string; readonly body: string }

/** What a gateway tells later about a message it has taken. `id` is the one it gave, or ours. */
export type Receipt = {
  readonly id: string
  readonly state: 'underway' | 'delivered' | 'failed'
  readonly reason: string | null
}

/** A way to people. One more kind is a file beside this one. */
export type Route<Sent = Letter | TextMessage> = {
  /** Never throws, and never takes longer than `LONGEST_SEND`. */
  readonly send: (what: Sent) => Promise<Outcome>
  /** Breaks off what is still under way. */
  readonly close: () => Promise<void>
}
export type MailRoute = Route<Letter>
export type SmsRoute = Route<TextMessage>

/** Makes what is sent of what was kept. */
export type Render = {
  readonly mail: (id: string, body: unknown) => Omit<Letter, 'id' | 'to'>
  readonly sms: (id: string, body: unknown) => string
}

/** As many messages of a kind, and to a country, are under way at once in one process. */
export const AT_ONCE = 5

/** Milliseconds. */
export const LONGEST_SEND = 25_000

/** How long a gateway for text messages may take to answer, in milliseconds. */
export const LONGEST_SMS = 8_000

/**
 * How long a message is claimed by who sends it, in milliseconds: longer than sending takes, so that
 * nobody else sends it meanwhile. Between a server's yes and our writing it down a process can die. A
 * letter then goes out a second time, with the same Message-ID: the other order would lose it. A text
 * message is never given to the same gateway again, and goes by another. A longer lease makes people
 * wait longer after such a death, a shorter one lets two send what is merely slow.
 */
export const LEASE = LONGEST_SEND + 5_000
