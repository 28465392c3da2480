import { parseEnv } from 'node:util'

export type Problem = {
  readonly name: string
  readonly problem: string
  /** A line that would be right. */
  readonly example: string
  /** The file's path, `the environment`, or `not set`. */
  readonly where: string
}

/**
 * The settings file: lines `NAME=value`, `#` before remarks, quotes where a value holds a `#`.
 * A name we do not know is a problem, not a remark: it is nearly always one misspelt.
 */
export function readSettings(
  file: { readonly path: string; readonly text: string },
  names: readonly string[],
): { values: Record<string, string | undefined>; problems: Problem[] } {
  const text = file.text.replace(/^\uFEFF/, '')
  const problems: Problem[] = []
  const seen = new Set<string>()
  const report = (name: string, problem: string, example = 'PORT=8484') =>
    problems.push({ name, problem, example, where: file.path })

  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue
    // The line itself is not shown: it may be half of a secret.
    const [, name] = /^\s*(?:export\s+)?([\w.-]+)\s*=/.exec(line) ?? []
    if (!name) report(`line ${index + 1}`, 'must be a name, = and a value, on one line')
    else if (!names.includes(name)) report(name, ...unknown(name, names))
    else if (seen.has(name)) report(name, 'stands in the file twice', `${name}=… once`)
    seen.add(name ?? '')
  }
  return { values: { ...parseEnv(text) }, problems }
}

function unknown(name: string, names: readonly string[]): [problem: string, example: string] {
  const near = nearest(name.toUpperCase(), names)
  return [`is no setting; the nearest name is ${near}`, `${near}=…`]
}

/** The one that takes the fewest letters put in, left out or changed. */
const nearest = (name: string, names: readonly string[]): string =>
  names.toSorted((a, b) => distance(name, a) - distance(name, b))[0]!

/** Levenshtein's distance, row by row. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (const [i, letter] of from.slice(0, 100).split('').entries()) {
    const next = [i + 1]
    for (let j = 0; j < to.length; j++) {
      const change = row[j]! + (letter === to[j] ? 0 : 1)
      next.push(Math.min(change, row[j + 1]! + 1, next[j]! + 1))
    }
    row = next
  }
  return row.at(-1)!
}
