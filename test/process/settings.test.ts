import { chmodSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { insertEnrolment } from '../../src/store/enrolments.ts'
import {
  account,
  make,
  nightlatch,
  openPlace,
  startServer,
  type Settings,
} from '../setup/process.ts'

const start = (settings: Settings, cwd?: string) =>
  nightlatch(['start'], { PORT: '0', ...settings }, cwd ? { cwd } : {})

describe.concurrent('the start is refused', { timeout: 60_000 }, () => {
  test('for wrong settings, all of them at once, each with what is wrong and an example', async ({
    expect,
  }) => {
    await using place = await openPlace()
    const wrong = {
      PORT: '84840',
      PUBLIC_URL: 'id.example.com',
      SMTP_URL: 'http://user:quiet-secret@mail.example.com',
      DEFAULT_LANGUAGE: 'tlh',
      CODE_MINUTES: '11',
      DATABASE_URL: 'mysql://root:quiet-secret@db/x',
    }
    const { code, out, err } = await start({ ...place.settings, ...wrong })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    for (const name of Object.keys(wrong)) {
      expect(err).toMatch(
        new RegExp(`^ {2}${name} \\(the environment\\) .+\\n {6}${name}=\\S+`, 'm'),
      )
    }
    expect(err).not.toContain('quiet-secret')
    expect(err).not.toContain('    at ')
  })

  test('for settings that are wrong together', async ({ expect }) => {
    await using place = await openPlace()
    const [open, dkim] = await Promise.all([
      start({ ...place.settings, HOST: '0.0.0.0' }),
      start({ ...place.settings, SMTP_DKIM_DOMAIN: 'example.com' }),
    ])
    expect(open.code).toBe(2)
    expect(open.err).toMatch(
      /PUBLIC_URL .*https[^]*ALLOW_PLAIN_HTTP=yes[^]*SMTP_URL [^]*ALLOW_NO_MAIL=yes/,
    )
    expect(dkim.code).toBe(2)
    expect(dkim.err).toMatch(/SMTP_DKIM_SELECTOR [^]*SMTP_DKIM_KEY_FILE /)
  })

  test('for a settings file with a name that is none, a line that is none, or no file at all', async ({
    expect,
  }) => {
    await using place = await openPlace()
    writeFileSync(join(place.folder, 'nightlatch.env'), 'PROT=8484\nPRODUCT_NAME Example\n')
    writeFileSync(join(place.folder, 'mine.env'), 'LOG_LEVEL=loud\n')
    const [here, named, gone] = await Promise.all([
      start(place.settings, place.folder),
      start({ ...place.settings, NIGHTLATCH_SETTINGS: 'mine.env' }, place.folder),
      start({ ...place.settings, NIGHTLATCH_SETTINGS: 'gone.env' }, place.folder),
    ])
    for (const { code, err } of [here, named, gone]) {
      expect(code).toBe(2)
      expect(err).not.toContain('    at ')
    }
    expect(here.err).toMatch(/PROT \(nightlatch\.env\) .*nearest name is PORT/)
    expect(here.err).toMatch(/line 2 \(nightlatch\.env\)/)
    expect(named.err).toMatch(/LOG_LEVEL \(mine\.env\) must be one of/)
    expect(gone.err).toMatch(/settings file gone\.env cannot be read/)
  })

  test('where the file of places is missing or is none', async ({ expect }) => {
    await using place = await openPlace()
    const file = join(place.folder, 'places.csv')
    writeFileSync(file, 'city,country\nLisbon,Portugal\n')
    const answers = await Promise.all(
      [file, `${file}.mmdb`, place.folder].map((path) =>
        start({ ...place.settings, GEO_DATABASE: path }),
      ),
    )
    for (const { code, out, err } of answers) {
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(/^Nightlatch does not start: GEO_DATABASE cannot be used: .+\n$/)
    }
  })

  test('where FACTORS leaves somebody with no way to sign in, unless that is on purpose', async ({
    expect,
  }) => {
    await using place = await openPlace()
    await make(['setup'], place.settings)
    const db = place.db()
    const ana = await db.selectFrom('accounts').selectAll().executeTakeFirstOrThrow()
    const bob = { ...ana, id: 'bob', login: 'bob@example.com' }
    await db.insertInto('accounts').values(bob).execute()
    const email = { kind: 'email', state: { to: account.email } }
    const codes = { kind: 'recovery', state: { salt: 'x', hashes: ['left'] } }
    const rest = { name: '', createdAt: 1, handle: null }
    await insertEnrolment(db, { ...rest, ...email, accountId: ana.id, id: '1' })
    await insertEnrolment(db, { ...rest, ...email, accountId: bob.id, id: '2' })
    await insertEnrolment(db, { ...rest, ...codes, accountId: bob.id, id: '3' })
    const settings = { ...place.settings, FACTORS: 'passkey,totp' }
    const { code, out, err } = await start(settings)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toBe(
      'Nightlatch does not start: with these settings 1 account could not sign in any more, having set ' +
        'up nothing but email, and no recovery codes left:\n  ana@example.com\n' +
        'Add email to FACTORS, or set ALLOW_LOCK_OUT=yes to leave them out on purpose.\n',
    )
    await using server = await startServer({ ...settings, ALLOW_LOCK_OUT: 'yes' })
    await server.says('1 without recovery codes cannot sign in')
    await server.says('1 with recovery codes left are asked for one')
    server.kill()
    await server.ended
    expect(server.log()).toContainEqual(expect.objectContaining({ lockedOut: 1, withCodes: 1 }))
  })

  test('for a delivery file with a mistake in it, saying where, and no secret', async ({
    expect,
  }) => {
    await using place = await openPlace()
    const path = join(place.folder, 'delivery.json')
    const gateway = { kind: 'smtp', host: 'a b', port: 0, password: 'quiet-secret' }
    const bad = { routes: [{ name: 'One', gateway }], rules: { currency: 'EURO' } }
    const texts = [JSON.stringify(bad), '{"routes": quiet-secret', null]
    const errors: string[] = []
    for (const [index, text] of texts.entries()) {
      const file = `${path}${index}`
      if (text !== null) writeFileSync(file, text, { mode: 0o600 })
      const { code, out, err } = await start({ ...place.settings, DELIVERY_FILE: file })
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).not.toMatch(/quiet-secret| {4}at /)
      errors.push(err)
    }
    const [wrong, noJson, none] = errors
    expect(wrong).toBe(
      `Nightlatch does not start: DELIVERY_FILE cannot be used, since in ${path}0\n` +
        '  routes.0.gateway.host: This is neither a host name nor an IP address.\n' +
        '  routes.0.gateway.port: A port is a whole number from 1 to 65535.\n' +
        '  routes.0.gateway.security: This is not one of the things that can stand here.\n' +
        '  rules.currency: A currency has three capital letters, for example EUR.\n',
    )
    expect(noJson).toContain(`${path}1 is not JSON`)
    expect(none).toMatch(/DELIVERY_FILE cannot be used: ENOENT/)
  })

  test('not where others can read the delivery file, but that is said', async ({ expect }) => {
    await using place = await openPlace()
    const path = join(place.folder, 'delivery.json')
    writeFileSync(path, '{}')
    chmodSync(path, 0o644)
    await using server = await startServer({ ...place.settings, DELIVERY_FILE: path })
    await server.says('DELIVERY_FILE can be read by everybody')
    expect(server.out()).toContain('DELIVERY_FILE can be read by everybody on this machine')
    server.kill()
    await server.ended
  })

  test('not where the delivery file leaves somebody without codes, but that is said', async ({
    expect,
  }) => {
    await using place = await openPlace()
    await make(['setup'], place.settings, account)
    const { id: accountId } = await place
      .db()
      .selectFrom('accounts')
      .select('id')
      .executeTakeFirstOrThrow()
    const state = { to: '+351912345678' }
    const about = { id: 'number', accountId, kind: 'sms', name: '', state, createdAt: 1 }
    await insertEnrolment(place.db(), about)
    const path = join(place.folder, 'delivery.json')
    writeFileSync(path, '{}', { mode: 0o600 })
    await using server = await startServer({ ...place.settings, DELIVERY_FILE: path })
    await server.says('1 without recovery codes cannot sign in')
    server.kill()
    await server.ended
    expect(server.log()).toContainEqual(expect.objectContaining({ lockedOut: 1, withCodes: 0 }))
  })

  test('where something else listens on the port', async ({ expect }) => {
    await using place = await openPlace()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, err } = await start({ ...place.settings, PORT: String(port) })
    other.close()
    expect(code).toBe(1)
    expect(err).toBe(
      `Nightlatch cannot listen on 127.0.0.1, port ${port}: another program does already. ` +
        'Stop it, or set another PORT\n',
    )
  })

  test('where its folder cannot be made or its database cannot be opened', async ({ expect }) => {
    await using place = await openPlace()
    const file = join(place.folder, 'file')
    writeFileSync(file, 'not a folder')
    writeFileSync(join(place.folder, 'not.db'), 'not a database'.repeat(1000))
    const [folder, lost, broken, address] = await Promise.all([
      start({ DATA_DIR: join(file, 'data') }),
      start({ ...place.settings, DATABASE_URL: `sqlite:${file}/nightlatch.db` }),
      start({ ...place.settings, DATABASE_URL: `sqlite:${place.folder}/not.db` }),
      start({
        ...place.settings,
        HOST: '203.0.113.9',
        ALLOW_PLAIN_HTTP: 'yes',
        ALLOW_NO_MAIL: 'yes',
      }),
    ])
    for (const { code, out, err } of [folder, lost, broken, address]) {
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).not.toContain('    at ')
    }
    expect(folder.err).toMatch(/DATA_DIR.*(ENOTDIR|EEXIST).*file/)
    expect(lost.err).toMatch(/DATABASE_URL.*unable to open database file/)
    expect(broken.err).toMatch(/DATABASE_URL.*not a database/)
    expect(address.err).toMatch(/cannot listen on 203\.0\.113\.9.*HOST/)
  })

  test('where PostgreSQL does not answer, does not know us, or has no such database', async ({
    expect,
  }) => {
    await using place = await openPlace('PostgreSQL')
    const changed = (change: (url: URL) => void): Settings => {
      const url = new URL(place.settings.DATABASE_URL)
      change(url)
      return { ...place.settings, DATABASE_URL: url.href }
    }
    const [gone, stranger, none] = await Promise.all([
      start(changed((url) => void (url.port = '9'))),
      start(changed((url) => void (url.password = 'quiet-secret'))),
      start(changed((url) => void (url.pathname = '/none'))),
    ])
    for (const { code, out, err } of [gone, stranger, none]) {
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(/^The database \(DATABASE_URL\) cannot be used: /)
      expect(err).not.toContain('    at ')
      expect(err).not.toContain('quiet-secret')
    }
    expect(gone.err).toContain('ECONNREFUSED')
    expect(stranger.err).toContain('password authentication failed')
    expect(none.err).toContain('database "none" does not exist')
  })
})
