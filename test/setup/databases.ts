import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'

export type FreshDatabase = {
  /** As `DATABASE_URL` takes it. */
  readonly url: string
  /** Removes it, also from under connections that are still open. */
  readonly drop: () => Promise<void>
}

type Kind = {
  readonly name: 'SQLite' | 'PostgreSQL'
  /** An empty database, or a copy of the one at the URL `template`, which nobody may have open. */
  readonly fresh: (template?: string) => Promise<FreshDatabase>
}

/** Every kind of database we promise to work on: `for (const { name, fresh } of databases) …`. */
export const databases: readonly Kind[] = [
  { name: 'SQLite', fresh: freshFile },
  { name: 'PostgreSQL', fresh: freshOnServer },
]

async function freshFile(template?: string): Promise<FreshDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'nightlatch-sqlite-'))
  const file = join(folder, 'nightlatch.db')
  if (template) copyFileSync(template.slice('sqlite:'.length), file)
  return {
    url: `sqlite:${file}`,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function freshOnServer(template?: string): Promise<FreshDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const from = template ? ` template ${new URL(template).pathname.slice(1)}` : ''
  await onServer(`create database ${name}${from}`)
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(`drop database if exists ${name} with (force)`) }
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client(inject('postgresUrl'))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
