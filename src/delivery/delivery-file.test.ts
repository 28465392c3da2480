import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readDelivery } from './delivery-file.ts'

const PUBLIC = { mayBePrivate: false }
const smtp = { kind: 'smtp', host: 'mail.example.com', port: 587, security: 'tls' }
const secrets = { account_sid: 'u', auth_token: 'hush' }
const http = { kind: 'http', recipe: 'twilio', secrets }
const route = (more: object = {}) => ({ name: 'One', gateway: smtp, ...more })
const faultsIn = (json: unknown, bounds = PUBLIC) => {
  const read = readDelivery(JSON.stringify(json), bounds)
  return read && 'faults' in read ? read.faults.map(({ at, code }) => `${at}: ${code}`) : []
}

test('the file in the manual can be read', () => {
  const manual = readFileSync(`${import.meta.dirname}/../../docs/operator.md`, 'utf8')
  const [, json = ''] = /```json\n(\{\n {2}"routes"[\s\S]*?)```/.exec(manual) ?? []
  const read = readDelivery(json, PUBLIC)
  expect(read).toMatchObject({
    file: {
      routes: [
        { by: 'email', name: 'Second mail server', countries: null, prices: {} },
        { by: 'sms', countries: ['PT', 'ES'], prices: { PT: 45_000, '*': 90_000 } },
      ],
      rules: { countries: ['PT', 'ES'], moneyDay: 25_000_000, accountMoneyDay: null },
    },
  })
})

test('nothing in it is nothing linked, and rules as usual', () => {
  expect(readDelivery('\uFEFF{}', PUBLIC)).toMatchObject({
    file: { routes: [], rules: { countries: [], messagesDay: 200 } },
  })
  expect(readDelivery('{"routes": [}', PUBLIC)).toBe(null)
  expect(readDelivery('', PUBLIC)).toBe(null)
})

test('a route is the same after a start, and another version when anything has changed', () => {
  const idsOf = (...routes: unknown[]) => {
    const read = readDelivery(JSON.stringify({ routes }), PUBLIC)
    return read && 'file' in read ? read.file.routes.map(({ id, version }) => [id, version]) : []
  }
  const [[id, version]] = idsOf(route()) as [[string, string]]
  expect(id).toMatch(/^file-[\w-]{27}$/)
  expect(idsOf(route({ name: 'Other' }), route())[1]).toEqual([id, version])
  const [[sameId, other]] = idsOf(route({ gateway: { ...smtp, port: 25 } })) as [[string, string]]
  expect(sameId).toBe(id)
  expect(other).not.toBe(version)
})

describe('what is wrong is said with its place, and all of it', () => {
  const bad: [string, unknown, string[]][] = [
    ['no object', [], [': wrong_value']],
    ['something else', { routs: [] }, ['routs: unknown_field']],
    ['routes that are no list', { routes: {} }, ['routes: wrong_value']],
    ['too many', { routes: Array.from({ length: 51 }, () => route()) }, ['routes: wrong_value']],
    ['a route that is none', { routes: [7] }, ['routes.0: wrong_value']],
    ['no name', { routes: [{ gateway: smtp }] }, ['routes.0.name: missing']],
    ['a name twice', { routes: [route(), route({ name: 'ONE' })] }, ['routes.1.name: name_taken']],
    ['the name of SMTP_URL', { routes: [route({ name: 'Smtp' })] }, ['routes.0.name: name_taken']],
    ['no gateway', { routes: [{ name: 'One' }] }, ['routes.0.gateway: missing']],
    [
      'no such kind',
      { routes: [route({ gateway: { kind: 'x' } })] },
      ['routes.0.gateway.kind: wrong_value'],
    ],
    ['a field too many', { routes: [route({ by: 'sms' })] }, ['routes.0.by: unknown_field']],
    [
      'a price below nothing',
      { routes: [route({ prices: { PT: -1 } })] },
      ['routes.0.prices.PT: bad_price'],
    ],
    [
      'a price too fine',
      { routes: [route({ prices: { PT: 1e-7 } })] },
      ['routes.0.prices.PT: bad_price'],
    ],
    [
      'a price nowhere',
      { routes: [route({ prices: { XX: 1 } })] },
      ['routes.0.prices: bad_countries'],
    ],
    ['no country', { routes: [route({ countries: [] })] }, ['routes.0.countries: bad_countries']],
    [
      'a small country',
      { routes: [route({ countries: ['pt'] })] },
      ['routes.0.countries: bad_countries'],
    ],
    [
      'a secret missing',
      { routes: [route({ gateway: { ...http, secrets: { account_sid: 'u' } } })] },
      ['routes.0.gateway.secrets.auth_token: missing'],
    ],
    [
      'a secret too many',
      { routes: [route({ gateway: { ...http, secrets: { ...http.secrets, x: 'y' } } })] },
      ['routes.0.gateway.secrets.x: unknown_field'],
    ],
    [
      'no such recipe',
      { routes: [route({ gateway: { ...http, recipe: 'toString' } })] },
      ['routes.0.gateway.recipe: unknown_recipe'],
    ],
    [
      'a pattern as it stands',
      { routes: [route({ gateway: { ...http, recipe: 'plain-get' } })] },
      ['routes.0.gateway.recipe: only_pattern'],
    ],
    [
      'a broken recipe',
      { routes: [route({ gateway: { ...http, recipe: {} } })] },
      ['routes.0.gateway.recipe: bad_recipe'],
    ],
    [
      'a cap of money and no price',
      {
        routes: [route(), { name: 'Two', prices: { PT: 1 }, gateway: http }],
        rules: { countries: ['PT', 'GB'], moneyDay: 5 },
      },
      ['routes.1.prices: unpriced'],
    ],
    ['rules that are none', { rules: [] }, ['rules: wrong_value']],
    [
      'wrong rules',
      { rules: { currency: 'EURO', messagesDay: -1 } },
      ['rules.currency: bad_currency', 'rules.messagesDay: bad_count'],
    ],
    ['half a message', { rules: { messagesDay: 1.5 } }, ['rules.messagesDay: bad_count']],
    ['too much money', { rules: { moneyDay: 1e7 } }, ['rules.moneyDay: bad_sum']],
    [
      'several things',
      { routes: [route({ gateway: { ...smtp, host: 'a b', port: 0 } })], rules: { x: 1 } },
      [
        'routes.0.gateway.host: bad_host',
        'routes.0.gateway.port: bad_port',
        'rules.x: unknown_field',
      ],
    ],
  ]
  test.each(bad)('%s', (_, json, faults) => {
    expect(faultsIn(json)).toEqual(faults)
  })
})

const hosts = [
  '127.0.0.1',
  '10.0.0.1',
  '172.16.9.9',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
]
const names = [
  'localhost',
  'a.localhost',
  '::1',
  'fd00::1',
  'fe80::1',
  '::ffff:10.0.0.1',
  '0.0.0.0',
]
test.each([...hosts, ...names])('%s is no place for a gateway, unless it is allowed', (host) => {
  const json = { routes: [route({ gateway: { ...smtp, host } })] }
  expect(faultsIn(json)).toEqual(['routes.0.gateway.host: private_host'])
  expect(faultsIn(json, { mayBePrivate: true })).toEqual([])
})

test.each(['mail.example.com', '8.8.8.8', '2606:4700::1111', 'smpp1'])('%s is one', (host) => {
  expect(faultsIn({ routes: [route({ gateway: { ...smtp, host } })] })).toEqual([])
})
