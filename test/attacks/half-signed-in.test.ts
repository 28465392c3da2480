import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ana, bob, openWorld, protect, type Visitor, type World } from '../world.ts'
import { setPolicy } from '../stories/due-tools.ts'
import { copyOf } from '../stories/story.ts'
import { expectNoChange, routesOf } from './tools.ts'

// What each URL says to somebody who is not signed in: the status, and where it leads. A URL that
// is not in this list fails the test until somebody has thought about it.
const toStrangers: Record<string, string> = {
  'GET /': '303 /sign-in',
  'GET /setup': '410',
  'GET /sign-in': '200',
  'GET /sign-in/passkey': '200',
  'GET /sign-in/second': '303 /sign-in',
  'GET /sign-in/password': '303 /sign-in',
  'GET /sign-in/set-up': '303 /sign-in',
  'GET /sign-in/set-up/number': '303 /sign-in',
  'GET /sign-in/set-up/code': '303 /sign-in',
  'GET /sign-in/set-up/codes': '303 /sign-in',
  'GET /sign-in/forgot': '200',
  'GET /sign-in/reset': '410',
  'GET /invitation': '410',
  'GET /.well-known/change-password': '303 /account/password',
  'GET /.well-known/passkey-endpoints': '200',
  'GET /account/password': '303 /sign-in?to=%2Faccount%2Fpassword',
  'GET /code-state': '204',
  'GET /session': '401',
  'GET /account': '303 /sign-in?to=%2Faccount',
  'GET /account/security': '303 /sign-in?to=%2Faccount%2Fsecurity',
  'GET /account/security/app': '303 /sign-in?to=%2Faccount%2Fsecurity%2Fapp',
  'GET /account/security/code': '303 /sign-in?to=%2Faccount%2Fsecurity%2Fcode',
  'GET /account/security/codes': '303 /sign-in?to=%2Faccount%2Fsecurity%2Fcodes',
  'GET /account/security/sms': '303 /sign-in?to=%2Faccount%2Fsecurity%2Fsms',
  'GET /account/devices': '303 /sign-in?to=%2Faccount%2Fdevices',
  'GET /account/email': '303 /sign-in?to=%2Faccount%2Femail',
  'GET /account/email/code': '303 /sign-in?to=%2Faccount%2Femail%2Fcode',
  'GET /stop-email-change': '410',
  'GET /account/confirm': '303 /sign-in?to=%2Faccount%2Fconfirm',
  'GET /account/history': '303 /sign-in?to=%2Faccount%2Fhistory',
  'GET /account/history.csv': '303 /sign-in?to=%2Faccount%2Fhistory.csv',
  'GET /account/history.json': '303 /sign-in?to=%2Faccount%2Fhistory.json',
  'GET /settings/delivery': '303 /sign-in?to=%2Fsettings%2Fdelivery',
  'GET /settings/delivery/route': '303 /sign-in?to=%2Fsettings%2Fdelivery%2Froute',
  'GET /settings/delivery/try': '303 /sign-in?to=%2Fsettings%2Fdelivery%2Ftry',
  'GET /settings/keys': '303 /sign-in?to=%2Fsettings%2Fkeys',
  'GET /not-me': '410',
  'GET /users': '303 /sign-in?to=%2Fusers',
  'GET /events': '303 /sign-in?to=%2Fevents',
  'GET /overview': '303 /sign-in?to=%2Foverview',
  'GET /policy': '303 /sign-in?to=%2Fpolicy',
  'GET /users/import': '303 /sign-in?to=%2Fusers%2Fimport',
  'GET /users/import/file': '303 /sign-in?to=%2Fusers%2Fimport%2Ffile',
  'GET /users/import/lines.csv': '303 /sign-in?to=%2Fusers%2Fimport%2Flines.csv',
  'GET /users/new': '303 /sign-in?to=%2Fusers%2Fnew',
  'GET /users/user': '303 /sign-in?to=%2Fusers%2Fuser',
  'GET /lost': '200',
  'GET /lost/cancel': '410',
  'GET /sign-in/lost': '303 /sign-in',
  'GET /sign-in/pass': '303 /sign-in',
  'GET /cases': '303 /sign-in?to=%2Fcases',
  'GET /cases/case': '303 /sign-in?to=%2Fcases%2Fcase',
  'GET /deliveries': '303 /sign-in?to=%2Fdeliveries',
  'GET /deliveries/message': '303 /sign-in?to=%2Fdeliveries%2Fmessage',
  'GET /outbox': '404',
  'GET /static/style.css': '200',
  'GET /static/script.js': '200',
  'GET /health': '200',
  'GET /ready': '200',
  'GET /metrics': '404',
  'GET /receipts/:token': '404',

  // An empty form: these take it from anybody, and miss a field.
  'POST /setup': '400',
  'POST /sign-in': '400',
  'POST /sign-in/passkey': '400',
  'POST /sign-in/second': '400',
  'POST /sign-in/password': '400',
  'POST /sign-in/set-up': '400',
  'POST /sign-in/set-up/number': '400',
  'POST /sign-in/set-up/code': '400',
  'POST /sign-in/set-up/send': '303 /sign-in',
  'POST /sign-in/set-up/codes': '303 /sign-in',
  'POST /sign-in/set-up/confirm': '303 /sign-in',
  'POST /sign-in/set-up/later': '303 /sign-in',
  'POST /sign-in/forgot': '400',
  'POST /sign-in/reset': '400',
  'POST /invitation': '400',
  'POST /account/password': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/sms': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/sms/add': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/both': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/add': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/name': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/prefer': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/remove': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/bind-anew': '303 /sign-in?notice=sign_in_first',
  'POST /receipts/:token': '404',
  'POST /language': '400',
  'POST /stop-email-change': '400',
  'POST /not-me': '400',
  'POST /lost': '400',
  'POST /lost/cancel': '400',
  'POST /sign-in/lost': '400',
  'POST /sign-in/pass': '400',
  'POST /account/case/cancel': '303 /sign-in?notice=sign_in_first',
  'POST /cases/case': '303 /sign-in?notice=sign_in_first',
  'POST /sign-in/second/send': '303 /sign-in',
  'POST /sign-in/cancel': '303 /sign-in',
  'POST /sign-out': '303 /sign-in?notice=signed_out',
  'POST /account': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/protect': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/unprotect': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/recovery-codes': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/code': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/send': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/codes': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/confirm': '303 /sign-in?notice=sign_in_first',
  'POST /account/security/cancel': '303 /sign-in?notice=sign_in_first',
  'POST /account/devices/name': '303 /sign-in?notice=sign_in_first',
  'POST /account/devices/remove': '303 /sign-in?notice=sign_in_first',
  'POST /account/devices/remove-others': '303 /sign-in?notice=sign_in_first',
  'POST /account/devices/forget': '303 /sign-in?notice=sign_in_first',
  'POST /account/email': '303 /sign-in?notice=sign_in_first',
  'POST /account/email/code': '303 /sign-in?notice=sign_in_first',
  'POST /account/email/send': '303 /sign-in?notice=sign_in_first',
  'POST /account/email/cancel': '303 /sign-in?notice=sign_in_first',
  'POST /account/email/stop': '303 /sign-in?notice=sign_in_first',
  'POST /account/history/not-me': '303 /sign-in?notice=sign_in_first',
  'POST /policy': '303 /sign-in?notice=sign_in_first',
  'POST /events/export': '303 /sign-in?notice=sign_in_first',
  'POST /users/import': '303 /sign-in?notice=sign_in_first',
  'POST /users/import/begin': '303 /sign-in?notice=sign_in_first',
  'POST /users/import/drop': '303 /sign-in?notice=sign_in_first',
  'POST /users/export': '303 /sign-in?notice=sign_in_first',
  'POST /users/new': '303 /sign-in?notice=sign_in_first',
  'POST /users/login-code': '303 /sign-in?notice=sign_in_first',
  'POST /users/login-code/save': '303 /sign-in?notice=sign_in_first',
  'POST /users/user': '303 /sign-in?notice=sign_in_first',
  'POST /users/user/privilege': '303 /sign-in?notice=sign_in_first',
  'POST /users/user/login-code': '303 /sign-in?notice=sign_in_first',
  'POST /users/user/factor': '303 /sign-in?notice=sign_in_first',
  'POST /users/user/devices': '303 /sign-in?notice=sign_in_first',
  'POST /users/user/invite': '303 /sign-in?notice=sign_in_first',
  'POST /users/user/password-due': '303 /sign-in?notice=sign_in_first',
  'POST /users/user/sign-out': '303 /sign-in?notice=sign_in_first',
  'POST /users/user/disable': '303 /sign-in?notice=sign_in_first',
  'POST /users/user/enable': '303 /sign-in?notice=sign_in_first',
  'POST /users/user/delete': '303 /sign-in?notice=sign_in_first',
  'POST /settings/delivery/route': '303 /sign-in?notice=sign_in_first',
  'POST /settings/delivery/move': '303 /sign-in?notice=sign_in_first',
  'POST /settings/delivery/remove': '303 /sign-in?notice=sign_in_first',
  'POST /settings/delivery/rules': '303 /sign-in?notice=sign_in_first',
  'POST /settings/delivery/confirm': '303 /sign-in?notice=sign_in_first',
  'POST /settings/delivery/release': '303 /sign-in?notice=sign_in_first',
  'POST /settings/delivery/try': '303 /sign-in?notice=sign_in_first',
  'POST /settings/keys': '303 /sign-in?notice=sign_in_first',
  'POST /settings/keys/show': '303 /sign-in?notice=sign_in_first',
  'POST /settings/keys/end': '303 /sign-in?notice=sign_in_first',
  'POST /account/confirm': '303 /sign-in?notice=sign_in_first',
  'POST /account/confirm/send': '303 /sign-in?notice=sign_in_first',
  'POST /account/confirm/cancel': '303 /sign-in?notice=sign_in_first',
}

// With the password shown and the code still due, only the code page opens, and what is there for those who
// have lost everything.
const toHalfSignedIn: Record<string, string> = {
  ...toStrangers,
  'GET /sign-in/second': '200',
  'GET /sign-in/password': '303 /sign-in/second',
  'GET /sign-in/lost': '200',
  'GET /sign-in/pass': '200',
  'GET /code-state': '200',
  'POST /sign-in/second/send': '429',
}

const toWay = (place: string) =>
  Object.fromEntries(
    Object.keys(toStrangers).flatMap((route) =>
      route.includes('/sign-in/set-up') && toStrangers[route] !== '400'
        ? [[route, `303 ${place}`]]
        : [],
    ),
  )
Object.assign(toHalfSignedIn, toWay('/sign-in/second'))

// With all shown and something to set up, only that opens; an empty form does nothing there either.
const toDue: Record<string, string> = {
  ...toStrangers,
  ...toWay('/sign-in/set-up'),
  'GET /sign-in/second': '303 /sign-in/set-up',
  'GET /sign-in/password': '303 /sign-in/set-up',
  'GET /sign-in/set-up': '200',
  // The password was given: support can be asked, and says nothing of what is set up.
  'GET /sign-in/lost': '200',
  'GET /sign-in/pass': '200',
  'GET /sign-in/set-up/number': '404',
  'POST /sign-in/second/send': '409',
  'POST /sign-in/set-up/later': '409',
}

// While it is being set up.
const toDrafting: Record<string, string> = {
  ...toDue,
  'GET /sign-in/second': '303 /sign-in/set-up/code',
  'GET /sign-in/password': '303 /sign-in/set-up/code',
  'GET /sign-in/set-up/code': '200',
  'GET /sign-in/set-up/codes': '303 /sign-in/set-up/code',
  'GET /code-state': '200',
  'POST /sign-in/second/send': '403',
  'POST /sign-in/set-up/send': '429',
  'POST /sign-in/set-up/confirm': '303 /sign-in/set-up/code',
  'POST /sign-in/set-up/codes': '303 /sign-in/set-up/code',
}

describe('with no session', () => {
  let world: World
  let half: Visitor

  beforeAll(async () => {
    world = await openWorld({ people: [ana, bob] })
    await protect(world, world.visitor())
    half = world.visitor()
    await half.signIn()
  })
  afterAll(() => world.close())

  const all = () => [
    ...routesOf(world, 'GET').map((path) => `GET ${path}`),
    ...routesOf(world, 'POST').map((path) => `POST ${path}`),
  ]

  async function ask(visitor: Visitor, route: string): Promise<string> {
    const [method, path = ''] = route.split(' ')
    const answer = await (method === 'GET' ? visitor.get(path) : visitor.post(path))
    const set = answer.headers.getSetCookie().filter((line) => !/Max-Age=0/.test(line))
    // What ties a challenge to the browser that asked for it, whoever sits there: it opens nothing.
    const expected = route === 'GET /sign-in/passkey' ? ['passkey'] : []
    expect([route, set.map((line) => line.split('=')[0])]).toEqual([route, expected])
    return [answer.status, answer.headers.get('location')].filter(Boolean).join(' ')
  }

  test('A-01: the list of what is open holds every URL there is', () => {
    expect(all().toSorted()).toEqual(Object.keys(toStrangers).toSorted())
  })

  test('A-01: a stranger finds open what must be open, and changes nothing', async () => {
    for (const route of all()) {
      const said = await expectNoChange(world, () => ask(world.visitor(), route), [])
      expect(`${route}: ${said}`).toBe(`${route}: ${toStrangers[route]}`)
    }
  })

  test('A-01: after the password alone only the code page opens', async () => {
    expect([...half.cookies.keys()]).toEqual(['attempt'])
    await expectAll(half, toHalfSignedIn)
  })

  test('A-01: with something to set up, only that opens', async () => {
    const browser = world.visitor()
    await setPolicy(world, { protection: 'required' })
    await browser.signIn(bob)
    await expectAll(browser, toDue)
    await browser.post('/sign-in/set-up', { kind: 'email' })
    await expectAll(browser, toDrafting)
    await setPolicy(world, {})
  })

  async function expectAll(visitor: Visitor, expected: Record<string, string>): Promise<void> {
    for (const route of all()) {
      // Starting again is everybody's right: it ends this one attempt.
      if (route === 'POST /sign-in/cancel') continue
      const said = await expectNoChange(world, () => ask(copyOf(world, visitor), route), [])
      expect(`${route}: ${said}`).toBe(`${route}: ${expected[route]}`)
    }
  }

  test('A-04: no cookie that was set on the way signs in, under whatever name it comes back', async () => {
    const values: string[] = []
    const browser = world.visitor()
    const answers = [
      await browser.get('/sign-in'),
      await browser.get('/sign-in/passkey'),
      await browser.signIn(),
      await browser.get('/sign-in/second'),
      await browser.post('/sign-in/second', { code: '000000' }),
      await browser.post('/language', { language: 'ar', to: '/' }),
    ]
    for (const answer of answers)
      for (const line of answer.headers.getSetCookie()) values.push(/=([^;]*)/.exec(line)![1]!)
    expect(values.length).toBeGreaterThanOrEqual(3)
    const names = ['session', '__Host-session', 'attempt', 'device-x', 'language', 'passkey']
    for (const value of values)
      for (const name of names) {
        const thief = world.visitor()
        thief.cookies.set(name, value)
        expect((await thief.get('/session')).status).toBe(401)
        expect((await thief.get('/account')).status).toBe(303)
      }
  })

  test('A-16: a made-up attempt with an empty code is sent back to the start', async () => {
    for (const attempt of ['nonexistent', '', '0', 'null', 'undefined', '../../x']) {
      const visitor = world.visitor()
      visitor.cookies.set('attempt', attempt)
      const answer = await expectNoChange(world, () =>
        visitor.post('/sign-in/second', { code: '' }),
      )
      expect(answer.headers.get('location')).toBe('/sign-in')
    }
  })
})
