import { describe, test } from 'vitest'
import { startMailServer, type MailServer } from '../setup/mail-server.ts'
import { expectMainStory, type Mailbox } from './main-story.ts'

describe.concurrent('from the printed link to a protected sign-in, and off again', () => {
  const timeout = 90_000

  test('in English', { timeout }, () => expectMainStory({ language: 'en' }))

  test('in Chinese, on PostgreSQL', { timeout }, () =>
    expectMainStory({ language: 'zh-CN', on: 'PostgreSQL' }),
  )

  test('in Arabic', { timeout }, () => expectMainStory({ language: 'ar' }))

  test('without JavaScript', { timeout }, () => expectMainStory({ javaScriptEnabled: false }))

  test('with codes out of real mails', { timeout }, async () => {
    const mail = await startMailServer()
    await expectMainStory({ settings: { SMTP_URL: mail.url }, mailbox: mailboxOf(mail) })
    await mail.close()
  })
})

/** The next mail with a code, each once. */
function mailboxOf({ waitFor }: MailServer): Mailbox {
  const read = new Set<unknown>()
  const codeIn = (text = '') => /^ {4}(\d{6})$/m.exec(text)?.[1]
  return async () => {
    const mail = await waitFor((each) => !read.has(each) && codeIn(each.parsed.text) !== undefined)
    read.add(mail)
    return codeIn(mail.parsed.text)!
  }
}
