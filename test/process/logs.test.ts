import { describe, test } from 'vitest'
import {
  account,
  browserAt,
  codeOnOutbox,
  make,
  openPlace,
  savedForm,
  startServer,
} from '../setup/process.ts'
import { recoveryCodesIn } from '../world.ts'

describe.concurrent('what the server says of itself', { timeout: 60_000 }, () => {
  test('one line for each request, with its number, and no secret in any of them', async ({
    expect,
  }) => {
    await using place = await openPlace()
    await using server = await startServer({ ...place.settings, LOG_LEVEL: 'trace' })
    const browser = browserAt(server.url)
    const secrets: string[] = [account.password]
    const keep = () => secrets.push(...[...browser.cookies.values()].flatMap((v) => v.split('.')))
    let requests = 0
    const get = (path: string) => (requests++, browser.get(path))
    const post = (path: string, form?: Record<string, string>) => (
      requests++,
      browser.post(path, form)
    )
    const token = new URL(server.setUpPath!, server.url).searchParams.get('token')!
    secrets.push(token)
    await get(server.setUpPath!)
    await post('/setup', { token, ...account })
    await post('/sign-in', { login: account.email, password: `${account.password}?` })
    await post('/sign-in', { login: account.email, password: account.password })
    keep()
    await post('/account/security/protect')
    keep()
    const first = await codeOnOutbox(browser)
    requests++
    const shown = await post('/account/security/code', { code: first })
    const recovery = recoveryCodesIn(shown.text)
    await post('/account/security/confirm', savedForm(shown.text))
    await post('/sign-out')
    await post('/sign-in', { login: account.email, password: account.password })
    keep()
    await post('/sign-in/second', { code: recovery[0]!, with: 'recovery' })
    keep()
    await post('/sign-out')
    await post('/sign-in', { login: account.email, password: account.password })
    const second = await codeOnOutbox(browser)
    requests++
    await post('/sign-in/second', { code: '12345' })
    await post('/sign-in/second', { code: second, remember: 'yes' })
    keep()
    await get('/account?secret=in-the-query&code=in-the-query')
    await post('/account', { unknown: 'in-a-field', name: 'x'.repeat(2000) })
    await get('/no/such/path/in-the-path')
    secrets.push('in-the-query', 'in-a-field', 'in-the-path', ...recovery)
    secrets.push(...recovery.map((code) => code.replaceAll('-', '')))

    server.kill()
    await server.ended
    const lines = server.log()
    const logged = lines.filter(({ msg }) => msg === 'request')
    expect(logged).toHaveLength(requests)
    expect(new Set(logged.map(({ requestId }) => requestId)).size).toBe(requests)
    for (const line of logged) {
      expect(line).toMatchObject({
        method: expect.any(String),
        ms: expect.any(Number),
        status: expect.any(Number),
      })
      expect(line.requestId).toMatch(/^[\da-f-]{36}$/)
      expect(line.route).toMatch(/^(unknown|\/[a-z/-]*)$/)
    }
    // Every line is one of the log: nothing else writes there.
    expect(server.err().trim().split('\n')).toHaveLength(lines.length)

    const said = server.out().replace(server.setUpPath!, '')
    for (const secret of secrets.filter((each) => each.length > 0)) {
      expect(said).not.toContain(secret)
      expect(server.err()).not.toContain(secret)
    }
    // Six digits stand in times and numbers too; as a value of their own they must not.
    for (const code of [first, second]) {
      expect(said + server.err()).not.toMatch(new RegExp(`["' =:]${code}["' &,}]`))
    }
  })

  test('an error page carries the number under which it is logged', async ({ expect }) => {
    await using place = await openPlace()
    await using server = await startServer(place.settings)
    const browser = browserAt(server.url)
    const page = await browser.get('/no/such/page')
    const id = page.headers.get('x-request-id')!
    expect(page.status).toBe(404)
    expect(page.text).toContain(id)
    const json = await browser.get('/no/such/page', { accept: 'application/json' })
    expect(JSON.parse(json.text).requestId).toBe(json.headers.get('x-request-id'))
    server.kill()
    await server.ended
    const numbers = server.log().map(({ requestId }) => requestId)
    expect(numbers).toEqual([id, json.headers.get('x-request-id')])
  })

  test('metrics are for this machine or for who holds the token, and their labels are bounded', async ({
    expect,
  }) => {
    await using place = await openPlace()
    await make(['setup'], place.settings)
    const token = 'a-token-that-nobody-guesses-0123456789'
    {
      await using server = await startServer(place.settings)
      const browser = browserAt(server.url)
      for (let i = 0; i < 20; i++) await browser.get(`/made/up/${i}?x=${i}`)
      await browser.signIn({ ...account, password: 'not this one' })
      await browser.signIn()
      expect((await browser.get('/metrics', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(404)
      const { status, text } = await browser.get('/metrics')
      expect(status).toBe(200)
      expect(text).toContain('nightlatch_sign_ins_total 1')
      expect(text).toContain('nightlatch_refusals_total{why="wrong_password"} 1')
      const labelled = 'nightlatch_request_seconds_count{route="unknown",status="4xx"} '
      expect(text).toContain(labelled)
      expect(text).not.toMatch(/\/made|@|\d+\.\d+\.\d+\.\d+/)
    }
    await using server = await startServer({ ...place.settings, METRICS_TOKEN: token })
    const browser = browserAt(server.url)
    const asked = (authorization: string) => browser.get('/metrics', { authorization })
    expect((await browser.get('/metrics')).status).toBe(404)
    expect((await asked(`Bearer ${token}x`)).status).toBe(404)
    expect((await asked(`Bearer ${token}`)).status).toBe(200)
    expect(server.err() + server.out()).not.toContain(token)
  })
})
