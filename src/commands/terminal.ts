import { readFileSync } from 'node:fs'
import { loadConfig, type Config } from '../config.ts'
import type { Visit } from '../sign-in/visit.ts'

/** Ends the command with a message for the person at the terminal. */
export class Stop extends Error {
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Where a command comes from, as it is written down. */
export const atTheMachine: Visit = {
  address: 'this machine',
  userAgent: 'command line',
  requestId: 'command line',
  sessionToken: null,
  deviceTokens: new Map(),
}

type Env = Readonly<Record<string, string | undefined>>

/** The configuration, or an end that names every setting that is wrong. */
export function readConfig(env: Env): Config {
  const loaded = loadConfig(env, readSettingsFile(env))
  if ('config' in loaded) return loaded.config
  const lines = loaded.problems.map(
    ({ name, problem, example, where }) => `  ${name} (${where}) ${problem}\n      ${example}`,
  )
  throw new Stop(`Nightlatch does not start, because of its settings:\n${lines.join('\n')}`, 2)
}

function readSettingsFile(env: Env): { path: string; text: string } | null {
  const asked = env.NIGHTLATCH_SETTINGS
  const path = asked ?? 'nightlatch.env'
  try {
    return { path, text: readFileSync(path, 'utf8') }
  } catch (error) {
    if (!asked && (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Stop(`The settings file ${path} cannot be read: ${(error as Error).message}`, 2)
  }
}
