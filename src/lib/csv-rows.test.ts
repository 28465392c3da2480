import { expect, test } from 'vitest'
import { csvRows } from './csv-rows.ts'

async function read(text: string) {
  const lines = (async function* () {
    yield* text.split('\n')
  })()
  const table = await csvRows(lines, ['login', 'key'], ['name'])
  return 'problem' in table ? `${table.problem} ${table.columns}` : Array.fromAsync(table.rows)
}

test('columns come in any order, in upper or lower case, and some may be left out', async () => {
  expect(await read('\uFEFFKey, Login\nk, ana\n')).toEqual([
    { line: 2, cells: { login: 'ana', key: 'k', name: '' } },
  ])
  expect(await read('name,login,key\n"Ana ""A"", Lima",ana,k\n\n  \n,bob,k')).toEqual([
    { line: 2, cells: { login: 'ana', key: 'k', name: 'Ana "A", Lima' } },
    { line: 5, cells: { login: 'bob', key: 'k', name: '' } },
  ])
  expect(await read('login,key')).toEqual([])
})

test('a row that does not fit the header is one row, whatever its quotation marks', async () => {
  const rows = await read('login,key\nana,k,more\nbob\n"cem,k\ndan,"k"s\neve,k')
  expect(rows).toMatchObject([
    { line: 2, cells: null },
    { line: 3, cells: null },
    { line: 4, cells: null },
    { line: 5, cells: null },
    { line: 6, cells: { login: 'eve', key: 'k' } },
  ])
})

test('a header that does not do is said to be none', async () => {
  expect(await read('')).toBe('missing login, key')
  expect(await read('login;key\nana;k')).toBe('missing login, key')
  expect(await read('"login,key\nana,k')).toBe('missing login, key')
  expect(await read('key,period\nk,60')).toBe('missing login')
  expect(await read('login,key,nmae')).toBe('unknown nmae')
  expect(await read('login,key,\u001b[31m')).not.toContain('\u001b')
  expect(await read('login,key,')).toContain('unknown')
  expect(await read('login,key,login')).toBe('twice ')
})
