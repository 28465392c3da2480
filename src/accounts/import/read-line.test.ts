import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from '../../lib/csv.ts'
import { readLine, type Cells } from './read-line.ts'

const uma: Cells = {
  login: 'Uma@Example.com',
  name: 'Uma Reis',
  country: 'PT',
  language: '',
  phone: '',
  privilege: '',
  main: '',
  login_code: '',
}

test('a line is read as it is meant; an empty cell says nothing', () => {
  expect(readLine(uma)).toEqual({
    email: 'Uma@Example.com',
    login: 'uma@example.com',
    name: 'Uma Reis',
    country: 'PT',
    language: undefined,
    phone: undefined,
    privilege: undefined,
    main: undefined,
    code: undefined,
  })
})

const said: [Partial<Cells>, object][] = [
  [{ country: 'pt' }, { country: 'PT' }],
  [{ language: 'zh-CN' }, { language: 'zh-CN' }],
  [{ phone: '912 345 678' }, { phone: '+351912345678' }],
  [{ phone: '00351912345678' }, { phone: '+351912345678' }],
  // At home somewhere else, and as an export writes it.
  [{ phone: "'+447400123456" }, { phone: '+447400123456' }],
  [{ phone: '٩١٢٣٤٥٦٧٨' }, { phone: '+351912345678' }],
  [{ privilege: 'none' }, { privilege: null }],
  [{ privilege: 'Manage' }, { privilege: 'manage' }],
  [{ main: 'MAIN@example.com' }, { main: 'main@example.com' }],
  [{ login_code: 'off' }, { code: null }],
  [{ login_code: 'both' }, { code: 'both' }],
  [{ name: "'=Uma" }, { name: '=Uma' }],
]

for (const [cells, meant] of said)
  test(`${JSON.stringify(cells)} is meant as ${JSON.stringify(meant)}`, () => {
    expect(readLine({ ...uma, ...cells })).toMatchObject(meant)
  })

const wrong: [Partial<Cells> | null, string][] = [
  [null, 'unfit'],
  [{ login: 'uma' }, 'bad_login'],
  [{ login: '' }, 'bad_login'],
  [{ name: '' }, 'bad_name'],
  [{ name: 'U\u202Ema' }, 'bad_name'],
  [{ country: 'Portugal' }, 'bad_country'],
  [{ language: 'pt' }, 'bad_language'],
  [{ phone: '12' }, 'bad_phone'],
  [{ phone: '+351 912 345 678; drop' }, 'bad_phone'],
  [{ privilege: 'root' }, 'bad_privilege'],
  [{ privilege: 'toString' }, 'bad_privilege'],
  [{ main: 'x' }, 'bad_main'],
  [{ login_code: '123456' }, 'bad_login_code'],
]

for (const [cells, fault] of wrong)
  test(`${JSON.stringify(cells)} is refused: ${fault}`, () => {
    expect(readLine(cells && { ...uma, ...cells })).toEqual({ fault })
  })

test('whatever stands in a line, it is read or refused, and never thrown', () => {
  const cell = fc.string({ unit: 'binary', maxLength: 30 })
  const cells = fc.record(Object.fromEntries(Object.keys(uma).map((name) => [name, cell])))
  fc.assert(
    fc.property(cells, (some) => {
      expect(readLine(some as Cells)).toBeTypeOf('object')
      // As a line of a file it is one line.
      expect(csvLine(Object.values(some)).endsWith('\r\n')).toBe(true)
    }),
  )
})
