import { describe, test } from 'vitest'
import type { Kind } from '../setup/process.ts'
import { openPlace, startServer, account } from '../setup/process.ts'
import { startMailServer, type MailServer } from '../setup/mail-server.ts'
import type { Language } from '../../src/lib/language.ts'
import { expectMainStory, type Mailbox } from './main-story.ts'

const outbox: Mailbox = ({ codeInOutbox }) => codeInOutbox(account.email)

describe.concurrent(
  'from the printed link to a protected sign-in, and off again',
  { timeout: 90_000 },
  () => {
    const runs: [Language, Kind][] = [
      ['en', 'SQLite'],
      ['zh-CN', 'PostgreSQL'],
      ['ar', 'SQLite'],
    ]

    test.for(runs)('in %s, on %s', async ([language, kind]) => {
      await using place = await openPlace(kind)
      await using server = await startServer(place.settings)
      await expectMainStory({
        language,
        url: server.url,
        setUpPath: server.setUpPath!,
        mailbox: outbox,
      })
    })

    test('with codes out of real mails', async () => {
      await using place = await openPlace()
      const mail = await startMailServer()
      await using server = await startServer({ ...place.settings, SMTP_URL: mail.url })
      await expectMainStory({
        url: server.url,
        setUpPath: server.setUpPath!,
        mailbox: mailboxOf(mail),
      })
      await mail.close()
    })

    test('without JavaScript', async () => {
      await using place = await openPlace()
      await using server = await startServer(place.settings)
      await expectMainStory({
        url: server.url,
        setUpPath: server.setUpPath!,
        mailbox: outbox,
        javaScriptEnabled: false,
      })
    })
  },
)

/** The next mail with a code, each once. */
function mailboxOf({ waitFor }: MailServer): Mailbox {
  const read = new Set<unknown>()
  return async () => {
    const codeIn = (text = '') => /^ {4}(\d{6})$/m.exec(text)?.[1]
    const mail = await waitFor((each) => !read.has(each) && codeIn(each.parsed.text) !== undefined)
    read.add(mail)
    return codeIn(mail.parsed.text)!
  }
}
