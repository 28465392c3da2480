import { expect } from 'vitest'
import { expectNoChange } from '../attacks/tools.ts'
import { addCompany } from '../setup/people.ts'
import { ana, DAY, MINUTE, PASSWORD, type Visitor, type World } from '../world.ts'
import { eventsOf, placeOf, story } from './story.ts'

const HOME = '/settings/keys'
const about = { name: 'Back office', scope: 'accounts:read', days: '90' }

const keysIn = ({ app }: World) => app.db.selectFrom('keys').selectAll().orderBy('id').execute()

const shownIn = (page: string): string => /<code>(nlk_[\w.-]+)<\/code>/.exec(page)?.[1] ?? ''

async function signedIn(world: World, email: string): Promise<Visitor> {
  const visitor = world.visitor()
  await visitor.signIn({ email, password: PASSWORD })
  return visitor
}

story('a key is made, shown once to its maker, and ended', { people: [ana] }, async (world) => {
  const { mara } = await addCompany(world)
  const browser = await signedIn(world, 'mara@example.com')
  const made = await browser.post(HOME, about)
  expect(placeOf(made)).toBe(`${HOME}?notice=key_made`)
  const [row] = await keysIn(world)
  const { main } = (await eventsOf(world, 'key_made')).map(({ detail }) => JSON.parse(detail))[0]
  expect(row).toMatchObject({
    madeBy: mara,
    scopes: 'accounts:read',
    mainId: main,
    name: about.name,
  })
  expect(row!.expiresAt).toBe(row!.createdAt + 90 * DAY)

  const other = await signedIn(world, 'main@example.com')
  await expectNoChange(world, async () => {
    expect((await other.post(`${HOME}/show`, { key: row!.id })).status).toBe(404)
  })
  const shown = await browser.post(`${HOME}/show`, { key: row!.id })
  const key = shownIn(await shown.text())
  expect(key).toMatch(/^nlk_[0-9a-f]{32}\.[\w-]{43}$/)
  const [kept] = await keysIn(world)
  expect(JSON.stringify(await keysIn(world))).not.toContain(key.split('.')[1])
  await expectNoChange(world, async () => {
    const again = await browser.post(`${HOME}/show`, { key: row!.id })
    expect([again.status, shownIn(await again.text())]).toEqual([404, ''])
  })
  expect(kept!.secretHash).not.toBe('')

  // Whoever manages the same accounts can end it.
  expect(placeOf(await other.post(`${HOME}/end`, { key: row!.id }))).toBe(
    `${HOME}?notice=key_ended`,
  )
  expect(await (await other.get(HOME)).text()).not.toContain(about.name)
  expect((await other.post(`${HOME}/end`, { key: row!.id })).status).toBe(404)
  expect(await eventsOf(world, 'key_ended')).toHaveLength(1)
})

story(
  'a key that nobody looked at in time is shown to nobody',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await browser.post(HOME, { ...about, days: '' })
    const [{ id, expiresAt } = { id: '', expiresAt: 0 }] = await keysIn(world)
    expect(expiresAt).toBe(null)
    world.pass(16 * MINUTE)
    expect(await (await browser.get(HOME)).text()).toContain('never shown')
    await expectNoChange(world, async () => {
      expect((await browser.post(`${HOME}/show`, { key: id })).status).toBe(404)
    })
  },
)

story('who may make keys, and for whose accounts', { people: [ana] }, async (world) => {
  const { main, omar } = await addCompany(world)
  for (const email of ['sam@example.com', 'uma@example.com']) {
    const browser = await signedIn(world, email)
    await expectNoChange(world, async () => {
      expect((await browser.get(HOME)).status).toBe(403)
      expect((await browser.post(HOME, about)).status).toBe(403)
    })
  }
  const mara = await signedIn(world, 'mara@example.com')
  await expectNoChange(world, async () => {
    for (const name of ['omar@example.org', 'uma@example.com', 'nobody@example.com'])
      expect((await mara.post(HOME, { ...about, main: name })).status).toBe(422)
    for (const wrong of [{ name: '' }, { scope: 'all' }, { days: '5' }])
      expect((await mara.post(HOME, { ...about, ...wrong })).status).toBe(422)
  })
  await mara.post(HOME, { ...about, main: 'main@example.com' })
  const operator = world.visitor()
  await operator.signIn()
  await operator.post(HOME, { ...about, main: 'omar@example.org' })
  await operator.post(HOME, about)
  const made = await keysIn(world)
  expect(made.map(({ mainId }) => mainId)).toEqual([main, omar, null])

  // Each sees and ends those for their own people.
  expect((await (await operator.get(HOME)).text()).split('class="item"')).toHaveLength(4)
  expect((await (await mara.get(HOME)).text()).split('class="item"')).toHaveLength(2)
  await expectNoChange(world, async () => {
    for (const { id } of made.slice(1))
      expect((await mara.post(`${HOME}/end`, { key: id })).status).toBe(404)
  })
})

story('before a key is made one shows anew who one is', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  world.pass(20 * MINUTE)
  const asked = await expectNoChange(world, () => browser.post(HOME, about), [
    'attempts',
    'limits',
    'sessions',
  ])
  expect(placeOf(asked)).toBe('/account/confirm')
  expect(await (await browser.get('/account/confirm')).text()).toContain('Then the key is made')
  const done = await browser.post('/account/confirm', { password: PASSWORD })
  expect(placeOf(done)).toBe(`${HOME}?notice=key_made`)
  const [{ id } = { id: '' }] = await keysIn(world)
  world.pass(20 * MINUTE)
  expect(placeOf(await browser.post(`${HOME}/end`, { key: id }))).toBe('/account/confirm')
})

story('there can be fifty keys', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  await browser.post(HOME, { ...about, days: '30' })
  const [first] = await keysIn(world)
  const more = Array.from({ length: 49 }, (_, n) => ({
    ...first!,
    id: String(n).padStart(32, '0'),
  }))
  await world.app.db.insertInto('keys').values(more).execute()
  await expectNoChange(world, async () => {
    expect((await browser.post(HOME, about)).status).toBe(409)
  })
  // Those that are over make room.
  world.pass(31 * DAY)
  await browser.signIn()
  expect(placeOf(await browser.post(HOME, about))).toBe(`${HOME}?notice=key_made`)
})
