import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { startMailServer } from '../setup/mail-server.ts'
import {
  account,
  browserAt,
  make,
  openPlace,
  protect,
  savedForm,
  startServer,
  whereTo,
} from '../setup/process.ts'

const people = {
  ana: account,
  nour: { ...account, email: 'nour@example.com', name: 'نور', country: 'EG', language: 'ar' },
  li: { ...account, email: 'li@example.com', name: '李雷', country: 'CN', language: 'zh-CN' },
}
/** What a page may take whose mail goes nowhere, with both cores busy. */
const AT_ONCE = 3_000

describe.concurrent('with a mail server', { timeout: 60_000 }, () => {
  test('codes arrive in the language of each account, as text and as HTML, and there is no outbox', async ({
    expect,
  }) => {
    await using place = await openPlace()
    const mail = await startMailServer()
    await make(['setup'], place.settings)
    await make(['account', 'add'], place.settings, people.nour)
    await make(['account', 'add'], place.settings, people.li)
    const settings = { SMTP_URL: mail.url, MAIL_FROM: 'Example Login <login@example.com>' }
    await using server = await startServer({ ...place.settings, ...settings })
    const words = { ana: 'Your code', nour: 'رمز', li: '验证码' }

    for (const [who, person] of Object.entries(people)) {
      const browser = browserAt(server.url)
      await browser.signIn(person)
      await browser.post('/account/security/protect')
      const { parsed, from, to } = await mail.waitFor((each) => each.to.includes(person.email))
      expect({ from, to }).toEqual({ from: 'login@example.com', to: [person.email] })
      expect(parsed.from).toEqual({ name: 'Example Login', address: 'login@example.com' })
      expect(parsed.subject).toContain(words[who as keyof typeof words])
      expect(parsed.headers).toContainEqual(
        expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
      )
      expect(parsed.messageId).toMatch(/^<[\da-f]{32}@localhost>$/)
      const code = /^ {4}(\d{6})$/m.exec(parsed.text!)![1]!
      expect(parsed.html).toContain(code)
      expect(parsed.html).toMatch(who === 'nour' ? /dir="rtl"/ : /^(?!.*dir="rtl")/s)
      expect(parsed.subject).not.toContain(code)
      expect(parsed.text).toContain(server.url)
      const shown = await browser.post('/account/security/code', { code })
      const on = await browser.post('/account/security/confirm', savedForm(shown.text))
      expect(whereTo(on)).toBe('/account/security?notice=protected')
    }
    const browser = browserAt(server.url)
    expect((await browser.get('/outbox')).status).toBe(404)
    expect((await browser.get('/sign-in')).text).not.toContain('outbox')
    expect(server.out()).not.toContain('outbox')
    // What has gone out is wiped.
    const sealed = () =>
      place.db().selectFrom('messages').select('body').where('body', 'is not', null).execute()
    await expect.poll(sealed, { timeout: 10_000 }).toEqual([])
    await mail.close()
  })

  test('that refuses, is busy or hangs, pages still answer at once, and the code comes when it can', async ({
    expect,
  }) => {
    await using place = await openPlace()
    const mail = await startMailServer()
    await make(['setup'], place.settings)
    await using server = await startServer({ ...place.settings, SMTP_URL: mail.url })
    await protect(browserAt(server.url), async () => {
      const { parsed } = await mail.waitFor(({ parsed }) => /^ {4}\d{6}$/m.test(parsed.text ?? ''))
      return /^ {4}(\d{6})$/m.exec(parsed.text!)![1]!
    })
    await expect.poll(() => mail.mails.length).toBe(2)
    const newest = () =>
      place.db().selectFrom('messages').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow()
    const signIn = async () => {
      const browser = browserAt(server.url)
      const began = performance.now()
      expect(whereTo(await browser.signIn())).toBe('/sign-in/second')
      expect(performance.now() - began).toBeLessThan(AT_ONCE)
      return browser
    }

    mail.answerWith(() => ({ code: 550, text: 'no such mailbox' }))
    await signIn()
    await expect
      .poll(newest, { timeout: 10_000 })
      .toMatchObject({ body: null, failedAt: expect.any(Number) })
    expect((await newest()).reason).toContain('550')

    let turn = 0
    mail.answerWith(() => (turn++ === 0 ? { code: 451, text: 'later' } : null))
    const before = mail.mails.length
    const browser = await signIn()
    await expect.poll(() => mail.mails.length, { timeout: 15_000 }).toBe(before + 1)
    expect(turn).toBe(2)
    const code = /^ {4}(\d{6})$/m.exec(mail.mails.at(-1)!.parsed.text!)![1]!
    expect(whereTo(await browser.post('/sign-in/second', { code }))).toBe('/account')

    mail.answerWith(() => 'hang')
    await signIn()
    const slow = connect(server.port, '127.0.0.1').on('error', () => {})
    slow.write('POST /sign-in HTTP/1.1\r\nHost: loc')
    await sleep(200)
    // And it does not keep the server from ending in time, which else ends with a 1 after five
    // seconds; the next one will send it.
    server.kill()
    expect(await server.ended).toBe(0)
    expect(await newest()).toMatchObject({
      failedAt: null,
      acceptedAt: null,
      body: expect.any(String),
    })
    slow.destroy()
    await mail.close()
  })

  test('that is not there at all, the page answers at once and the message waits', async ({
    expect,
  }) => {
    await using place = await openPlace('PostgreSQL')
    await make(['setup'], place.settings)
    await using server = await startServer({ ...place.settings, SMTP_URL: 'smtp://127.0.0.1:9' })
    const browser = browserAt(server.url)
    await browser.signIn()
    const began = performance.now()
    expect(whereTo(await browser.post('/account/security/protect'))).toBe('/account/security/code')
    expect(performance.now() - began).toBeLessThan(AT_ONCE)
    const row = () => place.db().selectFrom('messages').selectAll().executeTakeFirstOrThrow()
    await expect
      .poll(row, { timeout: 10_000 })
      .toMatchObject({ reason: expect.any(String), failedAt: null })
    await expect.poll(() => server.log().map(({ msg }) => msg)).toContain('message_postponed')
  })
})
