import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { newCode, newToken, systemRandom, type Random } from '../../src/lib/random.ts'
import { newRecoveryCode } from '../../src/lib/code-input.ts'
import { databases } from '../setup/databases.ts'
import { ana, MINUTE, openWorld, protect, type World } from '../world.ts'
import { copyOf } from '../stories/story.ts'
import { codeFor, expectNoChange, rowsIn, statuses } from './tools.ts'

const open: World[] = []
afterEach(async () => {
  for (const world of open.splice(0)) await world.close()
})
async function openWith(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = await openWorld({ people: [ana], ...options })
  open.push(world)
  return world
}
const HTTPS = { PUBLIC_URL: 'https://id.example.com', ALLOW_NO_MAIL: 'yes' }

for (const { name } of databases) {
  describe(name, () => {
    test('G-01: what was in a browser before is not what signs it in', async () => {
      const world = await openWith({ database: name })
      await protect(world, world.visitor())
      const chosen = newToken(systemRandom)
      const victim = world.visitor()
      for (const cookie of ['session', 'attempt']) victim.cookies.set(cookie, chosen)
      await victim.signIn()
      expect(victim.cookies.get('attempt')).not.toBe(chosen)
      const attempt = victim.cookies.get('attempt')!
      await victim.post('/sign-in/second', { code: await codeFor(world, victim) })
      expect(victim.cookies.get('session')).not.toBe(chosen)
      expect((await victim.get('/session')).status).toBe(200)
      for (const value of [chosen, attempt])
        for (const cookie of ['session', 'attempt']) {
          const thief = world.visitor()
          thief.cookies.set(cookie, value)
          expect((await thief.get('/session')).status).toBe(401)
        }
    })

    test('G-01: whoever signs in again has another session, and the one before is dead', async () => {
      const world = await openWith({ database: name })
      const browser = world.visitor()
      await browser.signIn()
      const before = copyOf(world, browser)
      await browser.signIn()
      expect(browser.cookies.get('session')).not.toBe(before.cookies.get('session'))
      expect((await before.get('/session')).status).toBe(401)
      expect((await browser.get('/session')).status).toBe(200)
      const after = copyOf(world, browser)
      await browser.post('/sign-out')
      expect((await after.get('/session')).status).toBe(401)
      expect((await expectNoChange(world, () => after.post('/account'), [])).status).toBe(303)
    })

    test('G-01: each change of protection gives the session another token, and the one before is dead', async () => {
      const world = await openWith({ database: name })
      const browser = world.visitor()
      await browser.signIn()
      const confirm = () => browser.post('/account/security/confirm', { saved: 'yes' })
      const code = async () =>
        browser.post('/account/security/code', { code: await codeFor(world, browser) })
      const changes: Record<string, (() => Promise<Response>)[]> = {
        protect: [code, confirm],
        'recovery-codes': [code, confirm],
        unprotect: [code],
      }
      for (const [change, steps] of Object.entries(changes)) {
        const before = copyOf(world, browser)
        await browser.post(`/account/security/${change}`)
        for (const step of steps) expect((await step()).status).toBeLessThan(400)
        expect([change, (await before.get('/session')).status]).toEqual([change, 401])
        expect([change, (await browser.get('/session')).status]).toEqual([change, 200])
        world.pass(MINUTE)
      }
    })

    test('G-10: asking who is signed in does not keep a session alive', async () => {
      const world = await openWith({ database: name })
      const browser = world.visitor()
      await browser.signIn()
      for (let minute = 0; minute < 29; minute++) {
        expect((await browser.get('/session')).status).toBe(200)
        world.pass(MINUTE)
      }
      world.pass(MINUTE)
      expect((await browser.get('/session')).status).toBe(401)
      expect((await browser.get('/account')).status).toBe(303)
    })

    test('G-10: a page that is refused does not keep a session alive', async () => {
      const world = await openWith({ database: name })
      const browser = world.visitor()
      await browser.signIn()
      const refused: (() => Promise<Response>)[] = [
        () => browser.get('/no-such-page'),
        () => browser.get('/not-me?token=none'),
        () => browser.get('/sign-out'),
        () => browser.post('/account', {}, { 'sec-fetch-site': 'cross-site' }),
      ]
      const rounds = Array.from({ length: 29 }, (_, minute) => minute)
      const answers: Response[] = []
      for (const minute of rounds) {
        world.pass(MINUTE)
        answers.push(await expectNoChange(world, refused[minute % refused.length]!, []))
      }
      expect(statuses(answers)).toEqual({ 404: 8, 410: 7, 405: 7, 403: 7 })
      world.pass(MINUTE)
      expect((await browser.get('/session')).status).toBe(401)
    })

    test('G-13: where there is no randomness there is no sign-in, and others are not harmed', async () => {
      let isBroken = false
      const random: Random = (bytes) => {
        if (isBroken) throw new Error('no randomness')
        return systemRandom(bytes)
      }
      const world = await openWith({ database: name, given: { random } })
      isBroken = true
      const answers = await expectNoChange(world, () =>
        Promise.all([world.visitor().signIn(), world.visitor().signIn()]),
      )
      expect(statuses(answers)).toEqual({ 500: 2 })
      for (const { headers } of answers) expect(headers.getSetCookie()).toEqual([])

      isBroken = false
      await protect(world, world.visitor())
      isBroken = true
      const half = await expectNoChange(world, () => world.visitor().signIn())
      expect(half.headers.getSetCookie()).toEqual([])
      isBroken = false
      expect((await world.visitor().signIn()).status).toBe(303)
    })

    test('B-04: one request that fails takes none of those beside it along', async () => {
      let fails = 0
      const random: Random = (bytes) => {
        // 32 bytes make a token: some of the sign-ins below ask for theirs in vain.
        if (bytes === 32 && fails > 0 && fails-- % 2) throw new Error('no randomness')
        return systemRandom(bytes)
      }
      const world = await openWith({ database: name, given: { random } })
      const before = await rowsIn(world, 'sessions')
      fails = 8
      const answers = await Promise.all(Array.from({ length: 12 }, () => world.visitor().signIn()))
      const { 303: good = 0, 500: bad = 0 } = statuses(answers)
      expect(good + bad).toBe(12)
      // Where one fails beside others all are done again, and some may be in luck then.
      expect(bad).toBeGreaterThanOrEqual(1)
      expect(bad).toBeLessThanOrEqual(4)
      expect(await rowsIn(world, 'sessions')).toBe(before + good)
      for (const answer of answers) {
        const given = answer.headers.getSetCookie().some((line) => line.startsWith('session='))
        expect(given).toBe(answer.status === 303)
      }
    })
  })
}

test('G-02: over https a cookie that a neighbour may set is not ours', async () => {
  const world = await openWith({ settings: HTTPS })
  const browser = world.visitor()
  await browser.signIn()
  const token = browser.cookies.get('__Host-session')!
  const tossed = world.visitor()
  tossed.cookies.set('session', token)
  expect((await tossed.get('/session')).status).toBe(401)
  tossed.cookies.set('__Host-session', token)
  expect((await tossed.get('/session')).status).toBe(200)
})

test('G-02: every cookie is ours alone: no script reads it, no other site sends it', async () => {
  for (const settings of [{}, HTTPS]) {
    const world = await openWith({ settings })
    const browser = world.visitor()
    await protect(world, browser)
    const answers = [
      await browser.post('/language', { language: 'ar', to: '/' }),
      await browser.signIn(),
      await browser.post('/sign-in/second', {
        code: await codeFor(world, browser),
        remember: 'yes',
      }),
      await browser.post('/account/security/recovery-codes'),
      await browser.post('/account/security/cancel'),
      await browser.post('/sign-out'),
    ]
    const lines = answers.flatMap(({ headers }) => headers.getSetCookie())
    expect(lines.length).toBeGreaterThanOrEqual(8)
    for (const line of lines) {
      expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Lax/)
      expect(line).not.toMatch(/domain/i)
      expect(/; Secure/.test(line)).toBe(world.config.secure)
      expect(line.startsWith('__Host-')).toBe(world.config.secure)
    }
  }
})

test('G-13: a token has 256 bits, a recovery code 80, and none comes twice', () => {
  const tokens = Array.from({ length: 2000 }, () => newToken(systemRandom))
  expect(new Set(tokens).size).toBe(2000)
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  const codes = Array.from({ length: 2000 }, () => newRecoveryCode(systemRandom))
  expect(new Set(codes).size).toBe(2000)
  for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/)
  // Every bit is drawn, and each counts.
  const asked: number[] = []
  newToken((bytes) => (asked.push(bytes), new Uint8Array(bytes)))
  newRecoveryCode((bytes) => (asked.push(bytes), new Uint8Array(bytes)))
  expect(asked).toEqual([32, 10])
})

test('G-13: all codes are equally likely, those with zeros in front too', () => {
  let count = 0
  const seeded: Random = (bytes) =>
    createHash('sha256').update(`seed ${count++}`).digest().subarray(0, bytes)
  const DRAWS = 100_000
  const codes = Array.from({ length: DRAWS }, () => newCode(seeded))
  expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true)

  const chiSquare = (bins: number, binOf: (code: string) => number): number => {
    const found = Array<number>(bins).fill(0)
    for (const code of codes) found[binOf(code)]! += 1
    return found.reduce((sum, each) => sum + (each - DRAWS / bins) ** 2 / (DRAWS / bins), 0)
  }
  // Chi-square has a mean of bins - 1 and a variance of twice that; four deviations are generous.
  const most = (bins: number) => bins - 1 + 4 * Math.sqrt(2 * (bins - 1))
  expect(chiSquare(1000, (code) => Math.floor(Number(code) / 1000))).toBeLessThan(most(1000))
  expect(chiSquare(1000, (code) => Number(code) % 1000)).toBeLessThan(most(1000))
  for (let place = 0; place < 6; place++)
    expect(chiSquare(10, (code) => Number(code[place]))).toBeLessThan(most(10))
  const zeros = codes.filter((code) => code.startsWith('0')).length
  expect(Math.abs(zeros - DRAWS / 10)).toBeLessThan(4 * Math.sqrt(DRAWS * 0.09))
})

test('G-13: what would make some codes likelier is drawn again', () => {
  const draws = [0xffffffff, 4_294_000_000, 4_293_999_999, 0]
  const random: Random = () => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(draws.shift()!)
    return bytes
  }
  expect(newCode(random)).toBe('999999')
  expect(newCode(random)).toBe('000000')
})
