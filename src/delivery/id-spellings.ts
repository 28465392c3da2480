/**
 * The other ways in which a message centre may have written this id of a message: some give it in hex
 * when they take the message and in decimal in its receipt, or the other way round; with zeros in front,
 * or without; in small letters, or in capitals. Pure.
 */
export function spellingsOf(id: string): string[] {
  const bare = bareOf(id)
  const numbers = [bare, ...numbersOf(bare)]
  const padded = numbers.flatMap((each) => [
    each,
    ...WIDTHS.map((width) => each.padStart(width, '0')),
  ])
  const all = [id, ...padded].flatMap((each) => [each, each.toLowerCase(), each.toUpperCase()])
  return [...new Set(all)].filter((each) => each !== id)
}

/** Of what is written with zeros in front: 32 and 64 bits in hex, and in decimal. */
const WIDTHS = [8, 10, 16, 20]

const bareOf = (id: string): string => id.replace(/^0x(?=[0-9a-f]+$)/i, '').replace(/^0+(?=.)/, '')

/**
 * Below this, numbers are counted up, and what is one message in hex is another one in decimal: its
 * receipt must not be taken for ours.
 */
const SMALLEST = 0x100_0000n

/** In decimal, where it can be read as hex; in hex, where it can be read as decimal. */
function numbersOf(bare: string): string[] {
  const decimal = /^[0-9a-f]{1,32}$/i.test(bare) ? BigInt(`0x${bare}`) : 0n
  const hex = /^\d{1,39}$/.test(bare) ? BigInt(bare) : 0n
  return [
    ...(decimal >= SMALLEST ? [decimal.toString()] : []),
    ...(hex >= SMALLEST ? [hex.toString(16)] : []),
  ]
}
