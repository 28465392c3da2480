import { describe, expect, test } from 'vitest'
import { everyAttributeIsQuoted } from './setup/markup.ts'
import {
  arrows,
  doorsOnlyRead,
  oneFileMakesSessions,
  onlyLibKnowsCryptography,
  onlyMainReadsTheEnvironment,
  type Rule,
} from './setup/rules.ts'
import { sourceFiles, withoutComments } from './setup/source.ts'

type Sample = Record<string, string>
type House = {
  readonly rule: Rule
  readonly good: readonly Sample[]
  readonly bad: readonly Sample[]
}

const store = {
  'src/store/sessions.ts': [
    `export async function insertSession(db) {\n  await db.insertInto('sessions').execute()\n}`,
    `export const sessionsOf = (db, id) =>\n  db.selectFrom('sessions').execute()`,
    `export async function replaceSession(db) {\n  await insertSession(db)\n}`,
    `export const touch = (db) =>\n  sql\`update sessions set seen_at = 1\`.execute(db)`,
  ].join('\n\n'),
}
const maker = { 'src/sign-in/finish.ts': `import { insertSession } from '../store/sessions.ts'` }

/** Each rule of the house, with samples that keep it and samples that break it. */
const house: Record<string, House> = {
  'calls go one way: main, server, http, the heart, its tools, lib': {
    rule: arrows,
    good: [
      { 'src/main.ts': `import { createServer } from './server.ts'` },
      { 'src/server.ts': `import { signInRoutes } from './http/sign-in.ts'` },
      { 'src/http/sign-in.ts': `import type { App } from '../app.ts'\nimport { z } from 'zod'` },
      {
        'src/sign-in/finish.ts': `import { endAttempt, type Attempt } from '../store/attempts.ts'`,
      },
      { 'src/store/attempts.ts': `import type { Proof } from '../factors/factor.ts'` },
      { 'src/config-file.ts': `import { Config } from './config.ts'` },
    ],
    bad: [
      { 'src/lib/otp.ts': `import { now } from '../store/open.ts'` },
      { 'src/lib/otp.ts': `import type { App } from '../app.ts'` },
      { 'src/pages/sign-in.ts': `import type { Account } from '../store/accounts.ts'` },
      { 'src/pages/sign-in.ts': `import type { Config } from '../config.ts'` },
      { 'src/pages/texts/en.ts': `import { x } from '../../sign-in/ask.ts'` },
      { 'src/store/attempts.ts': `import { nextStep } from '../sign-in/next-step.ts'` },
      { 'src/store/attempts.ts': `import {\n  type Proof,\n  has,\n} from '../factors/factor.ts'` },
      { 'src/factors/totp.ts': `export { hotp } from '../delivery/route.ts'` },
      { 'src/sign-in/ask.ts': `const page = await import('../pages/code.ts')` },
      { 'src/sign-in/ask.ts': `import { limits } from '../config.ts'` },
      { 'src/accounts/account.ts': `import '../http/account.ts'` },
      { 'src/http/sign-in.ts': `import { createServer } from '../server.ts'` },
      { 'src/http/sign-in.ts': `import { world } from '../../test/world.ts'` },
      { 'src/misc/thing.ts': `export const thing = 1` },
    ],
  },
  'doors and desks read, and never write': {
    rule: doorsOnlyRead,
    good: [
      { ...store, 'src/http/account.ts': `import { sessionsOf } from '../store/sessions.ts'` },
      {
        ...store,
        'src/http/account.ts': `import type { insertSession } from '../store/sessions.ts'`,
      },
    ],
    bad: [
      { ...store, 'src/http/account.ts': `import { insertSession } from '../store/sessions.ts'` },
      { ...store, 'src/http/account.ts': `import { touch as look } from '../store/sessions.ts'` },
      { ...store, 'src/http/account.ts': `import { replaceSession } from '../store/sessions.ts'` },
      { ...store, 'src/http/account.ts': `import * as sessions from '../store/sessions.ts'` },
      {
        ...store,
        'src/server.ts': `import {\n  sessionsOf,\n  touch,\n} from './store/sessions.ts'`,
      },
      { 'src/http/account.ts': `await app.db.deleteFrom('sessions').execute()` },
    ],
  },
  'one file makes sessions': {
    rule: oneFileMakesSessions,
    good: [{ ...store, ...maker }],
    bad: [
      { ...store },
      { ...store, 'src/accounts/account.ts': maker['src/sign-in/finish.ts'] },
      { ...store, ...maker, 'src/sign-in/ask.ts': maker['src/sign-in/finish.ts'] },
      { ...store, ...maker, 'src/sign-in/a.ts': `import * as s from '../store/sessions.ts'` },
      { ...store, ...maker, 'src/store/x.ts': `db.insertInto('sessions').values(session)` },
    ],
  },
  'every attribute in a page is between quotes, and nothing is put in raw': {
    rule: everyAttributeIsQuoted,
    good: [
      {
        'src/pages/a.ts': 'html`<input name="code" value="${code}" ${isWrong ? "autofocus" : ""}>`',
      },
      {
        'src/pages/a.ts':
          'html`<p class="a ${b ? `x=${b}` : ""}">1 = 1, ${html`<b id="c">=</b>`}</p>`',
      },
      { 'src/pages/a.ts': "html`<a href='${url}'>${text({ a: '}' })}</a>`" },
    ],
    bad: [
      { 'src/pages/a.ts': 'html`<input value=${code}>`' },
      { 'src/pages/a.ts': 'html`<input name=code>`' },
      { 'src/pages/a.ts': 'html`<p>${list.map((each) => html`<a href= ${each}>x</a>`)}</p>`' },
      { 'src/pages/a.ts': 'const attribute = html`value=${code}`' },
      { 'src/pages/a.ts': 'html`<p title="a" lang=${lang} class="b">x</p>`' },
      { 'src/pages/a.ts': 'html`<p>${raw(text)}</p>`' },
      { 'src/pages/a.ts': `import { html, raw as plain } from 'hono/html'` },
    ],
  },
  'settings come from main.ts, and from nowhere else': {
    rule: onlyMainReadsTheEnvironment,
    good: [
      { 'src/main.ts': `loadConfig(process.env)` },
      { 'src/config.ts': `// main.ts hands in process.env\nimport { exit } from 'node:process'` },
    ],
    bad: [
      { 'src/config.ts': `const port = process.env.PORT` },
      { 'src/lib/a.ts': `const port = process['env'].PORT` },
      { 'src/lib/a.ts': `const { PORT } = process?.env` },
      { 'src/lib/a.ts': `import { env } from 'node:process'` },
      { 'src/lib/a.ts': `import * as p from 'process'` },
    ],
  },
  'cryptography and chance are in lib': {
    rule: onlyLibKnowsCryptography,
    good: [{ 'src/lib/random.ts': `import { randomInt } from 'node:crypto'` }],
    bad: [
      { 'src/sign-in/ask.ts': `import { randomInt } from 'node:crypto'` },
      { 'src/store/a.ts': `import { createHash } from 'crypto'` },
      { 'src/factors/a.ts': `const id = crypto.randomUUID()` },
      { 'src/accounts/a.ts': `const code = Math.random()` },
      { 'src/accounts/a.ts': `import { hash } from '@node-rs/argon2'` },
    ],
  },
}

const real = sourceFiles()

test('there is a house to look at', () => {
  expect(real.length).toBeGreaterThan(20)
})

for (const [promise, { rule, good, bad }] of Object.entries(house)) {
  describe(promise, () => {
    test('in our own code', () => {
      expect(rule(real)).toEqual([])
    })

    test.each(good.map((sample) => [last(sample), sample]))('is kept by: %s', (_, sample) => {
      expect(rule(filesOf(sample))).toEqual([])
    })

    test.each(bad.map((sample) => [last(sample), sample]))('is broken by: %s', (_, sample) => {
      expect(rule(filesOf(sample))).toHaveLength(1)
    })
  })
}

const filesOf = (sample: Sample) =>
  Object.entries(sample).map(([path, text]) => withoutComments({ path, text }))

const last = (sample: Sample) => Object.entries(sample).at(-1)!.join(': ').replaceAll(/\s+/g, ' ')
