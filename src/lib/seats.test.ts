import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seats, type Leave } from './seats.ts'

test('there are so many in all, and so many for one; who leaves makes room, once', () => {
  const { take } = seats(3, 2)
  const first = take('a')
  expect([first, take('a'), take('a')].map((leave) => leave !== null)).toEqual([true, true, false])
  const other = take('b')
  expect(other).not.toBeNull()
  expect(take('c')).toBeNull()
  first!()
  first!()
  expect(take('c')).not.toBeNull()
  expect(take('c')).toBeNull()
  other!()
  expect(take('a')).not.toBeNull()
})

test('however people come and go, never more are taken than there are, and none is lost', () => {
  const walk = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 60 })
  fc.assert(
    fc.property(walk, (doings) => {
      const { take } = seats(4, 2)
      const taken: { readonly key: string; readonly leave: Leave }[] = []
      for (const [key, comes] of doings) {
        const its = taken.filter((each) => each.key === key).length
        if (!comes) {
          taken.pop()?.leave()
          continue
        }
        const leave = take(key)
        expect(leave !== null).toBe(taken.length < 4 && its < 2)
        if (leave) taken.push({ key, leave })
      }
    }),
  )
})
