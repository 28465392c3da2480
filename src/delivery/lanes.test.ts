import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openLanes } from './lanes.ts'

/** Lanes, what has begun in them in this order, and how to end it. */
function lanesOf(most: number) {
  const begun: string[] = []
  const under = new Map<string, () => void>()
  const lanes = openLanes(most, (id) => {
    begun.push(id)
    const { promise, resolve } = Promise.withResolvers<void>()
    under.set(id, resolve)
    return promise
  })
  async function end(id: string): Promise<void> {
    under.get(id)!()
    under.delete(id)
    await turn()
  }
  return { lanes, begun, under, end }
}

test('so many are under way in a lane, and each that ends makes room for one', async () => {
  const { lanes, begun, end } = lanesOf(2)
  for (const id of ['a', 'b', 'c', 'd']) lanes.later('x', id)
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c'])
})

test('a full lane holds up no other', () => {
  const { lanes, begun } = lanesOf(1)
  for (const id of ['a', 'b']) lanes.later('slow', id)
  lanes.now('other', 'c')
  expect(begun).toEqual(['a', 'c'])
})

test('who waits at this moment goes before what was left over, which waits once', async () => {
  const { lanes, begun, end } = lanesOf(1)
  lanes.later('x', 'a')
  for (const id of ['b', 'c', 'b']) lanes.later('x', id)
  lanes.now('x', 'd')
  for (const id of ['a', 'd', 'b', 'c']) await end(id)
  expect(begun).toEqual(['a', 'd', 'b', 'c'])
})

test('stopped, nothing more begins', async () => {
  const { lanes, begun, end } = lanesOf(1)
  for (const id of ['a', 'b']) lanes.now('x', id)
  lanes.stop()
  await end('a')
  lanes.now('y', 'c')
  expect(begun).toEqual(['a'])
})

test('everything is done, never too much at once', async () => {
  const job = fc.record({ lane: fc.constantFrom('x', 'y', 'z'), own: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.array(job, { maxLength: 30 }),
      fc.integer({ min: 1, max: 3 }),
      async (jobs, most) => {
        const { lanes, begun, under, end } = lanesOf(most)
        const laneOf = (id: string): string => jobs[Number(id)]!.lane
        for (const [i, { lane, own }] of jobs.entries())
          (own ? lanes.now : lanes.later)(lane, String(i))
        for (let id = under.keys().next().value; id !== undefined; id = under.keys().next().value) {
          for (const lane of ['x', 'y', 'z'])
            expect(
              [...under.keys()].filter((each) => laneOf(each) === lane).length,
            ).toBeLessThanOrEqual(most)
          await end(id)
        }
        expect(begun.toSorted()).toEqual(jobs.map((_, i) => String(i)).toSorted())
      },
    ),
    { numRuns: 50 },
  )
})
