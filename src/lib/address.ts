import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'

/** Which peers are believed when they say whom they speak for. */
export type Proxies = { trusts(ip: string): boolean }

/** Addresses and networks (`10.0.0.0/8`, `fd00::/8`), with commas between; empty trusts nobody. */
export function parseProxies(list: string): Proxies | { problem: string } {
  const trusted = new BlockList()
  for (const entry of list.split(',').map((each) => each.trim())) {
    if (entry === '' && list.trim() === '') continue
    const network = parseNetwork(entry)
    if (typeof network === 'string') return { problem: network }
    trusted.addSubnet(network.ip, network.bits, family(network.ip))
  }
  return { trusts: (ip) => isIP(ip) !== 0 && trusted.check(ip, family(ip)) }
}

/** An address is a network of one. A text says what is wrong. */
function parseNetwork(entry: string): { ip: string; bits: number } | string {
  const [text = '', length, ...rest] = entry.split('/')
  const ip = isIP(text) && !text.includes('%') ? canonical(text) : null
  if (!ip || rest.length > 0) return `"${entry}" is neither an IP address nor a network`
  const most = isIPv4(ip) ? 32 : 128
  if (length === undefined) return { ip, bits: most }

  // A network of mapped addresses (::ffff:10.0.0.0/104) is the IPv4 network inside it.
  const bits = Number(length) - (isIPv4(ip) && isIPv6(text) ? 96 : 0)
  if (!/^\d{1,3}$/.test(length) || bits > most)
    return `"${entry}" has a prefix that is not 1 to ${most}`
  return bits > 0 ? { ip, bits } : `"${entry}" is everybody, and everybody could name any address`
}

const family = (ip: string): 'ipv4' | 'ipv6' => (isIPv4(ip) ? 'ipv4' : 'ipv6')

/**
 * Who is asking, as a canonical IP address. `X-Forwarded-For` is believed from trusted peers only,
 * read from the right, up to the first that is not ours or makes no sense: what stands further
 * left was written by the caller.
 */
export function clientAddress(
  remote: string | undefined,
  forwardedFor: string | undefined,
  proxies: Proxies,
): string {
  let address = canonical(remote ?? '') ?? 'unknown'
  for (const hop of (forwardedFor ?? '').split(',').toReversed()) {
    const before = proxies.trusts(address) ? canonical(hop.trim()) : null
    if (!before) break
    address = before
  }
  return address
}

/**
 * An address in its one spelling: no port, no zone, IPv4 where it is mapped into IPv6. Null where it
 * is none.
 */
export function canonical(text: string): string | null {
  if (isIPv4(text)) return text
  const [, bracketed, v4] = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/.exec(text) ?? []
  const ip = (bracketed ?? v4 ?? text).replace(/%[\w.-]+$/, '')
  if (isIPv4(ip)) return ip
  if (!isIPv6(ip)) return null
  const short = new URL(`http://[${ip}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short) ?? []
  if (!high || !low) return short
  return [high, low].flatMap((hex) => [parseInt(hex, 16) >> 8, parseInt(hex, 16) & 255]).join('.')
}

/** What limits count by: an IPv4 address, or the /64 of an IPv6 address, which is one subscriber. */
export function bucketOf(ip: string): string {
  const address = canonical(ip) ?? ip
  return isIPv6(address) ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address
}

/** The eight groups of an IPv6 address in its one spelling, in hex without leading zeros. */
export function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length
  return [...groups, ...Array<string>(zeros).fill('0'), ...after]
}

/** Whether only this machine can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  const ip = canonical(host) ?? ''
  return ip === '::1' || ip.startsWith('127.') || host.toLowerCase() === 'localhost'
}
