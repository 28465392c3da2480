import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { raise } from './accounts/alarm.ts'
import { applyDueChanges, startApplying } from './accounts/contact-changes.ts'
import { startKeepingUp } from './accounts/policy/keep-up.ts'
import type { App } from './app.ts'
import type { Config } from './config.ts'
import { startDelivery, type Delivery } from './delivery/deliver.ts'
import { readDelivery, type DeliveryFile } from './delivery/delivery-file.ts'
import { gatewaysOf } from './delivery/gateways.ts'
import type { Body, Made } from './delivery/message.ts'
import { notMeToken } from './delivery/not-me.ts'
import { receiptUrl } from './delivery/receipts.ts'
import { openRoute, type Surroundings } from './delivery/open-route.ts'
import type { Render } from './delivery/route.ts'
import { openRoutes, type Routes } from './delivery/routes.ts'
import { checkKeys, keyCheck, readKeys } from './keys.ts'
import { passwordHasher, type Cost } from './lib/password.ts'
import { openPlaces, type PlaceOf } from './lib/places.ts'
import { checkDkimKey } from './lib/rsa.ts'
import type { Keys } from './lib/seal.ts'
import { systemRandom, type Random } from './lib/random.ts'
import { openLog, type Log } from './log.ts'
import { openMetrics } from './metrics.ts'
import { renderMail } from './pages/mails.ts'
import { renderSms, renderTestSms } from './pages/sms.ts'
import { textsOf } from './pages/texts/all.ts'
import { startCleaning } from './store/clean.ts'
import { installationOf, keyCheckIn } from './store/installation.ts'
import { migrate } from './store/migrate.ts'
import { openDatabase, type Database } from './store/open.ts'

/** What of the world can be handed in; the rest is the real one. */
export type World = {
  readonly now?: () => number
  readonly random?: Random
  readonly pause?: App['pause']
  /** What a password hash costs. The settings do not go below OWASP's minimum; tests and benches do. */
  readonly cost?: Cost
  /** In place of those that are linked. */
  readonly routes?: Routes
  readonly log?: Log
  /** Milliseconds between two looks for messages that are due. */
  readonly poll?: number
}

export type Opened = {
  readonly app: App
  readonly render: Render
  readonly delivery: Delivery
  readonly isSetUp: boolean
  /** What the operator should mend, though we start. */
  readonly warnings: readonly string[]
  /** What a timer does every minute: makes the contact changes whose time has come. */
  readonly applyDueChanges: () => Promise<void>
  /** Ends the answers that go on and on. */
  readonly beginStop: () => void
  /** Lets what is under way end. */
  close(): Promise<void>
}

/**
 * Opens everything a request may use: the folder, the keys, the database brought up to date, the way
 * messages take. Throws when any of it is not as it must be; nothing is left open then.
 */
export async function openApp(config: Config, world: World = {}): Promise<Opened> {
  const now = world.now ?? Date.now
  const random = world.random ?? systemRandom
  openFolder(config)
  const fromFile = deliveryFileOf(config)
  const placeOf = placesOf(config)
  const db = openDatabase(config.databaseUrl)
  try {
    // A database that is not for these keys is left as it is.
    const check = await keyCheckIn(db)
    const keys = readKeys(config.dataDir, random, check === null)
    if (check !== null) checkKeys(keys, check)
    await migrate(db, now())
    const installation = await installationOf(db, {
      createdAt: now(),
      keyCheck: keyCheck(keys, random),
    })
    checkKeys(keys, installation.keyCheck)

    const { limits } = config
    const cost = world.cost ?? { memory: limits.passwordMemoryKib, passes: limits.passwordPasses }
    const bounds = { parallel: limits.passwordParallel, queue: limits.passwordQueue }
    const passwords = await passwordHasher(cost, bounds)
    const { log, close: closeLog } = world.log
      ? { log: world.log, close: () => {} }
      : openLog(config)
    const metrics = openMetrics()
    const render = rendererOf(config, keys)
    const onError = (error: unknown): void => log.error({ error: String(error) }, 'delivery')
    const gateways = gatewaysOf(config, keys, onError, fromFile?.file ?? null)
    const routes =
      world.routes ??
      routesOf(config, keys, db, gateways, onError, async (route, receipt) => {
        try {
          await delivery.receipt(route, receipt)
        } catch (error) {
          onError(error)
          throw error
        }
      })
    await routes.refresh()
    const kinds = ['email', 'sms'] as const
    metrics.watchRoutes(() => kinds.flatMap((by) => routes.for(by, null, now())))
    const wakeUp = (made: Made): void => delivery.wake(made)
    const delivery: Delivery = startDelivery({
      db,
      keys,
      random,
      now,
      render,
      routes,
      rules: () => gateways.rules(db),
      raise: (tx, alarm) => raise({ keys, random, now, log, metrics, wake: wakeUp }, tx, alarm),
      report: ({ kind, ...about }) => {
        metrics.message({ kind, ...about })
        log.info(about, kind)
      },
      spent: metrics.spent,
      onError,
      ...(world.poll !== undefined && { poll: world.poll }),
    })
    const stopCleaning = startCleaning(db, now, (error) =>
      log.error({ error: String(error) }, 'cleaning'),
    )
    const pause = world.pause ?? ((ms: number) => delay(ms))
    const { wake } = delivery
    const warnings = fromFile?.isOpen ? [OPEN_FILE] : []
    for (const warning of warnings) log.warn(warning)
    const tools = { config, db, keys, passwords, random, now, pause, log, metrics, placeOf }
    const { receipt: takeReceipt, tryOut } = delivery
    const stop = new AbortController()
    const { signal: stopping } = stop
    const hasMail = (): boolean => routes.kinds().includes('email')
    const app = { ...tools, wake, gateways, takeReceipt, tryOut, hasMail, stopping }
    const stopKeepingUp = startKeepingUp(app)
    const stopApplying = startApplying(app)
    return {
      app,
      render,
      delivery,
      isSetUp: installation.setUpAt !== null,
      warnings,
      applyDueChanges: () => applyDueChanges(app),
      beginStop: () => stop.abort(),
      async close() {
        stop.abort()
        stopCleaning()
        await stopKeepingUp()
        await stopApplying()
        await delivery.stop()
        await db.destroy()
        closeLog()
      },
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

/** Nobody but us may look into it, and what is made in it later is ours alone too. */
function openFolder({ dataDir }: Config): void {
  process.umask(0o077)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  chmodSync(dataDir, 0o700)
}

function routesOf(
  config: Config,
  keys: Keys,
  db: Database,
  gateways: App['gateways'],
  onError: (error: unknown) => void,
  onReceipt: Surroundings['onReceipt'],
): Routes {
  const ours = { ...surroundingsOf(config, keys), onReceipt }
  return openRoutes(db, { linked: gateways.linked, open: (it) => openRoute(it, ours), onError })
}

function surroundingsOf(config: Config, keys: Keys): Omit<Surroundings, 'onReceipt'> {
  try {
    const dkim = config.smtpDkim
    return {
      from: config.mailFrom,
      dkim: dkim && { ...dkim, key: keyIn(dkim.keyFile) },
      name: new URL(config.publicUrl).hostname,
      callback: (route) => receiptUrl(config.publicUrl, keys, route),
      mayBePrivate: config.allowPrivateGateways,
    }
  } catch (error) {
    throw new UnusableSetting(`SMTP_DKIM_KEY_FILE cannot be used: ${messageOf(error)}`)
  }
}

function keyIn(file: string): string {
  const key = readFileSync(file, 'utf8')
  checkDkimKey(key)
  return key
}

const OPEN_FILE =
  'DELIVERY_FILE can be read by everybody on this machine, and holds secrets: take that right away (chmod o= file)'

/** What it says, and whether others can read it too. */
function deliveryFileOf({
  deliveryFile: path,
  allowPrivateGateways: mayBePrivate,
}: Config): { readonly file: DeliveryFile; readonly isOpen: boolean } | null {
  if (path === null) return null
  const { text, mode } = deliveryTextIn(path)
  const read = readDelivery(text, { mayBePrivate })
  if (read && 'file' in read) return { file: read.file, isOpen: (mode & 0o007) !== 0 }
  const { faults } = textsOf('en').delivery
  const lines = (read?.faults ?? []).map(({ at, code, more }) =>
    [`  ${at || 'the whole'}: ${faults[code]}`, more && `(${more})`].filter(Boolean).join(' '),
  )
  const said = read ? `, since in ${path}\n${lines.join('\n')}` : `: ${path} is not JSON`
  throw new UnusableSetting(`DELIVERY_FILE cannot be used${said}`)
}

function deliveryTextIn(path: string): { readonly text: string; readonly mode: number } {
  try {
    return { text: readFileSync(path, 'utf8'), mode: statSync(path).mode }
  } catch (error) {
    throw new UnusableSetting(`DELIVERY_FILE cannot be used: ${messageOf(error)}`)
  }
}

function placesOf({ geoDatabase }: Config): PlaceOf {
  if (geoDatabase === null) return () => null
  try {
    return openPlaces(geoDatabase)
  } catch (error) {
    throw new UnusableSetting(`GEO_DATABASE cannot be used: ${messageOf(error)}`)
  }
}

/** A setting that is well written, and yet does not work here. */
export class UnusableSetting extends Error {}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '')

function rendererOf({ productName, publicUrl }: Config, keys: Keys): Render {
  const ours = { product: productName, url: publicUrl }
  return {
    mail(id, kept) {
      const { language, notice, ...about } = kept as Body
      return renderMail(language, { ...notice, ...about, ...ours, notMe: notMeToken(keys, id) })
    },
    sms(_id, kept) {
      const { language, notice } = kept as Body
      if (notice.kind === 'test') return renderTestSms(language, ours)
      if (notice.kind !== 'code') throw new Error(`no text message says ${notice.kind}`)
      return renderSms(language, { ...notice, ...ours })
    },
  }
}
