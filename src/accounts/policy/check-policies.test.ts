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
  owner?: string,
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
  ['it is no policy', '{"protection":"perhaps"}', kinds, /cannot be read.*policy reset/],
  [
    'an app is required in a company, and cannot be had',
    said({ strongFor: ['manage'] }),
    ['email'],
    /main account omar/,
    'omar',
  ],
]

function said(rules: Partial<PolicyRules>): string {
  return JSON.stringify({ ...noRules, ...rules })
}

test.each(cases)('at the start, where %s', async (_, rules, factors, says, owner = '') => {
  const world = await openWorld({ people: [ana] })
  try {
    const row = { owner, rules, version: 1, changedAt: 1 }
    await world.app.db.insertInto('policies').values(row).execute()
    const config = { ...world.config, factors: [...factors] }
    const checked = checkPolicies({ ...world.app, config }).then(() => null)
    if (says === null) return expect(await checked).toBeNull()
    const error = await checked.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LocksOut)
    expect(String(error)).toMatch(says)
  } finally {
    await world.close()
  }
})

test('what one company has written and cannot be read keeps the server of no other from starting', async () => {
  const world = await openWorld({ people: [ana] })
  try {
    const row = { owner: 'omar', rules: 'none', version: 1, changedAt: 1 }
    await world.app.db.insertInto('policies').values(row).execute()
    expect(await checkPolicies(world.app)).toEqual([
      expect.stringMatching(/main account omar.*cannot be read.*policy reset/),
    ])
  } finally {
    await world.close()
  }
})
