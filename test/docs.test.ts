import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isApiPath } from '../src/http/api/api-path.ts'
import { operations, routeOf } from '../src/http/api/operations.ts'
import { RECEIPTS } from '../src/http/receipt-path.ts'
import { limits, loadConfig, settings } from '../src/config.ts'
import { refusal } from '../src/http/door.ts'
import { en } from '../src/pages/texts/en.ts'
import type { Refusal } from '../src/sign-in/attempt.ts'
import { oneMore, waitOf } from '../src/sign-in/limits.ts'
import { wrongSecondSteps } from '../src/sign-in/rules.ts'
import type { Used } from '../src/store/limits.ts'
import { databases } from './setup/databases.ts'
import {
  anchorsOf,
  documents,
  linksOf,
  quoted,
  readDocument,
  tableUnder,
  type Block,
} from './setup/documents.ts'
import { sourceFiles } from './setup/source.ts'
import { ana, DAY, openWorld, protect, signInFully, type World } from './world.ts'

const all = documents()
const http = readDocument('docs/http.md')
const security = readDocument('docs/security.md')
const operator = readDocument('docs/operator.md')
// The last two are not read from the settings file.
const names = [...Object.keys({ ...settings, ...limits }), 'NIGHTLATCH_SETTINGS', 'NODE_ENV']

describe.each(all.map((each) => [each.path, each] as const))('%s', (path, document) => {
  test('links to what is there', () => {
    const dead = linksOf(document).filter((link) => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : join(dirname(path), file)
      if (!existsSync(target)) return true
      return anchor !== undefined && !anchorsOf(readDocument(target)).includes(anchor)
    })
    expect(dead).toEqual([])
  })

  test('names settings that there are', () => {
    const written = [
      ...quoted(document.prose).flatMap((text) => text.match(/^[A-Z][A-Z0-9_]{3,}(?==|$)/) ?? []),
      ...document.blocks.flatMap(({ code }) => code.match(/\b[A-Z][A-Z0-9_]{3,}(?==\S)/g) ?? []),
    ]
    expect(written.filter((name) => !names.includes(name))).toEqual([])
  })

  test('shows settings files that the server takes', () => {
    for (const text of codeIn(document.blocks, 'ini'))
      expect(loadConfig({}, { path, text })).toHaveProperty('config')
  })

  test('calls scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    const called = document.text.matchAll(/\bnpm run (?:--silent )?([a-z]+)|\bnpm (start|test)\b/g)
    for (const [, run, short] of called) expect(Object.keys(scripts)).toContain(run ?? short)
  })

  test('shows code as it is', () => {
    for (const code of codeIn(document.blocks, 'ts')) {
      const [, file = ''] = /^\/\/ (\S+)\n/.exec(code) ?? []
      const pieces = code.slice(code.indexOf('\n') + 1).split(/^…\n/m)
      const source = flat(readFileSync(file, 'utf8'))
      for (const piece of pieces) expect(source).toContain(flat(piece))
    }
  })
})

const codeIn = (blocks: readonly Block[], wanted: string): readonly string[] =>
  blocks.filter(({ language }) => language === wanted).map(({ code }) => code)

const flat = (code: string): string => code.trim().replaceAll(/\s+/g, ' ')

test('decisions are numbered without a gap, each on one page with its four parts', () => {
  const decisions = all.filter(({ path }) => path.startsWith('docs/decisions/'))
  const parts = ['context', 'decision', 'what-it-costs', 'when-to-think-again']
  expect(decisions.length).toBeGreaterThan(0)
  for (const [index, decision] of decisions.entries()) {
    expect(decision.path).toMatch(`/${String(index + 1).padStart(4, '0')}-`)
    expect(decision.text).toMatch(new RegExp(`^# ${index + 1}\\. `))
    expect(anchorsOf(decision).slice(1)).toEqual(parts)
    expect(decision.text.split('\n').length).toBeLessThan(60)
  }
})

test('a unit for a service starts a file that there is', () => {
  const [unit = ''] = codeIn(operator.blocks, 'systemd')
  const [, program] = /^ExecStart=\/usr\/bin\/node (\S+)$/m.exec(unit)!
  expect(statSync(program!).isFile()).toBe(true)
})

describe('docs/http.md', () => {
  const addresses = tableUnder(http, 'Addresses').map(([method, path, form]) => ({
    method: method!,
    path: quoted(path!)[0]!,
    fields: (form ?? '')
      .split(', ')
      .filter(Boolean)
      .map((field) => ({ name: quoted(field)[0]!, isNeeded: !field.startsWith('(') })),
  }))
  let world: World
  beforeAll(async () => {
    world = await openWorld({
      people: [ana],
      settings: {
        PASSWORD_ADDRESS_REQUESTS_MINUTE: '9000',
        ADDRESS_REQUESTS_5_MINUTES: '9000',
      },
    })
  })
  afterAll(() => world.close())

  test('lists every address the server answers, and no other', () => {
    const answered = world.server.routes
      .filter(({ method, path }) => method !== 'ALL' && !isApiPath(path))
      .map(({ method, path }) => `${method} ${path}`)
    const written = addresses.map(({ method, path }) => `${method} ${path}`)
    expect(new Set(written)).toEqual(new Set(answered))
  })

  // What gateways post is no form, and a file is another kind of one.
  const others = [RECEIPTS, '/users/import']
  const forms = addresses.filter(({ method, path }) => method === 'POST' && !others.includes(path))
  test.each(forms)('names the fields of $path', async ({ path, fields }) => {
    const values: Record<string, string> = {
      language: 'en',
      with: 'recovery',
      kind: 'totp',
      format: 'csv',
      device: '0'.repeat(32),
      what: 'approve',
      id: '0'.repeat(32),
      factor: '0'.repeat(32),
      which: 'all',
      code: 'off',
      all: 'no',
      no_number: 'wait',
      number_out_of_reach: 'wait',
      address_unproven: 'wait',
      back: 'user',
      key: '0'.repeat(32),
    }
    const form = (some: typeof fields) =>
      Object.fromEntries(some.map(({ name }) => [name, values[name] ?? 'yes']))
    const error = async (sent: Record<string, string>) => {
      const visitor = world.visitor()
      await visitor.signIn()
      const answer = await visitor.post(path, sent, { accept: 'application/json' })
      const { error: code } =
        answer.status === 400 ? ((await answer.json()) as { error: string }) : { error: null }
      return code
    }
    expect(await error(form(fields))).toBe(null)
    expect(await error(form(fields.filter(({ isNeeded }) => isNeeded)))).toBe(null)
    expect(await error({ ...form(fields), surplus: 'yes' })).toBe('unknown_field')
    for (const left of fields.filter(({ isNeeded }) => isNeeded))
      expect(await error(form(fields.filter((field) => field !== left)))).toBe('bad_form')
  })

  test('has every refusal, with the status it comes with', () => {
    const written = tableUnder(http, 'Refusals').map(([code, status]) => [
      quoted(code!)[0]!,
      Number(status),
    ])
    expect(new Set(written.map(([code]) => code))).toEqual(new Set(Object.keys(en.problems)))
    const thrown = sourceFiles().flatMap(({ text }) =>
      [...text.matchAll(/(?:new Refused\(|problem\(door, c, )(\d+), ([^)]+)/g)].flatMap(
        ([, status, codes]) =>
          [...codes!.matchAll(/'([a-z_]+)'/g)].map(([, code]) => [code!, Number(status)] as const),
      ),
    )
    expect(thrown.length).toBeGreaterThan(10)
    for (const refused of thrown) expect(written).toContainEqual(refused)
    const doors = new Set(thrown.map(([code]) => code))
    for (const [code, status] of written.filter(([code]) => !doors.has(String(code)))) {
      const { status: real } = refusal(en, { refused: code as Refusal['refused'] })
      expect([code, real]).toEqual([code, status])
    }
  })

  test('lists every cookie that is set, and its rules', async () => {
    const https = await openWorld({
      people: [ana],
      settings: { PUBLIC_URL: 'https://id.example.com', ALLOW_NO_MAIL: 'yes' },
    })
    const browser = https.visitor()
    await protect(https, browser)
    await browser.post('/sign-out')
    https.pass(60_000)
    const attempt = await browser.signIn()
    const [code] = (await https.messagesTo(ana.email)).flatMap(({ notice }) =>
      notice.kind === 'code' && notice.purpose === 'sign-in' ? [notice.code] : [],
    )
    const entered = await browser.post('/sign-in/second', { code: code! })
    const chosen = await browser.post('/language', { language: 'ar' })
    const asked = await browser.get('/sign-in/passkey')
    await https.close()
    const set = [attempt, entered, chosen, asked]
      .flatMap(({ headers }) => headers.getSetCookie())
      .filter((line) => !/max-age=0/i.test(line))
    for (const line of set) expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Secure/)
    const found = set.map((line) => /^__Host-([^=]+)=/.exec(line)?.[1]?.replace(/-.*/, '-…'))
    const written = tableUnder(http, 'Cookies').map(([cookie]) => quoted(cookie!)[0])
    expect(new Set(found)).toEqual(new Set(written))
  })
})

test('docs/api.md lists what programs can ask, and what the key must be for', () => {
  const written = tableUnder(readDocument('docs/api.md'), 'Addresses')
    .map(([method, path, scope]) => [method, quoted(path!)[0], quoted(scope!)[0]])
    .filter(([, , scope]) => scope !== undefined)
  const real = Object.values(operations).map(({ method, scope, ...its }) => [
    method.toUpperCase(),
    routeOf(its),
    scope,
  ])
  expect(new Set(written.map(String))).toEqual(new Set(real.map(String)))
})

test('docs/operator.md names the metrics there are', async () => {
  const world = await openWorld()
  const text = await world.app.metrics.text()
  await world.close()
  const own = [...text.matchAll(/^# HELP (nightlatch_(?!process_|nodejs_)\w+)/gm)].map(
    ([, name]) => name!,
  )
  const written = tableUnder(operator, 'Watching it').map(([name]) => quoted(name!)[0])
  expect(new Set(written)).toEqual(new Set(own))
})

for (const { name } of databases) {
  test(`${name}: what is to be done by hand works`, async () => {
    const world = await openWorld({ database: name, people: [ana] })
    const browser = world.visitor()
    await protect(world, browser)
    await signInFully(world, world.visitor(), ana, { remember: 'yes' })
    const statements = codeIn(operator.blocks, 'sql').flatMap((code) => code.split(/;\n/))
    const results: unknown[][] = []
    for (const statement of statements.filter((each) => each.trim() !== '')) {
      const { rows, numAffectedRows } = await sql.raw(statement).execute(world.app.db)
      results.push([rows.length > 0, Number(numAffectedRows ?? 0)])
    }
    const [events, messages, ...changes] = results
    expect([events?.[0], messages?.[0]]).toEqual([true, true])
    expect(changes.map(([, rows]) => rows)).toEqual([2, 1])
    expect((await browser.get('/account')).headers.get('location')).toBe('/sign-in?to=%2Faccount')
    await world.close()
  })
}

test('docs/security.md has every limit as it is', () => {
  const written = tableUnder(security, 'Limits').map(([name, preset]) => [quoted(name!)[0], preset])
  const cost = ['PASSWORD_MEMORY_KIB', 'PASSWORD_PASSES', 'PASSWORD_PARALLEL']
  const real = Object.entries(limits).filter(([name]) => !cost.includes(name))
  expect(written).toEqual(real.map(([name, { preset }]) => [name, preset]))
})

test('docs/security.md says how many codes a guesser can try who has the password', () => {
  const loaded = loadConfig({}, null)
  if ('problems' in loaded) throw new Error('the defaults do not hold')
  const ofAccount = wrongSecondSteps(loaded.config.limits, 'ana', { address: '192.0.2.1' }).filter(
    ({ subject }) => subject === 'ana',
  )
  const used = new Map<string, Used>()
  const guesses: number[] = []
  for (let now = 0; now < 365 * DAY;) {
    const waits = ofAccount.map(({ rule }) => waitOf(rule, used.get(rule.name) ?? null, now))
    const wait = Math.max(...waits)
    now += wait
    if (wait > 0) continue
    for (const { rule } of ofAccount)
      used.set(rule.name, oneMore(rule, used.get(rule.name) ?? null, now))
    guesses.push(now)
  }
  const inADay = guesses.map(
    (from, index) => guesses.slice(index, index + 100).filter((at) => at < from + DAY).length,
  )
  const chance = 100 * (1 - (1 - 1e-6) ** guesses.length)
  expect(flat(security.text)).toContain(
    `at most ${Math.max(...inADay)} guesses a day, ${guesses.length} a year, ` +
      `each right once in a million: a chance of ${chance.toFixed(1)} % in a year`,
  )
})
