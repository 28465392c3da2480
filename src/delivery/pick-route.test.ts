import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pickRoute, type Before, type Candidate } from './pick-route.ts'

const works = (id: string): Candidate => ({ id, isResting: false })
const rests = (id: string): Candidate => ({ id, isResting: true })

const unanswered = (route: string): Before => ({ route, refusedAt: null, lasting: 0 })
const refused = (route: string): Before => ({ route, refusedAt: 1, lasting: 0 })
const forGood = (route: string): Before => ({ route, refusedAt: 1, lasting: 1 })

const all = [works('a'), works('b'), works('c')]
type Case = [
  what: string,
  routes: Candidate[],
  before: Before[],
  avoid: string[],
  sms: string | null,
  mail: string | null,
]

const cases: Case[] = [
  ['none is linked', [], [], [], null, null],
  ['the first in the operator’s order', all, [], [], 'a', 'a'],
  ['one that rests comes after others', [rests('a'), works('b')], [], [], 'b', 'b'],
  ['one that rests comes before nobody', [rests('a')], [], [], 'a', 'a'],
  ['those that rest keep their order', [rests('a'), rests('b')], [], [], 'a', 'a'],
  ['waited for in vain: after others', all, [], ['a'], 'b', 'b'],
  ['waited for in vain: before nobody', [works('a')], [], ['a'], 'a', 'a'],
  ['in vain comes after one that rests', [works('a'), rests('b')], [], ['a'], 'b', 'b'],
  ['what has refused for now comes after others', all, [refused('a')], [], 'b', 'b'],
  ['even after one that rests', [works('a'), rests('b')], [refused('a')], [], 'b', 'b'],
  ['all have refused for now: the longest ago', all, 'bca'.split('').map(refused), [], 'b', 'b'],
  ['what has refused twice since', all, 'abcab'.split('').map(refused), [], 'c', 'c'],
  ['only one, and it refused for now', [works('a')], [refused('a')], [], 'a', 'a'],
  ['only one, and it refused for good', [works('a')], [forGood('a')], [], null, null],
  [
    'refused for good, and for now later',
    [works('a')],
    [forGood('a'), refused('a')],
    [],
    null,
    null,
  ],
  ['may have it: only a mail comes twice', [works('a')], [unanswered('a')], [], null, 'a'],
  ['may have it, and refused later', [works('a')], [unanswered('a'), refused('a')], [], null, 'a'],
  ['the others may have it', all, [unanswered('a'), unanswered('b')], [], 'c', 'c'],
  ['asked is one that is linked no more', [works('b')], [unanswered('a')], [], 'b', 'b'],
]

describe('the route for a message', () => {
  for (const [what, routes, before, avoid, sms, mail] of cases)
    test(what, () => {
      const picked = (repeats: boolean) =>
        pickRoute(routes, before, { repeats, avoid: new Set(avoid) })?.id ?? null
      expect([picked(false), picked(true)]).toEqual([sms, mail])
    })
})

const id = fc.constantFrom('a', 'b', 'c', 'd')
const candidates = fc.uniqueArray(fc.record({ id, isResting: fc.boolean() }), {
  selector: (route) => route.id,
})
const history = fc.array(
  fc.record({
    route: id,
    refusedAt: fc.constantFrom(null, 1),
    lasting: fc.constantFrom(0, 1),
  }),
  { maxLength: 6 },
)
const avoided = fc.array(id).map((ids) => new Set(ids))

test('what may have taken a text message is never asked again, nor what has refused it for good', () => {
  fc.assert(
    fc.property(candidates, history, avoided, fc.boolean(), (routes, before, avoid, repeats) => {
      const picked = pickRoute(routes, before, { repeats, avoid })
      if (picked === null) return
      const its = before.filter(({ route }) => route === picked.id)
      expect(routes).toContain(picked)
      expect(its.some(({ lasting }) => lasting === 1)).toBe(false)
      if (!repeats) expect(its.some(({ refusedAt }) => refusedAt === null)).toBe(false)
    }),
  )
})

test('while one is left that was not asked, it is asked; and somebody always is', () => {
  fc.assert(
    fc.property(candidates, history, avoided, fc.boolean(), (routes, before, avoid, repeats) => {
      const asked = new Set(before.map(({ route }) => route))
      const fresh = routes.filter((route) => !asked.has(route.id))
      const picked = pickRoute(routes, before, { repeats, avoid })
      if (fresh.length > 0) expect(fresh).toContain(picked)
      const best = fresh.filter((route) => !avoid.has(route.id) && !route.isResting)
      if (best.length > 0) expect(picked).toBe(best[0])
    }),
  )
})
