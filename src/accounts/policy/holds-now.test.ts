import { expect, test } from 'vitest'
import { kinds } from '../../factors/all.ts'
import { noRules } from '../../sign-in/policy.ts'
import { holdsNow } from './holds-now.ts'

const limits = { rememberDays: 30, rememberIdleDays: 14, sessionIdleMinutes: 30, sessionHours: 12 }
const config = { factors: [...kinds], limits: limits as never }

test('where nothing was written, the settings hold', () => {
  const holds = holdsNow(config, null, null)
  expect(Object.values(holds).map(({ by }) => by)).toEqual(
    Object.values(holds).map(() => 'settings'),
  )
  expect(holds.sessionHours.value).toBe(12)
})

test('it is said which of the two makes it so', () => {
  const holds = holdsNow(
    config,
    { ...noRules, rememberDays: 7, idleMinutes: 60, factors: ['totp', 'email'], caseHours: 24 },
    {
      ...noRules,
      protection: 'required',
      rememberDays: 9,
      sessionHours: 4,
      factors: ['totp', 'sms'],
      caseHours: 48,
    },
  )
  expect(holds).toMatchObject({
    protection: { value: { is: 'required' }, by: 'main' },
    rememberDays: { value: 7, by: 'installation' },
    // Longer than the settings say.
    idleMinutes: { value: 30, by: 'settings' },
    sessionHours: { value: 4, by: 'main' },
    factors: { value: ['totp'], by: 'both' },
    caseHours: { value: 48, by: 'main' },
  })
})

test('what is measured does not hold', () => {
  const measured = {
    ...noRules,
    protection: 'required',
    strongFor: ['manage'],
    shadowSince: 1,
  } as const
  const holds = holdsNow(config, { ...measured, strongFor: ['manage'] }, null)
  expect(holds.protection).toEqual({ value: { is: 'offered', from: 0 }, by: 'settings' })
  expect(holds.strongFor.value).toEqual([])
})
