import { PDU } from 'smpp'
import { commandsById, errors } from 'smpp/lib/defs.js'

const HEADER = 16
const LONGEST = 16_384

export type Header = {
  /** As SMPP names it, or `unknown`. */
  readonly command: string
  readonly isAnswer: boolean
  readonly sequence: number
}

/** Cuts what has come into whole PDUs (SMPP 3.4, section 3.2); null where there can be none. */
export function takeFrames(bytes: Buffer): { frames: Buffer[]; rest: Buffer } | null {
  const frames: Buffer[] = []
  let rest = bytes
  while (rest.length >= 4) {
    const length = rest.readUInt32BE(0)
    if (length < HEADER || length > LONGEST) return null
    if (rest.length < length) break
    frames.push(rest.subarray(0, length))
    rest = rest.subarray(length)
  }
  return { frames, rest }
}

export function readHeader(frame: Buffer): Header {
  const id = frame.readUInt32BE(4)
  return {
    command: commandsById[id]?.command ?? 'unknown',
    isAnswer: id >= 0x8000_0000,
    sequence: frame.readUInt32BE(12),
  }
}

/** Null when its body is broken: the package throws then. */
export function readPdu(frame: Buffer): PDU | null {
  try {
    return new PDU(frame)
  } catch {
    return null
  }
}

const names = new Map(Object.entries(errors).map(([name, status]) => [status, name]))

/** As the standard calls a command status; in hex where it is the centre's own. */
export const statusName = (status: number): string =>
  names.get(status) ?? `0x${status.toString(16).padStart(8, '0')}`

/**
 * A message id without what is none of it: where its end is not marked, the package reads on. The
 * same on both ways, so that a receipt finds its message.
 */
export const idOf = (written: string | undefined): string | null =>
  written
    ?.replace(/[\0-\x1f].*$/s, '')
    .trim()
    .slice(0, 255) || null
