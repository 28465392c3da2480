import { availableParallelism } from 'node:os'
import type { z } from 'zod'
import { readSettings, type Problem } from './config-file.ts'
import * as types from './config-types.ts'
import { isLoopback, type Proxies } from './lib/address.ts'
import { languages } from './lib/language.ts'
import type { Site } from './lib/webauthn.ts'

/** As written, or nothing, or worked out from other things in the way the words say. */
type Preset = string | null | { readonly words: string }

type Setting = {
  readonly type: z.ZodType<unknown, string>
  readonly preset: Preset
  readonly help: string
  readonly example: string
}

const setting = <T, const P extends Preset>(
  kind: z.ZodType<T, string>,
  preset: P,
  help: string,
  example: string,
) => ({ type: kind as z.ZodType<P extends string ? T : T | null, string>, preset, help, example })

const limit = (preset: number, low: number, high: number, unit: string, help: string) =>
  setting(types.whole(low, high, unit), String(preset), help, String(preset))

/** A limit against guessing and flooding: an operator who needs to may open it wide. */
const guard = (preset: number, unit: string, help: string) =>
  limit(preset, 1, 1_000_000, unit, help)

const DEFAULT_APPS = [
  'Google Authenticator https://apps.apple.com/app/id388497605 https://play.google.com/store/apps/details?id=com.google.android.apps.authenticator2',
  'Microsoft Authenticator https://apps.apple.com/app/id983156458 https://play.google.com/store/apps/details?id=com.azure.authenticator',
  '2FAS https://apps.apple.com/app/id1217793794 https://play.google.com/store/apps/details?id=com.twofasapp',
  'Aegis - https://play.google.com/store/apps/details?id=com.beemdevelopment.aegis',
].join(', ')

/** Where the server listens, what it is called, and what it works with. */
export const settings = {
  HOST: setting(types.host, '127.0.0.1', 'The address to listen on.', '0.0.0.0'),
  PORT: setting(types.whole(0, 65535, 'port'), '8484', 'The port; 0 takes a free one.', '8080'),
  PUBLIC_URL: setting(
    types.webOrigin,
    { words: 'http://localhost:PORT' },
    'The address people type, and links in mails begin with.',
    'https://id.example.com',
  ),
  DATA_DIR: setting(types.filePath, './data', 'The folder of the key and the database.', './data'),
  DATABASE_URL: setting(
    types.databaseUrl,
    { words: 'sqlite:DATA_DIR/nightlatch.db' },
    'The database. Passwords in it are written URL-encoded.',
    'postgres://nightlatch:secret@db.example.com/nightlatch',
  ),
  SMTP_URL: setting(
    types.smtpUrl,
    null,
    'The mail server. Without one, mails wait in the outbox page of a server on loopback.',
    'smtp://user:secret@mail.example.com:587',
  ),
  SMTP_TLS: setting(
    types.choice('required', 'off'),
    { words: 'required, off for smtp:// on this machine' },
    'Whether mail may leave unencrypted. Switch it off only inside a network you trust.',
    'off',
  ),
  SMTP_DKIM_DOMAIN: setting(
    types.dnsName('domain'),
    null,
    'Signs mails (DKIM) for this domain. Goes with the next two.',
    'example.com',
  ),
  SMTP_DKIM_SELECTOR: setting(
    types.dnsName('selector'),
    null,
    'The name under which the public key stands in DNS.',
    'nightlatch',
  ),
  SMTP_DKIM_KEY_FILE: setting(
    types.filePath,
    null,
    'The file of the private key (PEM).',
    '/etc/nightlatch/dkim.pem',
  ),
  MAIL_FROM: setting(
    types.sender,
    { words: 'PRODUCT_NAME <nightlatch@host of PUBLIC_URL>' },
    'Who mails come from.',
    'Example Login <login@example.com>',
  ),
  PRODUCT_NAME: setting(types.shownName, 'Nightlatch', 'What pages and mails call us.', 'Example'),
  TRUSTED_PROXIES: setting(
    types.proxies,
    null,
    'The reverse proxies whose X-Forwarded-For is believed.',
    '10.0.0.0/8,fd00::/8',
  ),
  DEFAULT_LANGUAGE: setting(
    types.choice(...languages),
    'en',
    'The language for whoever asks for none that we speak.',
    'ar',
  ),
  LOG_LEVEL: setting(
    types.choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'info',
    'How much is logged.',
    'warn',
  ),
  FACTORS: setting(
    types.factorKinds,
    'passkey,totp,sms,email',
    'The kinds of second step that may be used here. Recovery codes always may. Codes by text message (sms) are offered once a gateway is linked.',
    'passkey,totp',
  ),
  PASSKEY_RP_ID: setting(
    types.dnsName('domain'),
    { words: 'host of PUBLIC_URL' },
    'The domain passkeys are good for: the host of PUBLIC_URL or one above it. Another one makes all passkeys useless.',
    'example.com',
  ),
  AUTHENTICATOR_APPS: setting(
    types.apps,
    DEFAULT_APPS,
    'Authenticator apps to name to people, each with its address for iOS and for Android (- where there is none).',
    'Example App https://apps.apple.com/app/id1 https://play.google.com/store/apps/details?id=com.example',
  ),
  METRICS_TOKEN: setting(
    types.token,
    null,
    'The bearer token for /metrics. Without one, only this machine may read them.',
    'put-here-what-openssl-rand-hex-32-prints',
  ),
  NEW_DEVICE_MAIL: setting(
    types.yesNo,
    'yes',
    'Whether people get a mail when a browser signs in that was never seen before.',
    'no',
  ),
  GEO_DATABASE: setting(
    types.filePath,
    null,
    'A file in the format of MaxMind (mmdb) with the places of addresses, shown beside them.',
    '/srv/GeoLite2-City.mmdb',
  ),
  DELIVERY_FILE: setting(
    types.filePath,
    null,
    'A JSON file with the gateways beside SMTP_URL and the rules for text messages. Where it is set, they are not changed on the page.',
    '/etc/nightlatch/delivery.json',
  ),
  NEW_LOGIN_CODE: setting(
    types.choice('after', 'instead'),
    'after',
    'What an administrator has set up for somebody is proven at the next sign-in: after the second step, or instead of it.',
    'instead',
  ),
  EVENTS_DAYS: setting(
    types.whole(30, 3650, 'days'),
    '400',
    'How long events are kept. What was counted of them by day goes with them.',
    '730',
  ),
  ALLOW_PLAIN_HTTP: setting(
    types.yesNo,
    'no',
    'Listens beyond this machine though PUBLIC_URL is http: passwords travel readable.',
    'yes',
  ),
  ALLOW_NO_MAIL: setting(
    types.yesNo,
    'no',
    'Listens beyond this machine though no mail can be sent.',
    'yes',
  ),
  ALLOW_LOCK_OUT: setting(
    types.yesNo,
    'no',
    'Starts though FACTORS leaves people with no way to sign in.',
    'yes',
  ),
  ALLOW_PRIVATE_GATEWAYS: setting(
    types.yesNo,
    'no',
    'Whether gateways other than SMTP_URL may be at private addresses, and be asked over plain http.',
    'yes',
  ),
}

const cores = { words: 'as many as processor cores' } as const

/** How long, how often, how much. */
export const limits = {
  CODE_MINUTES: limit(5, 1, 10, 'minutes', 'How long a sent code lives.'),
  CODE_TRIES: limit(
    5,
    3,
    10,
    'tries',
    'Wrong answers of one attempt, over all its codes, before it ends.',
  ),
  CODE_SENDS: limit(5, 1, 10, 'mails', 'How often one attempt may send its code.'),
  TOTP_WINDOW: limit(
    1,
    0,
    1,
    'steps',
    'How many steps of 30 seconds the code of an authenticator app may be early or late.',
  ),
  ATTEMPT_MINUTES: limit(10, 5, 15, 'minutes', 'How long an attempt to sign in may take.'),
  RESEND_SECONDS: limit(
    30,
    10,
    300,
    'seconds',
    'Wait before "send again"; twice and four times that, then 5 minutes.',
  ),
  SECOND_STEP_FAILURES_5_MINUTES: guard(
    5,
    'failures',
    'Wrong second steps, one account, 5 minutes.',
  ),
  SECOND_STEP_FAILURES_DAY: guard(10, 'failures', 'Wrong second steps, one account, 24 hours.'),
  SECOND_STEP_FAILURES_IN_A_ROW: limit(
    100,
    10,
    100,
    'failures',
    'Wrong codes in a row, over any time, after which a factor must be proven anew.',
  ),
  SECOND_STEP_ADDRESS_FAILURES_5_MINUTES: guard(
    10,
    'failures',
    'Wrong second steps, one client address, 5 minutes.',
  ),
  SECOND_STEP_ADDRESS_FAILURES_HOUR: guard(
    50,
    'failures',
    'Wrong second steps, one client address, 1 hour.',
  ),
  PASSWORD_FAILURES_5_MINUTES: guard(
    10,
    'failures',
    'Wrong passwords for one account in 5 minutes before it slows down.',
  ),
  PASSWORD_ADDRESS_FAILURES_5_MINUTES: guard(
    10,
    'failures',
    'Wrong passwords, one client address, 5 minutes.',
  ),
  PASSWORD_ADDRESS_REQUESTS_MINUTE: guard(
    30,
    'requests',
    'Passwords checked, one client address, 1 minute.',
  ),
  ADDRESS_REQUESTS_5_MINUTES: guard(
    300,
    'requests',
    'Sign-in requests, one client address, 5 minutes.',
  ),
  ALL_PASSWORD_FAILURES_5_MINUTES: guard(
    1000,
    'failures',
    'Wrong passwords on the whole server in 5 minutes before it raises the alarm and slows down.',
  ),
  MAILS_HOUR: guard(10, 'mails', 'Mails with codes to one e-mail address, 1 hour.'),
  MAILS_DAY: guard(30, 'mails', 'Mails with codes to one e-mail address, 24 hours.'),
  NEW_EMAIL_CODES_DAY: guard(
    10,
    'mails',
    'Mails with codes to new e-mail addresses, asked for by one account, 24 hours.',
  ),
  SMS_NUMBER_HOUR: guard(5, 'messages', 'Text messages with codes to one proven number, 1 hour.'),
  SMS_NUMBER_DAY: guard(10, 'messages', 'Text messages with codes to one proven number, 24 hours.'),
  SMS_PREFIX_HOUR: guard(
    500,
    'messages',
    'Text messages with codes to proven numbers with the same calling code and three first digits, 1 hour.',
  ),
  SMS_ACCOUNT_DAY: guard(
    20,
    'messages',
    'Text messages with codes for one account to its number, 24 hours.',
  ),
  SMS_NEW_NUMBER_HOUR: guard(
    3,
    'messages',
    'Text messages with codes to one number that somebody says is theirs, 1 hour.',
  ),
  SMS_NEW_NUMBER_DAY: guard(5, 'messages', 'The same in 24 hours.'),
  SMS_NEW_PREFIX_HOUR: guard(
    50,
    'messages',
    'The same to numbers with the same calling code and three first digits, 1 hour.',
  ),
  SMS_NEW_NUMBERS_DAY: guard(
    10,
    'messages',
    'Text messages with codes to new numbers, asked for by one account, 24 hours.',
  ),
  ADDRESS_SENDS_5_MINUTES: guard(
    25,
    'messages',
    'Messages with codes, one client address, 5 minutes.',
  ),
  REMEMBER_DAYS: limit(30, 0, 30, 'days', 'How long a device is remembered; 0 does not offer it.'),
  REMEMBER_IDLE_DAYS: limit(
    14,
    1,
    30,
    'days',
    'A remembered device unused for so long is forgotten.',
  ),
  REMEMBERED_DEVICES: limit(10, 1, 100, 'devices', 'Remembered devices of one account.'),
  SESSIONS: limit(20, 1, 1000, 'sessions', 'Sessions of one account; past that the oldest ends.'),
  STEP_UP_MINUTES: limit(
    5,
    1,
    15,
    'minutes',
    'How long it counts, before security changes, that somebody has just shown who they are.',
  ),
  CONTACT_WAIT_HOURS: limit(
    24,
    0,
    168,
    'hours',
    'Wait before a new e-mail address counts, where login protection is on.',
  ),
  RESET_WAIT_HOURS: limit(
    24,
    0,
    168,
    'hours',
    'After a password was reset by mail, a code by mail does not count for so long.',
  ),
  RESETS_DAY: guard(5, 'mails', 'Mails to reset a password, one account, 24 hours.'),
  RESETS_ADDRESS_HOUR: guard(
    20,
    'requests',
    'Asking to reset a password, one client address, 1 hour.',
  ),
  SESSION_IDLE_MINUTES: limit(30, 1, 60, 'minutes', 'A session unused for so long ends.'),
  SESSION_HOURS: limit(12, 1, 24, 'hours', 'A session ends after this, used or not.'),
  PASSWORD_MEMORY_KIB: limit(19_456, 19_456, 1_048_576, 'KiB', 'Memory of one password hash.'),
  PASSWORD_PASSES: limit(2, 2, 20, 'passes', 'Passes of one password hash over its memory.'),
  PASSWORD_PARALLEL: setting(types.whole(1, 256, 'hashes'), cores, 'Hashes made at once.', '4'),
  PASSWORD_QUEUE: limit(50, 0, 10_000, 'hashes', 'Hashes that may wait before we answer 503.'),
}

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}`
  : Lowercase<S>

type Values<Table extends Record<string, { type: z.ZodType }>> = {
  readonly [Name in keyof Table & string as Camel<Name>]: z.output<Table[Name]['type']>
}

type Given = Values<typeof settings>

/** Every setting by its name in camelCase (`null` where there is none), and what follows from them. */
export type Config = Omit<
  Given,
  WorkedOut | 'trustedProxies' | 'passkeyRpId' | `smtpDkim${string}`
> & {
  readonly [Name in WorkedOut]: NonNullable<Given[Name]>
} & {
  readonly mailFrom: { readonly name: string; readonly address: string }
  readonly smtpDkim: {
    readonly domain: string
    readonly selector: string
    readonly keyFile: string
  } | null
  readonly limits: { readonly [Name in keyof typeof limits as Camel<Name>]: number }
  /** People reach us over https. */
  readonly secure: boolean
  /** Nothing can be sent and only this machine can reach us: messages are shown on a page. */
  readonly outbox: boolean
  readonly proxies: Proxies
  /** Where passkeys are good for; `null` where browsers have none. */
  readonly site: Site | null
}

type WorkedOut = 'publicUrl' | 'databaseUrl' | 'smtpTls'

type Sources = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly file: { readonly path: string; readonly text: string } | null
}

/**
 * The whole configuration, or everything that is wrong with it. The environment goes before the
 * settings file, and what is set to nothing is not set. No problem repeats a secret.
 */
export function loadConfig(
  env: Sources['env'],
  file: Sources['file'],
): { config: Config } | { problems: Problem[] } {
  const names = Object.keys({ ...settings, ...limits })
  const { values, problems } = file ? readSettings(file, names) : { values: {}, problems: [] }
  const whereIs = (name: string): string => {
    if (env[name]) return 'the environment'
    return file && values[name] ? file.path : 'not set'
  }
  const refuse = (name: string, problem: string, example: string) =>
    problems.push({ name, problem, example, where: whereIs(name) })

  const parse = (name: string, { type, preset, example }: Setting): unknown => {
    const text = env[name] || values[name] || (typeof preset === 'string' ? preset : null)
    if (text === null) return null
    const parsed = type.safeParse(text)
    if (!parsed.success) refuse(name, parsed.error.issues[0]!.message, `${name}=${example}`)
    return parsed.data
  }
  const given = read(settings, parse) as Given
  const bounds = read(limits, parse) as Values<typeof limits>
  // What was written must make sense by itself before it can be held against the rest.
  if (problems.length === 0) for (const clash of clashes(given)) refuse(...clash)
  return problems.length > 0 ? { problems } : { config: workOut(given, bounds) }
}

/** Every setting of a table parsed, under its name in camelCase. */
function read(
  table: Readonly<Record<string, Setting>>,
  parse: (name: string, setting: Setting) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(table).map(([name, each]) => {
    const key = name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
    return [key, parse(name, each)]
  })
  return Object.fromEntries(entries)
}

/** Settings that are right one by one and wrong together. */
function clashes(given: Given): [name: string, problem: string, example: string][] {
  const found: [string, string, string][] = []
  const open = isOpen(given.host, given.publicUrl)
  if (open && !given.publicUrl?.startsWith('https:') && !given.allowPlainHttp) {
    found.push([
      'PUBLIC_URL',
      `must be https, since others can reach us (HOST, PUBLIC_URL) and passwords would travel readable`,
      'PUBLIC_URL=https://id.example.com (or ALLOW_PLAIN_HTTP=yes, on purpose)',
    ])
  }
  if (open && !given.smtpUrl && !given.allowNoMail) {
    found.push([
      'SMTP_URL',
      `must be set, since others can reach us (HOST, PUBLIC_URL) and would wait for codes in vain`,
      `SMTP_URL=${settings.SMTP_URL.example} (or ALLOW_NO_MAIL=yes, on purpose)`,
    ])
  }
  if (given.smtpTls === 'off' && given.smtpUrl?.startsWith('smtps:')) {
    found.push(['SMTP_TLS', 'cannot be off where SMTP_URL is smtps://', 'SMTP_TLS=required'])
  }
  const url = given.publicUrl ?? 'http://localhost'
  if (!canHavePasskeys(url) && given.factors.every((kind) => kind === 'passkey')) {
    found.push([
      'FACTORS',
      'cannot be passkeys alone: browsers have them only where PUBLIC_URL is https and a name',
      'FACTORS=passkey,totp',
    ])
  }
  const { passkeyRpId } = given
  if (passkeyRpId !== null && !isWithin(new URL(url).hostname, passkeyRpId)) {
    found.push([
      'PASSKEY_RP_ID',
      'must be the host of PUBLIC_URL, or a domain above it',
      `PASSKEY_RP_ID=${new URL(url).hostname}`,
    ])
  }
  const dkim = ['SMTP_DKIM_DOMAIN', 'SMTP_DKIM_SELECTOR', 'SMTP_DKIM_KEY_FILE'] as const
  const parts = [given.smtpDkimDomain, given.smtpDkimSelector, given.smtpDkimKeyFile]
  for (const [index, name] of dkim.entries()) {
    if (parts[index] !== null || parts.every((part) => part === null)) continue
    const others = dkim.filter((each) => each !== name).join(' and ')
    found.push([
      name,
      `must be set too: it goes with ${others}`,
      `${name}=${settings[name].example}`,
    ])
  }
  return found
}

/** Is this host that domain, or below it? */
const isWithin = (host: string, domain: string): boolean =>
  host === domain || (host.endsWith(`.${domain}`) && domain.includes('.'))

/** Others can reach us: directly, or through a proxy on this machine, as the public URL tells. */
const isOpen = (host: string, publicUrl: string | null): boolean =>
  !isLoopback(host) || (publicUrl !== null && !types.isHere(publicUrl))

function workOut(given: Given, bounds: Values<typeof limits>): Config {
  const { trustedProxies, passkeyRpId, ...others } = given
  const { smtpDkimDomain, smtpDkimSelector, smtpDkimKeyFile, ...rest } = others
  const publicUrl = given.publicUrl ?? new URL(`http://localhost:${given.port}`).origin
  const plain = given.smtpUrl?.startsWith('smtp:') && types.isHere(given.smtpUrl)
  const dkim = { domain: smtpDkimDomain, selector: smtpDkimSelector, keyFile: smtpDkimKeyFile }
  return {
    ...rest,
    publicUrl,
    databaseUrl: given.databaseUrl ?? `sqlite:${given.dataDir.replace(/\/+$/, '')}/nightlatch.db`,
    smtpTls: given.smtpTls ?? (plain ? 'off' : 'required'),
    smtpDkim: smtpDkimDomain === null ? null : (dkim as NonNullable<Config['smtpDkim']>),
    mailFrom: {
      name: given.mailFrom?.name ?? given.productName,
      address: given.mailFrom?.address ?? `nightlatch@${mailHost(publicUrl)}`,
    },
    limits: { ...bounds, passwordParallel: bounds.passwordParallel ?? availableParallelism() },
    secure: publicUrl.startsWith('https:'),
    outbox: given.smtpUrl === null && !isOpen(given.host, publicUrl),
    proxies: trustedProxies ?? types.noProxies,
    ...passkeysAt(publicUrl, passkeyRpId, given),
  }
}

/** Browsers have passkeys for names, over https or on this machine (WebAuthn L3 §5.1.3, §13.4.9). */
const canHavePasskeys = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  const isLocal = /^(?:.+\.)?localhost$/.test(hostname)
  return (protocol === 'https:' && mailHost(url) === hostname) || isLocal
}

function passkeysAt(
  publicUrl: string,
  rpId: string | null,
  { factors, productName: name }: Pick<Given, 'factors' | 'productName'>,
): Pick<Config, 'site' | 'factors'> {
  if (!canHavePasskeys(publicUrl))
    return { site: null, factors: factors.filter((kind) => kind !== 'passkey') }
  return { site: { rpId: rpId ?? new URL(publicUrl).hostname, origin: publicUrl, name }, factors }
}

/** The same where the port became known only by listening. */
export function onPort(config: Config, port: number): Config {
  const publicUrl = config.publicUrl.replace(/:0$/, `:${port}`)
  return { ...config, publicUrl, site: config.site && { ...config.site, origin: publicUrl } }
}

/** A host that a mail can come from: an IP address cannot stand behind the @ as it is. */
const mailHost = (url: string): string => {
  const { hostname } = new URL(url)
  return /^[\d.]+$|^\[/.test(hostname) ? 'localhost' : hostname
}
