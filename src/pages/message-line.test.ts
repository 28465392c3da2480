import { expect, test } from 'vitest'
import { languages } from '../lib/language.ts'
import { messageLine, messageTexts } from './message-line.ts'
import { textsOf } from './texts/all.ts'

const t = textsOf('en').told
const plenty = { hasOthers: true, canResend: true }

test('what has failed says what to do now, and nothing that cannot be done', () => {
  const table = [
    ['given_up', true, true, 'either'],
    ['given_up', true, false, 'other'],
    ['given_up', false, true, 'again'],
    ['given_up', false, false, 'later'],
    ['expired', true, true, 'either'],
    ['unanswered', false, true, 'again'],
    ['over_budget', true, true, 'other'],
    ['over_budget', false, true, 'later'],
  ] as const
  for (const [why, hasOthers, canResend, next] of table)
    expect(messageTexts('en', { sms: { state: 'failed', why } }, { hasOthers, canResend })).toEqual(
      [{ by: 'sms', state: 'failed', text: `${t.sms[why]} ${t.next[next]}` }],
    )
})

test('what has not failed says how far it is, by mail first', () => {
  const told = { sms: { state: 'delivered' }, email: { state: 'accepted' } } as const
  expect(messageTexts('en', told, plenty)).toEqual([
    { by: 'email', state: 'accepted', text: t.email.accepted },
    { by: 'sms', state: 'delivered', text: t.sms.delivered },
  ])
})

test('it is followed, and can be looked at again, only where there may be more to tell', () => {
  for (const language of languages) {
    const line = (isLive: boolean) => {
      const told = { email: { state: 'on_its_way' } } as const
      return String(messageLine(language, plenty, { told, isLive }, '/sign-in/second'))
    }
    const { look, email } = textsOf(language).told
    expect(line(true)).toContain('data-follow="/code-state"')
    expect(line(true)).toContain(`<a href="/sign-in/second">${look}</a>`)
    expect(line(false)).not.toMatch(/data-follow|<a /)
    expect(line(false)).toContain(email.on_its_way)
  }
  expect(messageLine('en', plenty, { told: {}, isLive: true }, '/')).toBeNull()
})
