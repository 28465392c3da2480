import { describe, expect, onTestFinished, test } from 'vitest'
import { startGateway, type GatewayRequest } from '../../../test/setup/gateway.ts'
import { httpRoute, type HttpSetting } from '../http-gateway.ts'
import type { Outcome } from '../route.ts'
import { recipes, type RecipeName } from './all.ts'

const id = '0193f0c2a1b4000000112233445566aa'
const to = '+351912345678'
const callback = 'https://login.n.example/receipts/Zm9yYmlkZGVuLXRva2Vu'
const texts = {
  english: 'Nightlatch: your code is 483920\n@n.example #483920',
  chinese: 'Nightlatch：您的验证码是 483920\n@n.example #483920',
  arabic: 'Nightlatch: رمز التحقق هو 483920\n@n.example #483920',
}
const isEnglish = (text: string) => text === texts.english

type Said = { readonly status: number; readonly body: object | string }
type Seen = Pick<GatewayRequest, 'method' | 'path' | 'fields' | 'json'>

type Vendor = {
  readonly secrets: Readonly<Record<string, string>>
  /** What the vendor's documentation asks for. */
  readonly request: (text: string) => Partial<Seen>
  readonly authorization: string | undefined
  readonly yes: Said
  readonly gatewayId: string | null
  readonly no: readonly [
    what: string,
    Said,
    Omit<Outcome & { accepted: false }, 'answer' | 'accepted'>,
  ][]
}

const sure = { lasting: false, isSure: true }
const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`

const vendors: Record<RecipeName, Vendor> = {
  twilio: {
    secrets: { account_sid: 'AC5ef8732a3c49700934481addd5ce1659', auth_token: 'tok/en+1' },
    request: (text) => ({
      method: 'POST',
      path: '/2010-04-01/Accounts/AC5ef8732a3c49700934481addd5ce1659/Messages.json',
      fields: {
        To: to,
        From: 'Nightlatch',
        Body: text,
        StatusCallback: `${callback}?message=${id}`,
      },
    }),
    authorization: basic('AC5ef8732a3c49700934481addd5ce1659:tok/en+1'),
    yes: {
      status: 201,
      body: {
        account_sid: 'AC5ef8732a3c49700934481addd5ce1659',
        body: texts.english,
        error_code: null,
        error_message: null,
        num_segments: '1',
        sid: 'SMb7c0a2ce80504485a6f653a7110836f5',
        status: 'queued',
        to,
      },
    },
    gatewayId: 'SMb7c0a2ce80504485a6f653a7110836f5',
    no: [
      [
        'a number that cannot be',
        {
          status: 400,
          body: {
            code: 21211,
            message: "Invalid 'To' Phone Number: +35191234XXXX",
            more_info: 'https://www.twilio.com/docs/errors/21211',
            status: 400,
          },
        },
        {
          lasting: true,
          isSure: true,
          reason: "HTTP 400 21211: Invalid 'To' Phone Number: +…XXXX",
        },
      ],
      [
        'a wrong token',
        { status: 401, body: { code: 20003, message: 'Authenticate', status: 401 } },
        { ...sure, reason: 'HTTP 401 20003: Authenticate' },
      ],
      [
        'a sender that may not',
        { status: 400, body: { code: 21606, message: "The 'From' phone number is not valid" } },
        { ...sure, reason: "HTTP 400 21606: The 'From' phone number is not valid" },
      ],
      [
        'too many requests',
        { status: 429, body: { code: 20429, message: 'Too Many Requests', status: 429 } },
        { ...sure, reason: 'HTTP 429 20429: Too Many Requests' },
      ],
    ],
  },
  vonage: {
    secrets: { api_key: 'abcd1234', api_secret: 'abcdef0123456789' },
    request: (text) => ({
      method: 'POST',
      path: '/sms/json',
      fields: {
        api_key: 'abcd1234',
        api_secret: 'abcdef0123456789',
        from: 'Nightlatch',
        to: '351912345678',
        text,
        'client-ref': id,
        callback,
        ...(!isEnglish(text) && { type: 'unicode' }),
      },
    }),
    authorization: undefined,
    yes: {
      status: 200,
      body: {
        'message-count': '1',
        messages: [
          {
            to: '351912345678',
            'message-id': '0A0000000123ABCD1',
            status: '0',
            'remaining-balance': '3.14159265',
            'client-ref': id,
          },
        ],
      },
    },
    gatewayId: '0A0000000123ABCD1',
    no: [
      [
        'a wrong secret, with 200',
        {
          status: 200,
          body: {
            'message-count': '1',
            messages: [{ status: '4', 'error-text': 'Bad Credentials' }],
          },
        },
        { ...sure, reason: 'HTTP 200 4: Bad Credentials' },
      ],
      [
        'a number that is barred',
        { status: 200, body: { messages: [{ status: '7', 'error-text': 'Number barred' }] } },
        { lasting: true, isSure: true, reason: 'HTTP 200 7: Number barred' },
      ],
      [
        'throttling',
        {
          status: 200,
          body: {
            messages: [
              {
                status: '1',
                'error-text': 'Throughput Rate Exceeded - please wait [ 250 ] and retry',
              },
            ],
          },
        },
        { ...sure, reason: 'HTTP 200 1: Throughput Rate Exceeded - please wait [ 250 ] and retry' },
      ],
    ],
  },
  infobip: {
    secrets: { api_key: '003026bbc133714df1834b8638bb496e-8f4b3d9a' },
    request: (text) => ({
      method: 'POST',
      path: '/sms/3/messages',
      json: {
        messages: [
          {
            sender: 'Nightlatch',
            destinations: [{ to: '351912345678', messageId: id }],
            content: { text },
            webhooks: { delivery: { url: callback } },
          },
        ],
      },
    }),
    authorization: 'App 003026bbc133714df1834b8638bb496e-8f4b3d9a',
    yes: {
      status: 200,
      body: {
        messages: [
          {
            messageId: id,
            status: {
              description: 'Message sent to next instance',
              groupId: 1,
              groupName: 'PENDING',
              id: 26,
              name: 'PENDING_ACCEPTED',
            },
            destination: '351912345678',
            details: { messageCount: 1 },
          },
        ],
      },
    },
    gatewayId: id,
    no: [
      [
        'a number that cannot be, with 200',
        {
          status: 200,
          body: {
            messages: [
              {
                messageId: id,
                status: {
                  groupId: 5,
                  groupName: 'REJECTED',
                  id: 14,
                  name: 'REJECTED_DESTINATION',
                  description: 'By Request the destination was rejected',
                },
              },
            ],
          },
        },
        {
          lasting: true,
          isSure: true,
          reason: 'HTTP 200 REJECTED_DESTINATION: By Request the destination was rejected',
        },
      ],
      [
        'no money, with 200',
        {
          status: 200,
          body: {
            messages: [{ status: { groupName: 'REJECTED', name: 'REJECTED_NOT_ENOUGH_CREDITS' } }],
          },
        },
        { ...sure, reason: 'HTTP 200 REJECTED_NOT_ENOUGH_CREDITS' },
      ],
      [
        'a wrong key',
        {
          status: 401,
          body: {
            requestError: {
              serviceException: { messageId: 'UNAUTHORIZED', text: 'Invalid login details' },
            },
          },
        },
        { ...sure, reason: 'HTTP 401 UNAUTHORIZED: Invalid login details' },
      ],
      [
        'a request it does not like',
        {
          status: 400,
          body: { errorCode: 'E400', description: 'Request cannot be processed.', violations: [] },
        },
        { ...sure, reason: 'HTTP 400 E400: Request cannot be processed.' },
      ],
    ],
  },
  messagebird: {
    secrets: { access_key: 'live_gshuPaZoeEG6ovbc8M79w0QyM' },
    request: (text) => ({
      method: 'POST',
      path: '/messages',
      json: {
        originator: 'Nightlatch',
        recipients: ['351912345678'],
        body: text,
        datacoding: 'auto',
        reference: id,
        reportUrl: callback,
      },
    }),
    authorization: 'AccessKey live_gshuPaZoeEG6ovbc8M79w0QyM',
    yes: {
      status: 201,
      body: {
        id: 'e8077d803532c0b5937c639b60216938',
        direction: 'mt',
        type: 'sms',
        originator: 'Nightlatch',
        body: texts.english,
        reference: id,
        recipients: {
          totalCount: 1,
          totalSentCount: 1,
          items: [{ recipient: 351912345678, status: 'sent' }],
        },
      },
    },
    gatewayId: 'e8077d803532c0b5937c639b60216938',
    no: [
      [
        'a wrong key',
        {
          status: 401,
          body: {
            errors: [
              {
                code: 2,
                description: 'Request not allowed (incorrect access_key)',
                parameter: 'access_key',
              },
            ],
          },
        },
        { ...sure, reason: 'HTTP 401 2: Request not allowed (incorrect access_key)' },
      ],
      [
        'a number that cannot be',
        {
          status: 422,
          body: {
            errors: [
              { code: 9, description: 'no (correct) recipients found', parameter: 'recipient' },
            ],
          },
        },
        { lasting: true, isSure: true, reason: 'HTTP 422 9: no (correct) recipients found' },
      ],
      [
        'no money',
        {
          status: 402,
          body: { errors: [{ code: 25, description: 'Not enough balance', parameter: null }] },
        },
        { ...sure, reason: 'HTTP 402 25: Not enough balance' },
      ],
    ],
  },
  plivo: {
    secrets: { auth_id: 'MAXXXXXXXXXXXXXXXXXX', auth_token: 'a:b c' },
    request: (text) => ({
      method: 'POST',
      path: '/v1/Account/MAXXXXXXXXXXXXXXXXXX/Message/',
      json: {
        src: 'Nightlatch',
        dst: '351912345678',
        text,
        url: `${callback}?message=${id}`,
        method: 'POST',
      },
    }),
    authorization: basic('MAXXXXXXXXXXXXXXXXXX:a:b c'),
    yes: {
      status: 202,
      body: {
        message: 'message(s) queued',
        message_uuid: ['db3ce55a-7f1d-11e1-8ea7-1231380bc196'],
        api_id: 'db342550-7f1d-11e1-8ea7-1231380bc196',
      },
    },
    gatewayId: 'db3ce55a-7f1d-11e1-8ea7-1231380bc196',
    no: [
      [
        'a number that cannot be',
        { status: 400, body: { api_id: 'a', error: '351912345678 is not a valid phone number' } },
        { ...sure, reason: 'HTTP 400 … is not a valid phone number' },
      ],
      [
        'a wrong token',
        { status: 401, body: 'Could not verify your access level for that URL.' },
        { ...sure, reason: 'HTTP 401 not understood' },
      ],
    ],
  },
  unifonic: {
    secrets: { app_sid: '6v253153sAbCdEfG' },
    request: (text) => ({
      method: 'POST',
      path: '/rest/SMS/messages',
      fields: {
        AppSid: '6v253153sAbCdEfG',
        SenderID: 'Nightlatch',
        Recipient: '351912345678',
        Body: text,
        responseType: 'JSON',
        CorrelationID: id,
      },
    }),
    authorization: undefined,
    yes: {
      status: 200,
      body: {
        success: true,
        message: '',
        errorCode: 'ER-00',
        data: {
          MessageID: 42000348806924,
          CorrelationID: id,
          Status: 'Sent',
          Recipient: '351912345678',
        },
      },
    },
    gatewayId: '42000348806924',
    no: [
      [
        'a number that cannot be, with 200',
        {
          status: 200,
          body: { success: false, message: 'Dest num is too short', errorCode: 'ER-04', data: {} },
        },
        { ...sure, reason: 'HTTP 200 ER-04: Dest num is too short' },
      ],
      [
        'the same in texts',
        {
          status: 200,
          body: { success: 'false', message: 'Invalid AppSid', errorCode: 'ER-01', data: null },
        },
        { ...sure, reason: 'HTTP 200 ER-01: Invalid AppSid' },
      ],
    ],
  },
  kannel: {
    secrets: { username: 'night', password: 'l&tch %d' },
    request: (text) => ({
      method: 'GET',
      path: '/cgi-bin/sendsms',
      fields: {
        username: 'night',
        password: 'l&tch %d',
        from: 'Nightlatch',
        to,
        text,
        charset: 'UTF-8',
        'dlr-mask': '31',
        'dlr-url': `${callback}?message=${id}&type=%d&reply=%A`,
        ...(!isEnglish(text) && { coding: '2' }),
      },
    }),
    authorization: undefined,
    yes: { status: 202, body: '0: Accepted for delivery' },
    gatewayId: null,
    no: [
      [
        'a wrong password',
        { status: 403, body: 'Authorization failed for sendsms' },
        { ...sure, reason: 'HTTP 403 Authorization failed for sendsms' },
      ],
      [
        'a centre that is away',
        { status: 503, body: 'Temporal failure, try again later.' },
        { ...sure, reason: 'HTTP 503 Temporal failure, try again later.' },
      ],
      [
        'another server in its place',
        { status: 200, body: '<html>It works!</html>' },
        { lasting: false, isSure: false, reason: 'HTTP 200 <html>It works!</html>' },
      ],
    ],
  },
  'plain-get': {
    secrets: { user: 'night', password: 'l&tch=#?' },
    request: (text) => ({
      method: 'GET',
      path: '/send',
      fields: {
        user: 'night',
        pass: 'l&tch=#?',
        sender: 'Nightlatch',
        mobile: '00351912345678',
        msg: text,
      },
    }),
    authorization: undefined,
    yes: { status: 200, body: 'OK: 7718\r\n' },
    gatewayId: '7718',
    no: [
      [
        'a wrong password, with 200',
        { status: 200, body: 'ERR 101 wrong user or password' },
        { ...sure, reason: 'HTTP 200 101 wrong user or password' },
      ],
      [
        'anything else',
        { status: 200, body: 'queue full' },
        { lasting: false, isSure: false, reason: 'HTTP 200 not understood' },
      ],
    ],
  },
}

/** A gateway that answers so, and a route to it by the recipe as it is shipped, but for the host. */
async function world(name: RecipeName, said: Said, secure = false) {
  const gateway = await startGateway((_, response) => {
    response.statusCode = said.status
    response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body))
  }, secure)
  const recipe = {
    ...recipes[name],
    url: recipes[name].url.replace(/^https?:\/\/[^/]+/, gateway.url),
  }
  const setting: HttpSetting = {
    kind: 'http',
    recipe,
    from: 'Nightlatch',
    secrets: vendors[name].secrets,
  }
  const route = httpRoute(setting, { callback, mayBePrivate: true, ca: gateway.certificate })
  onTestFinished(async () => {
    await route.close()
    await gateway.close()
  })
  return { gateway, route }
}

for (const [name, vendor] of Object.entries(vendors) as [RecipeName, Vendor][]) {
  describe(name, () => {
    test.each(Object.entries(texts))('gets a message in %s as documented', async (_, text) => {
      const { gateway, route } = await world(name, vendor.yes, true)
      const outcome = await route.send({ id, to, text })
      expect(outcome).toMatchObject({ accepted: true, gatewayId: vendor.gatewayId })
      expect(gateway.requests).toHaveLength(1)
      const [request] = gateway.requests
      const expected = vendor.request(text)
      expect(request).toMatchObject({ fields: {}, json: null, ...expected })
      expect(request!.fields).toEqual(expected.fields ?? {})
      expect(request!.headers.authorization).toBe(vendor.authorization)
    })

    test.each(vendor.no)('says no: %s', async (_, said, expected) => {
      const { route } = await world(name, said)
      const { answer, ...outcome } = await route.send({ id, to, text: texts.english })
      expect(outcome).toEqual({ accepted: false, ...expected })
      expect(answer?.status).toBe(`HTTP ${said.status}`)
    })
  })
}
