import fc from 'fast-check'
import { expect, test } from 'vitest'
import { understand } from './recipe-answer.ts'
import { parseRecipe, type Recipe } from './recipe.ts'
import { recipes } from './recipes/all.ts'

function recipe(change: object): Recipe {
  const parsed = parseRecipe({
    title: 'A gateway',
    method: 'POST',
    url: 'https://sms.example/',
    form: { to: '{{to}}', text: '{{text}}' },
    ok: { where: [{ at: 'r.0.ok', is: 'yes' }] },
    id: { at: 'r.0.id' },
    error: { at: 'r.0.error' },
    ...change,
  })
  if ('problem' in parsed) throw new Error(`${parsed.problem} ${parsed.at}`)
  return parsed.recipe
}
const plain = { ok: { starts: 'OK' }, id: { after: 'OK' }, error: { after: 'ERR' } }
const number = { ok: { status: [200] }, id: { after: '' }, error: { after: '' } }
const no = { accepted: false, lasting: false }
const unsure = { ...no, isSure: false, error: null }
const sure = { ...no, isSure: true, error: null }
const yes = (gatewayId: string | null) => ({ accepted: true, gatewayId })

const rows: [what: string, change: object, status: number, body: string, expected: object][] = [
  ['a yes', {}, 200, '{"r":[{"ok":"yes","id":"a1"}]}', yes('a1')],
  ['a yes with any 2xx', {}, 202, '{"r":[{"ok":"yes"}]}', yes(null)],
  ['a yes after a byte order mark', {}, 200, '\uFEFF{"r":[{"ok":"yes"}]}', yes(null)],
  [
    'a long number as it is written',
    {},
    200,
    '{"r":[{"ok":"yes","id":2033247207850523790}]}',
    yes('2033247207850523790'),
  ],
  ['an id of several words', {}, 200, '{"r":[{"ok":"yes","id":"a b"}]}', yes('a')],
  ['an id that is an object', {}, 200, '{"r":[{"ok":"yes","id":{"a":1}}]}', yes(null)],
  ['an id without end', {}, 200, `{"r":[{"ok":"yes","id":"${'a'.repeat(201)}"}]}`, yes(null)],
  ['a no that is understood', {}, 200, '{"r":[{"ok":"no"}]}', sure],
  ['a no with its reason', {}, 200, '{"r":[{"ok":"no","error":"bad"}]}', { ...sure, error: 'bad' }],
  ['a reason without a no', {}, 200, '{"r":[{"error":"bad"}]}', { ...sure, error: 'bad' }],
  ['a yes with a refusing status', {}, 400, '{"r":[{"ok":"yes"}]}', sure],
  ['an empty answer', {}, 200, '', unsure],
  ['not JSON', {}, 200, '<html>yes</html>', unsure],
  ['half of it', {}, 200, '{"r":[{"ok":"yes"', unsure],
  ['a list for an object', {}, 200, '[]', unsure],
  ['nothing at the place', {}, 200, '{"r":[]}', unsure],
  [
    'a place in the prototype',
    { ok: { where: [{ at: '__proto__.a', is: 'b' }] } },
    200,
    '{}',
    unsure,
  ],
  [
    'what every object has',
    { ok: { where: [{ at: 'constructor.name', is: 'Object' }] } },
    200,
    '{}',
    unsure,
  ],
  [
    'a property every text has',
    { ok: { where: [{ at: 'length', is: '2' }] } },
    200,
    '"ab"',
    unsure,
  ],
  ['a redirect', {}, 302, '', unsure],
  ['nothing new', {}, 304, '', unsure],
  ['a server in between that got no answer', {}, 504, 'Gateway Time-out', unsure],
  ['a server in between that got a bad one', {}, 502, 'Bad Gateway', unsure],
  ['a refusal', {}, 403, 'no', sure],
  ['too many requests', {}, 429, '', sure],
  ['a server that waited too long', {}, 408, '', unsure],
  ['a broken server', {}, 500, '', unsure],
  ['a broken server that says no', {}, 500, '{"r":[{"ok":"no"}]}', sure],
  ['a broken server that says why', {}, 500, '{"r":[{"error":"bad"}]}', { ...sure, error: 'bad' }],
  [
    'a server in between that has words for it',
    {},
    504,
    '{"r":[{"error":"timed out"}]}',
    { ...unsure, error: 'timed out' },
  ],
  ['a server that is away', {}, 503, '', sure],
  ['truth', { ok: { where: [{ at: 'ok', is: 'true' }] } }, 200, '{"ok":true}', yes(null)],
  [
    'one of several',
    { ok: { where: [{ at: 'ok', one_of: ['1', '2'] }] } },
    200,
    '{"ok":2}',
    yes(null),
  ],
  ['none of several', { ok: { where: [{ at: 'ok', one_of: ['1', '2'] }] } }, 200, '{"ok":3}', sure],
  [
    'a beginning',
    { ok: { where: [{ at: 'ok', starts: 'sent' }] } },
    200,
    '{"ok":"sent 1"}',
    yes(null),
  ],
  [
    'all of it, or nothing',
    {
      ok: {
        where: [
          { at: 'a', is: '1' },
          { at: 'b', is: '1' },
        ],
      },
    },
    200,
    '{"a":1,"b":2}',
    sure,
  ],
  ['a page with the right status', { ok: { status: [201] } }, 201, '<html>', unsure],
  ['a 2xx that is not the one', { ok: { status: [201] } }, 200, '{}', unsure],
  [
    'a lasting refusal',
    { lasting: { status: [400], where: [{ at: 'c', is: '7' }] } },
    400,
    '{"c":7}',
    { ...sure, lasting: true },
  ],
  [
    'lasting, but for the status',
    { lasting: { status: [400], where: [{ at: 'c', is: '7' }] } },
    403,
    '{"c":7}',
    sure,
  ],
  [
    'lasting, but for the rest',
    { lasting: { status: [400], where: [{ at: 'c', is: '7' }] } },
    400,
    '{"c":8}',
    sure,
  ],

  ['plain: a yes', plain, 200, ' OK 77:18 sent\n', yes('77:18')],
  ['plain: with a colon', plain, 200, 'OK:7718', yes('7718')],
  ['plain: in lines', plain, 200, 'OK\r\n7718\r\n', yes('7718')],
  ['plain: a yes and no more', plain, 200, 'OK', yes(null)],
  ['plain: a no', plain, 200, 'ERR 7 no\nmore', { ...sure, error: '7 no' }],
  ['plain: a yes inside', plain, 200, 'not OK', unsure],
  ['plain: only a number', number, 200, '7718\n', yes('7718')],
  ['plain: what nobody understands is not sure', number, 201, 'hm', { ...unsure, error: 'hm' }],
]

test.each(rows)('%s', (_, change, status, body, expected) => {
  expect(understand(recipe(change), { status, body })).toEqual(expected)
})

test.each([408, 500, 502, 504, 520, 524, 598])(
  'HTTP %d does not say that it was not taken, by no recipe',
  (status) => {
    for (const each of Object.values(recipes))
      expect(understand(each, { status, body: '<html>timeout' })).toMatchObject({ isSure: false })
  },
)

test('whatever a gateway says, it is a yes or a no, and an id is a word', () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.jsonValue().map((json) => JSON.stringify(json)),
    fc.constantFrom('[', '{"sid":', '{"sid":null}', '0: ok', 'OK \u202e1'),
  )
  const status = fc.oneof(fc.constantFrom(200, 201, 202, 302, 400, 429, 500, 504), fc.nat(999))
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(recipes)), status, body, (by, code, said) => {
      const understood = understand(by, { status: code, body: said })
      if (!understood.accepted) return
      expect([200, 201, 202]).toContain(code)
      expect(understood.gatewayId ?? 'none').toMatch(/^[\x21-\x7e]{1,200}$/)
    }),
  )
})
