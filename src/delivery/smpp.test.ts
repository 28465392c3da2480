import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { errors } from 'smpp/lib/defs.js'
import { expect, onTestFinished, test } from 'vitest'
import { startSmsCentre, type Answer } from '../../test/setup/sms-centre.ts'
import type { Receipt } from './route.ts'
import { smppRoute, type SmppSetting, type SmppTools } from './smpp.ts'

const message = { id: '0193f0c2a1b4aa', to: '+447700900123', text: 'Your code is 123456.' }

const setting: Omit<SmppSetting, 'port'> = {
  kind: 'smpp',
  host: '127.0.0.1',
  tls: false,
  systemId: 'nightlatch',
  password: 's3cr-et!',
  systemType: '',
  from: 'Nightlatch',
}

test('it binds at once, and a message arrives as it was written, from us', async () => {
  const { centre, route } = await world()
  await centre.until(() => centre.bound.size === 1)
  expect(centre.heard).toEqual(['bind_transceiver'])
  const outcome = await route.send(message)
  const [{ id, from, to, text }] = centre.messages as any
  expect({ from, to, text }).toEqual({ from: 'Nightlatch', to: '447700900123', text: message.text })
  expect(outcome).toEqual({
    accepted: true,
    gatewayId: id,
    answer: { status: 'ESME_ROK', body: `message_id: ${id}` },
  })
})

const texts: [string, string, parts: number][] = [
  ['Latin', 'Your code is 123456.\n\n@login.example.com #123456', 1],
  ['what GSM writes as two', 'a{b}[c]~d\\e|f^g€ @£$¥_èéù', 1],
  ['as much Latin as fits one', 'é'.repeat(160), 1],
  ['long Latin', 'Ünd ä€[]'.repeat(50), 4],
  ['Chinese', '【Nightlatch】您的验证码是 123456，用于登录。', 1],
  ['long Chinese', '您的验证码是 123456，用于登录。'.repeat(9), 3],
  ['Arabic', 'رمزك هو 123456\n\n@login.example.com #123456', 1],
  ['long Arabic', 'رمز الدخول الخاص بك هو 123456. '.repeat(6), 3],
  ['what UCS-2 writes as two', '🔑'.repeat(80), 3],
  ['a letter GSM has not', 'Kóð 123456 ñ ŵ', 1],
]
for (const [what, text, parts] of texts) {
  test(`${what} arrives intact, with a receipt asked for once`, async () => {
    const { centre, route } = await world()
    const outcome = await route.send({ ...message, text })
    expect(centre.messages.map((each) => each.text)).toEqual([text])
    const [received] = centre.messages
    expect(received!.parts).toHaveLength(parts)
    expect(received!.parts.map(({ asksReceipt }) => asksReceipt)).toEqual([
      ...Array(parts - 1).fill(false),
      true,
    ])
    expect(outcome).toMatchObject({ accepted: true, gatewayId: received!.id })
  })
}

const refusals: [string, lasting: boolean][] = [
  ['ESME_RTHROTTLED', false],
  ['ESME_RMSGQFUL', false],
  ['ESME_RSYSERR', false],
  ['ESME_RINVSRCADR', false],
  ['ESME_RSUBMITFAIL', false],
  ['ESME_RINVDSTADR', true],
]
for (const [status, lasting] of refusals) {
  test(`a centre that answers ${status} has surely not taken it`, async () => {
    const { centre, route } = await world({ answer: () => errors[status]! })
    const answer = { status, body: '' }
    expect(await route.send({ ...message, text: 'long'.repeat(60) })).toEqual({
      accepted: false,
      lasting,
      isSure: true,
      reason: status,
      answer,
    })
    expect(centre.heard.filter((each) => each === 'submit_sm')).toHaveLength(1)
    centre.answerWith(() => 0)
    expect(await route.send(message)).toMatchObject({ accepted: true })
    expect(centre.messages.map(({ text }) => text)).toEqual([message.text])
  })
}

test("a status of the centre's own is told in hex", async () => {
  const { route } = await world({ answer: () => 0x412 })
  expect(await route.send(message)).toMatchObject({ isSure: true, reason: '0x00000412' })
})

const second =
  (said: ReturnType<Answer>): Answer =>
  (_to, part) =>
    part === 2 ? said : 0
const doubts: [string, Answer, reason: string][] = [
  ['never answers', () => 'silence', 'no answer in time'],
  ['breaks off', () => 'drop', 'the connection broke before the answer'],
  ['refuses the second part', second(errors.ESME_RTHROTTLED!), 'part 2: ESME_RTHROTTLED'],
  ['never answers the second part', second('silence'), 'part 2: no answer in time'],
  [
    'breaks off at the second part',
    second('drop'),
    'part 2: the connection broke before the answer',
  ],
]
for (const [what, answer, reason] of doubts) {
  test(`of a centre that ${what} nobody knows whether it was taken`, async () => {
    const { centre, route } = await world({ answer, bounds: { whole: 600 } })
    await centre.until(() => centre.bound.size === 1)
    const outcome = await route.send({ ...message, text: 'long'.repeat(60) })
    expect(outcome).toMatchObject({ accepted: false, lasting: false, isSure: false, reason })
    expect(JSON.stringify(outcome)).not.toMatch(/7700|long|s3cr/)
  })
}

test('a centre that knows no short validity gets the message without, and once', async () => {
  const { centre, route } = await world()
  let refused = 0
  centre.answerWith(() => (refused++ === 0 ? errors.ESME_RINVEXPIRY! : 0))
  expect(await route.send(message)).toMatchObject({ accepted: true })
  expect(await route.send(message)).toMatchObject({ accepted: true })
  expect(centre.heard.filter((each) => each === 'submit_sm')).toHaveLength(3)
  expect(centre.messages.map(({ parts }) => parts[0]!.pdu)).toMatchObject([
    { validity_period: '' },
    { validity_period: '' },
  ])
  centre.answerWith(() => errors.ESME_RINVEXPIRY!)
  expect(await route.send(message)).toMatchObject({ isSure: true, reason: 'ESME_RINVEXPIRY' })
})

test('a wrong password names the settings, without the password, until it is right', async () => {
  const { centre, route } = await world({ login: { systemId: 'nightlatch', password: 'another' } })
  const outcome = await route.send(message)
  expect(outcome).toEqual({
    accepted: false,
    lasting: false,
    isSure: true,
    reason: 'the SMPP settings are wrong: ESME_RINVPASWD',
    answer: { status: 'ESME_RINVPASWD', body: '' },
  })
  expect(centre.heard).not.toContain('submit_sm')
  expect(centre.bound.size).toBe(0)
  centre.requireLogin('nightlatch', setting.password)
  await centre.until(() => centre.bound.size === 1)
  expect(await route.send(message)).toMatchObject({ accepted: true })
})

test('a centre that is not there is for now, surely; when it is, it is found', async () => {
  const { port, close } = await startSmsCentre()
  await close()
  const route = smppRoute({ ...setting, port }, tools())
  onTestFinished(route.close)
  expect(await route.send(message)).toEqual({
    accepted: false,
    lasting: false,
    isSure: true,
    reason: 'not connected: ECONNREFUSED',
  })
  const centre = await startSmsCentre({ port })
  onTestFinished(centre.close)
  await centre.until(() => centre.bound.size === 1)
  expect(await route.send(message)).toMatchObject({ accepted: true })
  expect(centre.messages).toHaveLength(1)
})

test('after a break a message waits for the next bind, and comes once', async () => {
  const { centre, route } = await world()
  await centre.until(() => centre.bound.size === 1)
  centre.answerBinds(false)
  centre.drop()
  await centre.until(() => centre.heard.length === 2)
  const outcomes = [route.send(message), route.send(message)]
  expect(centre.bound.size).toBe(0)
  centre.answerBinds(true)
  expect(await Promise.all(outcomes)).toMatchObject([{ accepted: true }, { accepted: true }])
  expect(centre.heard).toEqual([...Array(2).fill('bind_transceiver'), 'submit_sm', 'submit_sm'])
  expect(centre.messages).toHaveLength(2)
})

test('breaks without end end when the route is closed, and each is met', async () => {
  const { centre, route } = await world()
  for (let i = 0; i < 5; i += 1) {
    await centre.until(() => centre.bound.size === 1)
    centre.drop()
    await centre.until(() => centre.bound.size === 0)
  }
  await route.close()
  expect(centre.heard.filter((each) => each === 'bind_transceiver')).toHaveLength(5)
})

const mute = (): void => {}
const junk = (socket: Socket): void => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
const endless = (socket: Socket): void => void socket.write(Buffer.from([0xff, 255, 255, 255, 0]))
const strangers: [string, (socket: Socket) => void, reason: string][] = [
  ['never answers the bind', mute, 'no answer in time'],
  ['speaks another protocol', junk, 'the connection broke'],
  ['announces more than there can be', endless, 'the connection broke'],
  ['hangs up', (socket) => void socket.end(), 'the connection broke'],
]
for (const [what, talk, reason] of strangers) {
  test(`a server that ${what} is given up, surely`, async () => {
    const port = await stranger(talk)
    const route = smppRoute({ ...setting, port }, tools({ bind: 300 }))
    onTestFinished(route.close)
    expect(await route.send(message)).toEqual({
      accepted: false,
      lasting: false,
      isSure: true,
      reason: `not connected: ${reason}`,
    })
  })
}

test('a message waits no longer for the bind than it may take', async () => {
  const port = await stranger(mute)
  const route = smppRoute({ ...setting, port }, tools({ whole: 100 }))
  onTestFinished(route.close)
  expect(await route.send(message)).toMatchObject({ isSure: true, reason: 'not connected in time' })
})

test('a port that is none is for now, and nothing is thrown', async () => {
  const route = smppRoute({ ...setting, port: 70_000 }, tools())
  expect(await route.send(message)).toMatchObject({
    isSure: true,
    reason: 'not connected: ERR_SOCKET_BAD_PORT',
  })
  await route.close()
})

test('a centre that answers enquiries keeps its connection, past the time for the bind', async () => {
  const { centre } = await world({ bounds: { enquireEvery: 20, bind: 300 } })
  await centre.until(() => centre.heard.filter((each) => each === 'enquire_link').length > 25)
  expect(centre.heard.filter((each) => each === 'bind_transceiver')).toHaveLength(1)
})

test('a centre that answers no enquiry is given up, and bound anew', async () => {
  const { centre, route } = await world({ bounds: { enquireEvery: 100, enquire: 200 } })
  await centre.until(() => centre.bound.size === 1)
  centre.answerEnquiries(false)
  await centre.until(() => centre.heard.filter((each) => each === 'bind_transceiver').length === 2)
  centre.answerEnquiries(true)
  await centre.until(() => centre.bound.size === 1)
  expect(await route.send(message)).toMatchObject({ accepted: true })
})

test('a message that is not answered has us ask whether anybody is there', async () => {
  const { centre, route } = await world({
    answer: () => 'silence',
    bounds: { enquireEvery: 60_000, enquire: 200, whole: 600 },
  })
  await centre.until(() => centre.bound.size === 1)
  centre.answerEnquiries(false)
  expect(await route.send(message)).toMatchObject({ isSure: false, reason: 'no answer in time' })
  await centre.until(() => centre.heard.filter((each) => each === 'bind_transceiver').length === 2)
  expect(centre.heard).toEqual([
    'bind_transceiver',
    'submit_sm',
    'enquire_link',
    'bind_transceiver',
  ])
})

test('what the centre asks is answered; after its unbind it is bound anew', async () => {
  const { centre, route } = await world()
  await centre.until(() => centre.bound.size === 1)
  expect((await centre.send('enquire_link')).command).toBe('enquire_link_resp')
  expect(await centre.send('query_sm')).toMatchObject({
    command: 'generic_nack',
    command_status: errors.ESME_RINVCMDID,
  })
  const [before] = centre.bound
  expect((await centre.send('unbind')).command).toBe('unbind_resp')
  await centre.until(() => centre.bound.size === 1 && !centre.bound.has(before!))
  expect(await route.send(message)).toMatchObject({ accepted: true })
})

for (const form of ['text', 'parameters', 'both'] as const) {
  test(`a receipt tells what became of a message: ${form}`, async () => {
    const { centre, route, receipts } = await world()
    const outcome = await route.send(message)
    const id = outcome.accepted ? outcome.gatewayId! : ''
    expect(await centre.receipt(id, 'ACCEPTD', { form })).toBe(0)
    expect(await centre.receipt(id, 'DELIVRD', { form })).toBe(0)
    expect(await centre.receipt(id, 'UNDELIV', { form, err: '011' })).toBe(0)
    expect(receipts).toEqual([
      { id, state: 'underway', reason: null },
      { id, state: 'delivered', reason: null },
      { id, state: 'failed', reason: form === 'parameters' ? 'UNDELIV' : 'UNDELIV 011' },
    ])
  })
}

test('what is no receipt is answered and dropped, even if a person wrote it like one', async () => {
  const { centre, receipts } = await world()
  await centre.until(() => centre.bound.size === 1)
  expect(await centre.receipt('1', 'DELIVRD', { form: 'text', fields: { esm_class: 0 } })).toBe(0)
  const hello = await centre.send('deliver_sm', { short_message: { message: 'hello' } })
  expect(hello).toMatchObject({ command: 'deliver_sm_resp', command_status: 0 })
  expect(receipts).toEqual([])
})

test('a receipt with a broken body is answered, and the connection goes on', async () => {
  const { centre, route, receipts } = await world()
  await centre.until(() => centre.bound.size === 1)
  const [session] = centre.bound
  const answered = () => centre.heard.filter((each) => each === 'deliver_sm_resp').length
  // A parameter that says it has more than there is, and a body that is not there at all.
  session!.socket.write(Buffer.from(`${'0000001500000005000000000000000904'}27000102`, 'hex'))
  session!.socket.write(Buffer.from('00000010000000050000000000000008', 'hex'))
  const lame = `${'00'.repeat(7)}04000000520000000000`
  const body = Buffer.from(`${lame}04270001`, 'hex')
  const head = Buffer.from('00000000000000050000000000000007', 'hex')
  head.writeUInt32BE(head.length + body.length)
  session!.socket.write(Buffer.concat([head, body]))
  await centre.until(() => answered() === 3)
  expect(receipts).toEqual([])
  expect(centre.bound.has(session!)).toBe(true)
  expect(await route.send(message)).toMatchObject({ accepted: true })
})

test('a receipt that we cannot write down is to be told again', async () => {
  let isAway = true
  const { centre } = await world({
    onReceipt: async () => {
      await setImmediate()
      if (isAway) throw new Error('no database')
    },
  })
  await centre.until(() => centre.bound.size === 1)
  expect(await centre.receipt('1', 'DELIVRD')).toBe(errors.ESME_RX_T_APPN)
  expect(await centre.receipt('1', 'DELIVRD')).toBe(errors.ESME_RX_T_APPN)
  isAway = false
  expect(await centre.receipt('1', 'DELIVRD')).toBe(0)
})

test('a receipt is answered when it is written down, and what comes meanwhile is answered first', async () => {
  const { promise: written, resolve } = Promise.withResolvers<void>()
  const { centre } = await world({ onReceipt: () => written })
  await centre.until(() => centre.bound.size === 1)
  const answered = centre.receipt('1', 'DELIVRD')
  expect((await centre.send('enquire_link')).command).toBe('enquire_link_resp')
  expect(centre.heard).not.toContain('deliver_sm_resp')
  resolve()
  expect(await answered).toBe(0)
})

test('closing takes leave, leaves nothing open, and refuses what comes after', async () => {
  const { centre, route } = await world()
  await route.send(message)
  await route.close()
  await centre.until(() => centre.bound.size === 0)
  expect(centre.heard).toEqual(['bind_transceiver', 'submit_sm', 'unbind'])
  expect(await route.send(message)).toEqual({
    accepted: false,
    lasting: false,
    isSure: true,
    reason: 'closed',
  })
  await route.close()
  expect(centre.messages).toHaveLength(1)
})

test('closing breaks off what is under way, and nobody knows of it', async () => {
  const { centre, route } = await world({ answer: () => 'silence' })
  const sending = route.send(message)
  await centre.waitFor(() => true)
  await route.close()
  expect(await sending).toMatchObject({ accepted: false, isSure: false })
})

test('closing waits neither for a server that says nothing nor for one that is not there', async () => {
  const unbound = smppRoute({ ...setting, port: await stranger(mute) }, tools())
  const waiting = unbound.send(message)
  await unbound.close()
  expect(await waiting).toMatchObject({ isSure: true, reason: 'closed' })

  const deaf = await stranger((socket) => {
    socket.once('data', (bind) => {
      const answer = Buffer.from('00000011800000090000000000000001'.concat('00'), 'hex')
      answer.writeUInt32BE((bind as Buffer).readUInt32BE(12), 12)
      socket.write(answer)
    })
  })
  const bound = smppRoute({ ...setting, port: deaf }, tools({ whole: 800, unbind: 50 }))
  expect(await bound.send(message)).toMatchObject({ isSure: false, reason: 'no answer in time' })
  await bound.close()

  const { centre, route } = await world({ bounds: { firstWait: 60_000, longestWait: 60_000 } })
  await centre.until(() => centre.bound.size === 1)
  await centre.close()
  await route.close()
})

test('a message goes through TLS', async () => {
  const { centre, route } = await world({ secure: true })
  expect(await route.send(message)).toMatchObject({ accepted: true })
  expect(centre.messages).toHaveLength(1)
})

test('with a certificate nobody vouches for nothing is sent, not even the password', async () => {
  const { centre, route } = await world({ secure: true, isTrusted: false })
  expect(await route.send(message)).toEqual({
    accepted: false,
    lasting: false,
    isSure: true,
    reason: 'not connected: DEPTH_ZERO_SELF_SIGNED_CERT',
  })
  expect(centre.heard).toEqual([])
})

for (const host of ['127.0.0.1', 'localhost', '::ffff:127.0.0.1', '2130706433']) {
  test(`a private address is not connected to: ${host}`, async () => {
    const { centre, route } = await world({ host, mayBePrivate: false })
    expect(await route.send(message)).toEqual({
      accepted: false,
      lasting: false,
      isSure: true,
      reason: 'not connected: EPRIVATE',
    })
    expect(centre.heard).toEqual([])
  })
}

test('two routes at once do not get into each other', async () => {
  const [one, two] = [await world(), await world()]
  const many = (name: string) =>
    Array.from({ length: 50 }, (_, i) => ({ ...message, id: `${name}${i}`, text: `${name} ${i}` }))
  const [of1, of2] = [many('one'), many('two')]
  const outcomes = await Promise.all([...of1.map(one.route.send), ...of2.map(two.route.send)])
  expect(outcomes.filter(({ accepted }) => accepted)).toHaveLength(100)
  const ids = outcomes.map((each) => (each.accepted ? each.gatewayId : null))
  for (const [{ centre }, sent, from] of [[one, of1, 0] as const, [two, of2, 50] as const]) {
    const told = sent.map(({ text }, i) => [text, ids[from + i]])
    expect(new Map(centre.messages.map(({ text, id }) => [text, id]))).toEqual(new Map(told as any))
  }
})

type Change = {
  readonly answer?: Answer
  readonly bounds?: SmppTools['bounds']
  readonly login?: { readonly systemId: string; readonly password: string }
  readonly secure?: boolean
  readonly isTrusted?: boolean
  readonly host?: string
  readonly mayBePrivate?: boolean
  readonly onReceipt?: SmppTools['onReceipt']
}

async function world(change: Change = {}) {
  const { answer, bounds, login, secure = false, isTrusted = secure, host, ...given } = change
  const centre = await startSmsCentre({ secure, ...(login && { login }) })
  onTestFinished(centre.close)
  if (answer) centre.answerWith(answer)
  const receipts: Receipt[] = []
  const route = smppRoute(
    { ...setting, port: centre.port, tls: secure, ...(host && { host }) },
    {
      ...tools({ ...bounds, ...(isTrusted && { ca: centre.certificate }) }),
      onReceipt: async (receipt) => void receipts.push(receipt),
      ...given,
    },
  )
  onTestFinished(route.close)
  return { centre, route, receipts }
}

/** Short waits between two tries; for a fault, shorter ones are given. */
function tools(bounds: SmppTools['bounds'] = {}): SmppTools {
  const short = { firstWait: 20, longestWait: 100 }
  return { mayBePrivate: true, onReceipt: async () => {}, bounds: { ...short, ...bounds } }
}

/** A server that is no message centre. */
async function stranger(talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    talk(socket)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => void server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}
