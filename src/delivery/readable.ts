/** Enough to understand a server's answer; nothing of the person's address or code. */
export const readable = (answer: string): string =>
  answer
    // Before the patterns, which would take their time over a megabyte.
    .slice(0, 1000)
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/[^\s<>()[\]"',;:]*@[^\s<>()[\]"',;:]*/g, '…')
    .replace(/\p{Nd}(?:[ -]?\p{Nd}){5,}/gu, '…')
    .trim()
    .slice(0, 120)
