import { LONGEST_SMS, type Receipt } from './route.ts'

/** How we are known at a message centre. */
export type SmppSetting = {
  readonly kind: 'smpp'
  readonly host: string
  readonly port: number
  /** TLS from the first byte. */
  readonly tls: boolean
  readonly systemId: string
  readonly password: string
  readonly systemType: string
  /** Who it is from: a number in E.164, a short code or a name; empty leaves it to the centre. */
  readonly from: string
}

/** Milliseconds. */
export const patience = {
  /** For a whole sending, with the wait for the bind. */
  whole: LONGEST_SMS,
  /** From the first packet to being bound. */
  bind: LONGEST_SMS,
  enquireEvery: 30_000,
  enquire: LONGEST_SMS,
  unbind: 1_000,
  firstWait: 1_000,
  longestWait: 30_000,
}

export type Patience = typeof patience

export type SmppTools = {
  /** Whether the centre may be at a private address. */
  readonly mayBePrivate: boolean
  /**
   * The id is as the centre writes it, which is not always as in its answer. The centre is told that the
   * receipt was taken when this is done, and to tell it again when it fails.
   */
  readonly onReceipt: (receipt: Receipt) => Promise<void>
  /** For tests: less patience, and who vouches for the centre's certificate. */
  readonly bounds?: Partial<Patience> & { readonly ca?: string }
}
