import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { doorOf } from '../../src/http/door.ts'
import { routesOf, type Who } from '../../src/server.ts'
import { addCompany } from '../setup/people.ts'
import { browserOf } from '../stories/users-tools.ts'
import { ana, openWorld, PASSWORD, protect, type Visitor, type World } from '../world.ts'

/** Who asks, the least first. */
const askers = ['nobody', 'half signed in', 'person', 'support', 'manage', 'operator'] as const
type Asker = (typeof askers)[number]

/** Who of them is let in at least, by what a route says. A word without a line here does not compile. */
const letsIn: Readonly<Record<Exclude<Who, 'key'>, Asker>> = {
  anybody: 'nobody',
  person: 'person',
  support: 'support',
  manage: 'manage',
  operator: 'operator',
}

/**
 * What a part of the house is for. A route says for itself who may ask it; here it is said once more, by
 * somebody who has thought of the whole part, so that a slip of the pen in the list of routes is seen.
 */
const parts: readonly (readonly [path: RegExp, who: Who])[] = [
  [/^\/account(\/|$)/, 'person'],
  [/^\/(users|overview|events|policy)(\/|$)/, 'manage'],
  [/^\/cases(\/|$)/, 'support'],
  [/^\/api\/v1\/accounts(\/|$)/, 'key'],
  [/^\/settings\/keys(\/|$)/, 'manage'],
  [/^\/(deliveries|settings)(\/|$)/, 'operator'],
]

/** What anybody may ask, each with a reason of its own: `half-signed-in.test.ts` says what they answer. */
const isOpen = (path: string): boolean => !parts.some(([part]) => part.test(path))

describe('every URL lets in those it says, and nobody else', () => {
  let world: World
  let list: ReturnType<typeof routesOf>
  const browsers = new Map<Asker, Visitor>()

  beforeAll(async () => {
    world = await openWorld({ people: [ana], settings: { ADDRESS_REQUESTS_5_MINUTES: '10000' } })
    const door = doorOf(world.app, { style: '', script: '' }, new Set())
    list = routesOf(door, world.opened.render)
    await addCompany(world)
    await protect(world, world.visitor(), { email: 'ugo@example.com', password: PASSWORD })
    browsers.set('nobody', world.visitor())
    browsers.set('half signed in', await browserOf(world, 'ugo@example.com'))
    browsers.set('person', await browserOf(world, 'uma@example.com'))
    browsers.set('support', await browserOf(world, 'sam@example.com'))
    browsers.set('manage', await browserOf(world, 'mara@example.com'))
    browsers.set('operator', await browserOf(world, ana.email))
  })
  afterAll(() => world.close())

  /** Asks with something that no form has, so that nothing is done by who is let in. */
  async function ask(asker: Asker, method: 'GET' | 'POST', path: string): Promise<string> {
    const browser = browsers.get(asker)!
    const url = path.replace(/:\w+/g, 'x')
    const answer = await (method === 'GET' ? browser.get(url) : browser.post(url, { nothing: 'x' }))
    const to = answer.headers.get('location') ?? ''
    if (answer.status === 303 && /^\/sign-in(\?|$)/.test(to)) return 'sign in first'
    if (answer.status === 401) return 'sign in first'
    if (answer.status === 403) return 'not allowed'
    return answer.status < 500 ? 'let in' : String(answer.status)
  }

  function expected(asker: Asker, who: Exclude<Who, 'key'>): string {
    if (askers.indexOf(asker) >= askers.indexOf(letsIn[who])) return 'let in'
    return askers.indexOf(asker) < askers.indexOf('person') ? 'sign in first' : 'not allowed'
  }

  test('each part of the house is for those it is for', () => {
    for (const [path, { who }] of Object.entries(list)) {
      const part = parts.find(([prefix]) => prefix.test(path))
      expect(who, `${path}: say in \`parts\` who may ask it`).toBe(part?.[1] ?? 'anybody')
    }
  })

  for (const asker of askers)
    test(`${asker} is let in where that is enough`, async () => {
      const said: string[] = []
      const wanted: string[] = []
      for (const [path, { who, get, post }] of Object.entries(list)) {
        if (isOpen(path) || who === 'anybody') continue
        for (const method of ['GET', 'POST'] as const) {
          if (!(method === 'GET' ? get : post)) continue
          const route = `${method} ${path}: `
          said.push(route + (await ask(asker, method, path)))
          // Nobody comes in by a cookie where a program shows its key.
          wanted.push(route + (who === 'key' ? 'sign in first' : expected(asker, who)))
        }
      }
      expect(said.length).toBeGreaterThan(60)
      expect(said).toEqual(wanted)
    })
})
