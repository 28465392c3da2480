import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRecipe } from './recipe.ts'

const good = {
  title: 'A gateway',
  method: 'POST',
  url: 'https://sms.example/{{secret.user}}/send',
  headers: { 'X-Key': 'Key {{secret.key}}' },
  form: { to: '{{to}}', text: '{{text}}', dlr: '{{callback}}?m={{id}}' },
  ok: { status: [200], where: [{ at: 'ok', is: 'yes' }] },
  id: { at: 'id' },
  receipt: { id: 'id', status: 'status', map: { DELIVRD: 'delivered' } },
  secrets: ['user', 'key'],
}
const { form: _form, ...bodiless } = good
const fields = { to: '{{to_digits}}', text: '{{text}}' }

test('a recipe that can work is taken as it is', () => {
  expect(parseRecipe(good)).toEqual({ recipe: good })
})

test('secrets, receipts, an id and what is lasting may be left out', () => {
  const { title, method, url: _url, ok } = good
  const small = { title, method, url: 'http://127.0.0.1/', form: fields, ok }
  expect(parseRecipe(small)).toEqual({ recipe: { ...small, secrets: [] } })
})

const nested = (depth: number): unknown => (depth === 0 ? '{{text}}' : [nested(depth - 1)])

const refused: [what: string, json: unknown, problem: string, at: string][] = [
  ['nothing', null, 'wrong_value', ''],
  ['a list', [], 'wrong_value', ''],
  ['no title', { ...good, title: undefined }, 'missing', 'title'],
  ['an empty title', { ...good, title: '' }, 'wrong_value', 'title'],
  ['a long title', { ...good, title: 'a'.repeat(81) }, 'too_large', 'title'],
  ['a key nobody knows', { ...good, retries: 3 }, 'unknown_key', 'retries'],
  ['a key nobody knows, within', { ...good, id: { at: 'a', of: 1 } }, 'unknown_key', 'id.of'],
  ['PUT', { ...good, method: 'PUT' }, 'bad_method', 'method'],
  ['no method', { ...good, method: undefined }, 'missing', 'method'],
  ['a number for a text', { ...good, form: { ...good.form, n: 1 } }, 'wrong_value', 'form.n'],
  [
    'a megabyte',
    { ...bodiless, json: { to: '{{to}}', text: '{{text}}', a: 'a'.repeat(1e6) } },
    'too_large',
    '',
  ],
  ['a thousand floors', { ...bodiless, json: nested(1000) }, 'too_large', ''],
  [
    'too many fields',
    { ...good, query: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`f${i}`, 'a'])) },
    'too_large',
    'query',
  ],
  ['a body that is a text', { ...bodiless, json: '{{to}}{{text}}' }, 'wrong_value', 'json'],

  [
    'a placeholder nobody knows',
    { ...good, query: { a: '{{code}}' } },
    'unknown_placeholder',
    'query.a',
  ],
  ['capital letters', { ...good, query: { a: '{{TO}}' } }, 'unknown_placeholder', 'query.a'],
  [
    'spaces in a placeholder',
    { ...good, query: { a: '{{ to }}' } },
    'unknown_placeholder',
    'query.a',
  ],
  ['a placeholder left open', { ...good, query: { a: '{{to' } }, 'unknown_placeholder', 'query.a'],
  [
    'a placeholder within another',
    { ...good, query: { a: '{{{{to}}}}' } },
    'unknown_placeholder',
    'query.a',
  ],
  [
    'a secret without a name',
    { ...good, query: { a: '{{secret.}}' } },
    'unknown_placeholder',
    'query.a',
  ],
  [
    'an unknown placeholder deep in JSON',
    { ...bodiless, json: { a: [{ b: '{{to}}{{text}}{{when}}' }] } },
    'unknown_placeholder',
    'json.a.0.b',
  ],
  [
    'a placeholder in a field’s name',
    { ...good, form: { ...good.form, '{{to}}': 'a' } },
    'placeholder_in_key',
    'form.{{to}}',
  ],
  [
    'a placeholder in a key of JSON',
    { ...bodiless, json: { a: [{ '{{to}}': '{{text}}' }] } },
    'placeholder_in_key',
    'json.a.0.{{to}}',
  ],
  [
    'a placeholder in a header’s name',
    { ...good, headers: { 'x-{{to}}': 'a' } },
    'placeholder_in_key',
    'headers.x-{{to}}',
  ],

  ...[
    'ftp://sms.example/{{secret.user}}',
    'javascript:alert(1)//{{secret.user}}',
    '//sms.example/{{secret.user}}',
    'https:sms.example/{{secret.user}}',
    'https:/sms.example/{{secret.user}}',
    'https://{{secret.user}}/send',
    'https://{{secret.user}}.sms.example/send',
    'https://sms.example{{secret.user}}/send',
    'https://sms.example:{{secret.user}}/send',
    '{{secret.user}}://sms.example/send',
    'https://ana:pass@sms.example/{{secret.user}}',
    'https://{{secret.user}}@sms.example/',
    'https://sms.example',
    'https://sms.example?{{secret.user}}',
    'https://sms.example#/{{secret.user}}',
    'https://sms.example/{{secret.user}}#there',
    'https://sms.example/a/../{{secret.user}}',
    'https://sms.example/a/%2e%2e/{{secret.user}}',
    'https://sms.example\\@other.example/{{secret.user}}',
    'https://sms.example/ {{secret.user}}',
    ' https://sms.example/{{secret.user}}',
    'https://sms.example/\n{{secret.user}}',
    'https://sms.example:99999/{{secret.user}}',
    'https://[::1/{{secret.user}}',
    'https://1.2.3.4.5/{{secret.user}}',
  ].map((url): [string, unknown, string, string] => [
    `the address ${url}`,
    { ...good, url },
    'bad_url',
    'url',
  ]),

  ...[
    'Host',
    'content-length',
    'Content-Type',
    'Transfer-Encoding',
    'Cookie',
    'x y',
    'x:y',
    'Expect',
    'ü',
    'Proxy-Authorization',
  ].map((name): [string, unknown, string, string] => [
    `the header ${name}`,
    { ...good, headers: { ...good.headers, [name]: 'a' } },
    'bad_header',
    `headers.${name}`,
  ]),
  ['a header of two lines', { ...good, headers: { a: 'b\r\nc: d' } }, 'bad_header', 'headers.a'],
  ['a text in a header', { ...good, headers: { a: '{{text}}' } }, 'bad_header', 'headers.a'],
  [
    'a header twice',
    { ...good, headers: { ...good.headers, 'x-key': 'a' } },
    'bad_header',
    'headers.x-key',
  ],
  [
    'two logins',
    {
      ...good,
      headers: { ...good.headers, Authorization: 'a' },
      basic: { user: 'a', password: 'b' },
    },
    'two_logins',
    'basic',
  ],

  ['form and JSON', { ...good, json: fields }, 'two_bodies', 'json'],
  ['a form in a GET', { ...good, method: 'GET' }, 'body_in_get', 'form'],
  ['JSON in a GET', { ...bodiless, method: 'GET', json: fields }, 'body_in_get', 'json'],

  ['no rule for a yes', { ...good, ok: undefined }, 'missing', 'ok'],
  ['a rule that is always true', { ...good, ok: {} }, 'no_rule', 'ok'],
  ['a beginning that all have', { ...good, ok: { starts: '' } }, 'wrong_value', 'ok.starts'],
  ['no conditions at all', { ...good, ok: { where: [] } }, 'wrong_value', 'ok.where'],
  ['a refusal for a yes', { ...good, ok: { status: [400] } }, 'too_large', 'ok.status.0'],
  [
    'a condition without one',
    { ...good, ok: { where: [{ at: 'a' }] } },
    'wrong_value',
    'ok.where.0',
  ],
  [
    'a condition of two',
    { ...good, ok: { where: [{ at: 'a', is: 'b', starts: 'c' }] } },
    'wrong_value',
    'ok.where.0',
  ],
  ['a pattern', { ...good, ok: { match: '(a+)+$' } }, 'unknown_key', 'ok.match'],
  ['nothing lasting', { ...good, lasting: {} }, 'wrong_value', 'lasting'],
  ['an id from nowhere', { ...good, id: {} }, 'wrong_value', 'id'],
  ['an id from two places', { ...good, id: { at: 'a', after: 'b' } }, 'wrong_value', 'id'],

  ['no number', { ...good, form: { text: '{{text}}' } }, 'no_number', 'form'],
  [
    'a number in a header only',
    { ...good, form: { text: '{{text}}' }, headers: { ...good.headers, a: '{{to}}' } },
    'no_number',
    'form',
  ],
  ['no text', { ...good, form: { to: '{{to}}' } }, 'no_text', 'form'],
  ['no body and no query', bodiless, 'no_number', 'query'],

  [
    'a state nobody knows',
    { ...good, receipt: { ...good.receipt, map: { DELIVRD: 'arrived' } } },
    'unknown_state',
    'receipt.map.DELIVRD',
  ],
  [
    'receipts without an id',
    { ...good, receipt: { ...good.receipt, id: undefined } },
    'missing',
    'receipt.id',
  ],

  [
    'a secret that is not listed',
    { ...good, secrets: ['user'] },
    'unlisted_secret',
    'headers.X-Key',
  ],
  [
    'a secret nobody uses',
    { ...good, secrets: ['user', 'key', 'other'] },
    'unused_secret',
    'secrets.other',
  ],
  ['a secret with a bad name', { ...good, secrets: ['User'] }, 'wrong_value', 'secrets.0'],
]

test.each(refused)('refused at save: %s', (_, json, problem, at) => {
  expect(parseRecipe(json)).toEqual({ problem, at })
})

test('whatever it is, it is taken or refused, and never throws', () => {
  const key = fc.oneof(
    fc.constantFrom(...Object.keys(good), '__proto__', 'query', 'json'),
    fc.string(),
  )
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('{{to}}', '{{', '{{secret.key}}', 'https://sms.example/', undefined),
  )
  fc.assert(
    fc.property(fc.dictionary(key, junk), (changes) => {
      const parsed = parseRecipe({ ...good, ...changes })
      expect(Object.keys(parsed).join()).toMatch(/^(?:recipe|problem,at)$/)
    }),
  )
})
