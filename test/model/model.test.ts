import fc from 'fast-check'
import { test } from 'vitest'
import { addAccount } from '../../src/accounts/set-up.ts'
import type { App } from '../../src/app.ts'
import { ana, nobodysVisit, openWorld, type World } from '../world.ts'
import { expectAgreement, expectWayIn } from './agree.ts'
import { commands, policies } from './commands.ts'
import { guess } from './doings.ts'
import { kinds, LIMITS, type Kind, type Person } from './person.ts'
import { beginChange, beginSignIn, goOn } from './steps.ts'

// More of it, or the same again: MODEL_RUNS=2000 MODEL_SEED=123.
const { MODEL_RUNS, MODEL_SEED } = process.env
const SECOND = 1000

/** Limits so wide that they are not what it is about, but for that of wrong codes in a row. */
const ALL = '1000000'
const settings = {
  CODE_TRIES: '10',
  RESEND_SECONDS: '10',
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

let people = 0

async function newPerson(world: World): Promise<Person> {
  const email = `person-${++people}@example.com`
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

/** In, with these set up. */
async function start(world: World, person: Person, wanted: readonly Kind[]): Promise<void> {
  const browser = person.browsers[0]!
  await beginSignIn(world, person, browser, false)
  for (const kind of wanted) {
    await beginChange(world, person, browser, { what: 'add', kind, isSynced: false })
    await goOn(world, person, browser, null)
  }
  await expectAgreement(world, person)
}

for (const [database, runs] of [
  ['SQLite', 10],
  ['PostgreSQL', 2],
] as const)
  test(
    `${database}: whatever is set up, removed, used or lost, nobody is in without what is asked, and nobody is locked out`,
    async () => {
      let now: Person | null = null
      const underPolicy = (app: App): App => ({
        ...app,
        config: {
          ...app.config,
          get factors() {
            return [...(now?.allowed ?? kinds)]
          },
        },
      })
      const world = await openWorld({ database, settings, people: [ana], wrap: underPolicy })
      try {
        const wanted = fc.oneof(
          { weight: 1, arbitrary: fc.constant([]) },
          { weight: 5, arbitrary: fc.shuffledSubarray([...kinds], { minLength: 1 }) },
        )
        const guessed = fc.constantFrom(null, null, null, null, 'totp' as const, 'email' as const)
        const policy = fc.constantFrom(kinds, kinds, ...policies)
        await fc.assert(
          fc.asyncProperty(
            wanted,
            guessed,
            policy,
            commands(40),
            async (wanted, way, allowed, all) => {
              const person = await newPerson(world)
              now = person
              await start(world, person, wanted)
              if (way && wanted.length > 0) await guess(world, person, way, 3)
              person.allowed = allowed
              await expectAgreement(world, person)
              await fc.asyncModelRun(() => ({ model: person, real: world }), all)
              await expectWayIn(world, person, true)
              now = null
            },
          ),
          {
            numRuns: MODEL_RUNS ? Number(MODEL_RUNS) : runs,
            ...(MODEL_SEED && { seed: Number(MODEL_SEED) }),
            // What is found is made smaller for so long.
            ...(!MODEL_RUNS && { interruptAfterTimeLimit: 20 * SECOND }),
          },
        )
      } finally {
        await world.close()
      }
    },
    MODEL_RUNS ? 3600 * SECOND : 30 * SECOND,
  )
