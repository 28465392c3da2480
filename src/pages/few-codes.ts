/** With so few recovery codes left, every text about them asks to make new ones. */
export const areFew = (left: number): boolean => left <= 3
