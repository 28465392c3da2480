import { expect, test } from 'vitest'
import { languages, type Language } from '../lib/language.ts'
import { browserName } from './browser.ts'
import { isolate, oneLine } from './isolate.ts'
import { renderMail, type Mail, type MailProps } from './mails.ts'
import { textsOf } from './texts/all.ts'

const HOSTILE = `Ana\u202E\u2069\r\nBcc: evil@example.com\u0000"><img src=x onerror=alert(1)>`

const common = {
  name: HOSTILE,
  product: 'Nightlatch',
  url: 'https://login.example.com/',
  at: '2026-11-20T07:46:00Z',
  address: '203.0.113.7',
  userAgent: `Mozilla/5.0 ${HOSTILE}`,
  notMe: '0a1b.aaaaaaaa.secret',
}

const purposes = [
  'sign-in',
  'protect',
  'unprotect',
  'recovery-codes',
  'step-up',
  'new-email',
  'bind-anew',
  'add-factor',
] as const

const occasions: MailProps[] = [
  ...purposes.map((purpose): MailProps => ({
    ...common,
    kind: 'code',
    purpose,
    code: '042917',
    minutes: 5,
  })),
  { ...common, kind: 'protected' },
  { ...common, kind: 'unprotected' },
  { ...common, kind: 'recovery_code_used', left: 3 },
  { ...common, kind: 'recovery_codes_renewed' },
  { ...common, kind: 'device_trust_ended' },
  { ...common, kind: 'password_changed' },
  { ...common, kind: 'password_known' },
  { ...common, kind: 'second_step_failures' },
  { ...common, kind: 'factor_disabled', by: 'email' },
  { ...common, kind: 'factor_added', by: 'totp', called: HOSTILE },
  { ...common, kind: 'factor_removed', by: 'passkey', called: HOSTILE },
  { ...common, kind: 'passkey_went_back', called: HOSTILE },
  { ...common, kind: 'new_device' },
  { ...common, kind: 'session_ended' },
  { ...common, kind: 'email_changed' },
  { ...common, kind: 'email_not_changed' },
  { ...common, kind: 'password_reset', token: 'a-token', minutes: 30 },
  {
    ...common,
    kind: 'email_change',
    to: 'b•••@e•••.com',
    from: '2026-11-21T07:46:00Z',
    token: 'a-token',
  },
  { ...common, kind: 'reported', login: HOSTILE, what: 'code' },
  {
    ...common,
    kind: 'delivery_changed',
    what: 'route_added',
    called: HOSTILE,
    login: HOSTILE,
    isOwn: true,
  },
  {
    ...common,
    kind: 'delivery_changed',
    what: 'rules_changed',
    called: '',
    login: HOSTILE,
    isOwn: false,
  },
  { ...common, kind: 'account_changed', what: 'login_code', login: HOSTILE },
  { ...common, kind: 'account_changed', what: 'factor', login: HOSTILE, reason: HOSTILE },
  { ...common, kind: 'account_deleted', login: HOSTILE },
  {
    ...common,
    kind: 'invitation',
    token: 'a-token',
    until: '2026-11-24T07:46:00Z',
    login: HOSTILE,
  },
  { ...common, kind: 'test' },
]

const budget = {
  what: 'money',
  used: 8_000_000,
  most: 10_000_000,
  currency: 'EUR',
} as const
const alarms: MailProps[] = [
  { alarm: { kind: 'route_rests', route: HOSTILE, reason: HOSTILE }, login: null } as const,
  { alarm: { kind: 'route_works', route: HOSTILE }, login: null } as const,
  {
    alarm: { kind: 'prefix_stopped', prefix: '+351912', country: 'PT', sent: 24, entered: 3 },
    login: null,
  } as const,
  { alarm: { kind: 'budget_near', ...budget }, login: null } as const,
  { alarm: { kind: 'budget_over', ...budget, what: 'messages' }, login: HOSTILE } as const,
].map((about) => ({ ...common, ...about, kind: 'alarm', address: '', userAgent: '' }))

/** What somebody else has done is nothing to deny. */
const othersDo = ['account_changed', 'account_deleted', 'invitation']

const nameOf = (props: MailProps): string =>
  props.kind === 'code'
    ? `code to ${props.purpose}`
    : props.kind === 'delivery_changed'
      ? `${props.kind}: ${props.what}`
      : props.kind

for (const language of languages) {
  for (const props of occasions) {
    test(`${nameOf(props)}, ${language}: says when, where from and who it is for`, () => {
      const { subject, text, html } = renderMail(language, props)
      for (const part of [text, html]) {
        expect(part).toContain('07:46 UTC')
        expect(part).toContain('203.0.113.7')
        expect(part).toContain('https://login.example.com')
        expect(part.includes('042917')).toBe(props.kind === 'code')
      }
      expect(subject).toContain('Nightlatch')
      expect(subject).not.toMatch(/042917|[\r\n]/)
    })

    test(`${nameOf(props)}, ${language}: both parts carry the link "this was not me", in words`, () => {
      const { text, html } = renderMail(language, props)
      const link = `https://login.example.com/not-me?token=${common.notMe}`
      // The operators are told what somebody else says: it is nothing of theirs to deny.
      const isOthers = props.kind === 'delivery_changed' && !props.isOwn
      const isTheirs =
        props.kind !== 'reported' &&
        !othersDo.includes(props.kind) &&
        props.kind !== 'test' &&
        !isOthers
      expect(text.split('\n').includes(link)).toBe(isTheirs)
      expect(html.includes(`<a href="${link}" dir="ltr">${link}</a>`)).toBe(isTheirs)
      for (const part of [text, html])
        expect(part.includes(textsOf(language).mails.notMe)).toBe(isTheirs)
    })

    test(`${nameOf(props)}, ${language}: somebody else's words change nothing round them`, () => {
      const { text, html }: Mail = renderMail(language, props)
      expect(text).not.toMatch(/[\u202A-\u202E\u0000]|^Bcc/m)
      expect(text).toContain('\u2068Ana')
      expect(text.split('\u2068')).toHaveLength(text.split('\u2069').length)
      expect(html).not.toMatch(/<img|\u2068|undefined/)
      expect(html).toContain('<bdi>Ana')
      expect(html).toContain(`lang="${language}"`)
      expect(html).not.toMatch(/https?:[^<]*\.(?:png|gif|jpg)|src="|@import|url\(/)
    })
  }
}

for (const language of languages)
  for (const props of alarms) {
    const name = props.kind === 'alarm' ? props.alarm.kind : ''
    test(`${name}, ${language}: says when, from nowhere, and where something can be done`, () => {
      const { subject, text, html } = renderMail(language, props)
      const { where, browser, unknown, notMe } = textsOf(language).mails
      const page = 'https://login.example.com/settings/delivery'
      for (const part of [text, html]) {
        expect(part).toContain('07:46 UTC')
        expect(part.includes(page)).toBe(name !== 'route_works')
        for (const none of [`${where}:`, `${browser}:`, unknown, notMe])
          expect(part).not.toContain(none)
        expect(part).not.toMatch(/[\u202A-\u202E\u0000]|^Bcc|undefined|[٠-٩]/m)
      }
      expect(html).not.toMatch(/<img|\u2068/)
      expect(subject).toContain('Nightlatch')
      expect(text.split('\u2068')).toHaveLength(text.split('\u2069').length)
    })
  }

test('the operators read numbers, money and whose share it is in their language', () => {
  const said = (language: Language) =>
    alarms.slice(2).map((props) => renderMail(language, props).text.replace(/[\u2068\u2069]/g, ''))
  const [stopped, near, over] = said('en')
  expect(stopped).toContain('begin with +351912 (Portugal)')
  expect(stopped).toContain('sent there in the last day: 24; typed in: 3')
  expect(near).toContain('Spent on text messages today: €8.00 of €10.00.')
  expect(near).toContain('limit of the whole installation')
  expect(over).toContain('sent today: 8000000 of 10000000.')
  expect(over).toContain('share of the account Ana')
  expect(said('ar').join()).toMatch(/البرتغال[^]*8\.00/)
  expect(said('zh-CN').join()).toMatch(/葡萄牙[^]*€8\.00/)
})

test('every occasion has its own subject and its own words', () => {
  const seen = (language: Language) =>
    [...occasions, ...alarms].map((props) =>
      renderMail(language, props).text.split('\n\n').slice(1, 4).join(),
    )
  for (const language of languages)
    expect(new Set(seen(language)).size).toBe(occasions.length + alarms.length)
})

for (const language of languages)
  test(`which second step it is about is said, and what it is called, ${language}`, () => {
    const { factors } = textsOf(language).history
    const label = textsOf(language).mails.factor
    for (const kind of ['factor_added', 'factor_removed', 'passkey_went_back'] as const)
      for (const by of ['passkey', 'totp', 'sms', 'email'] as const)
        for (const called of ['', HOSTILE]) {
          const about = kind === 'passkey_went_back' ? { kind, called } : { kind, by, called }
          const { text, html } = renderMail(language, { ...common, ...about })
          const way = factors[kind === 'passkey_went_back' ? 'passkey' : by]
          const name = oneLine(called)
          const isNumber = way === factors.sms && name !== ''
          const value = name === '' || isNumber ? way : `${way} (${name})`
          expect(text.split('\n')).toContain(`${label}: ${isolate(value)}`)
          // Numbers stand by themselves, or they would turn round.
          const phone = textsOf(language).labels.phone
          expect(text.includes(`${phone}: ${isolate(name)}`)).toBe(isNumber)
          expect(text).not.toMatch(/[\u202A-\u202E\u0000]|^Bcc/m)
          expect(html).toContain(`<bdi>${way}${name === '' || isNumber ? '</bdi>' : ' (Ana'}`)
          expect(html).not.toMatch(/<img|undefined/)
        }
    for (const by of ['passkey', 'totp', 'sms', 'email'] as const)
      expect(renderMail(language, { ...common, kind: 'factor_disabled', by }).text).toContain(
        `${label}: ${isolate(factors[by])}`,
      )
  })

test('at three recovery codes the mail asks to make new ones, at four it does not', () => {
  const mail = (left: number) =>
    renderMail('en', { ...common, kind: 'recovery_code_used', left }).text
  expect(mail(3)).toContain('before they run out')
  expect(mail(4)).not.toContain('before they run out')
})

const agents: [string, string][] = [
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36 Edg/153.0.0.0',
    'Edge, Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    'Safari, macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/153.0.0.0 Mobile/15E148 Safari/604.1',
    'Chrome, iPhone',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox, Linux'],
  [
    'Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36',
    'Samsung Internet, Android',
  ],
  ['curl/8.15.0', ''],
  ['Confirm your account at https://evil.example', ''],
  ['', ''],
]

for (const [agent, name] of agents) {
  test(`"${agent.slice(-30)}" is called "${name}"`, () => {
    expect(browserName(agent)).toBe(name)
  })
}

test('a name is one line of visible characters, and says when it was cut', () => {
  expect(oneLine(' a\r\nb\u202Ec\u2028d ')).toBe('a  b c d')
  expect(oneLine('\ud800x')).toBe('x')
  expect(oneLine('😀'.repeat(300))).toBe(`${'😀'.repeat(200)}…`)
  expect(isolate('a\u2069b')).toBe('\u2068a b\u2069')
})

test('what the operators are told about is said in words, also by a newer program', () => {
  const mail = (what: string) =>
    renderMail('en', { ...common, kind: 'reported', login: 'ana@example.com', what }).text
  expect(mail('recovery_code_used')).toContain('\u2068a recovery code was used\u2069')
  expect(mail('signed_in')).toContain('\u2068Signed in\u2069')
  for (const what of ['from_the_future', 'constructor', '__proto__'])
    expect(mail(what)).toContain('\u2068another message\u2069')
})
