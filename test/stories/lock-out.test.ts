import { expect } from 'vitest'
import { checkFactors, LocksOut } from '../../src/accounts/lock-out.ts'
import type { App } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { findAccountByLogin } from '../../src/store/accounts.ts'
import { insertEnrolment } from '../../src/store/enrolments.ts'
import { ana, openWorld, protect, type World } from '../world.ts'
import { wayOn } from './factor-tools.ts'
import { placeOf, story } from './story.ts'

/** What somebody has set up: `none` are recovery codes that are all used up, `guessed` is switched off. */
type Has = 'email' | 'totp' | 'passkey' | 'codes' | 'none' | 'guessed email' | 'guessed totp'

const person = (name: string) => ({ ...ana, email: `${name}@example.com` })

async function setUp(world: World, name: string, ...has: readonly Has[]): Promise<void> {
  const account = await findAccountByLogin(world.app.db, person(name).email)
  for (const [index, each] of has.entries()) {
    const id = `${name}-${index}`
    const kind = ['codes', 'none'].includes(each) ? 'recovery' : each.replace('guessed ', '')
    const state = { salt: 'x', hashes: each === 'codes' ? ['left'] : [] }
    const about = { id, accountId: account!.id, kind, name: '', state, createdAt: 1, handle: null }
    await insertEnrolment(world.app.db, about)
    if (each.startsWith('guessed'))
      await world.app.db
        .updateTable('enrolments')
        .set({ disabledAt: 1 })
        .where('id', '=', id)
        .execute()
  }
}

const withFactors = ({ app }: World, ...factors: App['config']['factors'][number][]) => ({
  ...app,
  config: { ...app.config, factors },
})

const logins = (error: Error): string[] => error.message.match(/\S+@\S+/g) ?? []

/** What the start is refused with. */
async function refusal(app: App): Promise<LocksOut> {
  const error: unknown = await checkFactors(app).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(LocksOut)
  return error as LocksOut
}

const names = ['ann', 'ben', 'cem', 'dan', 'eva', 'fay', 'gil', 'hal']

story(
  'the start is refused where FACTORS leaves somebody with no way in, and says whom',
  { people: names.map(person) },
  async (world) => {
    await setUp(world, 'ben', 'email', 'codes')
    await setUp(world, 'cem', 'email', 'none')
    await setUp(world, 'dan', 'email', 'totp', 'none')
    await setUp(world, 'eva', 'email', 'guessed totp')
    await setUp(world, 'fay', 'totp')
    // It did not let in before, whatever FACTORS was.
    await setUp(world, 'gil', 'guessed email', 'none')
    await setUp(world, 'hal', 'passkey', 'email', 'codes')

    expect(await checkFactors(world.app)).toEqual([])
    const strong = await refusal(withFactors(world, 'passkey', 'totp'))
    expect(strong.message).toMatch(/^with these settings 2 accounts could not sign in any more/)
    expect(strong.message).toMatch(
      /nothing but email,[^]*Add email to FACTORS[^]*ALLOW_LOCK_OUT=yes/,
    )
    expect(logins(strong)).toEqual(['cem@example.com', 'eva@example.com'])
    expect(logins(await refusal(withFactors(world, 'passkey')))).toEqual(
      ['cem', 'dan', 'eva', 'fay'].map((name) => person(name).email),
    )
    const mail = await refusal(withFactors(world, 'email'))
    expect(mail.message).toMatch(/^with these settings 1 account could not/)
    expect(logins(mail)).toEqual(['fay@example.com'])

    const app = withFactors(world, 'passkey', 'totp')
    const onPurpose = { ...app, config: { ...app.config, allowLockOut: true } }
    const warned = await checkFactors(onPurpose)
    expect(warned).toHaveLength(2)
    expect(warned[0]).toContain('2 without recovery codes cannot sign in')
    expect(warned[1]).toContain('1 with recovery codes left are asked for one')
  },
)

story(
  'who has recovery codes left is asked for one, and the operator is warned of how many they are',
  { people: [ana] },
  async (world) => {
    const codes = await protect(world, world.visitor())
    const [warning, ...more] = await checkFactors(withFactors(world, 'totp'))
    expect(more).toEqual([])
    expect(warning).toContain('email, which may not be used: 1 with recovery codes')

    const strict = await openWorld({ beside: world, settings: { FACTORS: 'totp' } })
    const browser = strict.visitor()
    await browser.signIn()
    const page = await (await browser.get('/sign-in/second')).text()
    expect(wayOn(page, '/sign-in/second')).toBe('recovery')
    const answer = { code: codes[0]!, with: 'recovery' }
    expect(placeOf(await browser.post('/sign-in/second', answer))).toMatch(/^\/account/)
    await strict.close()
  },
)

story(
  'who runs out of codes after a start that warned keeps nobody from starting; taking away more does',
  { people: ['ben', 'cem'].map(person) },
  async (world) => {
    await setUp(world, 'ben', 'email', 'codes')
    await setUp(world, 'cem', 'passkey', 'none')
    const strong = withFactors(world, 'passkey', 'totp')
    expect(await checkFactors(world.app)).toEqual([])
    expect(await checkFactors(strong)).toEqual([expect.stringContaining(': 1 with recovery codes')])
    const state = JSON.stringify({ salt: 'x', hashes: [] })
    const ofBen = world.app.db.updateTable('enrolments').set({ state })
    await ofBen.where('id', '=', 'ben-1').execute()
    const warned = [expect.stringContaining('1 without recovery codes cannot sign in')]
    for (let turn = 0; turn < 2; turn++) expect(await checkFactors(strong)).toEqual(warned)

    // What was refused was no start: the next one is measured by the last that was.
    const refused = await refusal(withFactors(world, 'totp'))
    expect(logins(refused)).toContain(person('cem').email)
    expect(refused.message).toContain('Add passkey to FACTORS')
    await refusal(withFactors(world, 'totp'))
    expect(await checkFactors(strong)).toEqual(warned)
    // Nor once it was given back meanwhile.
    expect(await checkFactors(world.app)).toEqual([])
    expect(logins(await refusal(strong))).toEqual([person('ben').email])
  },
)

/** The same database, under this address. */
function at({ app }: World, settings: Record<string, string>): App {
  const loaded = loadConfig({ ALLOW_PLAIN_HTTP: 'yes', ALLOW_NO_MAIL: 'yes', ...settings }, null)
  if ('problems' in loaded) throw new Error('the settings do not hold')
  return { ...app, config: loaded.config }
}

story(
  'passkeys that are to be good for another domain are taken away, and it is said of which one they were',
  { people: ['ann', 'ben'].map(person) },
  async (world) => {
    await setUp(world, 'ben', 'passkey', 'codes')
    expect(await checkFactors(world.app)).toEqual([])
    const PUBLIC_URL = 'https://id.example.com'
    const moved = [expect.stringContaining('nothing but passkey')]
    expect(await checkFactors(at(world, { PUBLIC_URL }))).toEqual(moved)
    expect(await checkFactors(at(world, { PUBLIC_URL }))).toEqual([])

    await setUp(world, 'ann', 'passkey')
    for (const settings of [
      { PUBLIC_URL, PASSKEY_RP_ID: 'example.com' },
      { PUBLIC_URL: 'https://login.example.com' },
    ]) {
      const refused = await refusal(at(world, settings))
      expect(logins(refused)).toEqual([person('ann').email])
      expect(refused.message).toContain('Set PASSKEY_RP_ID=id.example.com as it was')
    }
    // Another address under the same domain takes nothing away.
    const same = { PUBLIC_URL: 'https://sso.id.example.com', PASSKEY_RP_ID: 'id.example.com' }
    for (const settings of [{ PUBLIC_URL }, same])
      expect(await checkFactors(at(world, settings))).toEqual([])
    const onPurpose = { PUBLIC_URL, PASSKEY_RP_ID: 'example.com', ALLOW_LOCK_OUT: 'yes' }
    expect(await checkFactors(at(world, onPurpose))).toHaveLength(2)
    expect(await checkFactors(at(world, { ...onPurpose, ALLOW_LOCK_OUT: 'no' }))).toEqual([])
  },
)

const many = Array.from({ length: 12 }, (_, index) => `p${10 + index}`)

story(
  'of many who would be locked out the first ten are named',
  { people: many.map(person) },
  async (world) => {
    for (const name of many) await setUp(world, name, 'passkey')
    const refused = await refusal(at(world, { PUBLIC_URL: 'http://192.0.2.1' }))
    expect(logins(refused)).toEqual(many.slice(0, 10).map((name) => person(name).email))
    expect(refused.message).toContain('and 2 more')
    // FACTORS holds passkeys, and yet they do not work there.
    expect(refused.message).toContain('Make PUBLIC_URL https')
  },
)
