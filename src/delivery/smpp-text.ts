const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡' +
  'ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const EXTENDED = '\f^{}\\[~]|€'

/** Whether a text can be written in the GSM alphabet (3GPP TS 23.038). */
export const isGsm = (text: string): boolean =>
  [...text].every((char) => BASIC.includes(char) || EXTENDED.includes(char))

/**
 * A text in parts that each fit one SMS: 160 septets or 70 UCS-2 units alone, 153 or 67 beside others.
 * No character is cut in two. Joined they are the text again.
 */
export function splitText(text: string): string[] {
  const gsm = isGsm(text)
  const cost = (char: string) => (gsm ? (EXTENDED.includes(char) ? 2 : 1) : char.length)
  const [alone, beside] = gsm ? [160, 153] : [70, 67]
  if ([...text].reduce((sum, char) => sum + cost(char), 0) <= alone) return [text]
  const parts: string[] = []
  let part = ''
  let size = 0
  for (const char of text) {
    if (size + cost(char) > beside) {
      parts.push(part)
      part = ''
      size = 0
    }
    part += char
    size += cost(char)
  }
  return [...parts, part]
}
