import fc from 'fast-check'
import { expect } from 'vitest'
import { DAY, HOUR, MINUTE, type World } from '../world.ts'
import { expectAgreement, expectWayIn, settle } from './agree.ts'
import {
  changeOf,
  changeSomething,
  factorIn,
  forget,
  goOnLater,
  guess,
  losable,
  lose,
  passkeysOf,
  prefer,
  signIn,
  signInByPasskey,
  signOut,
  type Wish,
} from './doings.ts'
import { counting, isProtected, kinds, type Browser, type Kind, type Person } from './person.ts'
import { attack, borrow } from './thief.ts'

type Command = fc.AsyncCommand<Person, World>

/** After each, all is as the model says; and nothing that is done takes the last way away. */
const command = (
  words: string,
  work: (person: Person, world: World) => Promise<void> | void,
  check: (person: Person) => boolean = () => true,
): Command => ({
  toString: () => words,
  check,
  async run(person, world) {
    await settle(world, person)
    const { allowed } = person
    const before = counting(person)
    await work(person, world)
    await expectAgreement(world, person)
    // An operator may forbid what somebody has, and a guesser may have it switched off.
    const isMeant = allowed === person.allowed && before.some(({ isOff }) => !isOff)
    if (isMeant && isProtected(person))
      expect(counting(person), 'nothing is left that lets in').not.toHaveLength(0)
  },
})

const browserOf = ({ browsers }: Person, index: number): Browser => browsers[index]!
const isIn = (index: number) => (person: Person) => browserOf(person, index).session !== null
const said = (...words: (string | false)[]) => words.filter(Boolean).join(', ')
const named = ({ kind, isOther }: Wish) => (isOther ? `other ${kind}` : kind)

const browser = fc.constantFrom(0, 0, 1)
const wish = fc.record({
  kind: fc.constantFrom('any', 'any', 'any', 'any', ...kinds, 'recovery'),
  isOther: fc.constantFrom(false, false, true),
})
const kind = fc.constantFrom(...kinds)
const yes = fc.boolean()
// Most of what is begun is brought to its end at once.
const steps = fc.constantFrom(3, 3, 3, 3, 3, 2, 1, 0)

// Longer than a code by mail lives, and than there is time.
const minutes = fc.constantFrom(0, 0, 0, 0, 0, 0, 6, 11)
const slowly = (n: number) => n > 0 && `after ${n} minutes`

/** What is done in one browser, in words and in deed. */
type Doing = {
  readonly words: string
  readonly work: (person: Person, world: World, browser: Browser) => Promise<void>
  readonly check: (person: Person) => boolean
}

const signInWith = fc
  .record({ means: wish, remember: yes, minutes, isWatched: yes })
  .map((how) => (steps: number): Doing => {
    const { means, remember, minutes, isWatched } = how
    const shown = [`by ${named(means)}`, remember && 'remember', slowly(minutes)]
    return {
      words: `signIn(${said(...shown, isWatched && 'watched', only(steps))})`,
      work: (person, world, browser) => signIn(world, person, browser, { ...how, steps }),
      check: () => true,
    }
  })

const only = (steps: number) => steps < 3 && `${steps} steps`

const what = fc.constantFrom(
  ...(['add', 'add', 'add', 'remove', 'remove', 'remove', 'off', 'codes', 'bind'] as const),
)

const changeWith = fc
  .record({ what, of: wish, kind, isSynced: yes, means: wish, isLater: yes, minutes })
  .map(({ what, of, kind, isSynced, ...how }) => (steps: number): Doing => {
    const find = (person: Person) => changeOf(person, what, { of, kind, isSynced })
    const whole = what === 'off' || what === 'codes' ? what : `${what} ${named(of)}`
    const change = what === 'add' ? `add ${isSynced ? 'synced ' : ''}${kind}` : whole
    const shown = [`by ${named(how.means)}`, how.isLater && 'later', slowly(how.minutes)]
    return {
      words: `change(${said(change, ...shown, only(steps))})`,
      work: (person, world, browser) =>
        changeSomething(world, person, browser, () => find(person), { ...how, steps }),
      check: (person) => find(person) !== null,
    }
  })

const inOne = (doing: fc.Arbitrary<(steps: number) => Doing>) =>
  fc.record({ doing, steps, browser }).map(({ doing, steps, browser }) => {
    const { words, work, check } = doing(steps)
    return command(
      `${browser}: ${words}`,
      (person, world) => work(person, world, browserOf(person, browser)),
      check,
    )
  })

/** Something is begun, something else is done in another browser, and then the first goes on. */
const meanwhile = fc
  .record({
    first: fc.oneof(signInWith, changeWith),
    steps: fc.constantFrom(0, 1, 2),
    second: changeWith,
    means: wish,
  })
  .map(({ means, ...all }) => {
    const first = all.first(all.steps)
    const second = all.second(3)
    return command(
      `0: ${first.words}, meanwhile 1: ${second.words}, 0: goOn(by ${named(means)})`,
      async (person, world) => {
        const [one, other] = [browserOf(person, 0), browserOf(person, 1)]
        await first.work(person, world, one)
        await second.work(person, world, other)
        await goOnLater(world, person, one, means)
      },
      first.check,
    )
  })

const goingOn = fc.record({ browser, means: wish }).map(({ browser, means }) =>
  command(
    `goOn(${browser}, by ${named(means)})`,
    (person, world) => goOnLater(world, person, browserOf(person, browser), means),
    (person) => browserOf(person, browser).open !== null,
  ),
)

const byPasskey = fc
  .record({ browser, of: wish, isVerified: yes })
  .map(({ browser, of, isVerified }) =>
    command(
      `passkeyAlone(${said(`${browser}`, `${named(of)}`, !isVerified && 'not verified')})`,
      (person, world) => signInByPasskey(world, person, browserOf(person, browser), of, isVerified),
      (person) => person.allowed.includes('passkey') && passkeysOf(person).length > 0,
    ),
  )

const preferring = fc
  .record({ browser, kind })
  .map(({ browser, kind }) =>
    command(
      `prefer(${browser}, ${kind})`,
      (person, world) => prefer(world, person, browserOf(person, browser), kind),
      isIn(browser),
    ),
  )

const leaving = fc.record({ browser, forgets: yes }).map(({ browser, forgets }) =>
  command(
    `${forgets ? 'forget' : 'signOut'}(${browser})`,
    (person, world) => {
      const own = browserOf(person, browser)
      return forgets ? forget(world, own) : signOut(own)
    },
    isIn(browser),
  ),
)

const losing = fc
  .record({ thing: fc.constantFrom(...losable), of: wish })
  .map(({ thing, of }) =>
    command(
      `lose(${said(thing, thing === 'one' && named(of))})`,
      (person) => lose(person, thing, of),
      isProtected,
    ),
  )

const times = {
  'half a minute': MINUTE / 2,
  'seven minutes': 7 * MINUTE,
  'half an hour': 31 * MINUTE,
  'half a day': 13 * HOUR,
  'a day': 25 * HOUR,
  'two weeks': 15 * DAY,
  'a month': 31 * DAY,
}
const passing = fc
  .constantFrom(...(Object.keys(times) as (keyof typeof times)[]))
  .map((time) => command(`pass(${time})`, (_, world) => world.pass(times[time])))

export const policies: readonly (readonly Kind[])[] = [
  kinds,
  ['passkey', 'totp'],
  ['totp', 'email'],
  ['passkey', 'email'],
  ['totp'],
]
const forbidding = fc.constantFrom(...policies).map((allowed) =>
  command(`policy(${allowed.join()})`, (person) => {
    person.allowed = allowed
  }),
)

const guessing = fc
  .record({ way: fc.constantFrom('totp', 'email'), attempts: fc.constantFrom(1, 3) })
  .map(({ way, attempts }) =>
    command(
      `guess(${way}, ${attempts} attempts)`,
      (person, world) => guess(world, person, way, attempts),
      isProtected,
    ),
  )

const attacking = fc
  .record({ password: yes, mailbox: yes, paper: yes, thing: fc.option(wish) })
  .map(({ thing, paper, ...loot }) =>
    command(
      `attack(${said(loot.password && 'password', loot.mailbox && 'mailbox', paper && 'paper', thing !== null && `lost ${named(thing)}`)})`,
      (person, world) => {
        const lost = [...person.factors, ...person.gone].filter(({ isHeld }) => !isHeld)
        const factor = thing === null ? null : factorIn(lost, thing)
        return attack(world, person, { ...loot, factor, paper: paper && !person.hasPaper })
      },
    ),
  )

const borrowing = fc
  .record({ browser, mailbox: yes })
  .map(({ browser, mailbox }) =>
    command(
      `borrow(${said(`${browser}`, mailbox && 'mailbox')})`,
      (person, world) => borrow(world, person, browserOf(person, browser), mailbox),
      isIn(browser),
    ),
  )

const comingIn = fc
  .constant('wayIn()')
  .map((words) => command(words, (person, world) => expectWayIn(world, person)))

const often = <T>(times: number, each: T): T[] => Array.from({ length: times }, () => each)

/** Everything that can happen, what matters most oftener. */
export const commands = (most: number) =>
  fc.commands(
    [
      ...often(7, inOne(changeWith)),
      ...often(3, inOne(signInWith)),
      ...often(2, meanwhile),
      ...often(2, goingOn),
      ...often(2, passing),
      ...often(2, byPasskey),
      preferring,
      leaving,
      losing,
      ...often(2, forbidding),
      guessing,
      attacking,
      borrowing,
      comingIn,
    ],
    { maxCommands: most, size: 'max' },
  )
