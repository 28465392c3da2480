import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import { guardedLookup, type Guard } from '../lib/guarded-address.ts'

type Target = { readonly host?: string | undefined; readonly port?: number | string | undefined }

type Done = (error: Error | null, socket?: { readonly connection: Socket }) => void

/**
 * Connects only where it may: what is looked at is the address that is then connected to, so that a name
 * which changes its mind gains nothing. `patience` in milliseconds.
 */
export const dialGuarded =
  (guard: Guard, patience: number) =>
  ({ host = '', port = 0 }: Target, done: Done): void => {
    if (isIP(host) && guard(host) !== null) return done(isPrivate())
    const to = { host, port: Number(port), noDelay: true, timeout: patience }
    const socket = connect({ ...to, lookup: guardedLookup(resolve, guard) })
    const fail = (error: Error): void => {
      socket.destroy()
      done(error.message === 'not_public' ? isPrivate() : error)
    }
    const late = (): void => fail(trouble('ETIMEDOUT', 'Connection timeout'))
    socket.once('error', fail).once('timeout', late)
    socket.once('connect', () => {
      socket.off('error', fail).off('timeout', late).setTimeout(0)
      done(null, { connection: socket })
    })
  }

const resolve = (name: string) => lookup(name, { all: true })

const isPrivate = (): Error => trouble('EPRIVATE', 'a private address')

const trouble = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code })
