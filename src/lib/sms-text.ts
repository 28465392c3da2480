export const partsOf = (text: string): number => Math.ceil(text.length / 153)
