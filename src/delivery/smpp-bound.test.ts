import { expect, onTestFinished, test } from 'vitest'
import { stayBound } from './smpp-bound.ts'
import type { Link, Trouble } from './smpp-link.ts'
import { patience } from './smpp-setting.ts'

/** Links in the hand of the test: each is opened, is bound or not, and ends, when it is told to. */
function world(waits: Partial<typeof patience>) {
  const opened: ReturnType<typeof linkInHand>[] = []
  const asked: ((link: ReturnType<typeof linkInHand>) => void)[] = []
  const bound = stayBound(
    () => {
      const next = linkInHand()
      opened.push(next)
      asked.shift()?.(next)
      return next.link
    },
    { ...patience, ...waits },
  )
  onTestFinished(bound.close)
  const nextOne = () => new Promise<(typeof opened)[0]>((resolve) => void asked.push(resolve))
  return { bound, opened, nextOne }
}

function linkInHand() {
  const bound = Promise.withResolvers<Trouble | null>()
  const ended = Promise.withResolvers<void>()
  const end = (trouble: Trouble | null) => {
    bound.resolve(trouble)
    ended.resolve()
  }
  const link: Link = {
    bound: bound.promise,
    ended: ended.promise,
    ask: async () => 'unsent',
    close: async () => end({ reason: 'broken off' }),
  }
  return { link, bind: () => bound.resolve(null), end }
}

test('who comes while it connects waits for it', async () => {
  const { bound, opened } = world({})
  const ready = bound.ready(10_000)
  opened[0]!.bind()
  expect(await ready).toBe(opened[0]!.link)
  expect(await bound.ready(10_000)).toBe(opened[0]!.link)
})

test('who comes after a break waits for the next; after a failure it is told at once', async () => {
  const { bound, opened, nextOne } = world({ firstWait: 10, longestWait: 10 })
  const [first] = opened
  first!.bind()
  expect(await bound.ready(10_000)).toBe(first!.link)
  const coming = nextOne()
  first!.end(null)
  await first!.link.ended
  const waiting = bound.ready(10_000)
  const second = await coming
  second.end({ reason: 'no route' })
  expect(await waiting).toEqual({ reason: 'no route' })
  const third = await nextOne()
  third.bind()
  expect(await bound.ready(10_000)).toBe(third.link)
})

test('after a failure it is told before the next try, which is a minute away', async () => {
  const { bound, opened } = world({ firstWait: 60_000, longestWait: 60_000 })
  opened[0]!.end({ reason: 'no route' })
  expect(await bound.ready(10_000)).toEqual({ reason: 'no route' })
  expect(await bound.ready(10_000)).toEqual({ reason: 'no route' })
  expect(opened).toHaveLength(1)
})

test('it waits no longer than it may, and not at all when it is closed', async () => {
  const { bound, opened } = world({})
  expect(await bound.ready(1)).toEqual({ reason: 'not connected in time' })
  const waiting = bound.ready(10_000)
  await bound.close()
  expect(await waiting).toEqual({ reason: 'closed' })
  expect(await bound.ready(10_000)).toEqual({ reason: 'closed' })
  expect(opened).toHaveLength(1)
})

const lives: [string, lived: number, longestWait: number, pauses: number[]][] = [
  ['grow to the longest while it breaks at once', 0, 20_000, [1, 2, 4, 8, 16, 20, 20]],
  ['start anew after one that held for longer than that', 40, 20, Array(7).fill(0.01)],
]
test.each(lives)('waits between two tries %s', async (_, lived, longestWait, pauses) => {
  const waited: number[] = []
  const enough = Promise.withResolvers<void>()
  const open = () => {
    const { link, bind, end } = linkInHand()
    bind()
    if (lived > 0) setTimeout(end, lived, null)
    else end(null)
    return link
  }
  const never = new Promise<void>(() => {})
  stayBound(
    open,
    { ...patience, firstWait: Math.min(1_000, longestWait / 2), longestWait },
    (ms) => {
      waited.push(ms / 1_000)
      if (waited.length === 7) enough.resolve()
      return waited.length === 7 ? never : Promise.resolve()
    },
  )
  await enough.promise
  expect(waited).toEqual(pauses)
})

test('as it is, the first wait is a second and the longest half a minute', () => {
  expect(patience).toMatchObject({ firstWait: 1_000, longestWait: 30_000, enquireEvery: 30_000 })
})
