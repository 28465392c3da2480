import { getRequestListener, RequestError } from '@hono/node-server'
import type { RequestListener } from 'node:http'
import { Hono } from 'hono'
import type { App } from './app.ts'
import type { Render } from './delivery/route.ts'
import { accountRoutes } from './http/account.ts'
import { casesRoutes } from './http/cases.ts'
import { apiRoutes } from './http/api/accounts.ts'
import { isApiPath } from './http/api/api-path.ts'
import { keyed } from './http/api/keyed.ts'
import { codeStateRoutes } from './http/code-state.ts'
import { confirmRoutes } from './http/confirm.ts'
import { deliveriesRoutes } from './http/deliveries.ts'
import { deliverySettingsRoutes } from './http/delivery-settings.ts'
import { devicesRoutes } from './http/devices.ts'
import { doorOf, privileged, signedIn, type Door } from './http/door.ts'
import { eventsRoutes } from './http/events.ts'
import { emailRoutes } from './http/email.ts'
import { ownHost, sameSite } from './http/guards.ts'
import { healthRoutes } from './http/health.ts'
import { historyRoutes } from './http/history.ts'
import { importRoutes } from './http/importing.ts'
import { keysRoutes } from './http/keys.ts'
import { knownPasswordRoutes } from './http/known-password.ts'
import { invitationRoutes } from './http/invitation.ts'
import { languageRoutes } from './http/language.ts'
import { lostRoutes } from './http/lost.ts'
import { notMeRoutes } from './http/not-me.ts'
import { outboxRoutes } from './http/outbox.ts'
import { overviewRoutes } from './http/overview.ts'
import { passRoutes } from './http/pass.ts'
import { passkeyRoutes } from './http/passkey.ts'
import { passwordRoutes } from './http/password.ts'
import { policyRoutes } from './http/policy.ts'
import { forPrograms, isForPrograms, onError, problem } from './http/problems.ts'
import { isReceiptPath, RECEIPTS } from './http/receipt-path.ts'
import { receiptsRoutes } from './http/receipts.ts'
import { fixedHeaders } from './http/reply.ts'
import { readRequest, type Ctx, type Env } from './http/request.ts'
import { resetRoutes } from './http/reset.ts'
import { securityRoutes } from './http/security.ts'
import { quickSessionCheck, sessionCheck } from './http/session-check.ts'
import { setUpRoutes } from './http/set-up.ts'
import { signInSetUpRoutes } from './http/sign-in-set-up.ts'
import { signInRoutes } from './http/sign-in.ts'
import { stopEmailRoutes } from './http/stop-email.ts'
import { script, staticRoutes, style } from './http/static.ts'
import { usersRoutes } from './http/users.ts'
import type { Privilege } from './store/tables.ts'

type Handler = (c: Ctx) => Promise<Response>

/**
 * Who may ask: anybody, a person who is signed in, one with that privilege or a higher one, or a program with a
 * key. There is no route without it.
 */
export type Who = 'anybody' | 'person' | Privilege | 'key'

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

type Methods = { readonly who: Who } & { readonly [Method in (typeof methods)[number]]?: Handler }

/** The whole server, for Node's http. */
export function createListener(app: App, render: Render): RequestListener {
  const headers = fixedHeaders(app.config)
  const listener = getRequestListener(createServer(app, render).fetch, {
    // What no `Request` can be made of.
    errorHandler: (error) =>
      new Response(null, { status: error instanceof RequestError ? 400 : 500, headers }),
  })
  const answer: RequestListener = (request, response) => {
    // `OPTIONS *` and the like: no URL of ours.
    if (request.url?.startsWith('/')) void listener(request, response)
    else response.writeHead(400, headers).end()
  }
  const quick = quickSessionCheck(app)
  return (request, response) => {
    const otherwise = (): void => answer(request, response)
    if (!quick(request, response, otherwise)) otherwise()
  }
}

/** The whole server, as a function from requests to answers. */
export function createServer(app: App, render: Render): Hono<Env> {
  const pages = new Set<string>()
  const door = doorOf(app, { style: style.url, script: script.url }, pages)
  const routes = routesOf(door, render)
  for (const [path, { get }] of Object.entries(routes)) if (get) pages.add(path)
  return serve(door, routes)
}

/** Every URL we answer, and who may ask it. */
export function routesOf(door: Door, render: Render): Readonly<Record<string, Methods>> {
  const signIn = signInRoutes(door)
  const due = signInSetUpRoutes(door)
  const codeState = codeStateRoutes(door)
  const passkey = passkeyRoutes(door)
  const setUp = setUpRoutes(door)
  const account = accountRoutes(door)
  const security = securityRoutes(door)
  const devices = devicesRoutes(door)
  const confirm = confirmRoutes(door)
  const email = emailRoutes(door)
  const stopEmail = stopEmailRoutes(door)
  const history = historyRoutes(door)
  const notMe = notMeRoutes(door)
  const lost = lostRoutes(door)
  const pass = passRoutes(door)
  const cases = casesRoutes(door)
  const deliveries = deliveriesRoutes(door)
  const events = eventsRoutes(door)
  const overview = overviewRoutes(door)
  const password = passwordRoutes(door)
  const reset = resetRoutes(door)
  const known = knownPasswordRoutes(door)
  const invitation = invitationRoutes(door)
  const delivery = deliverySettingsRoutes(door)
  const policy = policyRoutes(door)
  const keys = keysRoutes(door)
  const api = apiRoutes(door)
  const language = languageRoutes(door)
  const outbox = outboxRoutes(door, render)
  const users = usersRoutes(door)
  const importing = importRoutes(door)
  const receipts = receiptsRoutes(door)
  const health = healthRoutes(door)
  const files = staticRoutes(door)

  return {
    '/': { who: 'anybody', get: signIn.home },
    '/setup': { who: 'anybody', get: setUp.show, post: setUp.setUp },

    '/sign-in': { who: 'anybody', get: signIn.showSignIn, post: signIn.signIn },
    '/sign-in/passkey': { who: 'anybody', get: passkey.ask, post: passkey.signIn },
    '/sign-in/second': { who: 'anybody', get: signIn.showSecond, post: signIn.second },
    '/sign-in/second/send': { who: 'anybody', post: signIn.sendAgain },
    '/sign-in/set-up': { who: 'anybody', get: due.show, post: due.begin },
    '/sign-in/set-up/number': { who: 'anybody', get: due.showNumber, post: due.checkNumber },
    '/sign-in/set-up/code': { who: 'anybody', get: due.showCode, post: due.answer },
    '/sign-in/set-up/send': { who: 'anybody', post: due.sendAgain },
    '/sign-in/set-up/codes': { who: 'anybody', get: due.showCodes, post: due.newCodes },
    '/sign-in/set-up/confirm': { who: 'anybody', post: due.confirm },
    '/sign-in/set-up/later': { who: 'anybody', post: due.later },
    '/sign-in/cancel': { who: 'anybody', post: signIn.cancel },
    '/sign-in/password': { who: 'anybody', get: known.show, post: known.set },
    '/sign-in/forgot': { who: 'anybody', get: reset.showForgot, post: reset.forgot },
    '/sign-in/reset': { who: 'anybody', get: reset.show, post: reset.set },
    '/invitation': { who: 'anybody', get: invitation.show, post: invitation.accept },
    '/.well-known/change-password': { who: 'anybody', get: password.wellKnown },
    '/.well-known/passkey-endpoints': { who: 'anybody', get: security.passkeyEndpoints },
    '/sign-out': { who: 'anybody', post: signIn.signOut },
    '/code-state': { who: 'anybody', get: codeState.follow },
    '/session': { who: 'anybody', get: sessionCheck(door) },

    '/account': { who: 'person', get: account.show, post: account.save },
    '/account/password': { who: 'person', get: password.show, post: password.change },
    '/account/security': { who: 'person', get: security.show },
    '/account/security/app': { who: 'person', get: security.showApps },
    '/account/security/sms': {
      who: 'person',
      get: security.showNumber,
      post: security.checkNumber,
    },
    '/account/security/sms/add': { who: 'person', post: security.addNumber },
    '/account/security/both': { who: 'person', post: security.sendByBoth },
    '/account/security/add': { who: 'person', post: security.add },
    '/account/security/name': { who: 'person', post: security.name },
    '/account/security/prefer': { who: 'person', post: security.prefer },
    '/account/security/remove': { who: 'person', post: security.remove },
    '/account/security/protect': { who: 'person', post: security.protect },
    '/account/security/unprotect': { who: 'person', post: security.unprotect },
    '/account/security/recovery-codes': { who: 'person', post: security.renew },
    '/account/security/bind-anew': { who: 'person', post: security.bindAnew },
    '/account/security/code': { who: 'person', get: security.showCode, post: security.code },
    '/account/security/send': { who: 'person', post: security.sendAgain },
    '/account/security/codes': { who: 'person', get: security.showCodes, post: security.newCodes },
    '/account/security/confirm': { who: 'person', post: security.confirm },
    '/account/security/cancel': { who: 'person', post: security.cancel },

    '/account/devices': { who: 'person', get: devices.show },
    '/account/devices/name': { who: 'person', post: devices.rename },
    '/account/devices/remove': { who: 'person', post: devices.remove },
    '/account/devices/remove-others': { who: 'person', post: devices.removeOthers },
    '/account/devices/forget': { who: 'person', post: devices.forget },

    '/account/email': { who: 'person', get: email.show, post: email.change },
    '/account/email/code': { who: 'person', get: email.showCode, post: email.code },
    '/account/email/send': { who: 'person', post: email.sendAgain },
    '/account/email/cancel': { who: 'person', post: email.cancel },
    '/account/email/stop': { who: 'person', post: email.stop },
    '/stop-email-change': { who: 'anybody', get: stopEmail.show, post: stopEmail.stop },

    '/account/confirm': { who: 'person', get: confirm.show, post: confirm.answer },
    '/account/confirm/send': { who: 'person', post: confirm.sendAgain },
    '/account/confirm/cancel': { who: 'person', post: confirm.cancel },

    '/account/history': { who: 'person', get: history.show },
    '/account/history.csv': { who: 'person', get: history.csv },
    '/account/history.json': { who: 'person', get: history.json },
    '/account/history/not-me': { who: 'person', post: history.notMe },

    '/not-me': { who: 'anybody', get: notMe.show, post: notMe.say },

    '/users': { who: 'manage', get: users.show },
    '/users/new': { who: 'manage', get: users.showNew, post: users.add },
    '/users/login-code': { who: 'manage', post: users.previewCode },
    '/users/login-code/save': { who: 'manage', post: users.saveCode },
    '/users/user': { who: 'manage', get: users.showOne, post: users.saveProfile },
    '/users/user/privilege': { who: 'manage', post: users.savePrivilege },
    '/users/user/login-code': { who: 'manage', post: users.saveLoginCode },
    '/users/user/factor': { who: 'manage', post: users.removeUserFactor },
    '/users/user/devices': { who: 'manage', post: users.endDevices },
    '/users/user/invite': { who: 'manage', post: users.inviteAgain },
    '/users/user/password-due': { who: 'manage', post: users.askPassword },
    '/users/user/sign-out': { who: 'manage', post: users.signOutUser },
    '/users/user/disable': { who: 'manage', post: users.disable },
    '/users/user/enable': { who: 'manage', post: users.enable },
    '/users/user/delete': { who: 'manage', post: users.deleteUser },
    '/policy': { who: 'manage', get: policy.show, post: policy.save },
    '/users/import': { who: 'manage', get: importing.show, post: importing.upload },
    '/users/import/file': { who: 'manage', get: importing.showFile },
    '/users/import/begin': { who: 'manage', post: importing.begin },
    '/users/import/drop': { who: 'manage', post: importing.drop },
    '/users/import/lines.csv': { who: 'manage', get: importing.lines },
    '/users/export': { who: 'manage', post: importing.exported },
    '/lost': { who: 'anybody', get: lost.showAnybody, post: lost.askAnybody },
    '/lost/cancel': { who: 'anybody', get: lost.showCancel, post: lost.cancel },
    '/sign-in/lost': { who: 'anybody', get: lost.show, post: lost.ask },
    '/sign-in/pass': { who: 'anybody', get: pass.show, post: pass.use },
    '/account/case/cancel': { who: 'person', post: lost.cancelOwn },
    '/cases': { who: 'support', get: cases.show },
    '/cases/case': { who: 'support', get: cases.showOne, post: cases.decide },

    '/settings/delivery': { who: 'operator', get: delivery.show },
    '/settings/delivery/route': {
      who: 'operator',
      get: delivery.showRoute,
      post: delivery.saveRoute,
    },
    '/settings/delivery/move': { who: 'operator', post: delivery.move },
    '/settings/delivery/remove': { who: 'operator', post: delivery.remove },
    '/settings/delivery/rules': { who: 'operator', post: delivery.rules },
    '/settings/delivery/confirm': { who: 'operator', post: delivery.confirm },
    '/settings/delivery/release': { who: 'operator', post: delivery.release },
    '/settings/delivery/try': { who: 'operator', get: delivery.showTry, post: delivery.try },

    '/overview': { who: 'manage', get: overview.show },
    '/events': { who: 'manage', get: events.show },
    '/events/export': { who: 'manage', post: events.export },
    '/settings/keys': { who: 'manage', get: keys.show, post: keys.make },
    '/settings/keys/show': { who: 'manage', post: keys.reveal },
    '/settings/keys/end': { who: 'manage', post: keys.end },

    '/deliveries': { who: 'operator', get: deliveries.show },
    '/deliveries/message': { who: 'operator', get: deliveries.showOne },
    [RECEIPTS]: { who: 'anybody', get: receipts.take, post: receipts.take },

    '/api/v1/openapi.json': { who: 'anybody', get: api.openApi },
    '/api/v1/accounts': { who: 'key', get: api.listAccounts, post: api.addAccount },
    '/api/v1/accounts/:id': {
      who: 'key',
      get: api.readAccount,
      patch: api.changeAccount,
      delete: api.deleteAccount,
    },
    '/api/v1/accounts/:id/invite': { who: 'key', post: api.invite },
    '/api/v1/accounts/:id/disable': { who: 'key', post: api.disable },
    '/api/v1/accounts/:id/enable': { who: 'key', post: api.enable },
    '/api/v1/accounts/:id/sign-out': { who: 'key', post: api.signOut },
    '/api/v1/accounts/:id/password-due': { who: 'key', post: api.passwordDue },
    '/api/v1/accounts/:id/privilege': { who: 'key', put: api.setPrivilege },
    '/api/v1/accounts/:id/login-code': { who: 'key', put: api.setLoginCode },
    '/api/v1/accounts/:id/factors': { who: 'key', get: api.listFactors },
    '/api/v1/accounts/:id/factors/:factor': { who: 'key', delete: api.removeFactor },
    '/api/v1/accounts/:id/devices': {
      who: 'key',
      get: api.listDevices,
      delete: api.removeDevices,
    },
    '/api/v1/accounts/:id/devices/:device': { who: 'key', delete: api.removeDevice },

    '/language': { who: 'anybody', post: language.choose },
    '/outbox': { who: 'anybody', get: outbox.show },
    '/static/style.css': { who: 'anybody', get: files.style },
    '/static/script.js': { who: 'anybody', get: files.script },
    '/health': { who: 'anybody', get: health.health },
    '/ready': { who: 'anybody', get: health.ready },
    '/metrics': { who: 'anybody', get: health.metrics },
  }
}

function serve(door: Door, routes: Readonly<Record<string, Methods>>): Hono<Env> {
  const { app } = door
  const server = new Hono<Env>()
  const isSameSite = sameSite(app)
  const isOwnHost = ownHost(app)
  const routeOf = routeNames(Object.keys(routes))

  server.use(async (c, next) => {
    const began = performance.now()
    c.set('ask', readRequest(app, c))
    await next()
    const { path } = c.req
    const ms = performance.now() - began
    const { requestId } = c.var.ask.visit
    const route = routeOf(path)
    app.metrics.request(route, c.res.status, ms / 1000)
    const line = { requestId, method: c.req.method, route, status: c.res.status, ms }
    if (forPrograms.has(path)) app.log.debug(line, 'request')
    else app.log.info(line, 'request')
  })
  server.use(async (c, next) => {
    // Programs call theirs by whatever name reaches us; no page of another name has a cookie of ours.
    if (!isForPrograms(c.req.path)) isOwnHost(c)
    // A gateway is no page of ours; what it must know is in the address. And no browser shows our keys by itself.
    const isPosted = isReceiptPath(c.req.path) && c.req.method === 'POST'
    if (!isPosted && !isApiPath(c.req.path)) isSameSite(c)
    await next()
  })
  for (const [path, { who, ...its }] of Object.entries(routes)) {
    const answered = methods.filter((method) => its[method])
    for (const method of answered) server[method](path, admitting(door, who, its[method]!))
    const names = answered.map((method) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase()))
    const allow = names.join(', ')
    server.all(path, (c) => problem(door, c, 405, 'method_not_allowed', { Allow: allow }))
  }
  server.notFound((c) => problem(door, c, 404, 'not_found'))
  server.onError((error, c) => onError(door, error, c))
  return server
}

/** By what the route of a path goes in the log and the metrics: what stands in a path is nobody's business. */
function routeNames(routes: readonly string[]): (path: string) => string {
  const named = new Set(routes)
  const shapes = routes
    .filter((route) => route.includes(':'))
    .map((route) => ({ route, shape: new RegExp(`^${route.replace(/:\w+/g, '[^/]+')}$`) }))
  return (path) => {
    const shaped = shapes.find(({ shape }) => shape.test(path))?.route
    return shaped ?? (named.has(path) ? path : 'unknown')
  }
}

/** The one place where a request is let through to what answers it. */
const admitting =
  (door: Door, who: Who, handler: Handler): Handler =>
  async (c) => {
    if (who === 'person') await signedIn(door, c)
    else if (who === 'key') await keyed(door, c)
    else if (who !== 'anybody') await privileged(door, c, who)
    return handler(c)
  }
