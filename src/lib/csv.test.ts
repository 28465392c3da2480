import { expect, test } from 'vitest'
import { csv } from './csv.ts'

/** As RFC 4180 has it. */
const read = (text: string): string[][] =>
  text
    .slice(1, -2)
    .split('\r\n"')
    .map((line, index) => (index === 0 ? line : `"${line}`))
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell]) => cell!.replaceAll('""', '"')),
    )

test('a table comes back as it was, with commas, quotes, lines and every script', () => {
  const rows = [
    ['a', 'b,c', 'd"e"'],
    ['', 'two\r\nlines', '中文 عربي'],
  ]
  expect(read(csv(rows))).toEqual(rows)
})

test('it begins with the mark of UTF-8, and every line ends with CR LF', () => {
  expect(csv([['a'], ['b']])).toBe('\ufeff"a"\r\n"b"\r\n')
})

for (const formula of [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  ' =1',
  '\t=1',
  '\r=1',
  '\n=1',
  '\u00a0=1',
  '\u200b=1',
  '＝1',
  '＋1',
  '－1',
  '＠1',
])
  test(`${JSON.stringify(formula)} is marked as text`, () => {
    expect(csv([[formula]])).toBe(`\ufeff"'${formula}"\r\n`)
  })

test('what is no formula stays as it is', () => {
  for (const text of ['a=1', '2026-01-05', "it's", '1-2', ''])
    expect(csv([[text]])).toBe(`\ufeff"${text}"\r\n`)
})
