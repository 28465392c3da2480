/** Letters and digits in groups of four, as people read and copy them. */
export const inGroups = (text: string, between: string): string =>
  text
    .replace(/[^0-9a-z]/gi, '')
    .match(/.{1,4}/g)
    ?.join(between) ?? ''
