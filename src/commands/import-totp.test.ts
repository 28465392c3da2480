import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../config.ts'
import { importTotpCommand } from './import-totp.ts'
import { Stop } from './terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'nightlatch-import-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const key = 'JBSWY3DPEHPK3PXP'
const good = file('good.csv', `login,key\nana@example.com,${key}\n`)

test.each([
  ['one file', []],
  ['one file', [good, good]],
  ['--quick', [good, '--quick']],
  ['ENOENT', [join(folder, 'none.csv')]],
  ['EISDIR', [folder]],
  ['no column key', [file('other.csv', `login,kye\nana@example.com,${key}\n`)]],
  ['nothing: preiod', [file('typo.csv', `login,key,preiod\nana@example.com,${key},60\n`)]],
  ['no column login, key', [file('empty.csv', '')]],
  ['FACTORS does not hold totp', [good], 'email'],
])('asked wrongly it says "%s", and opens nothing', async (reason, args, factors = 'totp') => {
  // Were it opened, this could not be made.
  const loaded = loadConfig({ DATA_DIR: '/dev/null/data', FACTORS: factors }, null)
  if ('problems' in loaded) throw new Error('the settings do not hold')
  const error: unknown = await importTotpCommand(loaded.config, args).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(Stop)
  const { message, exitCode } = error as Stop
  expect(exitCode).toBe(2)
  expect(message).toContain(reason)
  expect(message).not.toContain(key)
})
