import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sealBody, startDelivery } from '../src/delivery/deliver.ts'
import { usualRules } from '../src/delivery/rules.ts'
import { smtpRoute } from '../src/delivery/smtp.ts'
import { systemRandom } from '../src/lib/random.ts'
import { keyFrom } from '../src/lib/seal.ts'
import { insertMessage } from '../src/store/messages.ts'
import { migrate } from '../src/store/migrate.ts'
import { openDatabase } from '../src/store/open.ts'
import { databases } from './setup/databases.ts'
import { startMailServer } from './setup/mail-server.ts'
import { mailBy } from './setup/routes.ts'

const secret = randomBytes(32)
const keys = [keyFrom('k1', secret)] as const
const LEASE = 30_000

for (const { name, fresh } of databases) {
  describe(`delivery by several processes on ${name}`, () => {
    async function world() {
      const { url, drop } = await fresh()
      const db = openDatabase(url)
      const server = await startMailServer()
      await migrate(db, Date.now())
      onTestFinished(async () => {
        await server.close()
        await db.destroy()
        await drop()
      })
      const insert = (id: string) =>
        insertMessage(db, {
          id,
          accountId: 'ana',
          attemptId: null,
          by: 'email',
          recipient: `${id}@x.example`,
          kind: 'code',
          body: sealBody(keys, systemRandom, id, `the body of ${id}`),
          createdAt: Date.now(),
          expiresAt: Date.now() + 300_000,
        })
      const isOver = async () => {
        const open = db.selectFrom('messages').where('acceptedAt', 'is', null).select('id')
        return (await open.executeTakeFirst()) === undefined
      }
      return { url, db, server, insert, isOver }
    }

    test('two processes and a hundred messages: each mail arrives exactly once', async () => {
      const { url, server, insert, isOver } = await world()
      const processes = await Promise.all([1, 2].map(() => startProcess(url, server.url)))
      const ids = Array.from({ length: 100 }, (_, i) => `m${i}`)
      for (const id of ids) await insert(id)
      await expect.poll(isOver, { timeout: 20_000 }).toBe(true)

      for (const { child } of processes) child.stdin!.end()
      const ends = await Promise.all(processes.map(({ ended }) => ended))
      expect(ends).toEqual([0, 0])
      const got = server.mails.map(({ to, parsed }) => `${to.join()}: ${parsed.text?.trim()}`)
      expect(got.sort()).toEqual(ids.map((id) => `${id}@x.example: the body of ${id}`).sort())
      const said = processes.map(({ output }) => output.join('').split('accepted').length - 1)
      expect(said[0]! + said[1]!).toBe(100)
      expect(processes.flatMap(({ errors }) => errors)).toEqual([])
    })

    test('a process killed while it sends: another sends it once, after the lease', async () => {
      const { url, db, server, insert, isOver } = await world()
      const { promise: reached, resolve } = Promise.withResolvers<void>()
      server.answerWith(() => {
        resolve()
        return 'hang'
      })
      const { child, ended } = await startProcess(url, server.url)
      await insert('m')
      await reached
      child.kill('SIGKILL')
      await ended
      server.answerWith(() => null)

      const clock = { ahead: LEASE - 15_000 }
      const errors: unknown[] = []
      const other = startDelivery({
        db,
        keys,
        random: systemRandom,
        now: () => Date.now() + clock.ahead,
        routes: mailBy(smtpRoute({ ...settings, url: server.url })),
        rules: async () => usualRules,
        raise: async () => [],
        render: {
          mail: (body) => ({ subject: 'Your code', text: String(body), html: '' }),
          sms: String,
        },
        report: () => {},
        onError: (error) => errors.push(error),
        poll: 20,
      })
      await sleep(100)
      await other.settled()
      expect(server.mails).toEqual([])

      clock.ahead = LEASE
      await expect.poll(isOver, { timeout: 5_000 }).toBe(true)
      await sleep(100)
      await other.stop()
      expect(server.mails.map(({ parsed }) => parsed.messageId)).toEqual(['<m@n.example>'])
      const row = await db.selectFrom('messages').selectAll().executeTakeFirstOrThrow()
      expect(row).toMatchObject({ tries: 2, body: null, route: 'smtp' })
      expect(errors).toEqual([])
    })
  })
}

const settings = { from: 'door@n.example', tls: 'off', dkim: null, name: 'n.example' } as const

type Process = {
  readonly child: ChildProcess
  readonly output: string[]
  readonly errors: string[]
  readonly ended: Promise<number | null>
}

async function startProcess(database: string, smtp: string): Promise<Process> {
  const program = join(import.meta.dirname, 'delivery-process.ts')
  const args = [program, database, smtp, secret.toString('base64url')]
  const child = spawn(process.execPath, args)
  const output: string[] = []
  const errors: string[] = []
  child.stdout.on('data', (data) => output.push(String(data)))
  child.stderr.on('data', (data) => errors.push(String(data)))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  onTestFinished(() => void child.kill('SIGKILL'))
  await expect.poll(() => output.join('') + errors.join(''), { timeout: 10_000 }).toMatch('ready')
  return { child, output, errors, ended }
}
