/** What a request tells about where it comes from. */
export type Visit = {
  /** The address of the client, as far as it can be trusted. */
  readonly address: string
  readonly userAgent: string
  readonly requestId: string
  /** The session this browser holds already, whoever's it is. */
  readonly sessionToken: string | null
  /** The session it is, once that is known, and its device. */
  readonly session?: { readonly id: string; readonly deviceId: string }
  /** The device tokens this browser holds, by account (`deviceTag`). */
  readonly deviceTokens: ReadonlyMap<string, string>
}

/** Nobody asks for it: its time has come. */
export const byItself: Visit = {
  address: '',
  userAgent: '',
  requestId: 'by itself',
  sessionToken: null,
  deviceTokens: new Map(),
}
