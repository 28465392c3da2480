import { openSetUp } from '../accounts/set-up.ts'
import type { Config } from '../config.ts'
import { listen } from '../listen.ts'
import { openApp } from '../open-app.ts'
import { createServer } from '../server.ts'
import { say } from './terminal.ts'

/** Runs the server until SIGTERM or SIGINT; then lets what is under way end, within 5 seconds. */
export async function start(config: Config): Promise<void> {
  const opened = await openApp(config)
  const server = createServer(opened.app, opened.render)
  const listening = await listen(config, server.fetch).catch(async (error) => {
    await opened.close()
    throw error
  })
  const url = config.publicUrl.replace(/:0$/, `:${listening.port}`)
  say(`Nightlatch listens on ${url}`)
  if (config.outbox) say(`No mail server is set: messages wait at ${url}/outbox`)
  if (!opened.isSetUp) {
    const token = await openSetUp(opened.app)
    say(`There is no account yet. Make the first one, within 60 minutes, at\n  ${url}/setup?token=${token}`)
  }

  const stop = async () => {
    await listening.close()
    await opened.close()
    say('Nightlatch has stopped')
  }
  const signals = ['SIGTERM', 'SIGINT'] as const
  await new Promise<void>((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve())
  })
  await stop()
}
