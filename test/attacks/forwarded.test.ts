import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ana, openWorld, type World } from '../world.ts'

// A proxy on this machine makes its guests look as if they sat here. What is for this machine only
// is not for them, whichever of the ways of saying so the proxy takes (RFC 7239, RFC 9110 §7.6.3).

const signs: Record<string, string> = {
  'x-forwarded-for': '127.0.0.1',
  forwarded: 'for=127.0.0.1',
  via: '1.1 proxy',
}
const loopback = ['127.0.0.1', '::1', '::ffff:127.0.0.1']
const paths = ['/outbox', '/metrics']

for (const [trust, settings] of [
  ['no proxy', {}],
  ['a proxy on this machine', { TRUSTED_PROXIES: '127.0.0.0/8, ::1' }],
] as const)
  describe(`trusting ${trust}`, () => {
    let world: World
    beforeAll(async () => {
      world = await openWorld({ people: [ana], settings })
    })
    afterAll(() => world.close())

    for (const path of paths) {
      test(`H-10: ${path} is there for this machine and for no other`, async () => {
        for (const address of loopback)
          expect([address, (await world.visitor({ address }).get(path)).status]).toEqual([
            address,
            200,
          ])
        for (const address of ['192.0.2.7', '10.0.0.1', '::', '0.0.0.0', '2001:db8::1'])
          expect([address, (await world.visitor({ address }).get(path)).status]).toEqual([
            address,
            404,
          ])
      })

      for (const [name, value] of Object.entries(signs))
        test(`H-10: ${path} is not there for what came with ${name}, whatever it says`, async () => {
          for (const address of loopback)
            for (const said of [value, '203.0.113.9', 'unknown', '']) {
              const answer = await world.visitor({ address }).get(path, { [name]: said })
              expect([address, said, answer.status]).toEqual([address, said, 404])
            }
        })
    }
  })

test('with a token, metrics may be fetched through a proxy', async () => {
  const token = 'a-token-that-nobody-guesses-0123456789'
  const world = await openWorld({ people: [ana], settings: { METRICS_TOKEN: token } })
  for (const [name, value] of Object.entries(signs)) {
    const proxy = world.visitor({ address: '127.0.0.1' })
    const answer = await proxy.get('/metrics', { [name]: value, authorization: `Bearer ${token}` })
    expect([name, answer.status]).toEqual([name, 200])
  }
  await world.close()
})
