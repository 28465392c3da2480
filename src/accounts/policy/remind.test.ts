import { expect, test } from 'vitest'
import { kinds } from '../../factors/all.ts'
import { noRules, type PolicyRules } from '../../sign-in/policy.ts'
import { stageOf, untilFor } from './remind.ts'

const DAY = 86_400_000
const UNTIL = 100 * DAY

test.each([
  [15, null],
  [14, 14],
  [7.1, 14],
  [7, 7],
  [3, 3],
  [1.5, 3],
  [1, 1],
  [0.01, 1],
  [0, null],
  [-1, null],
])('%d days before it is stage %o', (days, stage) => {
  expect(stageOf(UNTIL, UNTIL - days * DAY)).toBe(stage)
})

const config = { factors: [...kinds], limits: { rememberDays: 30, rememberIdleDays: 14 } as never }
const uma = {
  id: 'uma',
  mainId: 'main',
  privilege: null,
  wantedCode: null,
  wantedPhone: null,
  wantedAt: null,
}
const soon: PolicyRules = { ...noRules, protection: 'required', requiredFrom: UNTIL }

const cases: [
  string,
  [string, PolicyRules][],
  Partial<Parameters<typeof untilFor>[2]>,
  number | null,
  Parameters<typeof untilFor>[3]?,
][] = [
  ['who has something that will do', [['', soon]], {}, null, ['email']],
  ['who has only what will not do', [['', { ...soon, factors: ['totp'] }]], {}, UNTIL, ['email']],
  [
    'who needs an app by then',
    [['', { ...soon, strongFor: ['manage'] }]],
    { privilege: 'manage' },
    UNTIL,
    ['sms'],
  ],
  [
    'who has it',
    [['', { ...soon, strongFor: ['manage'] }]],
    { privilege: 'manage' },
    null,
    ['sms', 'totp'],
  ],
  ['by the server', [['', soon]], {}, UNTIL],
  ['by her main account', [['main', soon]], {}, UNTIL],
  ['by another main account', [['other', soon]], {}, null],
  [
    'by whichever is sooner',
    [
      ['', soon],
      ['main', { ...soon, requiredFrom: DAY }],
    ],
    {},
    DAY,
  ],
  ['only measured', [['', { ...soon, shadowSince: 1 }]], {}, null],
  [
    'a login code of an administrator, which is asked now',
    [['', soon]],
    { wantedCode: 'email', wantedAt: 1 },
    null,
  ],
  [
    'a privilege that needs an app at once',
    [
      ['', soon],
      ['main', { ...noRules, strongFor: ['manage'] }],
    ],
    { privilege: 'manage' },
    0,
  ],
]

test.each(cases)('%s', (_, rules, about, until, working) => {
  expect(untilFor(config, new Map(rules), { ...uma, ...about }, working)).toBe(until)
})
