import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { databases } from '../setup/databases.ts'
import {
  account,
  browserAt,
  codeOnOutbox,
  openPlace,
  savedForm,
  startServer,
  whereTo,
} from '../setup/process.ts'
import { recoveryCodesIn } from '../world.ts'

for (const { name } of databases) {
  test.concurrent(
    `${name}: from nothing to a sign-in with password and code, over real HTTP`,
    { timeout: 60_000 },
    async ({ expect }) => {
      await using place = await openPlace(name)
      await using server = await startServer(place.settings)
      const browser = browserAt(server.url)

      const form = await browser.get(server.setUpPath!)
      expect(form.status).toBe(200)
      expect(form.headers.get('cache-control')).toBe('no-store')
      const token = new URL(server.setUpPath!, server.url).searchParams.get('token')!
      expect(token).toMatch(/^[\w-]{43}$/)
      const made = await browser.post('/setup', { token, ...account })
      expect(whereTo(made)).toBe('/sign-in?notice=set_up')
      expect((await browser.get(server.setUpPath!)).status).toBe(410)
      expect(
        (await browser.post('/setup', { token, ...account, email: 'eve@x.example' })).status,
      ).toBe(410)

      expect(whereTo(await browser.signIn())).toBe('/account')
      expect(whereTo(await browser.post('/account/security/protect'))).toBe(
        '/account/security/code',
      )
      const shown = await browser.post('/account/security/code', {
        code: await codeOnOutbox(browser),
      })
      expect(recoveryCodesIn(shown.text)).toHaveLength(10)
      const on = await browser.post('/account/security/confirm', savedForm(shown.text))
      expect(whereTo(on)).toBe('/account/security?notice=protected')
      expect(whereTo(await browser.post('/sign-out'))).toBe('/sign-in?notice=signed_out')
      expect(whereTo(await browser.get('/account'))).toBe('/sign-in?to=%2Faccount')

      expect(whereTo(await browser.signIn())).toBe('/sign-in/second')
      expect(whereTo(await browser.get('/account'))).toBe('/sign-in?to=%2Faccount')
      const code = await codeOnOutbox(browser)
      expect(code).toMatch(/^\d{6}$/)
      expect(whereTo(await browser.post('/sign-in/second', { code }))).toBe('/account')
      const session = await browser.get('/session', { accept: 'application/json' })
      expect(JSON.parse(session.text)).toMatchObject({ name: account.name, email: account.email })
    },
  )
}

describe.concurrent('the start', { timeout: 60_000 }, () => {
  test('keeps its folder, its key and its database to itself', async ({ expect }) => {
    await using place = await openPlace()
    const folder = join(place.folder, 'new/data')
    mkdirSync(join(place.folder, 'new'), { mode: 0o777 })
    await using server = await startServer({ DATA_DIR: folder })
    expect((await browserAt(server.url).get('/ready')).status).toBe(200)
    const mode = (path: string) => (statSync(join(folder, path)).mode & 0o777).toString(8)
    expect(mode('.')).toBe('700')
    expect(mode('key')).toBe('600')
    for (const file of ['nightlatch.db', 'nightlatch.db-wal', 'nightlatch.db-shm'])
      expect(mode(file)).toBe('600')
  })

  test('shows a set-up link only while there is no account', async ({ expect }) => {
    await using place = await openPlace()
    const links = []
    for (let turn = 0; turn < 2; turn++) {
      await using server = await startServer(place.settings)
      links.push(server.setUpPath)
      if (turn === 0) continue
      const token = new URL(server.setUpPath!, server.url).searchParams.get('token')!
      await browserAt(server.url).post('/setup', { token, ...account })
    }
    expect(links[0]).toMatch(/^\/setup\?token=[\w-]{43}$/)
    expect(links[1]).not.toBe(links[0])

    await using server = await startServer(place.settings)
    expect(server.out()).not.toMatch(/token|no account/i)
    // The first link was never used, and there is an account now: neither makes another.
    for (const [index, link] of links.entries()) {
      const token = new URL(link!, server.url).searchParams.get('token')!
      const eve = { token, ...account, email: `eve${index}@x.example` }
      expect((await browserAt(server.url).post('/setup', eve)).status).toBe(410)
    }
    const rows = await place.db().selectFrom('accounts').select('email').execute()
    expect(rows).toEqual([{ email: account.email }])
  })

  test('with PORT=0 is right about its port everywhere: address, host, origin, mails', async ({
    expect,
  }) => {
    await using place = await openPlace()
    await using server = await startServer(place.settings)
    expect(server.url).toMatch(/^http:\/\/localhost:[1-9]\d+$/)
    const browser = browserAt(server.url)
    const token = new URL(server.setUpPath!, server.url).searchParams.get('token')!
    await browser.post('/setup', { token, ...account })
    await browser.signIn()
    const cookie = await browser.signIn()
    expect(cookie.headers.getSetCookie().join()).toMatch(
      /^session=[0-9a-f]{32}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax/,
    )
    await browser.post('/account/security/protect')
    const outbox = await browser.get('/outbox')
    expect(outbox.text).toContain(server.url)
    expect(outbox.text + server.out()).not.toContain('localhost:0')

    const from = (origin: string) =>
      fetch(`${server.url}/sign-out`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
        redirect: 'manual',
      })
    expect((await from(server.url)).status).toBe(303)
    expect((await from('https://elsewhere.example')).status).toBe(403)
  })

  test('takes its settings from a settings file, and the environment goes before it', async ({
    expect,
  }) => {
    await using place = await openPlace()
    const file = (path: string, text: string) => writeFileSync(join(place.folder, path), text)
    file('nightlatch.env', `PRODUCT_NAME=Here\nDATABASE_URL=${place.settings.DATABASE_URL}\n`)
    file('other.env', `PRODUCT_NAME="There # 1"\nDATA_DIR=${place.folder}\n`)
    const title = async (settings: Record<string, string>) => {
      await using server = await startServer(settings, { cwd: place.folder })
      return (await browserAt(server.url).get('/sign-in')).text.match(/<title>(.*)<\/title>/)![1]
    }
    expect(await title({ DATA_DIR: place.folder })).toContain('Here')
    expect(await title({ NIGHTLATCH_SETTINGS: 'other.env' })).toContain('There # 1')
    const both = { NIGHTLATCH_SETTINGS: 'other.env', PRODUCT_NAME: 'Nearest' }
    expect(await title(both)).toContain('Nearest')
  })
})
