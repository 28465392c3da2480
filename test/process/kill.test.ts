import { noRoutes } from '../../src/delivery/routes.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { describe, test } from 'vitest'
import { addAccount } from '../../src/accounts/set-up.ts'
import { loadConfig } from '../../src/config.ts'
import { openApp } from '../../src/open-app.ts'
import { databases } from '../setup/databases.ts'
import {
  account,
  browserAt,
  openPlace,
  startServer,
  whereTo,
  wideOpen,
  type Place,
} from '../setup/process.ts'
import { nobodysVisit } from '../world.ts'
import { broken, busy, chance, newLedger, type Ledger } from './ledger.ts'

/** Each takes two seconds or so; a hundred make a good night's run. */
const KILLS = 8
const SEED = Date.now() % 1_000_000_000

const people = ['ana', 'bob', 'cai'].map((name) => ({
  ...account,
  email: `${name}@example.com`,
  name,
}))

for (const { name } of databases) {
  describe.concurrent(
    `killed at any moment, on ${name}`,
    { timeout: 60_000 + KILLS * 15_000 },
    () => {
      test('what was acknowledged holds, and nothing is there by half', async ({ expect }) => {
        process.stdout.write(`killed at any moment, on ${name}: seed ${SEED}\n`)
        const dice = chance(SEED)
        await using place = await openPlace(name)
        const settings = { ...place.settings, ...wideOpen, LOG_LEVEL: 'error' }
        const link = await setUpAndDie(settings)
        const ledgers = people.map(newLedger)

        for (let kill = 0; kill <= KILLS; kill++) {
          await using server = await startServer(settings)
          const where = `seed ${SEED}, after kill ${kill}`
          expect((await browserAt(server.url).get(link)).status, where).toBe(410)
          const most = kill === KILLS ? Infinity : 20
          for (const [index, person] of people.entries()) {
            const found = await broken(server.url, place, person, ledgers[index]!, most)
            expect(found, where).toEqual([])
          }
          expect(await half(place), where).toEqual([])
          expect(server.err(), where).toBe('')
          if (kill === KILLS) break

          const all = people.map((person, index) =>
            busy(server.url, place, person, ledgers[index]!, chance(dice(2 ** 31))),
          )
          // A slow machine gets the time to acknowledge something worth losing.
          const enough = acknowledged(ledgers) + 2 * people.length
          for (let i = 0; i < 1000 && acknowledged(ledgers) < enough; i++) await sleep(10)
          await sleep(dice(500))
          server.kill('SIGKILL')
          expect(await server.ended).toBe('SIGKILL')
          await Promise.all(all)
        }
        expect(acknowledged(ledgers)).toBeGreaterThan(KILLS * people.length)
      })
    },
  )
}

const acknowledged = (ledgers: readonly Ledger[]): number =>
  ledgers.reduce((sum, each) => sum + each.acknowledged, 0)

/** The first account by its link, and a kill the moment it is acknowledged. Gives the link's path. */
async function setUpAndDie(settings: Record<string, string>): Promise<string> {
  await using server = await startServer(settings)
  const token = new URL(server.setUpPath!, server.url).searchParams.get('token')!
  const made = await browserAt(server.url).post('/setup', { token, ...people[0]! })
  server.kill('SIGKILL')
  if (whereTo(made) !== '/sign-in?notice=set_up') throw new Error(made.text)
  await server.ended

  const loaded = loadConfig(settings, null)
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  const opened = await openApp(loaded.config, { routes: noRoutes })
  for (const person of people.slice(1))
    await addAccount(opened.app, nobodysVisit, { ...person, phone: '' })
  await opened.close()
  return server.setUpPath!
}

/** Rows that say half of something. */
async function half(place: Place): Promise<unknown[]> {
  const db = place.db()
  const questions = [
    sql`select 'a session without its event', id from sessions where not exists
      (select 1 from events where kind = 'signed_in' and session_id = sessions.id)`,
    sql`select 'an event without its session', id from events where kind = 'signed_in' and not exists
      (select 1 from sessions where id = events.session_id)`,
    sql`select 'a session without its device', id from sessions where not exists
      (select 1 from devices where id = sessions.device_id)`,
    sql`select 'a session of an attempt that goes on', id from sessions where not exists
      (select 1 from attempts where id = sessions.attempt_id and ended_at is not null)`,
    sql`select 'a question without its mail', id from attempts where sends <>
      (select count(*) from messages where kind = 'code' and attempt_id = attempts.id)`,
    sql`select 'a code sent without its event', id from attempts where sends <>
      (select count(*) from events where kind = 'code_sent' and attempt_id = attempts.id)`,
    sql`select 'a notice that was not written', kind from
      (select kind, count(*) as n from events where kind in
        ('protected', 'unprotected', 'recovery_code_used', 'recovery_codes_renewed') group by kind) e
      where e.n <> (select count(*) from messages where kind = e.kind)`,
    sql`select 'a notice without its event', n from
      (select count(*) as n from messages where kind <> 'code') m
      where m.n <> (select count(*) from events where kind = 'notice_sent')`,
    sql`select 'an account half set up', id from accounts where not exists
      (select 1 from events where kind in ('set_up', 'account_added') and account_id = accounts.id)`,
  ]
  const rows = []
  for (const question of questions) rows.push(...(await question.execute(db)).rows)
  if (place.settings.DATABASE_URL.startsWith('sqlite:')) {
    const { rows: said } = await sql<{ integrityCheck: string }>`pragma integrity_check`.execute(db)
    rows.push(...said.filter(({ integrityCheck }) => integrityCheck !== 'ok'))
  }
  return rows
}
