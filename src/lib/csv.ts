// A cell that begins with one of these is a formula to a spreadsheet, which may then call programs or
// send other cells away (OWASP, CSV injection). Full-width ones are read as those.
const FORMULA = /^[\s\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n]/u

const cell = (text: string): string =>
  `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

/** A line of a table, as below. */
export const csvLine = (row: readonly string[]): string => `${row.map(cell).join(',')}\r\n`

/** The mark by which spreadsheets know UTF-8. */
export const BYTE_ORDER_MARK = '\ufeff'

/**
 * A table as RFC 4180 has it, every cell between quotes; with the mark by which spreadsheets know
 * UTF-8. What could be a formula is marked as text.
 */
export const csv = (rows: readonly (readonly string[])[]): string =>
  BYTE_ORDER_MARK + rows.map(csvLine).join('')
