import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ana, openWorld } from '../../test/world.ts'
import { findAccountByLogin } from '../store/accounts.ts'
import { importFile } from './accounts-file.ts'
import { Stop } from './terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'nightlatch-accounts-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('a file is tried out, and then imported; what is refused is said by line', async () => {
  const world = await openWorld({ people: [ana], given: { imports: false } })
  try {
    const csv = file('a.csv', 'login,name,country,main\numa@example.com,Uma,PT,\nx,X,PT,\n')
    const said: string[] = []
    const tell = (text: string) => void said.push(text)
    const dry = { isDry: true, invite: false }
    expect(await importFile(world.app, csv, dry, tell)).toBe(1)
    expect(said).toEqual([
      'line 3: The login is no e-mail address.',
      '1 made, 0 changed, 0 as they were, 1 refused (dry run: nothing has changed)',
    ])
    expect(await findAccountByLogin(world.app.db, 'uma@example.com')).toBeNull()
    expect(await importFile(world.app, csv, { ...dry, isDry: false }, tell)).toBe(1)
    expect(said.at(-1)).toBe('1 made, 0 changed, 0 as they were, 1 refused')
    expect((await findAccountByLogin(world.app.db, 'uma@example.com'))?.name).toBe('Uma')
    expect(await world.app.db.selectFrom('imports').select('id').execute()).toEqual([])

    const wrong = [file('b.csv', 'login,name\n'), join(folder, 'none.csv')]
    for (const path of wrong)
      await expect(importFile(world.app, path, dry, tell)).rejects.toBeInstanceOf(Stop)
  } finally {
    await world.close()
  }
})
