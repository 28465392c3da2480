import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FactorKind } from '../factors/factor.ts'
import { judge, leftWithoutPhone, type Judgement, type OwnFactor } from './protection.ts'

type Known = Pick<OwnFactor, 'kind' | 'isDisabled' | 'isAllowed' | 'isSynced'>

const own = (kind: OwnFactor['kind'], about: Partial<Known> = {}): Known => ({
  kind,
  isDisabled: false,
  isAllowed: true,
  isSynced: false,
  ...about,
})
const passkey = own('passkey')
const synced = own('passkey', { isSynced: true })
const app = own('totp')
const mail = own('email')
const sms = own('sms')
const off = { isDisabled: true }
const forbidden = { isAllowed: false }

const inWords = (factors: readonly Known[]): string =>
  factors
    .map(({ kind, isDisabled, isAllowed, isSynced }) =>
      [isDisabled && 'switched off', !isAllowed && 'not allowed', isSynced && 'synced', kind]
        .filter(Boolean)
        .join(' '),
    )
    .join(' and ') || 'nothing but recovery codes'

const judgements: [factors: Known[], judgement: Judgement][] = [
  [[], 'only_codes'],
  [[mail], 'only_email'],
  [[sms], 'only_sms'],
  [[sms, mail], 'only_sent'],
  [[app, sms], 'sms_too'],
  [[app, mail, sms], 'sent_too'],
  [[sms, own('email', off)], 'only_sms'],
  [[mail, own('sms', forbidden)], 'only_email'],
  [[app, passkey, sms, own('email', forbidden)], 'sms_too'],
  [[app], 'one_strong'],
  [[passkey], 'one_strong'],
  [[synced], 'one_strong'],
  [[app, app], 'strong'],
  [[passkey, app], 'strong'],
  [[passkey, passkey], 'strong'],
  [[app, mail], 'email_too'],
  [[passkey, mail], 'email_too'],
  [[mail, passkey, app, synced], 'email_too'],
  [[own('email', off)], 'only_codes'],
  [[own('totp', off)], 'only_codes'],
  [[own('totp', forbidden)], 'only_codes'],
  [[own('email', forbidden), own('passkey', forbidden)], 'only_codes'],
  [[own('totp', off), mail], 'only_email'],
  [[own('passkey', forbidden), mail], 'only_email'],
  [[own('totp', off), passkey], 'one_strong'],
  [[app, own('email', off)], 'one_strong'],
  [[app, own('email', forbidden)], 'one_strong'],
  [[app, passkey, own('email', forbidden)], 'strong'],
  [[app, own('passkey', { ...off, ...forbidden }), mail], 'email_too'],
]

for (const [factors, judgement] of judgements)
  test(`an account with ${inWords(factors)} is judged: ${judgement}`, () => {
    expect(judge(factors)).toBe(judgement)
    expect(judge(factors.toReversed())).toBe(judgement)
  })

const losses: [factors: Known[], recoveryLeft: number, left: FactorKind[]][] = [
  [[], 0, []],
  [[], 1, ['recovery']],
  [[app], 10, ['recovery']],
  [[app], 0, []],
  [[app, app], 0, []],
  [[passkey], 0, []],
  [[synced], 0, ['passkey']],
  [[passkey, synced, synced], 2, ['passkey', 'recovery']],
  [[sms], 0, []],
  [[sms], 10, ['recovery']],
  [[sms, mail], 0, ['email']],
  [[mail], 0, ['email']],
  [[mail], 10, ['email', 'recovery']],
  [[synced, app, mail], 1, ['passkey', 'email', 'recovery']],
  [[own('email', off)], 0, []],
  [[own('email', forbidden)], 10, ['recovery']],
  [[own('passkey', { isSynced: true, ...forbidden })], 0, []],
  [[own('passkey', { isSynced: true, ...off }), app], 0, []],
]

for (const [factors, recoveryLeft, left] of losses)
  test(`without the phone, ${inWords(factors)} and ${recoveryLeft} codes leave: ${
    left.join(', ') || 'nothing'
  }`, () => {
    expect(leftWithoutPhone(factors, recoveryLeft)).toEqual(left)
  })

const anyFactor: fc.Arbitrary<Known> = fc.record({
  kind: fc.constantFrom('passkey', 'totp', 'sms', 'email'),
  isDisabled: fc.boolean(),
  isAllowed: fc.boolean(),
  isSynced: fc.boolean(),
})

test('what lets nobody in is neither judged nor counted on', () => {
  fc.assert(
    fc.property(fc.array(anyFactor, { maxLength: 5 }), fc.nat({ max: 10 }), (factors, codes) => {
      const usable = factors.filter(({ isDisabled, isAllowed }) => isAllowed && !isDisabled)
      expect(judge(factors)).toBe(judge(usable))
      expect(leftWithoutPhone(factors, codes)).toEqual(leftWithoutPhone(usable, codes))
    }),
  )
})
