import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketOf, clientAddress, isLoopback, parseProxies, type Proxies } from './address.ts'

function trusting(list: string): Proxies {
  const proxies = parseProxies(list)
  if ('problem' in proxies) throw new Error(proxies.problem)
  return proxies
}

const ours = trusting('10.0.0.0/8, 192.0.2.7,fd00::/8')

const trust: [list: string, ip: string, expected: boolean][] = [
  ['', '127.0.0.1', false],
  ['  ', '127.0.0.1', false],
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['fd00::/8', 'fdff::1', true],
  ['fd00::/8', 'fe80::1', false],
  ['::1', '::1', true],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '11.1.2.3', false],
  ['10.0.0.0/8', 'unknown', false],
  ['10.0.0.0/8', '', false],
]

for (const [list, ip, expected] of trust) {
  test(`proxies: "${list}" ${expected ? 'trusts' : 'does not trust'} "${ip}"`, () => {
    expect(trusting(list).trusts(ip)).toBe(expected)
  })
}

const bad = [
  'proxy',
  '10.0.0',
  '010.0.0.1',
  '10.0.0.1:80',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  '10.0.0.0/',
  '10.0.0.0/8x',
  '10.0.0.0/1e1',
  'fd00::/129',
  '::1%eth0',
  '10.0.0.1,,10.0.0.2',
  '10.0.0.1,',
  '0.0.0.0/0',
  '::/0',
  '::ffff:0.0.0.0/96',
]

for (const list of bad) {
  test(`proxies: "${list}" is a problem`, () =>
    expect(parseProxies(list)).toHaveProperty('problem'))
}

const hops: [why: string, remote: string | undefined, header: string | undefined, ip: string][] = [
  ['no proxy', '203.0.113.9', undefined, '203.0.113.9'],
  ['a stranger forges the header', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['one proxy', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['two proxies', '10.0.0.1', '203.0.113.9, 192.0.2.7', '203.0.113.9'],
  ['a forged hop in front', '10.0.0.1', '127.0.0.1, 203.0.113.9', '203.0.113.9'],
  ['a forged hop of ours in front', '10.0.0.1', '10.9.9.9, 203.0.113.9', '203.0.113.9'],
  ['all ours', '10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
  ['garbage', '10.0.0.1', 'garbage', '10.0.0.1'],
  ['garbage behind a good hop', '10.0.0.1', 'garbage, 10.0.0.2', '10.0.0.2'],
  ['garbage shields what is left of it', '10.0.0.1', '203.0.113.9, <x>, 10.0.0.2', '10.0.0.2'],
  ['an empty header', '10.0.0.1', '', '10.0.0.1'],
  ['a port', '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['IPv6 with a port', '10.0.0.1', '[2001:DB8::1]:443', '2001:db8::1'],
  ['IPv6 written long', '10.0.0.1', '2001:0db8:0:0:0:0:0:1', '2001:db8::1'],
  ['a mapped peer', '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a mapped hop', '10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['a mapped hop in hex', '10.0.0.1', '::ffff:cb00:7109', '203.0.113.9'],
  ['a zone', 'fe80::1%eth0', undefined, 'fe80::1'],
  ['no peer', undefined, '203.0.113.9', 'unknown'],
]

for (const [why, remote, header, expected] of hops) {
  test(`client address: ${why}`, () => expect(clientAddress(remote, header, ours)).toBe(expected))
}

test('whatever a stranger writes into the header, his address stays his', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.string(), fc.ipV4(), (ip, noise, forged) => {
      fc.pre(!ours.trusts(ip))
      expect(clientAddress(ip, forged, ours)).toBe(ip)
      expect(clientAddress('10.0.0.1', `${noise},${forged},${ip}`, ours)).toBe(ip)
    }),
  )
})

test('one spelling for one IPv6 address, and one bucket for one /64', () => {
  fc.assert(
    fc.property(fc.ipV6(), (ip) => {
      const once = clientAddress(ip, undefined, ours)
      expect(clientAddress(once, undefined, ours)).toBe(once)
      expect(clientAddress(ip.toUpperCase(), undefined, ours)).toBe(once)
      expect(bucketOf(ip)).toBe(bucketOf(once))
    }),
  )
})

const buckets: [ip: string, bucket: string][] = [
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::5:6:7:8:9', '2001:db8:0:5::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['1::', '1:0:0:0::/64'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['unknown', 'unknown'],
]

for (const [ip, bucket] of buckets) {
  test(`limits count ${ip} as ${bucket}`, () => expect(bucketOf(ip)).toBe(bucket))
}

test('only this machine is loopback', () => {
  const here = [
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '[::1]',
    'localhost',
    'LocalHost',
    '::ffff:127.0.0.1',
  ]
  const there = [
    '',
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.nip.io',
    'localhost.example.com',
    '128.0.0.1',
  ]
  expect(here.filter((host) => !isLoopback(host))).toEqual([])
  expect(there.filter(isLoopback)).toEqual([])
})
