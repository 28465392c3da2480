import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPublic } from './public-address.ts'

const onTheInternet = [
  '8.8.8.8',
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:800::200e',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '2002:808:808::1',
]

const elsewhere = [
  '',
  'localhost',
  'example.com',
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '[::1]',
  '0:0:0:0:0:0:0:1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.1.2.3',
  '::ffff:0:127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::8.8.8.8',
  '2002:7f00:1::1',
  '2002:c0a8:101::',
  '2001:0:7f00:1::',
  '2001:db8::1',
  '3fff::1',
  '100::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
]

test.each(onTheInternet)('on the internet: %s', (ip) => {
  expect(isPublic(ip)).toBe(true)
})

test.each(elsewhere)('not on the internet: %s', (ip) => {
  expect(isPublic(ip)).toBe(false)
})

test('an IPv4 address is the same inside every IPv6 address that carries it', () => {
  const byte = fc.oneof(fc.constantFrom(0, 10, 127, 169, 172, 192, 198, 203, 224), fc.nat(255))
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
      const v4 = bytes.join('.')
      const hex = Buffer.from(bytes)
        .toString('hex')
        .replace(/(?=.{4}$)/, ':')
      for (const v6 of [`::ffff:${v4}`, `64:ff9b::${v4}`, `2002:${hex}::1`])
        expect(isPublic(v6), v6).toBe(isPublic(v4))
    }),
  )
})
