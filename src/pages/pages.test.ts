import { expect, test } from 'vitest'
import { languages, type Language } from '../lib/language.ts'
import { appsPage } from './apps.ts'
import { backupCardPage } from './backup-card.ts'
import { cancelCasePage, caseCancelledPage } from './cancel-case.ts'
import { casePage } from './case.ts'
import { casesPage } from './cases.ts'
import { changePasswordPage } from './change-password.ts'
import { codesAgainPage } from './codes-again.ts'
import { confirmCodePage } from './confirm-code.ts'
import { confirmPasswordPage } from './confirm-password.ts'
import { deliveryLockOutPage } from './delivery-lock-out.ts'
import { deliverySettingsPage, type ShownRoute } from './delivery-settings.ts'
import { deliveriesPage } from './deliveries.ts'
import { deliveryPage } from './delivery.ts'
import { devicesPage } from './devices.ts'
import { emailPage } from './email.ts'
import { historyPage } from './history.ts'
import type { Frame, Html } from './layout.ts'
import { notMeDonePage, notMePage } from './not-me.ts'
import { forgotPage, forgotSentPage } from './forgot.ts'
import { newPasswordPage } from './new-password.ts'
import { outboxPage } from './outbox.ts'
import { ltr } from './parts.ts'
import { lostPage, lostSentPage } from './lost.ts'
import { passGivenPage, passPage } from './pass.ts'
import { problemPage } from './problem.ts'
import { profilePage } from './profile.ts'
import { recoveryCodesPage } from './recovery-codes.ts'
import { routeFormPage } from './route-form.ts'
import { checkNumberPage, numberPage } from './number.ts'
import { secondStepPage } from './second-step.ts'
import { securityPage } from './security.ts'
import { setUpCodePage } from './set-up-code.ts'
import { setUpFirstPage } from './set-up-first.ts'
import { setUpAppPage } from './set-up-app.ts'
import { setUpPasskeyPage } from './set-up-passkey.ts'
import { setupPage } from './setup.ts'
import { signInPage } from './sign-in.ts'
import { emailStoppedPage, stopEmailPage } from './stop-email.ts'
import { textsOf } from './texts/all.ts'
import { tryRoutePage } from './try-route.ts'

const HOSTILE = `"'><img src=x onerror=alert(1)>\u202Eevil\u2066&amp;</title><script>alert(1)</script>`

const frameIn = (language: Language, isIn: boolean): Frame => ({
  language,
  product: HOSTILE,
  path: HOSTILE,
  account: isIn ? { name: HOSTILE, login: HOSTILE, privilege: 'operator' } : null,
  outbox: true,
  assets: { style: '/static/style.css?v=1', script: '/static/script.js?v=1' },
})

const values = { email: HOSTILE, name: HOSTILE, country: HOSTILE, language: 'ar', phone: HOSTILE }
const countries = [{ code: HOSTILE, name: HOSTILE }]
const problems = { email: HOSTILE, name: HOSTILE, country: HOSTILE, phone: HOSTILE, [HOSTILE]: 'x' }
const step = {
  way: 'email',
  others: ['passkey', 'totp', 'sms', 'recovery'],
  digits: 6,
  maskedTo: HOSTILE,
  maskedPhone: '',
  isMute: false,
  sent: true,
  minutesLeft: 5,
  told: { email: { state: 'on_its_way' }, sms: { state: 'failed', why: 'given_up' } },
  isLive: true,
  resendIn: 28,
  canResend: true,
  noMail: null,
  options: null,
  apps: [],
  problem: HOSTILE,
} as const
const asked = { ...step, rememberDays: 30, rememberIdleDays: 14, host: HOSTILE }
const byPasskey = {
  way: 'passkey',
  others: ['totp', 'email', 'recovery'],
  options: HOSTILE,
} as const
const byApp = { way: 'totp', others: ['passkey', 'recovery'], apps: [HOSTILE, '', 'work'] } as const
const byCode = { way: 'recovery', others: ['passkey', 'totp', 'email'] } as const
const bySms = { way: 'sms', others: ['email'], maskedTo: '', maskedPhone: HOSTILE } as const
const byBoth = { maskedPhone: HOSTILE } as const
const onlyCodes = { ...asked, way: 'recovery', others: [] } as const
const account = { email: HOSTILE, country: HOSTILE, phone: HOSTILE }
const said = { notice: HOSTILE, problem: HOSTILE }
const quiet = { notice: null, problem: null }
const now = new Date('2026-11-20T07:46:00Z')
const happenedOnce = { at: now, what: HOSTILE, from: [HOSTILE] }
const oneCase = {
  id: HOSTILE,
  mayRefuse: true,
  mayApprove: false,
  mayRenew: false,
  why: null,
  needsTwo: true,
  from: now,
  wrong: null,
  name: HOSTILE,
  email: HOSTILE,
  privilege: 'manage',
  state: 'second',
  opened: now,
  until: now,
  knowsPassword: true,
  isFromMail: true,
  device: { name: HOSTILE, since: now, seen: now },
  browser: HOSTILE,
  address: HOSTILE,
  place: HOSTILE,
  isKnownPlace: true,
  reach: HOSTILE,
  text: `${HOSTILE}\n\n${HOSTILE}`,
  isDisabled: true,
  signIns: [happenedOnce],
  changes: [happenedOnce],
  earlier: [{ id: HOSTILE, at: now, state: 'cancelled' }],
  checks: [{ login: HOSTILE, what: 'approve', at: now, text: HOSTILE }],
  notice: null,
  problem: null,
} as const
const unknown = { rpId: HOSTILE, credentialId: HOSTILE }

const passkey = {
  id: `${'0'.repeat(31)}3`,
  kind: 'passkey',
  name: HOSTILE,
  since: now,
  lastUsed: now,
  isDisabled: false,
  isAllowed: true,
  isSynced: true,
  card: null,
} as const
const phone = {
  ...passkey,
  id: `${'0'.repeat(31)}4`,
  kind: 'totp',
  isSynced: false,
  card: HOSTILE,
} as const
const number = { ...phone, id: `${'0'.repeat(31)}9`, kind: 'sms', card: null } as const
const mailbox = { ...phone, id: `${'0'.repeat(31)}5`, kind: 'email', card: null } as const
const unnamed = { name: '', lastUsed: null, isSynced: false, card: null }
/** Some of every kind: with and without a name, used and never, switched off and not allowed. */
const factors = [
  passkey,
  { ...passkey, ...unnamed, id: `${'0'.repeat(31)}6`, isAllowed: false },
  phone,
  { ...phone, ...unnamed, id: `${'0'.repeat(31)}7`, isDisabled: true },
  { ...phone, id: `${'0'.repeat(31)}8`, isDisabled: true, isAllowed: false },
  mailbox,
  number,
]
const protection = {
  since: now,
  recoveryLeft: 10,
  factors: [mailbox],
  preferred: null,
  isBoth: null,
  judgement: 'only_email',
  withoutPhone: ['email', 'recovery'],
} as const
const security = {
  ...account,
  ...quiet,
  protection: null,
  wanted: null,
  isKept: false,
  addable: ['passkey', 'totp', 'sms', 'email'],
  mute: null,
  offersSms: true,
  goOn: null,
  gone: null,
  wrong: null,
} as const
const due = {
  why: 'login_code',
  kinds: ['sms', 'passkey', 'totp', 'email'],
  mailTo: HOSTILE,
  smsTo: HOSTILE,
  until: now,
  isInstead: false,
  problem: HOSTILE,
} as const
const card = {
  key: 'K7QX M2VD 9RTA',
  check: '*',
  uri: HOSTILE,
  number: '042917',
  login: HOSTILE,
  made: now,
}
const setUp = { name: HOSTILE, nameProblem: HOSTILE, problem: HOSTILE }
const message = { at: now, to: HOSTILE, subject: HOSTILE, text: HOSTILE }

const device = {
  id: '0'.repeat(31) + '1',
  name: HOSTILE,
  ownName: HOSTILE,
  madeName: HOSTILE,
  kind: null,
  address: HOSTILE,
  place: HOSTILE,
  firstSeen: now,
  lastSeen: now,
  isIn: true,
  rememberedUntil: now,
  isThis: true,
}
const other = { ...device, id: '0'.repeat(31) + '2', isThis: false, ownName: null, place: null }
const list = { find: HOSTILE, page: 2, pages: 3, all: 50, found: 42, shown: [device, other] }
const noList = { find: '', page: 1, pages: 1, all: 0, found: 0, shown: [] }
const happening = {
  id: HOSTILE,
  at: now,
  what: HOSTILE,
  details: [[HOSTILE, HOSTILE]],
  device: HOSTILE,
  address: HOSTILE,
  place: HOSTILE,
  canBeDenied: true,
} as const
const nowhere = { ...happening, id: 'other', device: null, address: '', place: null }
const denied = {
  kind: HOSTILE,
  purpose: HOSTILE,
  at: now,
  to: HOSTILE,
  address: HOSTILE,
  userAgent: HOSTILE,
  isStranger: false,
}

const route: ShownRoute = {
  id: HOSTILE,
  version: HOSTILE,
  name: HOSTILE,
  by: 'sms',
  kind: { title: HOSTILE },
  countries: [HOSTILE],
  prices: [
    { country: HOSTILE, price: HOSTILE },
    { country: null, price: HOSTILE },
  ],
  state: { kind: 'rests', since: now, until: now, reason: HOSTILE },
}
const mailRoute: ShownRoute = {
  ...route,
  by: 'email',
  kind: 'smtp',
  state: { kind: 'failing', since: now, reason: HOSTILE },
}
const settings = {
  routes: [
    { ...mailRoute, id: 'smtp', name: null, state: { kind: 'works' } },
    mailRoute,
    route,
    { ...route, id: 'two', kind: 'own', countries: null, prices: [], state: { kind: 'works' } },
  ],
  unreadable: [{ id: HOSTILE, version: HOSTILE, name: HOSTILE, by: 'sms' }],
  choices: [{ value: HOSTILE, name: HOSTILE }],
  rules: {
    countries: [
      { code: 'PT', name: HOSTILE, count: 2, isTicked: true },
      { code: 'GB', name: HOSTILE, count: 0, isTicked: false },
    ],
    values: {
      currency: HOSTILE,
      messagesDay: HOSTILE,
      moneyDay: '',
      accountMessagesDay: HOSTILE,
      accountMoneyDay: HOSTILE,
    },
    version: HOSTILE,
    problems: { currency: HOSTILE, countries: HOSTILE },
  },
  stopped: [{ prefix: HOSTILE, country: HOSTILE, sent: 1, entered: 0, since: now }],
  isFromFile: false,
} as const
const typedRoute = {
  name: HOSTILE,
  host: HOSTILE,
  port: HOSTILE,
  security: 'tls',
  user: HOSTILE,
  tls: 'no',
  systemId: HOSTILE,
  systemType: HOSTILE,
  from: HOSTILE,
  recipe: HOSTILE,
  countries: HOSTILE,
  prices: HOSTILE,
}
const routeForm = {
  kind: 'smtp',
  title: null,
  route: { id: HOSTILE, version: HOSTILE, name: HOSTILE },
  values: typedRoute,
  secrets: [],
  problems: { host: HOSTILE, password: HOSTILE, [HOSTILE]: HOSTILE },
  recipeProblem: null,
  problem: HOSTILE,
  receipts: HOSTILE,
}
const tried = {
  to: HOSTILE,
  outcome: 'refused',
  reason: HOSTILE,
  took: 7,
  parts: 2,
  cost: HOSTILE,
  gatewayId: HOSTILE,
  receipt: 'failed',
  answer: { status: HOSTILE, body: HOSTILE },
  path: HOSTILE,
} as const
const tries = {
  route: { id: HOSTILE, name: HOSTILE, by: 'sms' },
  to: HOSTILE,
  wrong: HOSTILE,
  receipts: HOSTILE,
} as const
const mobile = {
  countries,
  country: HOSTILE,
  phone: HOSTILE,
  problems: { country: HOSTILE, phone: HOSTILE },
  own: HOSTILE,
  better: ['passkey', 'totp'],
  problem: HOSTILE,
} as const
const shownBack = {
  shown: HOSTILE,
  phone: HOSTILE,
  country: HOSTILE,
  countryName: HOSTILE,
  kind: 'mobile',
} as const

const signIn = { login: '', to: null, ...quiet, hasPasskeys: true, unknown }

const delivery = {
  id: HOSTILE,
  by: 'sms',
  kind: HOSTILE,
  to: HOSTILE,
  country: HOSTILE,
  route: HOSTILE,
  state: 'failed',
  made: new Date(0),
  accepted: new Date(1),
  delivered: null,
  entered: null,
  failed: new Date(2),
  cost: 1,
  reasons: [{ said: HOSTILE }, { known: 'unanswered' }],
  legs: [
    {
      route: HOSTILE,
      at: new Date(0),
      became: 'undelivered',
      isLate: true,
      reasons: [{ said: HOSTILE }],
      parts: 1,
      cost: 1,
      gatewayId: HOSTILE,
    },
  ],
} as const
const lookedFor = {
  days: 3,
  filter: { by: 'sms', state: HOSTILE, route: HOSTILE, country: HOSTILE },
  currency: 'EUR',
  routes: [HOSTILE],
  countries: [HOSTILE],
}
const figures = {
  sent: 3,
  accepted: 2,
  delivered: 1,
  entered: 1,
  signIns: 1,
  cost: 7,
  medianMs: 9,
}
const alarms = [
  { kind: 'route_rests', route: HOSTILE, reason: HOSTILE },
  { kind: 'route_works', route: HOSTILE },
  { kind: 'prefix_stopped', prefix: HOSTILE, country: HOSTILE, sent: 1, entered: 0 },
  { kind: 'budget_near', what: 'messages', currency: 'EUR', account: HOSTILE, used: 4, most: 5 },
] as const

const pages: Readonly<Record<string, (language: Language) => Html>> = {
  'sign in': (l) =>
    signInPage(frameIn(l, false), { ...signIn, login: HOSTILE, to: HOSTILE, ...said }),
  'sign in without passkeys': (l) =>
    signInPage(frameIn(l, false), { ...signIn, hasPasskeys: false, unknown: null }),
  'second step': (l) => secondStepPage(frameIn(l, false), asked),
  'second step by text message': (l) => secondStepPage(frameIn(l, false), { ...asked, ...bySms }),
  'second step by text message, not sent': (l) =>
    secondStepPage(frameIn(l, false), { ...asked, ...bySms, sent: false }),
  'second step by text message, which cannot be sent': (l) =>
    secondStepPage(frameIn(l, false), { ...asked, ...bySms, sent: false, isMute: true }),
  'second step by mail, where no text message can be sent': (l) =>
    secondStepPage(frameIn(l, false), { ...asked, isMute: true }),
  'second step by both': (l) => secondStepPage(frameIn(l, false), { ...asked, ...byBoth }),
  'second step by both, not sent': (l) =>
    secondStepPage(frameIn(l, false), { ...asked, ...byBoth, sent: false }),
  'mobile number': (l) => numberPage(frameIn(l, true), { ...mobile, own: null, better: [] }),
  'another mobile number': (l) => numberPage(frameIn(l, true), mobile),
  'mobile number shown back': (l) => checkNumberPage(frameIn(l, true), shownBack),
  'fixed line shown back': (l) =>
    checkNumberPage(frameIn(l, true), { ...shownBack, kind: 'fixed' }),
  'second step by passkey': (l) => secondStepPage(frameIn(l, false), { ...asked, ...byPasskey }),
  'second step by app': (l) => secondStepPage(frameIn(l, false), { ...asked, ...byApp }),
  'second step by recovery code': (l) =>
    secondStepPage(frameIn(l, false), { ...asked, ...byCode, rememberDays: null }),
  'what to set up on the way in': (l) => setUpFirstPage(frameIn(l, false), due),
  'what to set up, at the latest now': (l) =>
    setUpFirstPage(frameIn(l, false), { ...due, why: 'policy', smsTo: null, until: null }),
  'what to set up, in place of the second step': (l) =>
    setUpFirstPage(frameIn(l, false), { ...due, kinds: ['sms'], until: 'any', isInstead: true }),
  'nothing to set up any more': (l) =>
    setUpFirstPage(frameIn(l, false), { ...due, why: null, kinds: [], problem: null }),
  'an app on the way in': (l) =>
    setUpAppPage(frameIn(l, false), { ...setUp, key: HOSTILE, uri: HOSTILE }),
  'a passkey on the way in': (l) =>
    setUpPasskeyPage(frameIn(l, false), { ...setUp, options: HOSTILE }),
  'a code of what is set up on the way in': (l) => setUpCodePage(frameIn(l, false), step),
  'a number on the way in': (l) =>
    numberPage(frameIn(l, false), { ...mobile, own: null, better: [] }),
  'recovery codes on the way in': (l) =>
    recoveryCodesPage(frameIn(l, false), {
      codes: ['K7QXM2VD9RTAWZ4B', HOSTILE],
      purpose: 'set-up',
      set: HOSTILE,
      login: HOSTILE,
      card: null,
    }),
  'recovery codes again, on the way in': (l) => codesAgainPage(frameIn(l, false)),
  'code before a change': (l) => confirmCodePage(frameIn(l, true), { ...step, purpose: 'protect' }),
  'set-up': (l) =>
    setupPage(frameIn(l, false), { token: HOSTILE, values, countries, problems, problem: HOSTILE }),
  'settings of delivery': (l) => deliverySettingsPage(frameIn(l, true), { ...settings, ...said }),
  'settings of delivery from a file': (l) =>
    deliverySettingsPage(frameIn(l, true), { ...settings, ...quiet, isFromFile: true }),
  'settings of delivery, none': (l) =>
    deliverySettingsPage(frameIn(l, true), { ...settings, ...quiet, routes: [], stopped: [] }),
  'a mail server': (l) => routeFormPage(frameIn(l, true), routeForm),
  'a message centre': (l) => routeFormPage(frameIn(l, true), { ...routeForm, kind: 'smpp' }),
  'a gateway by a recipe': (l) =>
    routeFormPage(frameIn(l, true), {
      ...routeForm,
      kind: HOSTILE,
      title: HOSTILE,
      route: null,
      secrets: [HOSTILE, 'key'],
      problem: null,
    }),
  'a recipe': (l) =>
    routeFormPage(frameIn(l, true), { ...routeForm, kind: 'own', recipeProblem: ltr(HOSTILE) }),
  'whom it locks out': (l) =>
    deliveryLockOutPage(frameIn(l, true), {
      count: 12,
      withCodes: 3,
      logins: [HOSTILE],
      sealed: HOSTILE,
    }),
  'a way tried out': (l) => tryRoutePage(frameIn(l, true), { ...tries, ...said, tried }),
  'a way that cannot be tried out': (l) =>
    tryRoutePage(frameIn(l, true), {
      ...tries,
      ...quiet,
      wrong: null,
      route: { id: 'smtp', name: null, by: 'email' },
      tried: { ...tried, reason: { ours: 'gone' }, answer: null, receipt: null, cost: null },
    }),
  profile: (l) =>
    profilePage(frameIn(l, true), {
      values,
      proven: null,
      countries,
      problems,
      openCase: now,
      ...said,
    }),
  'profile with a number that gets codes': (l) =>
    profilePage(frameIn(l, true), { values, proven: HOSTILE, countries, problems, ...said }),
  'code before a security change': (l) =>
    confirmCodePage(frameIn(l, true), { ...step, purpose: 'step-up', what: 'profile' }),
  'passkey before a security change': (l) =>
    confirmCodePage(frameIn(l, true), { ...step, ...byPasskey, purpose: 'step-up', what: null }),
  'code of an app before protection is switched off': (l) =>
    confirmCodePage(frameIn(l, true), { ...step, ...byApp, purpose: 'unprotect' }),
  'recovery code before new ones': (l) =>
    confirmCodePage(frameIn(l, true), { ...step, ...byCode, purpose: 'recovery-codes' }),
  'code to add codes by mail': (l) =>
    confirmCodePage(frameIn(l, true), { ...step, others: [], purpose: 'add-factor' }),
  'password before a security change': (l) =>
    confirmPasswordPage(frameIn(l, true), { what: 'profile', problem: HOSTILE }),
  'login details': (l) =>
    devicesPage(frameIn(l, true), {
      ...list,
      ...said,
      wrong: { device: device.id, name: HOSTILE, problem: HOSTILE },
    }),
  'login details, none': (l) =>
    devicesPage(frameIn(l, true), { ...noList, notice: null, problem: null, wrong: null }),
  'e-mail address': (l) =>
    emailPage(frameIn(l, true), {
      email: HOSTILE,
      waiting: { to: HOSTILE, from: now },
      typed: HOSTILE,
      wrong: HOSTILE,
      ...said,
    }),
  'code to a new address': (l) =>
    confirmCodePage(frameIn(l, true), { ...step, digits: 8, purpose: 'new-email' }),
  'stop a change of address': (l) =>
    stopEmailPage(frameIn(l, false), { token: HOSTILE, maskedTo: HOSTILE, from: now }),
  'a change of address is stopped': (l) => emailStoppedPage(frameIn(l, false)),
  'security, off': (l) => securityPage(frameIn(l, true), { ...security, ...said, openCase: now }),
  'security, off, where little is allowed': (l) =>
    securityPage(frameIn(l, true), { ...security, addable: ['email'], phone: null }),
  'security, on': (l) =>
    securityPage(frameIn(l, true), {
      ...security,
      ...said,
      goOn: `/x?${HOSTILE}`,
      gone: unknown,
      protection: { ...protection, recoveryLeft: 2 },
    }),
  'security, by both': (l) =>
    securityPage(frameIn(l, true), {
      ...security,
      protection: {
        ...protection,
        factors: [number, mailbox],
        isBoth: true,
        judgement: 'only_sent',
      },
    }),
  'security, with what an administrator wants': (l) =>
    securityPage(frameIn(l, true), {
      ...security,
      wanted: { code: 'both', missing: 'sms', phone: HOSTILE, canBegin: true },
      isKept: true,
      protection: { ...protection, factors: [mailbox], judgement: 'only_email' },
    }),
  'security, off, with what an administrator wants': (l) =>
    securityPage(frameIn(l, true), {
      ...security,
      wanted: { code: 'email', missing: 'email', phone: null, canBegin: true },
      isKept: true,
    }),
  'security, by text message, which cannot be sent': (l) =>
    securityPage(frameIn(l, true), {
      ...security,
      mute: 'stopped',
      offersSms: false,
      protection: { ...protection, factors: [number], judgement: 'only_sms' },
    }),
  'security, by text message, to a country that is not listed': (l) =>
    securityPage(frameIn(l, true), {
      ...security,
      mute: 'country',
      protection: { ...protection, factors: [number], judgement: 'only_sms' },
    }),
  'security, codes by mail off': (l) =>
    securityPage(frameIn(l, true), {
      ...security,
      ...said,
      protection: { ...protection, factors: [{ ...mailbox, isDisabled: true }] },
    }),
  'security, with some of every kind': (l) =>
    securityPage(frameIn(l, true), {
      ...security,
      ...said,
      addable: [],
      protection: {
        ...protection,
        factors,
        preferred: HOSTILE,
        judgement: 'email_too',
        withoutPhone: ['passkey', 'email'],
      },
      wrong: { factor: passkey.id, name: HOSTILE, problem: HOSTILE },
    }),
  'security, with nothing that lets in': (l) =>
    securityPage(frameIn(l, true), {
      ...security,
      protection: {
        ...protection,
        factors: [],
        recoveryLeft: 0,
        judgement: 'only_codes',
        withoutPhone: [],
      },
    }),
  apps: (l) =>
    appsPage(frameIn(l, true), {
      apps: [
        { name: HOSTILE, ios: HOSTILE, android: HOSTILE },
        { name: 'One', ios: null, android: 'https://example.com/android' },
        { name: 'Two', ios: 'https://example.com/ios', android: null },
      ],
    }),
  'set up an app': (l) => setUpAppPage(frameIn(l, true), { ...setUp, key: HOSTILE, uri: HOSTILE }),
  'set up a passkey': (l) => setUpPasskeyPage(frameIn(l, true), { ...setUp, options: HOSTILE }),
  'backup card': (l) =>
    backupCardPage(frameIn(l, true), {
      key: HOSTILE,
      check: HOSTILE,
      uri: HOSTILE,
      number: HOSTILE,
      login: HOSTILE,
      made: now,
    }),
  'recovery codes on a backup card': (l) =>
    recoveryCodesPage(frameIn(l, true), {
      codes: ['K7QXM2VD9RTAWZ4B', HOSTILE],
      purpose: 'protect',
      set: HOSTILE,
      login: HOSTILE,
      card: { ...card, key: HOSTILE, check: HOSTILE, number: HOSTILE },
    }),
  'second step after a reset by mail': (l) =>
    secondStepPage(frameIn(l, false), { ...onlyCodes, noMail: { why: 'reset', until: now } }),
  'second step, codes by mail off': (l) =>
    secondStepPage(frameIn(l, false), { ...onlyCodes, noMail: { why: 'disabled' } }),
  'code to use codes by mail again': (l) =>
    confirmCodePage(frameIn(l, true), { ...step, purpose: 'bind-anew' }),
  'change of password': (l) =>
    changePasswordPage(frameIn(l, true), {
      login: HOSTILE,
      problems: { current: HOSTILE, next: HOSTILE },
      problem: HOSTILE,
    }),
  forgot: (l) => forgotPage(frameIn(l, false), { login: HOSTILE, problem: HOSTILE }),
  'forgot, sent': (l) => forgotSentPage(frameIn(l, false)),
  'new password by a link': (l) =>
    newPasswordPage(frameIn(l, false), {
      about: 'reset',
      token: HOSTILE,
      fieldProblem: HOSTILE,
      problem: HOSTILE,
    }),
  'new password for one that others know': (l) =>
    newPasswordPage(frameIn(l, false), {
      about: 'known',
      login: HOSTILE,
      remember: true,
      fieldProblem: HOSTILE,
      problem: HOSTILE,
    }),
  'new password that an administrator wants': (l) =>
    newPasswordPage(frameIn(l, false), {
      about: 'due',
      login: HOSTILE,
      remember: false,
      fieldProblem: null,
      problem: null,
    }),
  'first password': (l) =>
    newPasswordPage(frameIn(l, false), {
      about: 'invitation',
      token: HOSTILE,
      login: HOSTILE,
      fieldProblem: HOSTILE,
      problem: null,
    }),
  'recovery codes': (l) =>
    recoveryCodesPage(frameIn(l, true), {
      codes: ['K7QXM2VD9RTAWZ4B', HOSTILE],
      purpose: 'protect',
      set: HOSTILE,
      login: HOSTILE,
      card: null,
    }),
  'codes again': (l) => codesAgainPage(frameIn(l, true)),
  outbox: (l) => outboxPage(frameIn(l, false), { messages: [message] }),
  history: (l) =>
    historyPage(frameIn(l, true), {
      happenings: [happening, nowhere],
      group: 'messages',
      older: HOSTILE,
      isNewest: false,
      most: '10,000',
      ...said,
    }),
  deliveries: (l) =>
    deliveriesPage(frameIn(l, true), {
      ...lookedFor,
      shown: [delivery],
      older: HOSTILE,
      overview: {
        budgets: [{ what: 'money', used: 5, most: 4 }],
        alarms: alarms.map((alarm) => ({ at: new Date(0), alarm })),
        slices: [{ from: 0, accepted: 1, underway: 0, failed: 2, cost: 3 }],
        lines: [{ ...figures, by: HOSTILE, country: HOSTILE, route: HOSTILE }],
        totals: [{ ...figures, by: HOSTILE, country: null, route: null }],
        most: 1000,
      },
    }),
  'older deliveries, none': (l) =>
    deliveriesPage(frameIn(l, true), { ...lookedFor, shown: [], older: null, overview: null }),
  delivery: (l) => deliveryPage(frameIn(l, true), { delivery, currency: 'EUR' }),
  'history with nothing in it': (l) =>
    historyPage(frameIn(l, true), {
      happenings: [],
      group: 'all',
      older: null,
      isNewest: true,
      most: '10,000',
      ...said,
    }),
  'this was not me': (l) => notMePage(frameIn(l, false), { token: HOSTILE, about: denied }),
  'this was not me, said': (l) =>
    notMeDonePage(frameIn(l, false), {
      about: { ...denied, kind: 'code', purpose: 'sign-in', address: '', userAgent: '' },
      ended: { attempt: true, sessions: 2, disabled: 1, forgotten: 1, until: now },
    }),
  'this was not me, by a stranger': (l) =>
    notMeDonePage(frameIn(l, false), { about: { ...denied, isStranger: true }, ended: null }),
  'everything lost': (l) =>
    lostPage(frameIn(l, false), {
      login: HOSTILE,
      reach: HOSTILE,
      text: HOSTILE,
      problems: { reach: HOSTILE, text: HOSTILE },
      problem: HOSTILE,
    }),
  'everything lost, after the password': (l) =>
    lostPage(frameIn(l, false), { login: null, reach: '', text: '', problems: {}, problem: null }),
  'support is asked': (l) => lostSentPage(frameIn(l, false), null),
  'support is asked, after the password': (l) => lostSentPage(frameIn(l, false), now),
  'a case to cancel': (l) =>
    cancelCasePage(frameIn(l, false), {
      token: HOSTILE,
      at: now,
      from: now,
      address: HOSTILE,
      userAgent: HOSTILE,
    }),
  'a case is cancelled': (l) => caseCancelledPage(frameIn(l, false), true),
  'a pass from support': (l) => passPage(frameIn(l, false), HOSTILE),
  'a pass that is given': (l) =>
    passGivenPage(frameIn(l, true), { pass: '1234 5678 9012', path: '/cases' }),
  cases: (l) =>
    casesPage(frameIn(l, true), {
      isOpen: true,
      shown: [
        { id: HOSTILE, name: HOSTILE, email: HOSTILE, state: 'waiting', opened: now, from: now },
      ],
      older: HOSTILE,
      isNewest: false,
    }),
  'cases, none': (l) =>
    casesPage(frameIn(l, true), { isOpen: false, shown: [], older: null, isNewest: true }),
  case: (l) =>
    casePage(frameIn(l, true), {
      ...oneCase,
      ...said,
      mayApprove: true,
      wrong: { checked: HOSTILE, problem: HOSTILE },
    }),
  'case, one’s own': (l) =>
    casePage(frameIn(l, true), { ...oneCase, mayRefuse: false, why: 'case_own', device: null }),
  'case that waits': (l) => casePage(frameIn(l, true), { ...oneCase, why: 'case_early' }),
  'case with a pass': (l) =>
    casePage(frameIn(l, true), { ...oneCase, mayRenew: true, state: 'approved', checks: [] }),
  problem: (l) => problemPage(frameIn(l, true), { status: 500, text: HOSTILE, requestId: HOSTILE }),
}

for (const language of languages) {
  for (const [name, page] of Object.entries(pages)) {
    test(`${name}, ${language}: what people typed stays text`, () => {
      const markup = String(page(language))
      expect(markup).toContain(
        `<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`,
      )
      expect(markup).not.toMatch(/<img|alert\(1\)<\/script>|<script>/)
      expect(markup).not.toMatch(/undefined|\[object|NaN/)
      expect(markup.match(/<h1[ >]/g)).toHaveLength(1)
    })

    test(`${name}, ${language}: nothing inline, every form says how and where`, () => {
      const markup = String(page(language))
      const bare = markup.replaceAll(/"[^"]*"/g, '""') // what is left of a tag are its attributes
      for (const [tag] of bare.matchAll(/<[a-z][^>]*>/g))
        expect(tag).not.toMatch(/\s(?:style|on[a-z]+)=/)
      for (const [form] of markup.matchAll(/<form\b[^>]*>/g)) {
        // Looking for something changes nothing; everything else is a post.
        if (!/class="(?:find|pick)"/.test(form)) expect(form).toMatch(/method="post"/)
        expect(form).toMatch(/action="\/[a-z/-]+(#[a-z]+)?"/)
      }
    })

    test(`${name}, ${language}: every field has a label and every id is there once`, () => {
      const markup = String(page(language))
      const ids = [...markup.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const [, id] of markup.matchAll(
        /<(?:input|select)(?![^>]*type="hidden")[^>]*\sid="([^"]*)"/g,
      ))
        expect(markup).toContain(`<label for="${id}">`)
      for (const [, described = ''] of markup.matchAll(/aria-describedby="([^"]*)"/g))
        expect(ids).toEqual(expect.arrayContaining(described.split(' ')))
    })
  }
}

test('the code is one text field that neither cuts nor judges what is typed', () => {
  const markup = String(pages['second step']!('en'))
  const [field] = /<input[^>]*name="code"[^>]*>/.exec(markup)!
  expect(field).toContain('inputmode="numeric"')
  expect(field).toContain('autocomplete="one-time-code"')
  expect(field).not.toMatch(/maxlength|pattern|type="number"/)
})

test('a code with eight digits is announced as one, and sent off after the eighth', () => {
  const six = String(pages['code before a change']!('en'))
  expect(six).toContain('with six digits')
  expect(six).toContain('data-submit-at="6"')
  const eight = String(pages['code to a new address']!('en'))
  expect(eight).toContain('with eight digits')
  expect(eight).toContain('Eight digits.')
  expect(eight).toContain('after the eighth digit')
  expect(eight).toContain('data-submit-at="8"')
})

test('the recovery codes can be kept without JavaScript, in groups of four', () => {
  const markup = String(pages['recovery codes']!('en'))
  expect(markup).toContain('<code>K7QX-M2VD-9RTA-WZ4B</code>')
  const [, file = ''] = /href="data:text\/plain;charset=utf-8,([^"]*)"/.exec(markup)!
  expect(decodeURIComponent(file)).toContain('\r\nK7QX-M2VD-9RTA-WZ4B\r\n')
})

test('where someone was going is in the form only when there is such a place', () => {
  const page = (to: string | null) => String(signInPage(frameIn('en', false), { ...signIn, to }))
  // By password and by passkey.
  const field = '<input type="hidden" name="to" value="/account" />'
  expect(page('/account').split(field)).toHaveLength(3)
  expect(page(null).match(/name="to"/g)).toHaveLength(1) // the language form's
})

test('a code that has not been sent is not said to have been', () => {
  const page = String(
    secondStepPage(frameIn('en', false), { ...asked, sent: false, rememberDays: null }),
  )
  expect(page).toContain('No code has been sent')
  expect(page).not.toContain('We have sent')
})

test('who has the message is not told what to do when none arrives', () => {
  const { late } = textsOf('en').code.sms
  const page = (state: 'accepted' | 'delivered') =>
    String(secondStepPage(frameIn('en', false), { ...asked, ...bySms, told: { sms: { state } } }))
  expect(page('accepted')).toContain(late)
  expect(page('delivered')).not.toContain(late)
})

test('who ticked to be remembered need not tick it again after a wrong code', () => {
  const tick = (remember: boolean) =>
    /<input[^>]*name="remember"[^>]*>/.exec(
      String(secondStepPage(frameIn('en', false), { ...asked, remember })),
    )?.[0]
  expect(tick(true)).toContain(' checked')
  expect(tick(false)).not.toContain(' checked')
})

test('the box to be remembered says both for how long, and how long unused', () => {
  const page = (rememberIdleDays: number) =>
    String(secondStepPage(frameIn('en', false), { ...asked, rememberIdleDays }))
  expect(page(14)).toMatch(/for 30 days<[^]*until then, or until [\w ]* for 14 days\./)
  expect(page(30)).toContain('asked here until then. Not for')
})

const securityWith = (about: Partial<Parameters<typeof securityPage>[1]>): string =>
  String(securityPage(frameIn('en', true), { ...security, ...about }))

test('switching off stands last on the security page', () => {
  const page = securityWith({ protection: { ...protection, factors: [phone, factors[3]!] } })
  const forms = [...page.matchAll(/(?:action|href)="(\/account\/(?:security\/|password)[^"]*)"/g)]
  expect(forms.map(([, path]) => path)).toEqual([
    '/account/security/name',
    '/account/security/remove',
    '/account/security/bind-anew',
    '/account/security/name',
    '/account/security/remove',
    '/account/security/add',
    '/account/security/app',
    '/account/security/sms',
    '/account/security/add',
    '/account/security/recovery-codes',
    '/account/password',
    '/account/security/unprotect',
  ])
})

test('from three recovery codes on, the page warns', () => {
  const page = (recoveryLeft: number) =>
    securityWith({ protection: { ...protection, recoveryLeft } })
  expect(page(4)).not.toContain('before they run out')
  expect(page(3)).toContain('before they run out')
  expect(page(3)).toContain(textsOf('en').security.few({ left: 3 }))
})

test('where a code by mail does not do, none is offered, and the page says why', () => {
  const why = [{ why: 'reset', until: now }, { why: 'disabled' }] as const
  for (const noMail of why) {
    const page = String(secondStepPage(frameIn('en', false), { ...onlyCodes, noMail }))
    expect(page).not.toContain(textsOf('en').code.use.email)
    expect(page).not.toContain('/sign-in/second/send')
    expect(page).toContain('name="with" value="recovery"')
    expect(page).toContain('class="note warning"')
  }
})

const linksIn = (page: string): string[] =>
  [...page.matchAll(/href="\/sign-in\/second\?with=(\w+)"/g)].map(([, way]) => way!)

test('every other way is a link, which needs no JavaScript, and says what one needs for it', () => {
  for (const way of [{}, byPasskey, byApp, byCode]) {
    const props = { ...asked, ...way }
    const page = String(secondStepPage(frameIn('en', false), props))
    expect(linksIn(page)).toEqual(props.others)
    expect(page).toContain(`<input type="hidden" name="with" value="${props.way}" />`)
    for (const other of props.others) {
      expect(page).toContain(textsOf('en').code.use[other])
      expect(page).toContain(textsOf('en').code.needs[other])
    }
    // A message goes out where it is asked for, and nowhere else.
    expect(page.includes('/sign-in/second/send')).toBe(props.way === 'email')
  }
})

test('signing in, the page says once where a code may be typed; before a change it does not', () => {
  const host = 'login.example.com'
  for (const way of [{}, byPasskey, byApp, byCode]) {
    const page = String(secondStepPage(frameIn('en', false), { ...asked, ...way, host }))
    expect(page.split('A code can be given away')).toHaveLength(2)
    expect(page).toContain(`<bdi dir="ltr">${host}</bdi>`)
    const change = { ...step, ...way, purpose: 'unprotect' } as const
    expect(String(confirmCodePage(frameIn('en', true), change))).not.toContain('given away')
  }
})

test('which apps will do is said, where they have names', () => {
  const page = (apps: readonly string[]) =>
    String(secondStepPage(frameIn('en', false), { ...asked, ...byApp, apps }))
  expect(page(['work', '', 'home'])).toContain('\u2068work\u2069 or \u2068home\u2069')
  expect(page(['', ''])).not.toContain('Any of these')
})

test('what a browser is asked for a passkey reaches it unchanged', () => {
  const options = JSON.stringify({ challenge: 'a', user: { name: HOSTILE } })
  const made = [
    secondStepPage(frameIn('en', false), { ...asked, ...byPasskey, options }),
    setUpPasskeyPage(frameIn('en', true), { ...setUp, options }),
  ].map(String)
  for (const page of made) expect(unescaped(attributeIn(page, 'data-options'))).toBe(options)
  const known = { rpId: 'example.com', credentialId: 'abc' }
  for (const page of [
    String(signInPage(frameIn('en', false), { ...signIn, unknown: known })),
    securityWith({ gone: known }),
  ])
    expect(JSON.parse(unescaped(attributeIn(page, 'data-passkey-unknown')))).toEqual(known)
})

const attributeIn = (page: string, name: string): string =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(page)?.[1] ?? ''
const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

test('without JavaScript a passkey is no button, and the page says so', () => {
  const pagesWithOne = [
    secondStepPage(frameIn('en', false), { ...asked, ...byPasskey }),
    setUpPasskeyPage(frameIn('en', true), { ...setUp, options: '{}' }),
    signInPage(frameIn('en', false), signIn),
  ].map(String)
  for (const page of pagesWithOne) {
    const [form = ''] = /<form[^>]*data-passkey=[\s\S]*?<\/form>/.exec(page) ?? []
    for (const [button] of form.matchAll(/<button[^>]*>/g)) expect(button).toMatch(/ hidden /)
    expect(form).toContain('<button')
  }
  for (const page of pagesWithOne.slice(0, 2))
    expect(page).toContain(`<noscript><p class="hint">${textsOf('en').passkey.noScript}`)
  // At sign-in there is the password: nothing is said of what is not there.
  expect(pagesWithOne[2]).not.toContain('<noscript>')
  expect(pagesWithOne[2]).toContain('autocomplete="username webauthn"')
})

test('where there are no passkeys, none is offered at sign-in', () => {
  const page = String(signInPage(frameIn('en', false), { ...signIn, hasPasskeys: false }))
  expect(page).not.toContain('data-passkey=')
})

test('a backup card has all that is needed to connect another phone, on paper too', () => {
  const onPaper = (page: string) =>
    page.slice(page.indexOf('class="card backup"'), page.indexOf('</section>'))
  const codes = {
    codes: ['K7QXM2VD9RTAWZ4B'],
    purpose: 'protect',
    set: 'x',
    login: HOSTILE,
    card,
  } as const
  const alone = onPaper(String(backupCardPage(frameIn('en', true), card)))
  const withCodes = onPaper(String(recoveryCodesPage(frameIn('en', true), codes)))
  for (const paper of [alone, withCodes]) {
    expect(paper).toContain('<code>K7QX M2VD 9RTA</code>')
    expect(paper).toContain('<bdi dir="ltr">0429 17</bdi>')
    expect(paper).toContain('<bdi dir="ltr">*</bdi>')
    expect(paper).toContain('datetime="2026-11-20T07:46:00.000Z"')
    expect(paper).toContain('class="qr"')
    expect(paper).toContain('alert(1)') // the login, as text
    expect(paper).not.toMatch(/class="[^"]*screen/)
  }
  expect(withCodes).toContain('<code>K7QX-M2VD-9RTA-WZ4B</code>')
  expect(alone).toContain(textsOf('en').card.codesElsewhere)
})

for (const language of languages)
  test(`each judgement is a sentence of its own, ${language}`, () => {
    const { judgements } = textsOf(language).security
    const said = Object.values(judgements)
    expect(new Set(said).size).toBe(said.length)
    for (const judgement of [
      'only_codes',
      'only_email',
      'email_too',
      'one_strong',
      'strong',
    ] as const) {
      const props = { ...security, protection: { ...protection, judgement } }
      const page = String(securityPage(frameIn(language, true), props))
      expect(page).toContain(`<p class="judgement">${judgements[judgement]}</p>`)
    }
    expect(String(securityPage(frameIn(language, true), security))).toContain(judgements.off)
  })

test('what a lost phone would leave is said in words; where it leaves nothing, as a warning', () => {
  const page = (withoutPhone: ('passkey' | 'email' | 'recovery')[]) =>
    securityWith({ protection: { ...protection, withoutPhone } })
  const t = textsOf('en').security
  const names = textsOf('en').history.factors
  expect(page(['passkey', 'recovery'])).toContain(
    t.lostWays({ ways: `${names.passkey} or ${names.recovery}` }),
  )
  expect(page(['passkey', 'recovery'])).not.toContain(t.lostMail)
  expect(page(['email'])).toContain(t.lostMail)
  expect(page([])).toContain(`<div class="note warning"><p>${t.lostNone}</p></div>`)
  expect(page(['recovery'])).not.toContain(t.lostNone)
})

test('a factor that is not allowed here says so and cannot be used again, only removed', () => {
  const cardOf = (factor: (typeof factors)[number]) => {
    const page = securityWith({ protection: { ...protection, factors: [factor] } })
    return page.slice(page.indexOf('<ul class="factors">'), page.indexOf('<ul class="add">'))
  }
  const t = textsOf('en').security
  const forbidden = cardOf({ ...phone, isDisabled: true, isAllowed: false })
  expect(forbidden).toContain(t.forbiddenWhat)
  expect(forbidden).not.toContain('/account/security/bind-anew')
  expect(forbidden).toContain('/account/security/remove')
  const disabled = cardOf({ ...phone, isDisabled: true })
  expect(disabled).toContain(t.disabledWhat)
  expect(disabled).not.toContain(t.forbidden)
  expect(disabled).toContain('/account/security/bind-anew')
  expect(cardOf(phone)).not.toMatch(/class="state"|bind-anew/)
})

test('what is asked first can be chosen only where there is a choice', () => {
  const page = (some: typeof factors) =>
    securityWith({ protection: { ...protection, factors: some, preferred: 'totp' } })
  expect(page([phone, { ...phone, id: passkey.id }])).not.toContain('/account/security/prefer')
  const markup = page([passkey, phone, mailbox])
  expect(markup).toContain('/account/security/prefer')
  expect(markup).toMatch(/<option value="totp"[^>]* selected/)
})
