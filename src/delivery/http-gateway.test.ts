import type { ServerResponse } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startGateway } from '../../test/setup/gateway.ts'
import { httpRoute } from './http-gateway.ts'
import { parseRecipe, type Recipe } from './recipe.ts'
import { recipes } from './recipes/all.ts'

const message = { id: '0193f0c2', to: '+351912345678', text: 'Your code is 483920' }
const callback = 'https://n.example/receipts/Zm9yYmlkZGVuLXRva2Vu'
type Talk = (response: ServerResponse) => void
type Tools = Parameters<typeof httpRoute>[1]

const secretsOf = ({ secrets }: Recipe) =>
  Object.fromEntries(secrets.map((name) => [name, `s3cr/t "of" ${name}+`]))

async function world(recipe: Recipe, talk: Talk, tools: Partial<Tools> = {}) {
  const gateway = await startGateway((_, response) => talk(response))
  const here = { ...recipe, url: recipe.url.replace(/^https?:\/\/[^/]+/, gateway.url) }
  const setting = { kind: 'http', recipe: here, from: 'Night', secrets: secretsOf(recipe) } as const
  const route = httpRoute(setting, { callback, mayBePrivate: true, ...tools })
  onTestFinished(async () => {
    await route.close()
    await gateway.close()
  })
  return { gateway, route }
}

const says =
  (status: number, body: string, headers = {}): Talk =>
  (response) =>
    response.writeHead(status, headers).end(body)

const no = { accepted: false, lasting: false }
const unsure = { ...no, isSure: false }
const troubles: [what: string, talk: Talk, outcome: object][] = [
  ['is not there behind its door', says(503, ''), { ...no, isSure: true }],
  ['is broken', says(500, '<html>Internal Server Error</html>'), { ...no, isSure: false }],
  ['has too much to do', says(429, 'slow down'), { ...no, isSure: true }],
  ['does not know us', says(401, ''), { ...no, isSure: true }],
  ['sends us elsewhere', says(302, '', { location: 'http://127.0.0.1:1/' }), unsure],
  ['sends us elsewhere with the body', says(307, '', { location: '/again' }), unsure],
  ['is a page', says(200, '<!doctype html><title>Welcome</title>'), unsure],
  ['says nothing', says(200, ''), unsure],
  ['says half of it', says(200, '{"messages":[{"sta'), unsure],
  ['hangs up', (response) => response.destroy(), { ...unsure, reason: 'broken_off ECONNRESET' }],
  [
    'hangs up in the middle',
    (response) => {
      response.writeHead(201, { 'content-length': 1000 }).write('{"sid":"SM1",')
      setImmediate(() => response.destroy())
    },
    { ...unsure, reason: 'broken_off ECONNRESET' },
  ],
  ['never stops talking', says(201, 'a'.repeat(1_000_000)), { ...unsure, reason: 'too_large' }],
]

for (const [name, recipe] of Object.entries(recipes)) {
  describe(`a gateway by the recipe ${name}`, () => {
    test.each(troubles)('that %s has not accepted', async (_, talk, expected) => {
      const { gateway, route } = await world(recipe, talk)
      const outcome = await route.send(message)
      expect(outcome).toMatchObject(expected)
      expect(gateway.requests).toHaveLength(1)
      expect(JSON.stringify(outcome)).not.toContain('s3cr')
    })
  })
}

const twilio = recipes.twilio

test('a gateway that is silent is given up in time, and may have taken it', async () => {
  const { route } = await world(twilio, () => {}, { longest: 300 })
  expect(await route.send(message)).toEqual({ ...unsure, reason: 'too_slow' })
})

test('a gateway that is not there has not taken it', async () => {
  const { gateway, route } = await world(twilio, says(201, '{}'))
  await gateway.close()
  const reason = 'unreachable ECONNREFUSED'
  expect(await route.send(message)).toEqual({ ...no, isSure: true, reason })
})

test('closing breaks off what is under way, and nothing is sent after', async () => {
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  const { gateway, route } = await world(twilio, () => resolve())
  const outcome = route.send(message)
  await arrived
  await route.close()
  expect(await outcome).toEqual({ ...unsure, reason: 'closed' })
  expect(await route.send(message)).toEqual({ ...no, isSure: true, reason: 'closed' })
  expect(gateway.requests).toHaveLength(1)
})

test('messages sent at once arrive once each', async () => {
  const { gateway, route } = await world(twilio, says(201, '{"sid":"SM1"}'))
  const all = Array.from({ length: 50 }, (_, i) => ({ ...message, to: `+3519123456${i + 10}` }))
  const outcomes = await Promise.all(all.map(route.send))
  expect(outcomes.every(({ accepted }) => accepted)).toBe(true)
  const seen = gateway.requests.map(({ fields }) => fields['To'])
  expect(new Set(seen)).toEqual(new Set(all.map(({ to }) => to)))
  expect(seen).toHaveLength(50)
})

const reachable: [what: string, url: string][] = [
  ['an address of this machine', 'https://127.0.0.1:{port}/'],
  ['the same in one number', 'https://2130706433:{port}/'],
  ['the same in hex', 'https://0x7f.1:{port}/'],
  ['the same in IPv6', 'https://[::ffff:127.0.0.1]:{port}/'],
  ['a name of this machine', 'https://localhost:{port}/'],
  ['the metadata of a cloud', 'http://169.254.169.254/latest/meta-data'],
  ['readable HTTP', 'http://sms.example/'],
]

test.each(reachable)('unless it is allowed, nothing goes to %s', async (_, address) => {
  const { gateway } = await world(twilio, says(201, '{"sid":"SM1"}'))
  const url = address.replace('{port}', new URL(gateway.url).port)
  const route = httpRoute(
    { kind: 'http', recipe: { ...twilio, url }, from: 'Night', secrets: secretsOf(twilio) },
    { callback, mayBePrivate: false, ca: gateway.certificate },
  )
  const outcome = await route.send(message)
  expect(outcome).toMatchObject({ ...no, isSure: true })
  expect(outcome).toHaveProperty('reason', expect.stringMatching(/^not_(?:public|encrypted)$/))
  expect(gateway.requests).toEqual([])
})

test('a redirect to a private address is not followed', async () => {
  const inside = await world(twilio, says(201, '{"sid":"SM1"}'))
  const { gateway, route } = await world(
    twilio,
    says(307, '', { location: `${inside.gateway.url}/secret` }),
  )
  expect(await route.send(message)).toMatchObject({ ...unsure, reason: 'HTTP 307 not understood' })
  expect([gateway.requests.length, inside.gateway.requests.length]).toEqual([1, 0])
})

test('a setting without its secret sends nothing', async () => {
  const { gateway } = await world(twilio, says(201, '{"sid":"SM1"}'))
  const recipe = { ...twilio, url: `${gateway.url}/` }
  const route = httpRoute(
    { kind: 'http', recipe, from: 'Night', secrets: { account_sid: 'AC1' } },
    { callback, mayBePrivate: true },
  )
  const reason = 'the secret auth_token is not set'
  expect(await route.send(message)).toEqual({ ...no, isSure: true, reason })
  expect(gateway.requests).toEqual([])
})

test('an answer is shown as it came, but for secrets, and not more than 4 KiB of it', async () => {
  const secrets = secretsOf(twilio)
  const { account_sid: user = '', auth_token: password = '' } = secrets
  const login = Buffer.from(`${user}:${password}`).toString('base64')
  const echo = [
    password,
    encodeURIComponent(password),
    JSON.stringify({ password }),
    new URLSearchParams({ password }).toString(),
    login,
    user,
    callback,
    encodeURIComponent(callback),
  ].join('\n')
  for (const status of [201, 400]) {
    const { route } = await world(twilio, says(status, `${echo}\n码 ok ${'é'.repeat(5000)}`))
    const { answer } = await route.send(message)
    expect(answer?.status).toBe(`HTTP ${status}`)
    expect(answer?.body).toContain('码 ok éé')
    expect(answer?.body).not.toMatch(/s3cr|t%20%22of|Zm9yYmlkZGVu/)
    expect(answer?.body).not.toContain(login.slice(0, 12))
    expect(answer?.body).not.toContain(login.slice(-12))
    const size = Buffer.byteLength(answer?.body ?? '')
    expect([size <= 4096, size > 4090, answer?.body.includes('\uFFFD')]).toEqual([
      true,
      true,
      false,
    ])
  }
})

const echoes = [
  'bad number +351912345678',
  'bad number 00351912345678',
  'bad number 351 912 345 678',
  'no text "Your code is 483920" please',
  'code 483920 and 483 920',
  'key s3cr/t "of" auth_token+ is wrong',
  'see https://n.example/receipts/Zm9yYmlkZGVuLXRva2Vu',
  `${'a'.repeat(10_000)}`,
]

test.each(echoes)('a reason names nobody and holds no code and no secret: %.40s', async (text) => {
  const { route } = await world(twilio, says(400, JSON.stringify({ message: text })))
  const outcome = await route.send(message)
  const reason = 'reason' in outcome ? outcome.reason : ''
  expect(reason).toMatch(/^HTTP 400 /)
  expect(reason.length).toBeLessThanOrEqual(140)
  expect(reason).not.toMatch(/912|345|483|920|s3cr|Zm9y/)
})

test('a short code is blanked too', async () => {
  const { route } = await world(twilio, says(400, '{"message":"no 4839 in texts"}'))
  const outcome = await route.send({ ...message, text: 'Your code is 4839' })
  expect(outcome).toMatchObject({ reason: 'HTTP 400 no … in texts' })
})

test('a recipe that an operator wrote is as good as ours', async () => {
  const parsed = parseRecipe({
    title: 'Ours',
    method: 'POST',
    url: 'http://sms.local/send',
    json: { phone: '{{to_00}}', body: '{{text}}' },
    ok: { where: [{ at: 'done', is: 'true' }] },
  })
  if ('problem' in parsed) throw new Error(parsed.problem)
  const { gateway, route } = await world(parsed.recipe, says(200, '{"done":true}'))
  expect(await route.send(message)).toMatchObject({ accepted: true })
  expect(gateway.requests[0]?.json).toEqual({ phone: '00351912345678', body: message.text })
})
