import { expect } from 'vitest'
import { importRows } from '../../src/commands/import-totp.ts'
import { csvRows, type Row } from '../../src/lib/csv-rows.ts'
import type { Line } from '../../src/accounts/import-totp.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { expectNoChange } from '../attacks/tools.ts'
import { ana, bob, MINUTE, recoveryCodesIn, type World } from '../world.ts'
import { connectApp, enrolmentRows, phoneWith } from './factor-tools.ts'
import { asHtml, enrolledFor, eventsOf, noticesTo, placeOf, story, whoIs } from './story.ts'

const { security } = textsOf('en')
const KEY = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const SHORTEST = 'GEZDGNBVGY3TQOJQ'

/** Runs the command on these lines. Gives what it says. */
async function importing(
  world: World,
  lines: readonly string[],
  how: { readonly tells?: boolean; readonly isDry?: boolean } = {},
): Promise<string[]> {
  const given = (async function* () {
    yield* lines
  })()
  const columns = ['algorithm', 'digits', 'period', 'name'] as const
  const table = await csvRows<keyof Line>(given, ['login', 'key'], columns)
  const { rows } = table as { rows: AsyncIterable<Row<keyof Line>> }
  const said: string[] = []
  await importRows(world.app, rows, { tells: false, isDry: false, ...how }, (text) => {
    said.push(text)
  })
  expect(said.join()).not.toMatch(new RegExp(`${KEY}|${SHORTEST}`, 'i'))
  return said
}

story(
  'an app that was used with another system signs in here, whatever its codes are made by',
  { people: [ana] },
  async (world) => {
    const said = await importing(world, [
      'period,digits,login,name,algorithm,key',
      `60,8,ANA@example.com,Old phone,sha-256,${KEY.toLowerCase()}`,
    ])
    expect(said[0]).toBe('1 imported, 0 refused')
    expect(said[1]).toContain('Without recovery codes: 1')
    expect(await enrolledFor(world)).toEqual(['totp'])
    expect((await enrolmentRows(world))[0]!.state).not.toContain(KEY)

    const phone = phoneWith(world, KEY, { algorithm: 'SHA256', digits: 8, period: 60 })
    const browser = world.visitor()
    expect(placeOf(await browser.signIn())).toBe('/sign-in/second')
    const asked = await (await browser.get('/sign-in/second')).text()
    expect(asked).toContain('data-submit-at="8"')
    const code = phone.code()
    expect((await browser.post('/sign-in/second', { code: code.slice(0, 6) })).status).toBe(401)
    expect(placeOf(await browser.post('/sign-in/second', { code }))).toBe('/account')
    expect(await whoIs(browser)).toBe(ana.email)
    const other = world.visitor()
    await other.signIn()
    expect((await other.post('/sign-in/second', { code })).status).toBe(401)
  },
)

story(
  'who came with an app and no recovery codes is asked to make some, and can',
  { people: [ana] },
  async (world) => {
    await importing(world, ['login,key', `ana@example.com,${KEY}`])
    const phone = phoneWith(world, KEY)
    const browser = world.visitor()
    await browser.signIn()
    await browser.post('/sign-in/second', { code: phone.code() })
    const page = await (await browser.get('/account/security')).text()
    expect(page).toContain(asHtml(security.judgements.one_strong))
    expect(page).toContain(asHtml(security.few({ left: 0 })))
    expect(page).toContain(asHtml(security.lostNone))

    world.pass(MINUTE)
    await browser.post('/account/security/recovery-codes')
    const answer = { code: phone.code(), with: 'totp' }
    const shown = await browser.post('/account/security/code', answer)
    const codes = recoveryCodesIn(await shown.text())
    expect(codes).toHaveLength(10)
    await browser.post('/account/security/confirm', { saved: 'yes' })
    expect(await enrolledFor(world)).toEqual(['recovery', 'totp'])
    const lost = world.visitor()
    await lost.signIn()
    const used = await lost.post('/sign-in/second', { code: codes[0]!, with: 'recovery' })
    expect(placeOf(used)).toBe('/account?notice=recovery_left')
  },
)

story(
  'a row that is refused is said, and the others go in; the same file again changes nothing',
  { people: [ana, bob] },
  async (world) => {
    const file = [
      'login,key,period,name',
      `nobody@example.com,${KEY},,`,
      `${KEY},ana@example.com,,`,
      `ana@example.com,${KEY},,`,
      `Ana@Example.com,${KEY.toLowerCase()},60,`,
      `ana@example.com,${KEY},5,`,
      'ana@example.com,JBSWY3DP,,',
      '',
      `ana@example.com,${KEY}`,
      `"ana@example.com,${KEY},,`,
      `bob@example.com,${SHORTEST},,"Phone, old"`,
    ]
    const wrong = [
      'line 2, nobody@example.com: there is no such account',
      'line 3: the login is no e-mail address',
    ]
    const wrongToo = [
      'line 6, ana@example.com: the period must be 15 to 120 whole seconds',
      'line 7, ana@example.com: the key must have 10 to 128 bytes (16 letters and more)',
      'line 9: it has not as many cells as the first line, or a quotation mark is wrong',
      'line 10: it has not as many cells as the first line, or a quotation mark is wrong',
    ]
    const isThere = (line: number, email: string) =>
      `line ${line}, ${email}: the account has this key already`
    // What a line does to a later one is seen only when it is done.
    const dry = await expectNoChange(world, () => importing(world, file, { isDry: true }), [])
    expect(dry.slice(0, -1)).toEqual([
      ...wrong,
      ...wrongToo,
      '3 imported, 6 refused (dry run: nothing has changed)',
    ])
    const said = await importing(world, file)
    expect(said.slice(0, -1)).toEqual([
      ...wrong,
      isThere(5, 'Ana@Example.com'),
      ...wrongToo,
      '2 imported, 7 refused',
    ])
    expect(said.at(-1)).toContain('Without recovery codes: 2')
    const again = await expectNoChange(world, () => importing(world, file), [])
    expect(again).toEqual([
      ...wrong,
      isThere(4, 'ana@example.com'),
      isThere(5, 'Ana@Example.com'),
      ...wrongToo,
      isThere(11, 'bob@example.com'),
      '0 imported, 9 refused',
    ])
  },
)

story(
  'the history tells of an app that was taken over, and a mail does if it is asked for',
  { people: [ana, bob] },
  async (world) => {
    const phone = await connectApp(world, await signedIn(world))
    const before = await noticesTo(world)
    await importing(world, ['login,key', `ana@example.com,${phone.phone.key}`])
    const [, withCodes] = await importing(world, ['login,key', `ana@example.com,${KEY}`])
    expect(withCodes).toBeUndefined()
    expect(await noticesTo(world)).toEqual(before)
    const told = ['login,key,name', `bob@example.com,${KEY},Old phone`]
    await importing(world, told, { tells: true })
    const called = { kind: 'factor_added', by: 'totp', called: 'Old phone' }
    expect(await noticesTo(world, bob.email)).toEqual([called])

    const events = await eventsOf(world, 'factor_added')
    expect(events.map(({ detail, address }) => [JSON.parse(detail), address])).toEqual([
      [{ by: 'totp', name: '', imported: true }, 'this machine'],
      [{ by: 'totp', name: 'Old phone', imported: true }, 'this machine'],
    ])
  },
)

const signedIn = async (world: World) => {
  const browser = world.visitor()
  await browser.signIn()
  return browser
}

story(
  'an account gets ten apps and no more, and none where they are not allowed',
  { people: [ana] },
  async (world) => {
    const lines = Array.from(
      { length: 12 },
      (_, i) => `ana@example.com,${KEY}${'ABCDEFGHIJKL'[i]}A`,
    )
    const said = await importing(world, ['login,key', ...lines])
    expect(said.slice(0, 3)).toEqual([
      'line 12, ana@example.com: the account has 10 apps already',
      'line 13, ana@example.com: the account has 10 apps already',
      '10 imported, 2 refused',
    ])
    const app = { ...world.app, config: { ...world.config, factors: ['email' as const] } }
    expect(await importing({ ...world, app }, ['login,key', `ana@example.com,${KEY}`])).toEqual([
      'line 2, ana@example.com: FACTORS does not hold totp',
      '0 imported, 1 refused',
    ])
  },
)
