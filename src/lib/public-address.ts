import { BlockList, isIPv4 } from 'node:net'
import { canonical, groupsOf } from './address.ts'

/** Networks that are not the internet (IANA, special-purpose addresses), or lead to the host itself. */
const special = listOf([
  '0.0.0.0/8', // this network; Linux connects 0.0.0.0 to itself
  '10.0.0.0/8',
  '100.64.0.0/10', // shared by subscribers of a provider; metadata of some clouds
  '127.0.0.0/8',
  '168.63.129.16/32', // the host of a machine in Azure
  '169.254.0.0/16', // link-local; metadata of most clouds
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  '2001::/23', // protocols, Teredo and ORCHID among them
  '2001:db8::/32', // documentation
  '3fff::/20',
])

/** All that is given out so far (RFC 4291, §2.4); whatever lies beside it is no address to go to. */
const global = listOf(['2000::/3'])

/**
 * Whether an address can be reached on the internet: not this machine, not a network of our own, no
 * multicast, nothing reserved. An IPv6 address that carries an IPv4 address is what that one is.
 * False for what is no address.
 */
export function isPublic(ip: string): boolean {
  const address = canonical(ip)
  if (address === null) return false
  if (isIPv4(address)) return !special.check(address, 'ipv4')

  const carried = ipv4Within(groupsOf(address).map((group) => parseInt(group, 16)))
  if (carried !== null) return isPublic(carried)
  return global.check(address, 'ipv6') && !special.check(address, 'ipv6')
}

/** NAT64 (RFC 6052, 64:ff9b::/96) and 6to4 (RFC 3056, 2002::/16); mapped ones are IPv4 already. */
function ipv4Within(groups: readonly number[]): string | null {
  const [a, b, c, d, e, f, high = 0, low = 0] = groups
  if (a === 0x2002) return dotted(b ?? 0, c ?? 0)
  const isNat64 = a === 0x64 && b === 0xff9b && [c, d, e, f].every((group) => group === 0)
  return isNat64 ? dotted(high, low) : null
}

const dotted = (high: number, low: number): string =>
  [high >> 8, high & 255, low >> 8, low & 255].join('.')

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [ip = '', bits] = network.split('/')
    list.addSubnet(ip, Number(bits), isIPv4(ip) ? 'ipv4' : 'ipv6')
  }
  return list
}
