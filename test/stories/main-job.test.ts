import { expect, test } from 'vitest'
import { databases } from '../setup/databases.ts'
import { ana, bob, openWorld, protect, signInFully, MINUTE, DAY } from '../world.ts'

for (const { name } of databases) {
  test(`${name}: sign in, switch protection on, sign out, sign in with password and code`, async () => {
    const world = await openWorld({ database: name, people: [ana, bob] })
    const browser = world.visitor()
    const first = await browser.signIn()
    expect(first.status).toBe(303)
    expect(first.headers.get('location')).toBe('/account')
    const codes = await protect(world, browser)
    expect(codes).toHaveLength(10)
    expect(new Set(codes).size).toBe(10)
    const security = await (await browser.get('/account/security')).text()
    expect(security).toContain('10 recovery codes')
    await browser.post('/sign-out')
    expect((await browser.get('/account')).headers.get('location')).toBe('/sign-in?to=%2Faccount')

    world.pass(MINUTE)
    const again = await browser.signIn()
    expect(again.headers.get('location')).toBe('/sign-in/second')
    expect((await browser.get('/account')).status).toBe(303)
    const page = await (await browser.get('/sign-in/second')).text()
    expect(page).toContain('a•••@e•••.com')
    const entered = await browser.post('/sign-in/second', {
      code: await world.codeTo(ana.email),
      remember: 'yes',
    })
    expect(entered.headers.get('location')).toBe('/account')
    expect((await browser.get('/account')).status).toBe(200)

    await browser.post('/sign-out')
    world.pass(DAY)
    expect((await browser.signIn()).headers.get('location')).toBe('/account')
    const other = world.visitor({ address: '192.0.2.99' })
    expect((await other.signIn()).headers.get('location')).toBe('/sign-in/second')
    expect((await signInFully(world, other)).headers.get('location')).toBe('/account')
    await world.close()
  })
}
