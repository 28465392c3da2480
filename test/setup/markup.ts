import { importsOf } from './source.ts'
import type { Rule } from './rules.ts'

// Stands for `${…}` in the text of a template. No source holds it.
const VALUE = '\u{e000}'

/** hono escapes what goes into a template, and that is enough only between quotes. */
export const everyAttributeIsQuoted: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('src/pages/'))
    .flatMap((file) => [
      ...(/\braw\(/.test(file.text) || importsOf(file).some(({ names }) => names.includes('raw'))
        ? [`${file.path} must not use raw()`]
        : []),
      ...templatesIn(file.text)
        .flatMap(unquotedIn)
        .map((fault) => `${file.path} must quote ${fault.replaceAll(VALUE, '${…}')}`),
    ])

/** The texts of all html`…` templates, those inside others apart, with VALUE for each value. */
export function templatesIn(source: string): readonly string[] {
  const found: string[] = []
  for (const { index } of source.matchAll(/\bhtml\s*`/g)) {
    found.push(readTemplate(source, source.indexOf('`', index) + 1).text)
  }
  return found
}

function readTemplate(source: string, start: number): { text: string; end: number } {
  let text = ''
  let at = start
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) {
      at = endOfValue(source, at + 2)
      text += VALUE
    } else {
      if (source[at] === '\\') at += 1
      text += source[at]
      at += 1
    }
  }
  return { text, end: at + 1 }
}

function endOfValue(source: string, start: number): number {
  let depth = 1
  let at = start
  while (at < source.length && depth > 0) {
    const char = source[at]!
    if (char === '`') at = readTemplate(source, at + 1).end
    else if (char === "'" || char === '"') at = endOfString(source, at)
    else {
      depth += char === '{' ? 1 : char === '}' ? -1 : 0
      at += 1
    }
  }
  return at
}

function endOfString(source: string, start: number): number {
  let at = start + 1
  while (at < source.length && source[at] !== source[start]) at += source[at] === '\\' ? 2 : 1
  return at + 1
}

// A template may hold whole tags or a piece of one, so a value after = counts wherever it stands.
function unquotedIn(template: string): readonly string[] {
  const bare = template.replaceAll(/(=\s*)("[^"]*"|'[^']*')/g, '$1""')
  const inTags = [...bare.matchAll(/<[a-z][^<>]*/gi)].map(([tag]) => tag).join('\n')
  const unquoted = /[^\s=]*\s*=\s*[^\s"'=>][^\s>]*/g
  const values = new RegExp(`[^\\s=]*=\\s*${VALUE}`, 'gu')
  return [...new Set([...(inTags.match(unquoted) ?? []), ...(bare.match(values) ?? [])])]
}
