import { lookup as lookUp } from 'node:dns'
import { connect, isIP, Socket, type LookupFunction } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isPublic } from '../lib/public-address.ts'
import type { SmppSetting, SmppTools } from './smpp-setting.ts'

/**
 * A socket on its way to the centre. What stands against it, a private address or a port that is
 * none, is told as the socket's own error, with a code.
 */
export function dial(setting: SmppSetting, { mayBePrivate, bounds }: SmppTools): Socket {
  const { host, port, tls } = setting
  if (!mayBePrivate && isIP(host) && !isPublic(host)) return broken(isPrivate())
  const to = { host, port, noDelay: true, ...(mayBePrivate ? {} : { lookup: lookUpPublic }) }
  try {
    if (!tls) return connect(to)
    return connectTls({ ...to, rejectUnauthorized: true, ...(bounds?.ca && { ca: bounds.ca }) })
  } catch (error) {
    return broken(error as Error)
  }
}

// The check is made on what is then connected to: a name that changes its mind gains nothing.
const lookUpPublic: LookupFunction = (host, options, done) => {
  lookUp(host, { ...options, all: true }, (error, found) => {
    if (error) return done(error, [])
    const [first, ...others] = found.filter(({ address }) => isPublic(address))
    if (!first) return done(isPrivate(), [])
    if (options.all) return done(null, [first, ...others])
    done(null, first.address, first.family)
  })
}

const isPrivate = () => Object.assign(new Error('a private address'), { code: 'EPRIVATE' })

const broken = (error: Error) => new Socket().destroy(error)
