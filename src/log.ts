import { pino, type Logger } from 'pino'
import type { Config } from './config.ts'

export type Log = Pick<Logger, 'fatal' | 'error' | 'warn' | 'info' | 'debug'>

/**
 * One line of JSON for each thing, to standard error; standard output is for people. What is logged
 * is picked field by field, so that no form, header or URL query ever gets here.
 */
export const openLog = ({ logLevel }: Config): Log =>
  pino({ level: logLevel, base: null }, pino.destination({ fd: 2, sync: false }))
