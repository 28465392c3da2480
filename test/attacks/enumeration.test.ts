import { expect, test } from 'vitest'
import { databases } from '../setup/databases.ts'
import { ana, bob, openWorld, protect } from '../world.ts'
import { expectNoChange, overhear } from './tools.ts'

const WRONG = 'a guess that is wrong'

for (const { name } of databases) {
  test(`${name}: D-01, D-05: whether an account exists is told by no text, header, statement or hash`, async () => {
    const { heard, wrap } = overhear()
    const world = await openWorld({ database: name, people: [ana, bob], wrap })
    await protect(world, world.visitor())
    let address = 1
    const guess = async (login: string) => {
      const visitor = world.visitor({ address: `198.51.100.${address++}` })
      heard.length = 0
      const answer = await visitor.post('/sign-in', { login, password: WRONG })
      const statements = [...heard]
      const body = (await answer.text()).replace(`value="${login}"`, 'value="LOGIN"')
      return { status: answer.status, headers: [...answer.headers], body, statements }
    }
    await guess('warm@example.com')

    const ofProtected = await expectNoChange(world, () => guess(ana.email))
    expect(ofProtected.status).toBe(401)
    expect(ofProtected.statements.filter((each) => each === 'hash')).toHaveLength(1)
    expect(ofProtected.statements.length).toBeGreaterThan(3)
    expect(await guess(bob.email)).toEqual(ofProtected)
    expect(await guess('nobody@example.com')).toEqual(ofProtected)
    expect(await guess('nobody@no-such-domain.example')).toEqual(ofProtected)
    expect(await guess('ANA@EXAMPLE.COM')).toEqual(ofProtected)

    // Nobody can have such a login, so there is nothing to look up. The rest is the same.
    const [, ...rest] = ofProtected.statements
    for (const login of ['not an address', 'a@b', ' ', '*', 'a@example.com,b@example.com'])
      expect(await guess(login)).toEqual({ ...ofProtected, statements: rest })
    await world.close()
  })

  test(`${name}: D-01: a limit is reached in the same way by a login that is nobody's`, async () => {
    const { heard, wrap } = overhear()
    const world = await openWorld({ database: name, people: [ana], wrap })
    const askedTwelveTimes = async (login: string, net: string) => {
      const said: unknown[] = []
      for (let turn = 1; turn <= 12; turn++) {
        const visitor = world.visitor({ address: `${net}.${turn}` })
        heard.length = 0
        const answer = await visitor.post('/sign-in', { login, password: WRONG })
        const body = (await answer.text()).replace(`value="${login}"`, 'value="LOGIN"')
        said.push({ status: answer.status, headers: [...answer.headers], body, heard: [...heard] })
      }
      return said
    }
    const known = await askedTwelveTimes(ana.email, '198.51.100')
    expect(known.map((each) => (each as { status: number }).status)).toEqual([
      ...Array<number>(10).fill(401),
      429,
      429,
    ])
    expect(await askedTwelveTimes('nobody@example.com', '203.0.113')).toEqual(known)

    // The right password is refused in the same words while the limit lasts.
    const owner = world.visitor({ address: '198.51.100.99' })
    const { status } = await expectNoChange(world, () => owner.signIn(), [])
    expect(status).toBe(429)
    await world.close()
  })
}

test('D-08: the address a code goes to is shown after the password only, and masked', async () => {
  const world = await openWorld({ people: [ana] })
  await protect(world, world.visitor())
  const visitor = world.visitor()
  const wrong = await visitor.post('/sign-in', { login: 'ANA@example.com', password: WRONG })
  expect(await wrong.text()).not.toContain('•••')
  await visitor.signIn()
  const page = await (await visitor.get('/sign-in/second')).text()
  expect(page).toContain('a•••@e•••.com')
  expect(page).not.toContain(ana.email)
  await world.close()
})
