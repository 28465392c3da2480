import { addAccount } from '../../src/accounts/set-up.ts'
import type { App } from '../../src/app.ts'
import { ana, nobodysVisit, openWorld, type World } from '../world.ts'
import { expectAgreement } from './agree.ts'
import { kinds, LIMITS, type Kind, type Person } from './person.ts'
import { beginChange, beginSignIn, goOn } from './steps.ts'

const ALL = '1000000'

/** Limits so wide that they are not what it is about, but for that of wrong codes in a row. */
const settings = {
  CODE_TRIES: '10',
  CODE_SENDS: '10',
  SECOND_STEP_FAILURES_5_MINUTES: ALL,
  SECOND_STEP_FAILURES_DAY: ALL,
  SECOND_STEP_FAILURES_IN_A_ROW: String(LIMITS.inARow),
  SECOND_STEP_ADDRESS_FAILURES_5_MINUTES: ALL,
  SECOND_STEP_ADDRESS_FAILURES_HOUR: ALL,
  PASSWORD_FAILURES_5_MINUTES: ALL,
  PASSWORD_ADDRESS_FAILURES_5_MINUTES: ALL,
  PASSWORD_ADDRESS_REQUESTS_MINUTE: ALL,
  ADDRESS_REQUESTS_5_MINUTES: ALL,
  ALL_PASSWORD_FAILURES_5_MINUTES: ALL,
  MAILS_HOUR: ALL,
  MAILS_DAY: ALL,
  ADDRESS_SENDS_5_MINUTES: ALL,
  RESETS_DAY: ALL,
  RESETS_ADDRESS_HOUR: ALL,
  SESSIONS: '1000',
  REMEMBERED_DEVICES: '100',
}

/** A world for one person after the other, under the policy of the one who was asked for last. */
export type House = {
  readonly world: World
  /** Somebody new, who is in, with these set up. */
  readonly person: (wanted: readonly Kind[]) => Promise<Person>
}

export async function openHouse(database: 'SQLite' | 'PostgreSQL'): Promise<House> {
  let person: Person | null = null
  let people = 0
  const wrap = (app: App): App => ({
    ...app,
    config: {
      ...app.config,
      get factors() {
        return [...(person?.allowed ?? kinds)]
      },
    },
  })
  const world = await openWorld({ database, settings, people: [ana], wrap })
  return {
    world,
    async person(wanted) {
      person = await newPerson(world, `person-${++people}@example.com`)
      const browser = person.browsers[0]!
      await beginSignIn(world, person, browser, false)
      for (const kind of wanted) {
        await beginChange(world, person, browser, { what: 'add', kind, isSynced: false })
        await goOn(world, person, browser, null)
      }
      await expectAgreement(world, person)
      return person
    },
  }
}

async function newPerson(world: World, email: string): Promise<Person> {
  const made = await addAccount(world.app, nobodysVisit, { ...ana, email })
  if (!('account' in made)) throw new Error(JSON.stringify(made))
  const browser = () => ({ visitor: world.visitor(), session: null, trust: null, open: null })
  return {
    accountId: made.account.id,
    email,
    allowed: kinds,
    factors: [],
    gone: [],
    codes: [],
    dead: [],
    hasPaper: false,
    hasMailbox: true,
    preferred: null,
    resetAt: null,
    browsers: [browser(), browser()],
    seen: [],
  }
}
