import { setTimeout as sleep } from 'node:timers/promises'
import type { RequestListener } from 'node:http'
import { checkReach } from '../accounts/check-reach.ts'
import { keepChain } from '../accounts/events/keep-chain.ts'
import { keepCounting } from '../accounts/overview/keep-counting.ts'
import { checkPolicies } from '../accounts/policy/check-policies.ts'
import { checkFactors } from '../accounts/lock-out.ts'
import { openSetUp } from '../accounts/set-up.ts'
import { onPort, type Config } from '../config.ts'
import { listen, type Listening } from '../listen.ts'
import { openApp, type Opened } from '../open-app.ts'
import { createListener } from '../server.ts'
import { say } from './terminal.ts'

/** Runs the server until SIGTERM or SIGINT; then lets what is under way end, within 5 seconds. */
export async function start(given: Config): Promise<void> {
  const answer = Promise.withResolvers<RequestListener>()
  let listener: RequestListener = (...request) => void answer.promise.then((it) => it(...request))
  // First of all, since only then is the port known, and a second server by mistake ends here.
  const listening = await listen(given, (...request) => listener(...request))
  let opened: Opened | null = null
  const ends: (() => Promise<void>)[] = []
  try {
    opened = await openApp(onPort(given, listening.port))
    const warnings = [
      ...(await checkPolicies(opened.app)),
      ...(await checkFactors(opened.app)),
      ...(await checkReach(opened.app)),
    ]
    ends.push(keepCounting(opened.app), keepChain(opened.app))
    listener = createListener(opened.app, opened.render)
    answer.resolve(listener)
    const stopped = askedToStop()
    await greet(opened)
    for (const each of [...opened.warnings, ...warnings]) say(each)
    await stopped
  } finally {
    await close(listening, opened, ends)
  }
  say('Nightlatch has stopped')
}

async function greet({ app, isSetUp }: Opened): Promise<void> {
  const { publicUrl, outbox } = app.config
  // Before anything is said, since whoever reads that we listen may ask us to stop.
  const token = isSetUp ? null : await openSetUp(app)
  say(`Nightlatch listens on ${publicUrl}`)
  if (outbox) say(`No mail server is set: messages wait at ${publicUrl}/outbox`)
  if (token === null) return
  const link = `${publicUrl}/setup?token=${token}`
  say(`There is no account yet. Make the first one, within 60 minutes, at\n  ${link}`)
}

/**
 * Resolves at the first SIGTERM or SIGINT. Further ones change nothing: who starts us passes on
 * signals that reach us by themselves too.
 */
const askedToStop = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
  })

/** Milliseconds. What stops last, delivery, takes up to 4.5 seconds when a mail server hangs. */
const LONGEST_STOP = 4_900
const HEAD_START = 200

async function close(
  listening: Listening,
  opened: Opened | null,
  ends: readonly (() => Promise<void>)[],
): Promise<void> {
  setTimeout(() => {
    process.stderr.write('Nightlatch ends before everything under way has ended\n')
    process.exit(1)
  }, LONGEST_STOP).unref()
  opened?.beginStop()
  const answered = listening.close()
  // Requests that end soon still get their mails sent. Others leave them to the next process:
  // waiting for both, one after the other, would be too long.
  await Promise.race([answered, sleep(HEAD_START, undefined, { ref: false })])
  await Promise.all([answered, opened?.delivery.stop()])
  for (const end of ends) await end()
  await opened?.close()
}
