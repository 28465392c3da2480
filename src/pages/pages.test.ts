import { expect, test } from 'vitest'
import { languages, type Language } from '../lib/language.ts'
import { changePasswordPage } from './change-password.ts'
import { codesAgainPage } from './codes-again.ts'
import { confirmCodePage } from './confirm-code.ts'
import { confirmPasswordPage } from './confirm-password.ts'
import { devicesPage } from './devices.ts'
import { emailPage } from './email.ts'
import { historyPage } from './history.ts'
import type { Frame, Html } from './layout.ts'
import { notMeDonePage, notMePage } from './not-me.ts'
import { forgotPage, forgotSentPage } from './forgot.ts'
import { newPasswordPage } from './new-password.ts'
import { outboxPage } from './outbox.ts'
import { problemPage } from './problem.ts'
import { profilePage } from './profile.ts'
import { recoveryCodesPage } from './recovery-codes.ts'
import { secondStepPage } from './second-step.ts'
import { securityPage } from './security.ts'
import { setupPage } from './setup.ts'
import { signInPage } from './sign-in.ts'
import { emailStoppedPage, stopEmailPage } from './stop-email.ts'
import { textsOf } from './texts/all.ts'

const HOSTILE = `"'><img src=x onerror=alert(1)>\u202Eevil\u2066&amp;</title><script>alert(1)</script>`

const frameIn = (language: Language, isIn: boolean): Frame => ({
  language,
  product: HOSTILE,
  path: HOSTILE,
  account: isIn ? { name: HOSTILE, login: HOSTILE } : null,
  outbox: true,
  assets: { style: '/static/style.css?v=1', script: '/static/script.js?v=1' },
})

const values = { email: HOSTILE, name: HOSTILE, country: HOSTILE, language: 'ar', phone: HOSTILE }
const countries = [{ code: HOSTILE, name: HOSTILE }]
const problems = { email: HOSTILE, name: HOSTILE, country: HOSTILE, phone: HOSTILE, [HOSTILE]: 'x' }
const step = {
  way: 'email',
  digits: 6,
  maskedTo: HOSTILE,
  sent: true,
  minutesLeft: 5,
  resendIn: 28,
  canResend: true,
  otherWay: true,
  noMail: null,
  problem: HOSTILE,
} as const
const account = { email: HOSTILE, country: HOSTILE, phone: HOSTILE }
const said = { notice: HOSTILE, problem: HOSTILE }
const now = new Date('2026-11-20T07:46:00Z')
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

const pages: Readonly<Record<string, (language: Language) => Html>> = {
  'sign in': (l) => signInPage(frameIn(l, false), { login: HOSTILE, to: HOSTILE, ...said }),
  'second step': (l) => secondStepPage(frameIn(l, false), { ...step, rememberDays: 30 }),
  'second step by recovery code': (l) =>
    secondStepPage(frameIn(l, false), { ...step, way: 'recovery', rememberDays: null }),
  'code before a change': (l) => confirmCodePage(frameIn(l, true), { ...step, purpose: 'protect' }),
  'set-up': (l) =>
    setupPage(frameIn(l, false), { token: HOSTILE, values, countries, problems, problem: HOSTILE }),
  profile: (l) => profilePage(frameIn(l, true), { values, countries, problems, ...said }),
  'code before a security change': (l) =>
    confirmCodePage(frameIn(l, true), { ...step, purpose: 'step-up', what: 'profile' }),
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
  'security, off': (l) =>
    securityPage(frameIn(l, true), { ...account, ...said, goOn: null, protection: null }),
  'security, on': (l) =>
    securityPage(frameIn(l, true), {
      ...account,
      ...said,
      goOn: `/x?${HOSTILE}`,
      protection: { since: now, recoveryLeft: 2, isMailDisabled: false },
    }),
  'security, codes by mail off': (l) =>
    securityPage(frameIn(l, true), {
      ...account,
      ...said,
      goOn: null,
      protection: { since: now, recoveryLeft: 10, isMailDisabled: true },
    }),
  'second step after a reset by mail': (l) =>
    secondStepPage(frameIn(l, false), {
      ...step,
      way: 'recovery',
      noMail: { why: 'reset', until: now },
      rememberDays: 30,
    }),
  'second step, codes by mail off': (l) =>
    secondStepPage(frameIn(l, false), {
      ...step,
      way: 'recovery',
      noMail: { why: 'disabled' },
      rememberDays: 30,
    }),
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
  'recovery codes': (l) =>
    recoveryCodesPage(frameIn(l, true), {
      codes: ['K7QXM2VD9RTAWZ4B', HOSTILE],
      purpose: 'protect',
      set: HOSTILE,
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
      ended: { attempt: true, sessions: 2, forgotten: 1, until: now },
    }),
  'this was not me, by a stranger': (l) =>
    notMeDonePage(frameIn(l, false), { about: { ...denied, isStranger: true }, ended: null }),
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
      expect(markup.match(/<h1>/g)).toHaveLength(1)
    })

    test(`${name}, ${language}: nothing inline, every form says how and where`, () => {
      const markup = String(page(language))
      const bare = markup.replaceAll(/"[^"]*"/g, '""') // what is left of a tag are its attributes
      for (const [tag] of bare.matchAll(/<[a-z][^>]*>/g))
        expect(tag).not.toMatch(/\s(?:style|on[a-z]+)=/)
      for (const [form] of markup.matchAll(/<form\b[^>]*>/g)) {
        // Looking for something changes nothing; everything else is a post.
        if (!form.includes('class="find"')) expect(form).toMatch(/method="post"/)
        expect(form).toMatch(/action="\/[a-z/-]+"/)
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
  const page = (to: string | null) =>
    String(signInPage(frameIn('en', false), { login: '', to, notice: null, problem: null }))
  expect(page('/account')).toContain('<input type="hidden" name="to" value="/account" />')
  expect(page(null).match(/name="to"/g)).toHaveLength(1) // the language form's
})

test('a code that has not been sent is not said to have been', () => {
  const page = String(
    secondStepPage(frameIn('en', false), { ...step, sent: false, rememberDays: null }),
  )
  expect(page).toContain('No code has been sent')
  expect(page).not.toContain('We have sent')
})

test('who ticked to be remembered need not tick it again after a wrong code', () => {
  const tick = (remember: boolean) =>
    /<input[^>]*name="remember"[^>]*>/.exec(
      String(secondStepPage(frameIn('en', false), { ...step, rememberDays: 30, remember })),
    )?.[0]
  expect(tick(true)).toContain(' checked')
  expect(tick(false)).not.toContain(' checked')
})

test('switching off stands last on the security page', () => {
  const protection = { since: now, recoveryLeft: 10, isMailDisabled: true }
  const props = { ...account, notice: null, goOn: null, problem: null, protection }
  const page = String(securityPage(frameIn('en', true), props))
  const forms = [...page.matchAll(/(?:action|href)="(\/account\/(?:security\/|password)[^"]*)"/g)]
  expect(forms.map(([, path]) => path)).toEqual([
    '/account/security/bind-anew',
    '/account/security/recovery-codes',
    '/account/password',
    '/account/security/unprotect',
  ])
})

test('from three recovery codes on, the page warns', () => {
  const page = (recoveryLeft: number) =>
    String(
      securityPage(frameIn('en', true), {
        ...account,
        notice: null,
        goOn: null,
        problem: null,
        protection: { since: now, recoveryLeft, isMailDisabled: false },
      }),
    )
  expect(page(4)).not.toContain('before they run out')
  expect(page(3)).toContain('before they run out')
  expect(page(3)).toContain(textsOf('en').security.few({ left: 3 }))
})

test('where a code by mail does not do, none is offered, and the page says why', () => {
  const why = [{ why: 'reset', until: now }, { why: 'disabled' }] as const
  for (const noMail of why) {
    const page = String(
      secondStepPage(frameIn('en', false), {
        ...step,
        way: 'recovery',
        noMail,
        rememberDays: null,
      }),
    )
    expect(page).not.toContain(textsOf('en').code.useEmail)
    expect(page).not.toContain('/sign-in/second/send')
    expect(page).toContain('name="with" value="recovery"')
    expect(page).toContain('class="note warning"')
  }
})
