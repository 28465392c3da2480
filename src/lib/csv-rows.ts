import { parse } from 'csv-parse/sync'

/** A row of a table, by the names of its columns; `null` where its cells do not fit the header. */
export type Row<Column extends string> = {
  /** Of the file, from 1 on. */
  readonly line: number
  readonly cells: Readonly<Record<Column, string>> | null
}

/**
 * The rows of a table (RFC 4180) whose first line names its columns, in any order. A column that
 * nobody asked for is a problem: it is nearly always one misspelt. What is left out is ''.
 *
 * A line is a row, as nothing we read in this way has line breaks in it: a quotation mark that is not
 * closed spoils one row and not the rest.
 */
export async function csvRows<Column extends string>(
  lines: AsyncIterable<string>,
  needed: readonly Column[],
  optional: readonly Column[],
): Promise<{ readonly rows: AsyncIterable<Row<Column>> } | TableProblem> {
  // Begun at once, and once: what a stream gives before somebody listens is lost.
  const reading = lines[Symbol.asyncIterator]()
  const { value: first = '' } = (await reading.next()) as { value?: string }
  const names = (cellsOf(first.replace(/^\uFEFF/, '')) ?? []).map((name) => name.toLowerCase())
  const problem = problemOf(names, needed, optional)
  if (problem === null)
    return { rows: rowsOf(reading, names as Column[], [...needed, ...optional]) }
  await reading.return?.()
  return problem
}

/** What is wrong with the first line: it has no column of that name, one that means nothing, or one twice. */
export type TableProblem = {
  readonly problem: 'missing' | 'unknown' | 'twice'
  /** As they may stand on a page or a terminal. */
  readonly columns: string
}

function problemOf(
  names: readonly string[],
  needed: readonly string[],
  optional: readonly string[],
): TableProblem | null {
  const missing = needed.filter((name) => !names.includes(name))
  if (missing.length > 0) return { problem: 'missing', columns: missing.join(', ') }
  const unknown = names.filter((name) => ![...needed, ...optional].includes(name))
  if (unknown.length > 0) return { problem: 'unknown', columns: shown(unknown) }
  return new Set(names).size < names.length ? { problem: 'twice', columns: '' } : null
}

async function* rowsOf<Column extends string>(
  reading: AsyncIterator<string>,
  names: readonly Column[],
  all: readonly Column[],
): AsyncGenerator<Row<Column>> {
  for (let line = 2; ; line++) {
    const next = await reading.next()
    if (next.done) return
    if (next.value.trim() === '') continue
    const cells = cellsOf(next.value)
    const fits = cells?.length === names.length
    const cellOf = (name: Column) => [name, cells?.[names.indexOf(name)] ?? ''] as const
    yield {
      line,
      cells: fits ? (Object.fromEntries(all.map(cellOf)) as Row<Column>['cells']) : null,
    }
  }
}

/** The cells of one row, blanks round them cut; `null` where its quotation marks are wrong. */
function cellsOf(text: string): string[] | null {
  try {
    const [cells] = parse(text, { trim: true })
    return cells ?? []
  } catch {
    return null
  }
}

/** As they may stand on a terminal. */
const shown = (names: readonly string[]): string =>
  names.map((name) => name.replace(/\P{L}/gu, '·').slice(0, 30)).join(', ')
