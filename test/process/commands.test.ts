import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { databases } from '../setup/databases.ts'
import {
  account,
  browserAt,
  make,
  nightlatch,
  openPlace,
  protect,
  startServer,
  whereTo,
  type Place,
} from '../setup/process.ts'

const bob = { ...account, email: 'bob@example.com', name: 'Bob Stone', country: 'GB' }

const accountsOf = (place: Place) =>
  place.db().selectFrom('accounts').selectAll().orderBy('email').execute()

/** Every row there is, to tell that nothing has changed. Events get their place by themselves, a moment later. */
async function everything(place: Place): Promise<string> {
  const tables = [
    'accounts',
    'enrolments',
    'installation',
    'links',
    'events',
    'migrations',
  ] as const
  const rows = tables.map((table) =>
    place
      .db()
      .selectFrom(table as 'accounts')
      .selectAll()
      .execute(),
  )
  const later = new Set(['place', 'link', 'aboutHash'])
  return JSON.stringify(await Promise.all(rows), (name, value: unknown) =>
    later.has(name) ? null : value,
  )
}

describe.concurrent('accounts from a script', { timeout: 60_000 }, () => {
  test('setup makes the first account, once; account add makes more, while the server runs', async ({
    expect,
  }) => {
    await using place = await openPlace()
    const first = await make(['setup'], place.settings)
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toContain('The account ana@example.com is made.')
    expect(first.out + first.err).not.toContain(account.password)

    await using server = await startServer(place.settings)
    expect(server.setUpPath).toBe(null)
    expect(whereTo(await browserAt(server.url).signIn())).toBe('/account')
    const before = await everything(place)
    const again = await make(['setup'], place.settings, { email: 'eve@example.com' })
    expect(again).toMatchObject({ code: 1, out: '' })
    expect(again.err).toContain('There is an account already. Nothing has changed.')
    expect(await everything(place)).toBe(before)

    expect(await make(['account', 'add'], place.settings, bob)).toMatchObject({ code: 0, err: '' })
    expect(whereTo(await browserAt(server.url).signIn(bob))).toBe('/account')
    const rows = await accountsOf(place)
    expect(rows.map(({ email, privilege }) => [email, privilege])).toEqual([
      ['ana@example.com', 'operator'],
      ['bob@example.com', null],
    ])
  })

  test('what is wrong is named field by field, and nothing is made', async ({ expect }) => {
    await using place = await openPlace()
    const wrong = await make(['setup'], place.settings, {
      email: 'two@x.example, three@x.example',
      name: '',
      country: 'XX',
      language: 'tlh',
      password: 'short',
    })
    expect(wrong).toMatchObject({ code: 2, out: '' })
    for (const field of ['email', 'name', 'country', 'language', 'password'])
      expect(wrong.err).toMatch(new RegExp(`^ {2}--${field}: .+`, 'm'))
    expect(await accountsOf(place)).toEqual([])
  })

  test('the password comes on standard input, and in no other way', async ({ expect }) => {
    await using place = await openPlace()
    const { password: _, ...rest } = account
    const args = Object.entries(rest).flatMap(([name, value]) => [`--${name}`, value])
    const [none, onLine, positional, empty] = await Promise.all([
      nightlatch(['setup', ...args], place.settings),
      nightlatch(['setup', ...args, '--password', account.password], place.settings),
      nightlatch(['setup', ...args, '--password-stdin', account.password], place.settings),
      nightlatch(['setup', ...args, '--password-stdin'], place.settings),
    ])
    for (const each of [none, onLine, positional, empty]) {
      expect(each).toMatchObject({ code: 2, out: '' })
      expect(each.err).not.toContain('    at ')
    }
    expect(none.err).toContain('--password-stdin')
    expect(empty.err).toContain('--password: ')
  })

  test('authenticator apps come from a file or standard input, and the exit code says how it went', async ({
    expect,
  }) => {
    await using place = await openPlace()
    await make(['setup'], place.settings)
    const file = join(place.folder, 'people.csv')
    writeFileSync(file, 'login,key\nana@example.com,JBSWY3DPEHPK3PXP\n')
    const run = (path: string, input = '') =>
      nightlatch(['account', 'import-totp', path], place.settings, { input })
    const done = await run(file)
    expect(done).toMatchObject({ code: 0, err: '' })
    expect(done.out).toMatch(/^1 imported, 0 refused\nWithout recovery codes: 1/)
    const after = await everything(place)
    const [again, wrong] = await Promise.all([
      run('-', 'key,login\r\njbsw y3dp ehpk 3pxp,ana@example.com\r\n'),
      run('-', 'kye,login\r\njbsw y3dp ehpk 3pxp,ana@example.com\r\n'),
    ])
    expect(again).toMatchObject({
      code: 1,
      out: 'line 2, ana@example.com: the account has this key already\n0 imported, 1 refused\n',
    })
    expect(again.err).toContain('run it again')
    expect(wrong).toMatchObject({ code: 2, out: '' })
    expect(wrong.err).toContain('The first line has no column key')
    expect(await everything(place)).toBe(after)
  })

  test('help helps, and what is no command is said to be none', async ({ expect }) => {
    await using place = await openPlace()
    const say = (...args: string[]) => nightlatch(args, place.settings, { cwd: place.folder })
    const [help, dashes, nothing, unknown, half, wrong, unsure] = await Promise.all([
      say('help'),
      say('--help'),
      say(),
      say('strat'),
      say('account'),
      say('key', 'rotate', 'twice'),
      say('policy', 'reset', '--installation'),
    ])
    for (const each of [help, dashes, nothing]) {
      expect(each).toMatchObject({ code: 0, err: '' })
      for (const word of [
        'start',
        'setup',
        'account add',
        'import-totp',
        'key rotate',
        'policy reset',
        'settings.md',
      ])
        expect(each.out).toContain(word)
    }
    for (const each of [unknown, half, wrong, unsure])
      expect(each).toMatchObject({ code: 2, out: '' })
    expect(unknown.err).toContain('There is no command "strat"')
    expect(unsure.err).toContain('--yes')
    expect(unknown.err).toContain('Usage')
  })
})

describe.concurrent('the key', { timeout: 60_000 }, () => {
  for (const { name } of databases) {
    test(`${name}: rotated, what was made before still works, and new things take the new key`, async ({
      expect,
    }) => {
      await using place = await openPlace(name)
      await make(['setup'], place.settings)
      const cookies = new Map<string, string>()
      let recovery: string[] = []
      {
        await using server = await startServer(place.settings)
        const browser = browserAt(server.url, cookies)
        recovery = await protect(browser, () => place.codeTo(account.email))
        await browser.post('/sign-out')
        await browser.signIn()
        const rotated = await nightlatch(['key', 'rotate'], place.settings)
        expect(rotated).toMatchObject({ code: 0, err: '' })
        expect(rotated.out).toMatch(/new key is [a-z0-9]{8}/)
        server.kill()
        expect(await server.ended).toBe(0)
      }
      const file = readFileSync(join(place.folder, 'key'), 'utf8')
      expect(file.trim().split('\n')).toHaveLength(2)
      expect(statSync(join(place.folder, 'key')).mode & 0o777).toBe(0o600)
      const [newest, oldest] = file.split('\n').map((line) => line.split(' ')[0]!)

      await using server = await startServer(place.settings)
      const sealedBy = async () => {
        const open = place.db().selectFrom('messages').select('body').where('body', 'is not', null)
        const rows = await open.orderBy('id').execute()
        return rows.map(({ body }) => body!.split('.')[0])
      }
      expect(new Set(await sealedBy())).toEqual(new Set([oldest]))
      const browser = browserAt(server.url, cookies)
      expect((await browser.get('/outbox')).text).toContain(await place.codeTo(account.email))
      const code = await place.codeTo(account.email)
      expect(whereTo(await browser.post('/sign-in/second', { code }))).toBe('/account')

      const other = browserAt(server.url)
      await other.signIn()
      const used = await other.post('/sign-in/second', { code: recovery[0]!, with: 'recovery' })
      expect(whereTo(used)).toBe('/account?notice=recovery_left')
      expect((await sealedBy()).at(-1)).toBe(newest)
      const third = browserAt(server.url)
      await third.signIn()
      const fresh = await place.codeTo(account.email)
      expect(whereTo(await third.post('/sign-in/second', { code: fresh }))).toBe('/account')
    })
  }

  test('missing, damaged or of another installation: refuses to start and changes nothing', async ({
    expect,
  }) => {
    await using place = await openPlace()
    await using other = await openPlace()
    await make(['setup'], place.settings)
    await make(['setup'], other.settings)
    const good = readFileSync(join(place.folder, 'key'), 'utf8')
    const foreign = readFileSync(join(other.folder, 'key'), 'utf8')
    const before = await everything(place)
    const [id = '', secret = ''] = good.trim().split(' ')
    const damaged: Record<string, string | null> = {
      missing: null,
      foreign,
      empty: '',
      'cut off': good.slice(0, 30),
      garbled: `${id} ${secret.replace(/./, '!')}\n`,
      'one letter changed': `${id} ${secret.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}\n`,
    }
    const starts = Object.entries(damaged).map(async ([what, key]) => {
      const folder = join(place.folder, what)
      mkdirSync(folder)
      if (key !== null) writeFileSync(join(folder, 'key'), key)
      const settings = { ...place.settings, DATA_DIR: folder, PORT: '0' }
      const { code, out, err } = await nightlatch(['start'], settings)
      expect({ what, code, out }).toEqual({ what, code: 1, out: '' })
      expect(err, what).toMatch(/key file.*[Pp]ut back/)
      expect(existsSync(join(folder, 'key')), what).toBe(key !== null)
      expect(err, what).not.toContain('    at ')
      expect(err, what).not.toContain(secret.slice(1, 20))
    })
    await Promise.all(starts)
    expect(await everything(place)).toBe(before)
    await using server = await startServer(place.settings)
    expect(whereTo(await browserAt(server.url).signIn())).toBe('/account')
  })
})
