import { expect } from 'vitest'
import { addCompany, addPerson } from '../setup/people.ts'
import { ana, type Visitor, type World } from '../world.ts'
import { eventsOf, hiddenFields, kept, placeOf, story } from './story.ts'
import { accountIn, browserOf } from './users-tools.ts'

const people = [ana]
const SAVE = '/users/login-code/save'
type Form = [string, string][]

const preview = (browser: Visitor, form: Form): Promise<Response> =>
  browser.post('/users/login-code', form)

/** The form of a preview, with every field as a browser sends it. */
function saveForm(page: string, more: Record<string, string> = {}): Form {
  const ids = [...page.matchAll(/name="id" value="(\w+)"/g)].map(([, id]) => ['id', id!] as const)
  const { id: _id, ...fields } = hiddenFields(page, SAVE)
  return [...Object.entries({ ...fields, ...more }), ...ids] as Form
}

const wantedOf = async (world: World, ...ids: string[]) =>
  Promise.all(ids.map(async (id) => (await accountIn(world, id))?.wantedCode ?? null))

/** Two who have answered a mail, and one who has not. */
async function company(world: World) {
  const ids = await addCompany(world)
  const proven = world.app.db.updateTable('accounts').set({ emailProvenAt: 1 })
  await proven.where('id', 'in', [ids.uma, ids.ugo]).execute()
  return { ...ids, mara: await browserOf(world, 'mara@example.com') }
}

story(
  'nothing is saved before the preview was seen, and then for all who are ticked',
  { people },
  async (world) => {
    const { uma, ugo, otto, mara } = await company(world)
    const ticked: Form = [
      ['which', 'ticked'],
      ['code', 'email'],
      ['id', uma],
      ['id', ugo],
      ['id', otto],
    ]
    const before = await kept(world)
    expect((await mara.post(SAVE, ticked)).status).toBe(409)
    expect(await kept(world)).toEqual(before)

    const shown = await preview(mara, ticked)
    const page = await shown.text()
    expect(shown.status).toBe(200)
    expect(page).toContain('For 2 accounts.')
    expect(page).toContain('Nobody would be locked out.')
    expect(page).not.toContain('<bdi>otto</bdi>')
    expect(await kept(world)).toEqual(before)
    expect(placeOf(await mara.post(SAVE, saveForm(page)))).toBe('/users?notice=user_changed')
    expect(await wantedOf(world, uma, ugo, otto)).toEqual(['email', 'email', null])
    expect(await eventsOf(world, 'login_code_set')).toHaveLength(2)
  },
)

story(
  'who would be locked out is said with why, and something must be chosen for each',
  { people },
  async (world) => {
    const { uma, ugo, sam, mara } = await company(world)
    const all: Form = [
      ['which', 'all'],
      ['code', 'email'],
      ['find', 'm@ex'],
    ]
    const some: Form = [
      ['which', 'page'],
      ['code', 'email'],
    ]
    const page = await (await preview(mara, some)).text()
    expect(page).toContain('Their e-mail address was never proven')
    expect(page).toContain('<bdi>sam</bdi>')
    const before = await kept(world)
    const refused = await mara.post(SAVE, saveForm(page))
    expect(refused.status).toBe(409)
    expect(await kept(world)).toEqual(before)
    const again = await refused.text()
    const wrong = await mara.post(SAVE, saveForm(again, { address_unproven: 'email' }))
    expect(wrong.status).toBe(409)
    expect(await kept(world)).toEqual(before)
    const left = await mara.post(SAVE, saveForm(again, { address_unproven: 'leave' }))
    expect(placeOf(left), left.status === 303 ? '' : await left.text()).toBe(
      '/users?notice=user_changed',
    )
    expect(await wantedOf(world, uma, ugo, sam)).toEqual(['email', 'email', null])
    const found = await (await preview(mara, all)).text()
    expect(found).toContain('For 1 account.')
  },
)

story(
  'what has changed since the preview is shown anew, and nothing is saved',
  { people },
  async (world) => {
    const { uma, ugo, mara } = await company(world)
    const page = await (
      await preview(mara, [
        ['which', 'all'],
        ['code', 'email'],
        ['find', 'u'],
      ])
    ).text()
    await addPerson(world, { email: 'udo@example.com', main: 'main@example.com', emailProvenAt: 1 })
    const before = await kept(world)
    const refused = await mara.post(SAVE, saveForm(page))
    expect(refused.status).toBe(409)
    const again = await refused.text()
    expect(again).toContain('Something has changed since you looked')
    expect(again).toContain('<bdi>udo</bdi>')
    expect(await kept(world)).toEqual(before)
    const saved = await mara.post(SAVE, saveForm(again))
    expect(placeOf(saved)).toBe(
      '/users?find=u&sort=name&notice=user_changed'.replace('&sort=name', ''),
    )
    expect(await wantedOf(world, uma, ugo)).toEqual(['email', 'email'])
  },
)

story('nobody, nobody there any more, and too much said are refused', { people }, async (world) => {
  const { otto, mara } = await company(world)
  const before = await kept(world)
  const none = await preview(mara, [
    ['which', 'ticked'],
    ['code', 'off'],
  ])
  expect(none.status).toBe(422)
  expect(await none.text()).toContain('Nobody was ticked')
  expect(
    (
      await preview(mara, [
        ['which', 'ticked'],
        ['code', 'off'],
        ['id', otto],
      ])
    ).status,
  ).toBe(422)
  expect(
    (
      await preview(mara, [
        ['which', 'all'],
        ['code', 'off'],
        ['main', otto],
      ])
    ).status,
  ).toBe(404)
  expect(
    (
      await preview(mara, [
        ['which', 'all'],
        ['code', 'sms'],
        ['phone', '12'],
      ])
    ).status,
  ).toBe(400)
  expect(await kept(world)).toEqual(before)
})

story('one gets a login code from their own page, and is told', { people }, async (world) => {
  const { uma, sam, mara } = await company(world)
  const set = (id: string, form: Record<string, string>) =>
    mara.post('/users/user/login-code', { id, ...form })
  expect(placeOf(await set(uma, { code: 'email' }))).toBe(
    `/users/user?id=${uma}&notice=user_changed`,
  )
  expect(await wantedOf(world, uma)).toEqual(['email'])
  const page = await (await mara.get(`/users/user?id=${uma}`)).text()
  expect(page).toContain('E-mail (not proven yet)')
  expect((await world.messagesTo('uma@example.com')).map(({ notice }) => notice.kind)).toContain(
    'account_changed',
  )
  expect(placeOf(await set(uma, { code: 'off' }))).toContain('user_changed')
  expect(await wantedOf(world, uma)).toEqual([null])

  // Whose number gets no messages here is stuck: said first, with what can be done.
  const stuck = await set(sam, { code: 'sms', phone: '912 345 678' })
  expect(stuck.status).toBe(409)
  const asked = await stuck.text()
  expect(asked).toContain('No SMS can be sent to their number')
  expect(await wantedOf(world, sam)).toEqual([null])
  const saved = await mara.post(SAVE, saveForm(asked, { number_out_of_reach: 'wait' }))
  expect(placeOf(saved), saved.status === 303 ? '' : await saved.text()).toBe(
    `/users/user?id=${sam}&notice=user_changed`,
  )
  expect(await accountIn(world, sam)).toMatchObject({
    wantedCode: 'sms',
    wantedPhone: '+351912345678',
    wantedAt: null,
  })
  // By e-mail instead, where that does not arrive either, something more must be said.
  const more = await set(sam, { code: 'both', phone: '912 345 678' })
  const both = await mara.post(SAVE, saveForm(await more.text(), { number_out_of_reach: 'email' }))
  expect(both.status).toBe(409)
  expect(await both.text()).toContain('name="address_unproven"')
})
