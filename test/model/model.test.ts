import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY } from '../world.ts'
import { expectAgreement, expectWayIn } from './agree.ts'
import { commands, policies } from './commands.ts'
import { guess, signIn } from './doings.ts'
import { openHouse, type House } from './house.ts'
import { kinds } from './person.ts'
import { beginChange } from './steps.ts'
import { borrow } from './thief.ts'

// More of it, or the same again: MODEL_RUNS=2000 MODEL_SEED=123.
const { MODEL_RUNS, MODEL_SEED } = process.env
const SECOND = 1000

const wanted = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 5, arbitrary: fc.shuffledSubarray([...kinds], { minLength: 1 }) },
)
const guessed = fc.constantFrom(null, null, null, null, 'totp' as const, 'email' as const)
const policy = fc.constantFrom(kinds, kinds, ...policies)

const lives = ({ world, person }: House) =>
  fc.asyncProperty(wanted, guessed, policy, commands(40), async (wanted, way, allowed, all) => {
    const somebody = await person(wanted)
    if (way && wanted.length > 0) await guess(world, somebody, way, 3)
    somebody.allowed = allowed
    await expectAgreement(world, somebody)
    await fc.asyncModelRun(() => ({ model: somebody, real: world }), all)
    await expectWayIn(world, somebody, true)
  })

for (const [database, runs] of [
  ['SQLite', 12],
  ['PostgreSQL', 2],
] as const)
  test(
    `${database}: whatever is set up, removed, used or lost, nobody is in without what is asked, and nobody is locked out`,
    async () => {
      const house = await openHouse(database)
      try {
        await fc.assert(lives(house), {
          numRuns: MODEL_RUNS ? Number(MODEL_RUNS) : runs,
          // The same lives each time, but where more of them are wished for.
          ...(!(MODEL_RUNS && !MODEL_SEED) && { seed: Number(MODEL_SEED ?? 4) }),
          // What is found is made smaller for so long.
          ...(!MODEL_RUNS && { interruptAfterTimeLimit: 15 * SECOND }),
        })
      } finally {
        await house.world.close()
      }
    },
    MODEL_RUNS ? 3600 * SECOND : 30 * SECOND,
  )

test('what it has found once stays as it should be', async () => {
  const { world, person } = await openHouse('SQLite')
  try {
    // An app beside a passkey that is not allowed any more is the last way in, and the last strong one.
    for (const more of [[], ['email' as const]]) {
      const somebody = await person(['passkey', 'totp', ...more])
      const [browser] = somebody.browsers
      somebody.allowed = ['totp', 'email']
      await borrow(world, somebody, browser!, false)
      await beginChange(world, somebody, browser!, { what: 'remove', factor: somebody.factors[1]! })
      await expectAgreement(world, somebody)
    }

    // An app that was guessed at too often is the last strong one all the same.
    const guessedAt = await person(['totp', 'email'])
    await guess(world, guessedAt, 'totp', 3)
    await expectAgreement(world, guessedAt)
    expect(guessedAt.factors.map(({ isOff }) => isOff)).toEqual([true, false])
    const byCode = { kind: 'recovery', isOther: false } as const
    const how = { remember: true, steps: 3, minutes: 0, isWatched: false }
    const [browser] = guessedAt.browsers
    await signIn(world, guessedAt, browser!, { ...how, means: byCode })
    await borrow(world, guessedAt, browser!, false)
    await expectAgreement(world, guessedAt)

    // A browser that was unused for too long is forgotten, though it is used again.
    world.pass(15 * DAY)
    const byMail = { kind: 'email', isOther: false } as const
    await signIn(world, guessedAt, browser!, { ...how, means: byMail, remember: false })
    await expectAgreement(world, guessedAt)
  } finally {
    await world.close()
  }
})
