import type { App } from '../app.ts'
import type { Afterwards, Alarm } from '../delivery/alarm.ts'
import { writeMessage, type Made } from '../delivery/message.ts'
import { newId } from '../lib/random.ts'
import { spend } from '../sign-in/limits.ts'
import { alarmMails } from '../sign-in/rules.ts'
import { findAccount, operators } from '../store/accounts.ts'
import { insertEvent } from '../store/events.ts'
import type { Database } from '../store/open.ts'

const DAY = 24 * 60 * 60 * 1000
const MOST_OPERATORS = 20

type Tools = Pick<App, 'keys' | 'random' | 'now' | 'log' | 'metrics' | 'wake'>

/**
 * Writes down, in this transaction, what the operators should know of, with a mail to each of them. It
 * is about no account. Gives what is to be done once it is on the disk: the mails go out, and the log
 * and the metrics tell of it.
 */
export async function raise(app: Tools, db: Database, alarm: Alarm): Promise<Afterwards> {
  const { kind, ...detail } = alarm
  const now = app.now()
  await insertEvent(db, {
    id: newId(app.random, now),
    at: now,
    kind,
    accountId: null,
    attemptId: null,
    sessionId: null,
    deviceId: null,
    address: '',
    userAgent: '',
    requestId: 'by itself',
    detail,
  })
  const mails = await mailOperators(app, db, alarm, now)
  const say = (): void => {
    app.metrics.alarm(kind)
    app.log.warn(detail, kind)
  }
  return [say, ...mails.map((made) => () => app.wake(made))]
}

/** A few times a day for each kind: whoever causes alarms could fill their mailboxes. The log goes on. */
async function mailOperators(
  app: Tools,
  db: Database,
  alarm: Alarm,
  now: number,
): Promise<readonly Made[]> {
  const all = await operators(db, MOST_OPERATORS)
  const whose = 'accountId' in alarm ? alarm.accountId : null
  const limit = alarmMails(alarm.kind, whose !== null)
  if (all.length === 0 || !(await spend(db, limit, now))) return []
  const login = whose && ((await findAccount(db, whose))?.login ?? null)
  const mails: Made[] = []
  for (const account of all) {
    mails.push(
      await writeMessage(db, app, {
        account,
        notice: { kind: 'alarm', alarm, login },
        by: 'email',
        recipient: account.email,
        attemptId: null,
        sessionId: null,
        visit: { address: '', userAgent: '' },
        now,
        until: now + DAY,
      }),
    )
  }
  return mails
}
