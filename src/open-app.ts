import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { applyDueChanges, startApplying } from './accounts/contact-changes.ts'
import { setTimeout as delay } from 'node:timers/promises'
import type { App } from './app.ts'
import type { Config } from './config.ts'
import { startDelivery, type Delivery } from './delivery/deliver.ts'
import type { Body } from './delivery/message.ts'
import type { Render, Route } from './delivery/route.ts'
import { notMeToken } from './delivery/not-me.ts'
import { smtpRoute } from './delivery/smtp.ts'
import { checkKeys, keyCheck, readKeys } from './keys.ts'
import { passwordHasher, type Cost } from './lib/password.ts'
import { openPlaces, type PlaceOf } from './lib/places.ts'
import type { Keys } from './lib/seal.ts'
import { systemRandom, type Random } from './lib/random.ts'
import { openLog, type Log } from './log.ts'
import { openMetrics } from './metrics.ts'
import { renderMail } from './pages/mails.ts'
import { startCleaning } from './store/clean.ts'
import { installationOf, keyCheckIn } from './store/installation.ts'
import { migrate } from './store/migrate.ts'
import { openDatabase } from './store/open.ts'

/** What of the world can be handed in; the rest is the real one. */
export type World = {
  readonly now?: () => number
  readonly random?: Random
  readonly pause?: App['pause']
  /** What a password hash costs. The settings do not go below OWASP's minimum; tests and benches do. */
  readonly cost?: Cost
  readonly route?: Route | null
  readonly log?: Log
  /** Milliseconds between two looks for messages that are due. */
  readonly poll?: number
}

export type Opened = {
  readonly app: App
  readonly render: Render
  readonly delivery: Delivery
  readonly isSetUp: boolean
  /** What a timer does every minute: makes the contact changes whose time has come. */
  readonly applyDueChanges: () => Promise<void>
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
    const delivery = startDelivery({
      db,
      keys,
      now,
      render,
      route: world.route === undefined ? routeOf(config) : world.route,
      report: ({ kind, ...about }) => {
        metrics.message(kind)
        log.info(about, kind)
      },
      onError: (error) => log.error({ error: String(error) }, 'delivery'),
      ...(world.poll !== undefined && { poll: world.poll }),
    })
    const stopCleaning = startCleaning(db, now, (error) =>
      log.error({ error: String(error) }, 'cleaning'),
    )
    const pause = world.pause ?? ((ms: number) => delay(ms))
    const { wake } = delivery
    const app = { config, db, keys, passwords, random, now, pause, wake, log, metrics, placeOf }
    const stopApplying = startApplying(app)
    return {
      app,
      render,
      delivery,
      isSetUp: installation.setUpAt !== null,
      applyDueChanges: () => applyDueChanges(app),
      async close() {
        stopCleaning()
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

function routeOf(config: Config): Route | null {
  if (config.smtpUrl === null) return null
  try {
    const dkim = config.smtpDkim
    return smtpRoute({
      url: config.smtpUrl,
      from: config.mailFrom,
      tls: config.smtpTls,
      dkim: dkim && { ...dkim, key: readFileSync(dkim.keyFile, 'utf8') },
      name: new URL(config.publicUrl).hostname,
    })
  } catch (error) {
    throw new UnusableSetting(`SMTP_URL or SMTP_DKIM_KEY_FILE cannot be used: ${messageOf(error)}`)
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

const rendererOf =
  ({ productName, publicUrl }: Config, keys: Keys): Render =>
  (id, kept) => {
    const { language, notice, ...about } = kept as Body
    const ours = { product: productName, url: publicUrl, notMe: notMeToken(keys, id) }
    return renderMail(language, { ...notice, ...about, ...ours })
  }
