/**
 * The character that follows a text so that slips show (ISO/IEC 7064, MOD 37,36): one of 0-9A-Z. Any
 * one character that is wrong changes it, and so do two neighbours changed round, save about one pair
 * in 600 (IJ for JI at the start). Case, spaces and dashes make no difference; throws for a text that
 * is empty or has anything else in it.
 */
export function checkCharacter(text: string): string {
  const characters = text.replace(/[\s-]/g, '')
  // The text may be a secret, and is not repeated.
  if (!/^[0-9a-z]+$/i.test(characters)) throw new Error('a check character needs 0-9A-Z')
  let product = 36
  for (const character of characters) {
    const sum = (product + parseInt(character, 36)) % 36
    product = ((sum || 36) * 2) % 37
  }
  return ((37 - product) % 36).toString(36).toUpperCase()
}
