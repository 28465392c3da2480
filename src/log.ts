import { pino, type Logger } from 'pino'
import type { Config } from './config.ts'

export type Log = Pick<Logger, 'fatal' | 'error' | 'warn' | 'info' | 'debug'>

/**
 * One line of JSON for each thing, to standard error; standard output is for people. What is logged
 * is picked field by field, so that no form, header or URL query ever gets here.
 */
export function openLog({ logLevel }: Config): { readonly log: Log; readonly close: () => void } {
  // Written together, a tenth of a second late at most: a write for each line costs more than the
  // line.
  const destination = pino.destination({ fd: 2, sync: false, minLength: 4096 })
  const timer = setInterval(() => destination.flush(), 100).unref()
  const close = (): void => {
    clearInterval(timer)
    destination.flushSync()
    process.off('exit', close)
  }
  process.on('exit', close)
  return { log: pino({ level: logLevel, base: null }, destination), close }
}
