/** The default alphabet of GSM 03.38 (3GPP TS 23.038, §6.2.1), in its order, without the escape. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'

/** What takes an escape before it, and so two septets (§6.2.1.1). */
const extended = '\f^{}\\[~]|€'

const septets = new Map([
  ...Array.from(basic, (letter) => [letter, 1] as const),
  ...Array.from(extended, (letter) => [letter, 2] as const),
])

/** Whether a phone can be sent it in seven bits a letter; otherwise every letter takes sixteen. */
export const isGsm = (text: string): boolean =>
  Array.from(text).every((letter) => septets.has(letter))

/** How many messages it is sent as, and paid for. */
export const partsOf = (text: string): number => splitText(text).length

/**
 * The text as it is sent: in one part of 160 septets or 70 units of UTF-16, or in several of 153 or
 * 67, which begin with seven septets or six octets of header. An escape stays with its letter, and
 * both halves of a surrogate pair stay together. The parts joined are the text.
 */
export function splitText(text: string): string[] {
  const inSeptets = isGsm(text)
  const sizeOf = (letter: string): number =>
    inSeptets ? (septets.get(letter) ?? 1) : letter.length
  const [alone, each] = inSeptets ? [160, 153] : [70, 67]
  const letters = Array.from(text)
  const whole = letters.reduce((sum, letter) => sum + sizeOf(letter), 0)
  return whole <= alone ? [text] : fill(letters, each, sizeOf)
}

function fill(letters: string[], most: number, sizeOf: (letter: string) => number): string[] {
  const parts: string[] = []
  let [part, size] = ['', 0]
  for (const letter of letters) {
    if (size + sizeOf(letter) > most) {
      parts.push(part)
      part = ''
      size = 0
    }
    part += letter
    size += sizeOf(letter)
  }
  return [...parts, part]
}
