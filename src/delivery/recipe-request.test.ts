import fc from 'fast-check'
import { expect, test } from 'vitest'
import { requestOf, valuesOf } from './recipe-request.ts'
import { parseRecipe, type Recipe } from './recipe.ts'

function recipe(change: object): Recipe {
  const parsed = parseRecipe({
    title: 'A gateway',
    method: 'POST',
    url: 'https://sms.example/send',
    ok: { status: [200] },
    ...change,
  })
  if ('problem' in parsed) throw new Error(`${parsed.problem} ${parsed.at}`)
  return parsed.recipe
}
const message = { id: '0193f0', to: '+351912345678', text: 'Your code is 483920' }
const what = { to: '{{to}}', text: '{{text}}' }

const ask = (
  made: Recipe,
  given: { text?: string; from?: string; callback?: string | null; secrets?: object } = {},
) => {
  const { text = message.text, from = 'Ana', callback = 'https://n.example/receipts/x' } = given
  const secrets = { ...given.secrets } as Record<string, string>
  const request = requestOf(made, valuesOf({ ...message, text }, from, callback, secrets))
  if ('problem' in request) return request
  return { ...request, url: request.url.href }
}

test('a number is written as the gateway wants it', () => {
  const query = { a: '{{to}}', b: '{{to_digits}}', c: '{{to_00}}', d: '{{text}}' }
  expect(ask(recipe({ method: 'GET', query }))).toMatchObject({
    url: 'https://sms.example/send?a=%2B351912345678&b=351912345678&c=00351912345678&d=Your%20code%20is%20483920',
    body: null,
  })
})

test('a query is added to the one there is', () => {
  const made = recipe({
    method: 'GET',
    url: 'https://sms.example/?m={{text}}',
    query: { to: '{{to}}' },
  })
  expect(ask(made, { text: 'a&b=c#d' })).toMatchObject({
    url: 'https://sms.example/?m=a%26b%3Dc%23d&to=%2B351912345678',
  })
})

test('without a callback or a sender, what they stand in is left out', () => {
  const none = { callback: null, from: '' }
  const form = { ...what, from: '{{from}}', dlr: '{{callback}}?id={{id}}' }
  expect(ask(recipe({ form }), none)).toMatchObject({
    body: 'to=%2B351912345678&text=Your+code+is+483920',
  })
  const json = {
    list: [{ ...what, sender: '{{from}}', hooks: { dlr: { url: '{{callback}}' } } }],
    empty: [],
    all: ['{{callback}}'],
    flag: false,
    n: 1,
  }
  const asked = ask(recipe({ json }), none)
  expect(JSON.parse((asked as { body: string }).body)).toEqual({
    list: [{ to: message.to, text: message.text }],
    empty: [],
    flag: false,
    n: 1,
  })
})

test('a text that is not GSM brings its fields along, where the text stands', () => {
  const unicode = { type: 'unicode', text: 'u:{{text}}' }
  const wide = { text: '验证码 1' }
  const form = recipe({ form: what, unicode })
  expect(ask(form)).toMatchObject({ body: expect.not.stringContaining('unicode') })
  expect(ask(form, wide)).toMatchObject({
    body: `to=%2B351912345678&text=${new URLSearchParams({ '': 'u:验证码 1' }).toString().slice(1)}&type=unicode`,
  })
  const json = ask(recipe({ json: what, unicode }), wide) as { body: string }
  expect(JSON.parse(json.body)).toEqual({ to: message.to, text: 'u:验证码 1', type: 'unicode' })
  expect(ask(recipe({ method: 'GET', query: what, unicode }), wide)).toMatchObject({
    url: expect.stringMatching(/&type=unicode$/),
  })
})

test('a value never brings a placeholder of its own', () => {
  const made = recipe({ form: { ...what, key: '{{secret.key}}' }, secrets: ['key'] })
  const asked = ask(made, { text: '{{secret.key}}', secrets: { key: '{{to}}' } }) as {
    body: string
  }
  expect(Object.fromEntries(new URLSearchParams(asked.body))).toEqual({
    to: message.to,
    text: '{{secret.key}}',
    key: '{{to}}',
  })
})

const impossible: [what: string, change: object, secrets: object][] = [
  ['a secret that is not set', { form: { ...what, a: '{{secret.a}}' }, secrets: ['a'] }, {}],
  ['a secret that is empty', { form: { ...what, a: '{{secret.a}}' }, secrets: ['a'] }, { a: '' }],
  ['one of another name', { form: { ...what, a: '{{secret.a}}' }, secrets: ['a'] }, { b: 'c' }],
  ...['..', '.'].map((a): [string, object, object] => [
    `a path that climbs by ${a}`,
    { url: 'https://sms.example/a/{{secret.a}}/b', form: what, secrets: ['a'] },
    { a },
  ]),
  ...['b\r\nc: d', 'b\nc', 'ключ', 'b\u0000'].map((a): [string, object, object] => [
    `a header of ${JSON.stringify(a)}`,
    { headers: { x: '{{secret.a}}' }, form: what, secrets: ['a'] },
    { a },
  ]),
  [
    'a user with a colon',
    { basic: { user: '{{secret.a}}', password: 'b' }, form: what, secrets: ['a'] },
    { a: 'ana:x' },
  ],
]

test.each(impossible)('is not sent: %s', (_, change, secrets) => {
  const asked = ask(recipe(change), { secrets })
  expect(Object.keys(asked)).toEqual(['problem'])
  const { problem } = asked as { problem: string }
  for (const secret of Object.values(secrets))
    if (secret.length > 2) expect(problem).not.toContain(secret)
})

const sly = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        '&',
        '=',
        '?',
        '#',
        '/',
        '\\',
        '..',
        '.',
        '%2e',
        '%',
        ':',
        '\r\n',
        '"',
        '}',
        '{{to}}',
        '+',
        ' ',
        'رمز',
        '码',
        "'",
      ),
      { maxLength: 8 },
    )
    .map((all) => all.join('')),
)

test('no value adds a field, a header, a part of a path or a query', () => {
  const made = recipe({
    url: 'https://sms.example/a/{{secret.a}}/b?c={{secret.b}}&d={{from}}',
    query: { e: '{{text}}', f: '{{secret.c}}' },
    headers: { 'x-a': 'Key {{secret.d}}' },
    basic: { user: '{{secret.a}}', password: '{{secret.b}}' },
    form: { to: '{{to}}', text: '{{text}}', g: '{{secret.b}}-{{from}}' },
    secrets: ['a', 'b', 'c', 'd'],
  })
  let sent = 0
  fc.assert(
    fc.property(sly, sly, sly, sly, sly, sly, (a, b, c, d, text, from) => {
      const asked = ask(made, { text, from, secrets: { a, b, c, d } })
      if ('problem' in asked) return
      sent += 1
      const url = new URL(asked.url)
      const well = (value: string) => value.toWellFormed()
      expect(url.origin).toBe('https://sms.example')
      expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'a', well(a), 'b'])
      expect([...url.searchParams]).toEqual([
        ['c', well(b)],
        ['d', well(from)],
        ['e', well(text)],
        ['f', well(c)],
      ])
      const form = [...new URLSearchParams(asked.body ?? '')]
      expect(form).toEqual([
        ['to', message.to],
        ['text', well(text)],
        ...(from === '' ? [] : [['g', well(`${b}-${from}`)]]),
      ])
      const headers = ['user-agent', 'accept', 'authorization', 'x-a', 'content-type']
      expect(Object.keys(asked.headers)).toEqual(headers)
      expect(asked.headers['x-a']).toBe(`Key ${d}`)
      for (const value of Object.values(asked.headers)) expect(value).toMatch(/^[\x20-\x7e]*$/)
    }),
    { numRuns: 1000 },
  )
  expect(sent).toBeGreaterThan(100)
})

test('no value adds a field to JSON', () => {
  const made = recipe({
    json: { m: [{ to: '{{to}}', b: { text: '{{text}}' } }], from: '{{from}}' },
  })
  fc.assert(
    fc.property(
      sly,
      sly.filter((from) => from !== ''),
      (text, from) => {
        const { body } = ask(made, { text, from }) as { body: string }
        expect(JSON.parse(body)).toEqual({
          m: [{ to: message.to, b: { text: text.toWellFormed() } }],
          from: from.toWellFormed(),
        })
      },
    ),
  )
})
