import { expect, test } from 'vitest'
import { bodyOf, changes, QUIET, type Seen } from './event-stream.ts'

/** What is said when these are seen one after the other; what is seen last stays. */
async function said(all: readonly (Seen | null)[], looks = 100): Promise<string[]> {
  const stop = new AbortController()
  let turn = 0
  const look = async () => {
    if (turn === looks) stop.abort()
    return all[Math.min(turn++, all.length - 1)]!
  }
  const pieces: string[] = []
  const watch = { look, wait: async () => {}, signal: stop.signal }
  for await (const piece of changes(watch)) pieces.push(piece)
  return pieces
}

const still = (data: string): Seen => ({ data, isLast: false })
const END = 'event: end\ndata:\n\n'

test('what is so is said at once, and again only when it has changed', async () => {
  const seen = [still('a'), still('a'), still('b'), still('b'), { data: 'c', isLast: true }]
  expect(await said(seen)).toEqual(['data: a\n\n', 'data: b\n\n', 'data: c\n\n', END])
})

test('it ends by itself: after the last, or when it is over', async () => {
  expect(await said([{ data: 'a', isLast: true }])).toEqual(['data: a\n\n', END])
  expect(await said([still('a'), null])).toEqual(['data: a\n\n', END])
  expect(await said([null])).toEqual([END])
})

test('where nothing changes, there is a sign of life after every so many looks', async () => {
  expect(await said([still('a')], QUIET)).toEqual(['data: a\n\n'])
  expect(await said([still('a')], 1 + QUIET)).toEqual(['data: a\n\n', ':\n\n'])
  expect(await said([still('a')], 1 + 3 * QUIET)).toEqual([
    'data: a\n\n',
    ':\n\n',
    ':\n\n',
    ':\n\n',
  ])
})

test('nobody looks any more once nobody wants to know', async () => {
  const stop = new AbortController()
  let looks = 0
  const look = async () => still(String((looks += 1)))
  const pieces = changes({ look, wait: async () => stop.abort(), signal: stop.signal })
  expect(await Array.fromAsync(pieces)).toEqual(['data: 1\n\n'])
  expect(looks).toBe(1)
})

const broken = new Error('the database is away')

async function* some(isBroken: boolean) {
  yield 'a'
  if (isBroken) throw broken
  yield 'b'
}

test('a body ends with its pieces, and says so; a broken one ends too, and says why', async () => {
  for (const isBroken of [false, true]) {
    const { promise: left, resolve } = Promise.withResolvers<unknown>()
    const text = await new Response(bodyOf(some(isBroken), resolve)).text()
    expect(text).toBe(isBroken ? 'a' : 'ab')
    expect(await left).toBe(isBroken ? broken : undefined)
  }
})

test('a reader who goes is noticed at once, while the next piece is being waited for', async () => {
  const next = Promise.withResolvers<void>()
  const left = Promise.withResolvers<unknown>()
  async function* slow() {
    yield 'a'
    await next.promise
    yield 'b'
  }
  const reader = bodyOf(slow(), left.resolve).getReader()
  await reader.read()
  await reader.cancel()
  expect(await left.promise).toBeUndefined()
  next.resolve()
  expect((await reader.read()).done).toBe(true)
})
