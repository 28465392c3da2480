const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Bytes in base 32 (RFC 4648 §6), in capitals and without padding. */
export function toBase32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(held >> bits) & 31]
    }
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text
}

/**
 * The bytes that a text in base 32 stands for (RFC 4648 §6), or null. Upper and lower case, spaces,
 * dashes and padding make no difference. Bits left over must be zero (§3.5), and fewer than a letter
 * has: no two texts of letters stand for the same bytes.
 */
export function fromBase32(text: string): Uint8Array | null {
  const letters = text.replace(/[\s-]/g, '').replace(/=+$/, '')
  if (!/^[a-z2-7]*$/i.test(letters)) return null
  const bytes = new Uint8Array(Math.floor((letters.length * 5) / 8))
  let held = 0
  let bits = 0
  let at = 0
  for (const letter of letters.toUpperCase()) {
    held = (held << 5) | alphabet.indexOf(letter)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = held >> bits
  }
  const leftOver = held & ((1 << bits) - 1)
  return bits < 5 && leftOver === 0 ? bytes : null
}
