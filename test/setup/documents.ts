import { globSync, readFileSync } from 'node:fs'

export type Block = { readonly language: string; readonly code: string }

export type Document = {
  readonly path: string
  readonly text: string
  /** The fenced blocks, in order. */
  readonly blocks: readonly Block[]
  /** What is left without them. */
  readonly prose: string
}

const fenced = /^```(\w*)\n([\s\S]*?)^```$/gm

export function readDocument(path: string): Document {
  const text = readFileSync(path, 'utf8')
  const blocks = [...text.matchAll(fenced)].map(([, language = '', code = '']) => ({
    language,
    code,
  }))
  return { path, text, blocks, prose: text.replaceAll(fenced, '') }
}

/** Everything that is written for people. */
export const documents = (): readonly Document[] =>
  globSync(['*.md', 'docs/**/*.md', 'bench/*.md', 'src/**/*.md'])
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .map(readDocument)

/** Where the links and pictures of a document go, but for other sites. */
export const linksOf = ({ prose }: Document): readonly string[] =>
  [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))

/** The names that headings can be reached by, as hosting sites make them. */
export const anchorsOf = ({ prose }: Document): readonly string[] =>
  [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** The rows of the table under a heading, a text for each cell. */
export function tableUnder({ text, path }: Document, heading: string): readonly string[][] {
  const [, section] = text.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const [table] = /^\|.*\n\|[-|]+\n(?:\|.*\n)+/m.exec(section ?? '') ?? []
  if (!table) throw new Error(`${path} has no table under "${heading}"`)
  const rows = table.trim().split('\n').slice(2)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** What stands in backticks. */
export const quoted = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, inner]) => inner!)

/** Does what was said hold what is written? A `…` stands for anything. */
export const says = (said: string, written: string): boolean =>
  new RegExp(
    written
      .trim()
      .split('…')
      .map((part) => RegExp.escape(part))
      .join('[\\s\\S]*?'),
  ).test(said)
