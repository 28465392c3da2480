// The package has no types. What its loops export, Node does not see by name: it is taken from `defs`.
declare module 'smpp' {
  import type { Server, Socket } from 'node:net'
  import type { EventEmitter } from 'node:events'

  export type Text = {
    readonly message: string | Buffer
    readonly udh?: Buffer | readonly Buffer[]
  }

  export type Fields = Readonly<Record<string, string | number | Buffer | Text>>

  /** A PDU to be written, from its command and fields; or one that came, from its bytes: may throw. */
  export class PDU {
    constructor(what: string | Buffer, fields?: Fields)
    readonly command: string
    readonly command_id: number
    readonly command_status: number
    readonly sequence_number: number
    /** The rest only where the command has it, and where it came. */
    readonly system_id?: string
    readonly password?: string
    readonly message_id?: string
    readonly source_addr?: string
    readonly source_addr_ton?: number
    readonly source_addr_npi?: number
    readonly destination_addr?: string
    readonly dest_addr_ton?: number
    readonly dest_addr_npi?: number
    readonly esm_class?: number
    readonly data_coding?: number
    readonly registered_delivery?: number
    readonly short_message?: Text
    readonly message_payload?: Text
    readonly receipted_message_id?: string
    readonly message_state?: number
    toBuffer(): Buffer
    response(fields?: Fields): PDU
  }

  /** The server's end of a connection. */
  export class Session extends EventEmitter {
    readonly socket: Socket
    send(pdu: PDU, onAnswer?: (answer: PDU) => void): boolean
    on(event: 'pdu', listener: (pdu: PDU) => void): this
    on(event: 'error', listener: (error: Error) => void): this
    on(event: 'close', listener: () => void): this
  }

  export function createServer(
    options: { key?: string; cert?: string },
    onSession: (session: Session) => void,
  ): Server
}

declare module 'smpp/lib/defs.js' {
  type Coder = { encode(text: string): Buffer; decode(bytes: Buffer): string }
  export const errors: Readonly<Record<string, number>>
  export const commandsById: Readonly<Record<number, { readonly command: string }>>
  /** What the package calls ASCII is GSM 03.38, a byte each. */
  export const encodings: { readonly ASCII: Coder; readonly UCS2: Coder }
}
