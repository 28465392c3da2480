import { expect, test } from 'vitest'
import { loginBlanker, outcomeOf } from './smtp-answer.ts'

const rows: [string, object, lasting: boolean, reason: string][] = [
  [
    'an unknown mailbox is for good',
    { code: 'EENVELOPE', responseCode: 550, response: '550 5.1.1 <ana@x.example> unknown user' },
    true,
    'EENVELOPE 550 5.1.1 <…> unknown user',
  ],
  [
    'a refused letter is for good',
    { code: 'EMESSAGE', responseCode: 554, response: '554 5.7.1 looks like spam: 123456' },
    true,
    'EMESSAGE 554 5.7.1 looks like spam: …',
  ],
  [
    'greylisting is for now',
    { code: 'EENVELOPE', responseCode: 450, response: '450 4.2.0 try later' },
    false,
    'EENVELOPE 450 4.2.0 try later',
  ],
  [
    'a conversation out of step is for now',
    { code: 'EENVELOPE', responseCode: 503, response: '503 bad sequence' },
    false,
    'EENVELOPE 503 bad sequence',
  ],
  [
    'what never reached the server is for good',
    { code: 'EENVELOPE', message: 'No recipients defined' },
    true,
    'EENVELOPE No recipients defined',
  ],
  [
    'a wrong password says that the settings are wrong, and is for now',
    { code: 'EAUTH', responseCode: 535, response: '535 5.7.8 bad credentials' },
    false,
    'EAUTH (the SMTP settings are wrong) 535 5.7.8 bad credentials',
  ],
  [
    'a server that is gone is for now',
    { code: 'ESOCKET', originalCode: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:1' },
    false,
    'ESOCKET ECONNREFUSED connect ECONNREFUSED 127.0.0.1:1',
  ],
  [
    'a server that closes with a 5xx before it was told anything is for now',
    { code: 'ECONNECTION', responseCode: 554, response: '554 no service' },
    false,
    'ECONNECTION 554 no service',
  ],
  ['a name that is not found is for now', { code: 'EDNS', message: 'gone' }, false, 'EDNS gone'],
  ['silence is for now', { code: 'ETIMEDOUT', message: 'Timeout' }, false, 'ETIMEDOUT Timeout'],
  ['what nobody knows is for now', new Error('oh'), false, 'EUNKNOWN oh'],
]

for (const [name, error, lasting, reason] of rows) {
  test(`outcome of an SMTP error: ${name}`, () => {
    expect(outcomeOf(error, (said) => said)).toEqual({ accepted: false, lasting, reason })
  })
}

const [user, password] = ['login', 'hunter2-secret']
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const spellings: [string, string][] = [
  ['as it is', password],
  ['as LOGIN sends it', base64(password)],
  ['as PLAIN sends it', base64(`\0${user}\0${password}`)],
]
test.each(spellings)(
  'a server that repeats our password %s does not get it into the reason',
  (_, said) => {
    const response = `500 5.5.1 Command unrecognized: "${said}"`
    const errors = [
      { code: 'EAUTH', responseCode: 500, response, message: 'Invalid login' },
      { code: 'EAUTH', message: `Invalid login: ${response}` },
    ]
    for (const error of errors)
      expect(outcomeOf(error, loginBlanker(user, password))).toHaveProperty(
        'reason',
        expect.stringMatching(/Command unrecognized: "…"$/),
      )
  },
)

test('without a password nothing is blanked', () => {
  const error = { code: 'EAUTH', responseCode: 500, response: '500 no login' }
  expect(outcomeOf(error, loginBlanker('login', ''))).toHaveProperty(
    'reason',
    'EAUTH (the SMTP settings are wrong) 500 no login',
  )
})
