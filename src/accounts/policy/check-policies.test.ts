import { expect, test } from 'vitest'
import { ana, openWorld } from '../../../test/world.ts'
import { kinds } from '../../factors/all.ts'
import { noRules, type PolicyRules } from '../../sign-in/policy.ts'
import { LocksOut } from '../lock-out.ts'
import { checkPolicies } from './check-policies.ts'

const cases: [
  what: string,
  rules: string,
  factors: readonly (typeof kinds)[number][],
  says: RegExp | null,
][] = [
  ['nothing is required', said({}), ['email'], null],
  ['an app is required, and can be had', said({ strongFor: ['manage'] }), ['totp', 'email'], null],
  [
    'an app is required, and cannot be had',
    said({ strongFor: ['manage'] }),
    ['email'],
    /privilege manage/,
  ],
  ['it is only measured', said({ strongFor: ['manage'], shadowSince: 1 }), ['email'], null],
  ['it is no policy', '{"protection":"perhaps"}', kinds, /cannot be read/],
]

function said(rules: Partial<PolicyRules>): string {
  return JSON.stringify({ ...noRules, ...rules })
}

test.each(cases)('at the start, where %s', async (_, rules, factors, says) => {
  const world = await openWorld({ people: [ana] })
  try {
    const row = { owner: '', rules, version: 1, changedAt: 1 }
    await world.app.db.insertInto('policies').values(row).execute()
    const config = { ...world.config, factors: [...factors] }
    const checked = checkPolicies({ config, db: world.app.db }).then(() => null)
    if (says === null) return expect(await checked).toBeNull()
    const error = await checked.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LocksOut)
    expect(String(error)).toMatch(says)
  } finally {
    await world.close()
  }
})
