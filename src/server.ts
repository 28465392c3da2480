import { getRequestListener, RequestError } from '@hono/node-server'
import type { RequestListener } from 'node:http'
import { Hono } from 'hono'
import type { App } from './app.ts'
import type { Render } from './delivery/route.ts'
import { accountRoutes } from './http/account.ts'
import { codeStateRoutes } from './http/code-state.ts'
import { confirmRoutes } from './http/confirm.ts'
import { deliveriesRoutes } from './http/deliveries.ts'
import { deliverySettingsRoutes } from './http/delivery-settings.ts'
import { devicesRoutes } from './http/devices.ts'
import { doorOf } from './http/door.ts'
import { emailRoutes } from './http/email.ts'
import { ownHost, sameSite } from './http/guards.ts'
import { healthRoutes } from './http/health.ts'
import { historyRoutes } from './http/history.ts'
import { knownPasswordRoutes } from './http/known-password.ts'
import { languageRoutes } from './http/language.ts'
import { notMeRoutes } from './http/not-me.ts'
import { outboxRoutes } from './http/outbox.ts'
import { passkeyRoutes } from './http/passkey.ts'
import { passwordRoutes } from './http/password.ts'
import { forPrograms, isForPrograms, onError, problem } from './http/problems.ts'
import { isReceiptPath, RECEIPTS } from './http/receipt-path.ts'
import { receiptsRoutes } from './http/receipts.ts'
import { fixedHeaders } from './http/reply.ts'
import { readRequest, type Ctx, type Env } from './http/request.ts'
import { resetRoutes } from './http/reset.ts'
import { securityRoutes } from './http/security.ts'
import { quickSessionCheck, sessionCheck } from './http/session-check.ts'
import { setUpRoutes } from './http/set-up.ts'
import { signInRoutes } from './http/sign-in.ts'
import { stopEmailRoutes } from './http/stop-email.ts'
import { script, staticRoutes, style } from './http/static.ts'

type Handler = (c: Ctx) => Promise<Response>
type Methods = { readonly get?: Handler; readonly post?: Handler }

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

/** Every URL we answer. */
export function createServer(app: App, render: Render): Hono<Env> {
  const pages = new Set<string>()
  const door = doorOf(app, { style: style.url, script: script.url }, pages)
  const signIn = signInRoutes(door)
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
  const deliveries = deliveriesRoutes(door)
  const password = passwordRoutes(door)
  const reset = resetRoutes(door)
  const known = knownPasswordRoutes(door)
  const delivery = deliverySettingsRoutes(door)
  const language = languageRoutes(door)
  const outbox = outboxRoutes(door, render)
  const receipts = receiptsRoutes(door)
  const health = healthRoutes(door)
  const files = staticRoutes(door)

  const routes: Record<string, Methods> = {
    '/': { get: signIn.home },
    '/setup': { get: setUp.show, post: setUp.setUp },

    '/sign-in': { get: signIn.showSignIn, post: signIn.signIn },
    '/sign-in/passkey': { get: passkey.ask, post: passkey.signIn },
    '/sign-in/second': { get: signIn.showSecond, post: signIn.second },
    '/sign-in/second/send': { post: signIn.sendAgain },
    '/sign-in/cancel': { post: signIn.cancel },
    '/sign-in/password': { get: known.show, post: known.set },
    '/sign-in/forgot': { get: reset.showForgot, post: reset.forgot },
    '/sign-in/reset': { get: reset.show, post: reset.set },
    '/.well-known/change-password': { get: password.wellKnown },
    '/.well-known/passkey-endpoints': { get: security.passkeyEndpoints },
    '/sign-out': { post: signIn.signOut },
    '/code-state': { get: codeState.follow },
    '/session': { get: sessionCheck(door) },

    '/account': { get: account.show, post: account.save },
    '/account/password': { get: password.show, post: password.change },
    '/account/security': { get: security.show },
    '/account/security/app': { get: security.showApps },
    '/account/security/sms': { get: security.showNumber, post: security.checkNumber },
    '/account/security/sms/add': { post: security.addNumber },
    '/account/security/both': { post: security.sendByBoth },
    '/account/security/add': { post: security.add },
    '/account/security/name': { post: security.name },
    '/account/security/prefer': { post: security.prefer },
    '/account/security/remove': { post: security.remove },
    '/account/security/protect': { post: security.protect },
    '/account/security/unprotect': { post: security.unprotect },
    '/account/security/recovery-codes': { post: security.renew },
    '/account/security/bind-anew': { post: security.bindAnew },
    '/account/security/code': { get: security.showCode, post: security.code },
    '/account/security/send': { post: security.sendAgain },
    '/account/security/codes': { get: security.showCodes, post: security.newCodes },
    '/account/security/confirm': { post: security.confirm },
    '/account/security/cancel': { post: security.cancel },

    '/account/devices': { get: devices.show },
    '/account/devices/name': { post: devices.rename },
    '/account/devices/remove': { post: devices.remove },
    '/account/devices/remove-others': { post: devices.removeOthers },
    '/account/devices/forget': { post: devices.forget },

    '/account/email': { get: email.show, post: email.change },
    '/account/email/code': { get: email.showCode, post: email.code },
    '/account/email/send': { post: email.sendAgain },
    '/account/email/cancel': { post: email.cancel },
    '/account/email/stop': { post: email.stop },
    '/stop-email-change': { get: stopEmail.show, post: stopEmail.stop },

    '/account/confirm': { get: confirm.show, post: confirm.answer },
    '/account/confirm/send': { post: confirm.sendAgain },
    '/account/confirm/cancel': { post: confirm.cancel },

    '/account/history': { get: history.show },
    '/account/history.csv': { get: history.csv },
    '/account/history.json': { get: history.json },
    '/account/history/not-me': { post: history.notMe },

    '/not-me': { get: notMe.show, post: notMe.say },

    '/settings/delivery': { get: delivery.show },
    '/settings/delivery/route': { get: delivery.showRoute, post: delivery.saveRoute },
    '/settings/delivery/move': { post: delivery.move },
    '/settings/delivery/remove': { post: delivery.remove },
    '/settings/delivery/rules': { post: delivery.rules },
    '/settings/delivery/confirm': { post: delivery.confirm },
    '/settings/delivery/release': { post: delivery.release },
    '/settings/delivery/try': { get: delivery.showTry, post: delivery.try },

    '/deliveries': { get: deliveries.show },
    '/deliveries/message': { get: deliveries.showOne },
    [RECEIPTS]: { get: receipts.take, post: receipts.take },

    '/language': { post: language.choose },
    '/outbox': { get: outbox.show },
    '/static/style.css': { get: files.style },
    '/static/script.js': { get: files.script },
    '/health': { get: health.health },
    '/ready': { get: health.ready },
    '/metrics': { get: health.metrics },
  }
  for (const [path, { get }] of Object.entries(routes)) if (get) pages.add(path)
  return serve(door, routes)
}

function serve(door: ReturnType<typeof doorOf>, routes: Record<string, Methods>): Hono<Env> {
  const { app } = door
  const server = new Hono<Env>()
  const isSameSite = sameSite(app)
  const isOwnHost = ownHost(app)

  server.use(async (c, next) => {
    const began = performance.now()
    c.set('ask', readRequest(app, c))
    await next()
    const { path } = c.req
    const ms = performance.now() - began
    const { requestId } = c.var.ask.visit
    const route = isReceiptPath(path) ? RECEIPTS : path in routes ? path : 'unknown'
    app.metrics.request(route, c.res.status, ms / 1000)
    const line = { requestId, method: c.req.method, route, status: c.res.status, ms }
    if (forPrograms.has(path)) app.log.debug(line, 'request')
    else app.log.info(line, 'request')
  })
  server.use(async (c, next) => {
    // Programs call theirs by whatever name reaches us; no page of another name has a cookie of ours.
    if (!isForPrograms(c.req.path)) isOwnHost(c)
    // A gateway is no page of ours; what it must know is in the address.
    if (!(isReceiptPath(c.req.path) && c.req.method === 'POST')) isSameSite(c)
    await next()
  })
  for (const [path, { get, post }] of Object.entries(routes)) {
    if (get) server.get(path, get)
    if (post) server.post(path, post)
    const allow = [get && 'GET, HEAD', post && 'POST'].filter(Boolean).join(', ')
    server.all(path, (c) => problem(door, c, 405, 'method_not_allowed', { Allow: allow }))
  }
  server.notFound((c) => problem(door, c, 404, 'not_found'))
  server.onError((error, c) => onError(door, error, c))
  return server
}
