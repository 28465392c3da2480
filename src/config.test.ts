import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { settingsPage } from './config-page.ts'
import { limits, loadConfig, settings, type Config } from './config.ts'

type Env = Record<string, string>

function config(env: Env, text?: string): Config {
  const loaded = loadConfig(env, text === undefined ? null : { path: 'nightlatch.env', text })
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config
}

function problems(env: Env, text?: string) {
  const loaded = loadConfig(env, text === undefined ? null : { path: 'nightlatch.env', text })
  return 'problems' in loaded ? loaded.problems : []
}

const every = { ...settings, ...limits }

test('nothing needs to be set to try it out', () => {
  expect(config({})).toMatchObject({
    host: '127.0.0.1',
    port: 8484,
    publicUrl: 'http://localhost:8484',
    dataDir: './data',
    databaseUrl: 'sqlite:./data/nightlatch.db',
    smtpUrl: null,
    smtpDkim: null,
    mailFrom: { name: 'Nightlatch', address: 'nightlatch@localhost' },
    productName: 'Nightlatch',
    defaultLanguage: 'en',
    logLevel: 'info',
    factors: ['passkey', 'totp', 'sms', 'email'],
    site: { rpId: 'localhost', origin: 'http://localhost:8484', name: 'Nightlatch' },
    metricsToken: null,
    allowPlainHttp: false,
    allowLockOut: false,
    secure: false,
    outbox: true,
  })
  expect(config({}).limits).toMatchObject({
    codeMinutes: 5,
    codeTries: 5,
    totpWindow: 1,
    secondStepFailures5Minutes: 5,
    secondStepFailuresDay: 10,
    rememberDays: 30,
    sessionIdleMinutes: 30,
    passwordMemoryKib: 19456,
    passwordParallel: availableParallelism(),
  })
  expect(config({}).proxies.trusts('127.0.0.1')).toBe(false)
})

test('what is worked out follows what is set', () => {
  expect(config({ PORT: '80' }).publicUrl).toBe('http://localhost')
  expect(config({ DATA_DIR: '/var/lib/nightlatch/' }).databaseUrl).toBe(
    'sqlite:/var/lib/nightlatch/nightlatch.db',
  )
  const set = config({
    HOST: '0.0.0.0',
    PUBLIC_URL: 'https://ID.example.com:443/',
    PRODUCT_NAME: 'Example',
    SMTP_URL: 'smtp://mail.example.com',
    TRUSTED_PROXIES: '10.0.0.0/8',
    SMTP_DKIM_DOMAIN: 'Example.com',
    SMTP_DKIM_SELECTOR: 'one',
    SMTP_DKIM_KEY_FILE: './dkim.pem',
  })
  expect(set).toMatchObject({
    publicUrl: 'https://id.example.com',
    mailFrom: { name: 'Example', address: 'nightlatch@id.example.com' },
    smtpTls: 'required',
    smtpDkim: { domain: 'example.com', selector: 'one', keyFile: './dkim.pem' },
    secure: true,
    outbox: false,
  })
  expect(set.proxies.trusts('10.1.2.3')).toBe(true)
})

test('mail is encrypted unless the mail server is on this machine or somebody says so', () => {
  expect(config({ SMTP_URL: 'smtp://localhost:1025' }).smtpTls).toBe('off')
  expect(config({ SMTP_URL: 'smtp://[::1]:1025' }).smtpTls).toBe('off')
  expect(config({ SMTP_URL: 'smtps://localhost' }).smtpTls).toBe('required')
  expect(config({ SMTP_URL: 'smtp://mail.example.com', SMTP_TLS: 'off' }).smtpTls).toBe('off')
})

test('the outbox is there only on loopback and without a mail server', () => {
  const open = { HOST: '0.0.0.0', ALLOW_NO_MAIL: 'yes', ALLOW_PLAIN_HTTP: 'yes' }
  expect(config(open).outbox).toBe(false)
  expect(config({ SMTP_URL: 'smtp://localhost' }).outbox).toBe(false)
  expect(config({ HOST: '::1' }).outbox).toBe(true)
  expect(config({ HOST: 'localhost' }).outbox).toBe(true)
})

test('the environment goes before the file, and empty is not set', () => {
  const file = 'PORT=9000\nPRODUCT_NAME="Door # 1" # remark\n\n# LOG_LEVEL=loud\nLOG_LEVEL=\n'
  expect(config({}, file)).toMatchObject({ port: 9000, productName: 'Door # 1', logLevel: 'info' })
  expect(config({ PORT: '9001' }, file).port).toBe(9001)
  expect(config({ PORT: '' }, file).port).toBe(9000)
  expect(config({}, '\uFEFFPORT=9000\r\nexport HOST=::1\r\n')).toMatchObject({
    port: 9000,
    host: '::1',
  })
})

test('the environment may hold names that are not ours, the file may not', () => {
  expect(problems({ PATH: '/bin', CODE_MINUTE: '5' })).toEqual([])
  expect(problems({}, 'CODE_MINUTE=5')).toEqual([
    {
      name: 'CODE_MINUTE',
      problem: 'is no setting; the nearest name is CODE_MINUTES',
      example: 'CODE_MINUTES=…',
      where: 'nightlatch.env',
    },
  ])
  expect(problems({}, 'smtp_ulr=x')[0]?.problem).toContain('SMTP_URL')
  expect(problems({}, '__proto__=x')).toHaveLength(1)
})

test('a line that says nothing, and one that is said twice, are named', () => {
  const [line, twice] = problems({}, 'PORT=1\nsecret hunter2\nPORT=2')
  expect(line).toMatchObject({ name: 'line 2', where: 'nightlatch.env' })
  expect(twice).toMatchObject({ name: 'PORT', problem: 'stands in the file twice' })
  expect(JSON.stringify(line)).not.toContain('hunter2')
})

const wrong: (readonly [name: keyof typeof every, value: string])[] = [
  ...['localhost:80', 'a b', '127.0.0', '[::1]', '*'].map((value) => ['HOST', value] as const),
  ...['65536', '-1', '80.5', '8e3', '0x50', '080', ' 80', '８０'].map(
    (value) => ['PORT', value] as const,
  ),
  ['PUBLIC_URL', 'id.example.com'],
  ['PUBLIC_URL', 'ftp://id.example.com'],
  ['PUBLIC_URL', 'https://id.example.com/login'],
  ['PUBLIC_URL', 'https://id.example.com?'],
  ['PUBLIC_URL', 'https://id.example.com#'],
  ['PUBLIC_URL', 'https://ann:secret@id.example.com'],
  ['PUBLIC_URL', 'https://@id.example.com'],
  ['PUBLIC_URL', 'https://id.example.com, https://other.example.com'],
  ['DATA_DIR', '  '],
  ['DATABASE_URL', 'nightlatch.db'],
  ['DATABASE_URL', 'sqlite:'],
  ['DATABASE_URL', 'mysql://root@localhost/x'],
  ['DATABASE_URL', 'postgres:nightlatch'],
  ['SMTP_URL', 'mail.example.com'],
  ['SMTP_URL', 'smtp://'],
  ['SMTP_URL', 'https://mail.example.com'],
  ['SMTP_URL', 'smtp://mail.example.com/?tls.rejectUnauthorized=false'],
  ['SMTP_URL', 'smtp://user:100%@mail.example.com'],
  ['SMTP_TLS', 'no'],
  ['SMTP_DKIM_DOMAIN', 'exam ple.com'],
  ['SMTP_DKIM_SELECTOR', 'a/b'],
  ['MAIL_FROM', 'nobody'],
  ['MAIL_FROM', 'Ann <nobody>'],
  ['MAIL_FROM', 'ann@example.com, bob@example.com'],
  ['MAIL_FROM', 'Ann <ann@example.com>\r\nBcc: bob@example.com'],
  ['PRODUCT_NAME', 'Night\nlatch'],
  ['PRODUCT_NAME', 'x'.repeat(51)],
  ['TRUSTED_PROXIES', 'everybody'],
  ['TRUSTED_PROXIES', '0.0.0.0/0'],
  ['DEFAULT_LANGUAGE', 'EN'],
  ['LOG_LEVEL', 'loud'],
  ['FACTORS', 'fax'],
  ['FACTORS', 'passkey;totp'],
  ['FACTORS', 'passkey,'],
  ['FACTORS', 'totp,totp'],
  ['FACTORS', 'TOTP'],
  ['FACTORS', 'email,recovery'],
  ['PASSKEY_RP_ID', 'https://example.com'],
  ['PASSKEY_RP_ID', 'example.com:443'],
  ['PASSKEY_RP_ID', '192.0.2.1'],
  ['AUTHENTICATOR_APPS', 'Aegis'],
  ['AUTHENTICATOR_APPS', 'Aegis https://a.example'],
  ['AUTHENTICATOR_APPS', 'Aegis - http://a.example'],
  ['AUTHENTICATOR_APPS', 'Aegis - javascript:alert(1)'],
  ['AUTHENTICATOR_APPS', 'Aegis - https://a.example,'],
  ['AUTHENTICATOR_APPS', '- https://a.example'],
  ['AUTHENTICATOR_APPS', `${'x'.repeat(51)} - -`],
  ['METRICS_TOKEN', 'x'.repeat(31)],
  ['METRICS_TOKEN', `${'x'.repeat(31)} y`],
  ['ALLOW_PLAIN_HTTP', 'true'],
  ['ALLOW_NO_MAIL', '1'],
  ['ALLOW_LOCK_OUT', 'on'],
]

for (const [name, value] of wrong) {
  test(`a wrong setting refuses to start: ${name}=${JSON.stringify(value.slice(0, 40))}`, () => {
    const [problem, ...more] = problems({ [name]: value })
    expect(more).toEqual([])
    expect(problem).toMatchObject({ name, where: 'the environment' })
    expect(problem?.problem).toMatch(/^(must be|".+" (is|has)) /)
    expect(problem?.example).toBe(`${name}=${every[name].example}`)
  })
}

const bounds: [name: keyof typeof limits, floor: number, ceiling: number][] = [
  ['CODE_MINUTES', 1, 10],
  ['CODE_TRIES', 3, 10],
  ['CODE_SENDS', 1, 10],
  ['TOTP_WINDOW', 0, 1],
  ['ATTEMPT_MINUTES', 5, 15],
  ['RESEND_SECONDS', 10, 300],
  ['SECOND_STEP_FAILURES_5_MINUTES', 1, 1_000_000],
  ['SECOND_STEP_FAILURES_DAY', 1, 1_000_000],
  ['SECOND_STEP_FAILURES_IN_A_ROW', 10, 100],
  ['SECOND_STEP_ADDRESS_FAILURES_5_MINUTES', 1, 1_000_000],
  ['SECOND_STEP_ADDRESS_FAILURES_HOUR', 1, 1_000_000],
  ['PASSWORD_FAILURES_5_MINUTES', 1, 1_000_000],
  ['PASSWORD_ADDRESS_FAILURES_5_MINUTES', 1, 1_000_000],
  ['PASSWORD_ADDRESS_REQUESTS_MINUTE', 1, 1_000_000],
  ['ADDRESS_REQUESTS_5_MINUTES', 1, 1_000_000],
  ['ALL_PASSWORD_FAILURES_5_MINUTES', 1, 1_000_000],
  ['MAILS_HOUR', 1, 1_000_000],
  ['MAILS_DAY', 1, 1_000_000],
  ['NEW_EMAIL_CODES_DAY', 1, 1_000_000],
  ['SMS_NUMBER_HOUR', 1, 1_000_000],
  ['SMS_NUMBER_DAY', 1, 1_000_000],
  ['SMS_PREFIX_HOUR', 1, 1_000_000],
  ['SMS_ACCOUNT_DAY', 1, 1_000_000],
  ['SMS_NEW_NUMBER_HOUR', 1, 1_000_000],
  ['SMS_NEW_NUMBER_DAY', 1, 1_000_000],
  ['SMS_NEW_PREFIX_HOUR', 1, 1_000_000],
  ['SMS_NEW_NUMBERS_DAY', 1, 1_000_000],
  ['ADDRESS_SENDS_5_MINUTES', 1, 1_000_000],
  ['REMEMBER_DAYS', 0, 30],
  ['REMEMBER_IDLE_DAYS', 1, 30],
  ['REMEMBERED_DEVICES', 1, 100],
  ['SESSIONS', 1, 1000],
  ['STEP_UP_MINUTES', 1, 15],
  ['CONTACT_WAIT_HOURS', 0, 168],
  ['RESET_WAIT_HOURS', 0, 168],
  ['RESETS_DAY', 1, 1_000_000],
  ['RESETS_ADDRESS_HOUR', 1, 1_000_000],
  ['SESSION_IDLE_MINUTES', 1, 60],
  ['SESSION_HOURS', 1, 24],
  ['PASSWORD_MEMORY_KIB', 19_456, 1_048_576],
  ['PASSWORD_PASSES', 2, 20],
  ['PASSWORD_PARALLEL', 1, 256],
  ['PASSWORD_QUEUE', 0, 10_000],
]

test('every limit has a floor and a ceiling', () => {
  expect(bounds.map(([name]) => name)).toEqual(Object.keys(limits))
})

for (const [name, floor, ceiling] of bounds) {
  test(`${name} is from ${floor} to ${ceiling}, and says so in its unit`, () => {
    for (const value of [floor, ceiling]) expect(problems({ [name]: String(value) })).toEqual([])
    for (const value of [floor - 1, ceiling + 1]) {
      const [problem] = problems({ [name]: String(value) })
      expect(problem?.problem).toMatch(value < 0 ? /digits only/ : /^must be from \d+ to \d+ \w+$/)
    }
  })
}

test('beyond this machine it needs https and mail, or a word that says it is on purpose', () => {
  const mail = { SMTP_URL: 'smtp://mail.example.com' }
  const https = { PUBLIC_URL: 'https://id.example.com' }
  const names = (env: Env) => problems({ HOST: '::', ...env }).map((problem) => problem.name)
  expect(names({})).toEqual(['PUBLIC_URL', 'SMTP_URL'])
  expect(names(mail)).toEqual(['PUBLIC_URL'])
  expect(names(https)).toEqual(['SMTP_URL'])
  expect(names({ ...mail, ...https })).toEqual([])
  expect(names({ ...mail, ALLOW_PLAIN_HTTP: 'yes' })).toEqual([])
  expect(names({ ...https, ALLOW_NO_MAIL: 'yes' })).toEqual([])
  expect(names({ ...mail, PUBLIC_URL: 'http://id.example.com' })).toEqual(['PUBLIC_URL'])
  expect(problems({ HOST: '::' })[0]?.example).toContain('ALLOW_PLAIN_HTTP=yes')
})

/** Reached by others, as far as passkeys are concerned. */
const at = (url: string): Env => ({
  PUBLIC_URL: url,
  ALLOW_PLAIN_HTTP: 'yes',
  ALLOW_NO_MAIL: 'yes',
})

test('kinds of second step are taken in any order, and held the strongest first', () => {
  expect(config({ FACTORS: ' email, totp ' }).factors).toEqual(['totp', 'email'])
  expect(config({ FACTORS: 'passkey' }).factors).toEqual(['passkey'])
})

test('passkeys are for https and a name, or for this machine, and for nothing else', () => {
  const site = (url: string) => config(at(url)).site
  const here = { rpId: 'id.example.com', origin: 'https://id.example.com', name: 'Nightlatch' }
  expect(site('https://id.example.com')).toEqual(here)
  expect(site('https://id.example.com:8443')).toEqual({ ...here, origin: `${here.origin}:8443` })
  expect(site('http://app.localhost:9000')).toMatchObject({ rpId: 'app.localhost' })
  for (const url of ['http://id.example.com', 'https://192.0.2.1', 'http://127.0.0.1:8484']) {
    expect(config(at(url))).toMatchObject({ site: null, factors: ['totp', 'sms', 'email'] })
    expect(problems({ ...at(url), FACTORS: 'passkey' }).map(({ name }) => name)).toEqual([
      'FACTORS',
    ])
    expect(problems({ ...at(url), FACTORS: 'passkey,totp' })).toEqual([])
  }
})

test('passkeys may be good for a domain above the host, and for no other', () => {
  const given = (rpId: string) => ({ ...at('https://id.example.com'), PASSKEY_RP_ID: rpId })
  for (const rpId of ['id.example.com', 'example.com', 'Example.COM'])
    expect(config(given(rpId)).site?.rpId).toBe(rpId.toLowerCase())
  for (const rpId of ['com', 'ample.com', 'other.example.com', 'id.example.com.evil.example']) {
    const [problem, ...more] = problems(given(rpId))
    expect(more).toEqual([])
    expect(problem).toMatchObject({
      name: 'PASSKEY_RP_ID',
      example: 'PASSKEY_RP_ID=id.example.com',
    })
  }
})

test('authenticator apps are named with an address for each kind of phone, or without', () => {
  const apps = (text: string) => config({ AUTHENTICATOR_APPS: text }).authenticatorApps
  expect(apps('Our App https://a.example/ios - ,  Aegis - https://a.example/android')).toEqual([
    { name: 'Our App', ios: 'https://a.example/ios', android: null },
    { name: 'Aegis', ios: null, android: 'https://a.example/android' },
  ])
  for (const { name, ios, android } of config({}).authenticatorApps)
    expect([name, `${ios}${android}`]).toEqual([name, expect.stringContaining('https://')])
})

test('people are locked out only on purpose', () => {
  expect(config({ ALLOW_LOCK_OUT: 'yes' }).allowLockOut).toBe(true)
})

test('DKIM takes all three settings or none', () => {
  const dkim = {
    SMTP_DKIM_DOMAIN: 'example.com',
    SMTP_DKIM_SELECTOR: 'one',
    SMTP_DKIM_KEY_FILE: 'k',
  }
  expect(problems(dkim)).toEqual([])
  for (const name of Object.keys(dkim)) {
    expect(problems({ ...dkim, [name]: '' }).map((problem) => problem.name)).toEqual([name])
  }
})

test('smtps without encryption is refused', () => {
  const env = { SMTP_URL: 'smtps://mail.example.com', SMTP_TLS: 'off' }
  expect(problems(env).map((problem) => problem.name)).toEqual(['SMTP_TLS'])
})

test('a sender has an address, and the product’s name where it has none of its own', () => {
  const from = (text: string) => config({ MAIL_FROM: text }).mailFrom
  expect(from('ann@example.com')).toEqual({ name: 'Nightlatch', address: 'ann@example.com' })
  expect(from('<ann@example.com>')).toEqual({ name: 'Nightlatch', address: 'ann@example.com' })
  expect(from('"Ann, Miller" <ann@example.com>').name).toBe('Ann, Miller')
  expect(config({ PUBLIC_URL: 'http://[::1]:8484' }).mailFrom.address).toBe('nightlatch@localhost')
})

test('all problems are told at once', () => {
  const found = problems({ PORT: 'x', LOG_LEVEL: 'x' }, 'CODE_TRIES=99\nHSOT=x')
  expect(found.map((problem) => problem.name)).toEqual(['HSOT', 'PORT', 'LOG_LEVEL', 'CODE_TRIES'])
  expect(found.at(-1)?.where).toBe('nightlatch.env')
})

test('no problem ever repeats a secret', () => {
  const secrets = ['SMTP_URL', 'DATABASE_URL', 'METRICS_TOKEN'] as const
  fc.assert(
    fc.property(fc.constantFrom(...secrets), fc.stringMatching(/^[a-z ]{8,40}$/), (name, text) => {
      const told = problems({ [name]: `?hunter2${text}` })
      expect(JSON.stringify(told)).not.toContain('hunter2')
    }),
  )
})

test('every example is right, and so is every default', () => {
  for (const [name, { type, preset, example }] of Object.entries(every)) {
    expect([name, type.safeParse(example).success]).toEqual([name, true])
    const written = typeof preset === 'string' ? preset : example
    expect([name, type.safeParse(written).success]).toEqual([name, true])
  }
})

test('the manual’s page of settings is the one made from the settings', () => {
  const shipped = readFileSync(new URL('../docs/settings.md', import.meta.url), 'utf8')
  expect(shipped, 'node src/config-page.ts > docs/settings.md').toBe(settingsPage())
})
