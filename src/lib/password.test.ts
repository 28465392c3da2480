import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { passwordHasher, turnstile } from './password.ts'

const cheap = { memory: 8, passes: 1 }
const bounds = { parallel: 2, queue: 10 }

test('a password is kept as argon2id with the cost that was asked for, and its own salt', async () => {
  const passwords = await passwordHasher({ memory: 16, passes: 2 }, bounds)
  const [one, two] = [await passwords.hash('zebra'), await passwords.hash('zebra')]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=16,t=2,p=1\$[\w+/]{22,}\$[\w+/]{43}$/)
  expect(one).not.toBe(two)
})

test('a password matches its hash and no other', async () => {
  const passwords = await passwordHasher(cheap, bounds)
  const hash = await passwords.hash('zebra umbrella')
  expect(await passwords.matches('zebra umbrella', hash)).toBe(true)
  for (const wrong of ['', 'zebra', 'zebra umbrella ', 'Zebra umbrella', 'zebra umbrella\0'])
    expect(await passwords.matches(wrong, hash), wrong).toBe(false)
})

test('long passwords count to their last character', async () => {
  const passwords = await passwordHasher(cheap, bounds)
  const long = 'ж'.repeat(255)
  const hash = await passwords.hash(`${long}a`)
  expect(await passwords.matches(`${long}a`, hash)).toBe(true)
  expect(await passwords.matches(`${long}b`, hash)).toBe(false)
})

test('nobody has a password, not even the one that is compared in their place', async () => {
  const passwords = await passwordHasher(cheap, bounds)
  for (const guess of ['', 'nobody has this password'])
    expect(await passwords.matches(guess, null)).toBe(false)
})

test('it takes as long for nobody as for somebody', async () => {
  const passwords = await passwordHasher({ memory: 32 * 1024, passes: 2 }, bounds)
  const hash = await passwords.hash('zebra umbrella')
  let [somebody, nobody] = [Infinity, Infinity]
  const timeOf = async (phc: string | null) => {
    const began = performance.now()
    await passwords.matches('violet', phc)
    return performance.now() - began
  }
  // In turn, and the fastest of many: what else the machine does meets both alike.
  for (let turn = 0; turn < 15; turn++) {
    somebody = Math.min(somebody, await timeOf(hash))
    nobody = Math.min(nobody, await timeOf(null))
  }
  expect(nobody / somebody).toBeGreaterThan(0.4)
  expect(nobody / somebody).toBeLessThan(2.5)
})

test('a hash that cannot be read is no match', async () => {
  const passwords = await passwordHasher(cheap, bounds)
  for (const broken of ['', 'zebra', '$argon2id$', '$2b$10$abc'])
    await expect(passwords.matches('zebra', broken)).rejects.toThrow()
})

test('a hash of another cost is outdated', async () => {
  const [old, today] = [
    await passwordHasher(cheap, bounds),
    await passwordHasher({ memory: 16, passes: 1 }, bounds),
  ]
  const hash = (await old.hash('zebra'))!
  expect(old.isOutdated(hash)).toBe(false)
  expect(today.isOutdated(hash)).toBe(true)
  expect(await today.matches('zebra', hash)).toBe(true)
  expect(today.isOutdated(hash.replace('m=8,', 'm=160,'))).toBe(true)
})

test('who comes when all places and the queue are full is sent away at once', async () => {
  const passwords = await passwordHasher(
    { memory: 32 * 1024, passes: 2 },
    { parallel: 1, queue: 1 },
  )
  const results = await Promise.all(['a', 'b', 'c', 'd'].map((each) => passwords.hash(each)))
  expect(results.map((hash) => hash !== null)).toEqual([true, true, false, false])
  expect(await passwords.hash('e')).not.toBeNull()
  const checks = await Promise.all([1, 2, 3].map(() => passwords.matches('a', null)))
  expect(checks).toEqual([false, false, null])
})

test('no more than so many run at once, the others in the order they came', async () => {
  const inTurn = turnstile(2, 5)
  let running = 0
  let most = 0
  const order: number[] = []
  const work = (name: number) => async () => {
    running += 1
    most = Math.max(most, running)
    order.push(name)
    await sleep(2)
    running -= 1
    return name
  }
  const results = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((name) => inTurn(work(name))))
  expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, null])
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(most).toBe(2)
})

test('one that fails makes place for the next', async () => {
  const inTurn = turnstile(1, 1)
  const fails = inTurn(() => Promise.reject(new Error('broken')))
  const next = inTurn(async () => 'done')
  await expect(fails).rejects.toThrow('broken')
  expect(await next).toBe('done')
  expect(await inTurn(async () => 'again')).toBe('again')
})
