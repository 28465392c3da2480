import { describe, expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import { addCompany, addPerson } from '../setup/people.ts'
import { ana, DAY, type World } from '../world.ts'
import { asHtml, eventsOf, kept, placeOf, story } from './story.ts'
import { accountIn, browserOf, enrol, namesIn } from './users-tools.ts'

const people = [ana]
const { notices, user: t } = textsOf('en')

describe('the list', () => {
  story('who manages accounts sees their own people and nobody else', { people }, async (world) => {
    const ids = await addCompany(world)
    const mara = await browserOf(world, 'mara@example.com')
    const page = await (await mara.get('/users')).text()
    expect(namesIn(page)).toEqual(['mara', 'sam', 'ugo', 'uma'])
    for (const name of ['main', 'omar', 'otto'] as const) expect(page).not.toContain(ids[name])
    expect(page).toContain('href="/users" aria-current="page"')
    // Their own pages, and those of the others they look after.
    const menus = [...page.matchAll(/<nav class="menu"[^]*?<\/nav>/g)].map(([menu]) =>
      [...menu.matchAll(/href="([^"]*)"/g)].map(([, href]) => href),
    )
    expect(menus).toEqual([
      ['/account', '/account/security', '/account/devices', '/account/history'],
      ['/overview', '/users', '/cases', '/policy', '/events', '/settings/keys'],
    ])

    const operator = await browserOf(world, ana.email)
    const all = await (await operator.get('/users')).text()
    expect(namesIn(all)).toEqual(['Ana Lima', 'main', 'mara', 'omar', 'otto', 'sam', 'ugo', 'uma'])
    expect(all).toContain('main@example.com')
    expect(namesIn(await (await operator.get(`/users?main=${ids.omar}`)).text())).toEqual(['otto'])
    // An id of another's main account is as if it were none.
    expect((await mara.get(`/users?main=${ids.omar}`)).status).toBe(404)
    expect((await mara.get(`/users?main=${ids.main}`)).status).toBe(404)
    expect((await operator.get(`/users?main=${'0'.repeat(32)}`)).status).toBe(404)
  })

  story(
    'it is searched, filtered and sorted by its address, and says so',
    { people },
    async (world) => {
      const ids = await addCompany(world)
      const main = 'main@example.com'
      await addPerson(world, {
        email: 'zhang@example.com',
        name: '张伟',
        main,
        phone: '+351912345678',
      })
      await addPerson(world, { email: 'x@example.com', name: '<b>"فاطمة"</b>\u202e', main })
      await enrol(world, ids.uma, 'totp')
      const mara = await browserOf(world, 'mara@example.com')
      const found = async (query: Record<string, string>) => {
        const answer = await mara.get(`/users?${new URLSearchParams(query).toString()}`)
        expect(answer.status).toBe(200)
        return namesIn(await answer.text())
      }
      expect(await found({ find: '张' })).toEqual(['张伟'])
      expect(await found({ find: '0912 345' })).toEqual(['张伟'])
      expect(await found({ find: '٩١٢٣٤٥' })).toEqual(['张伟'])
      expect(await found({ find: 'فاطمة' })).toEqual([
        asHtml('&lt;b&gt;"فاطمة"&lt;/b&gt;\u202e').replaceAll('&amp;', '&'),
      ])
      expect(await found({ find: 'UM' })).toEqual(['uma'])
      expect(await found({ filter: 'one_factor' })).toEqual(['uma'])
      expect(await found({ privilege: 'support' })).toEqual(['sam'])
      expect(await found({ sort: 'seen' })).toEqual(expect.arrayContaining(['mara']))
      expect((await found({ sort: 'seen' }))[0]).toBe('mara')
      expect(await found({ find: '\0' })).toHaveLength(6)
      const nobody = await (await mara.get('/users?find=nobody&filter=disabled')).text()
      expect(nobody).toContain('Nobody fits that')
      for (const wrong of [
        'filter=all',
        'sort=id',
        'privilege=god',
        'after=x',
        'after=WzEsMl0',
        'main=1',
      ])
        expect((await mara.get(`/users?${wrong}`)).status, wrong).toBe(404)
    },
  )

  story('more than a page of them is paged through', { people }, async (world) => {
    const ids = await addCompany(world)
    for (let n = 0; n < 60; n++) {
      const email = `p${n}@example.com`
      await addPerson(world, { email, name: `P ${n}`, main: 'main@example.com' })
    }
    const mara = await browserOf(world, 'mara@example.com')
    const first = await (await mara.get('/users?sort=newest')).text()
    expect(first).toContain('64 accounts')
    const next = /rel="next" href="([^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&')
    // Somebody new is on no page that was turned already.
    await addPerson(world, { email: 'new@example.com', main: 'main@example.com' })
    const second = await (await mara.get(next)).text()
    const names = [...namesIn(first), ...namesIn(second)]
    expect(names).toHaveLength(64)
    expect(new Set(names).size).toBe(64)
    expect(second).not.toContain(ids.omar)
  })
})

describe('one account', () => {
  story('what is done to somebody is done, once, by the page', { people }, async (world) => {
    const ids = await addCompany(world)
    const factor = await enrol(world, ids.uma, 'totp')
    await enrol(world, ids.uma, 'recovery', { hashes: ['a', 'b'] })
    const uma = await browserOf(world, 'ugo@example.com')
    await uma.get('/account')
    const mara = await browserOf(world, 'mara@example.com')
    const id = ids.uma
    const post = async (
      path: string,
      form: Record<string, string>,
      to = `/users/user?id=${id}&notice=user_changed`,
    ) => {
      const answer = await mara.post(`/users/user${path}`, { id, ...form })
      expect(placeOf(answer), path + (answer.status === 303 ? '' : await answer.text())).toBe(to)
    }
    const about = { name: 'Uma B', email: 'uma.b@example.com', country: 'EG', language: 'ar' }
    await post('', about)
    expect(await accountIn(world, id)).toMatchObject(about)
    await post('/privilege', { privilege: 'support' })
    expect(await accountIn(world, id)).toMatchObject({ privilege: 'support' })
    await post('/factor', { factor, reason: 'phone stolen' })
    const left = await world.app.db
      .selectFrom('enrolments')
      .select('id')
      .where('accountId', '=', id)
      .execute()
    expect(left).toEqual([])
    await post('/password-due', {})
    expect((await accountIn(world, id))?.passwordDueAt).toBe(world.now())
    await post('/disable', {})
    expect((await accountIn(world, id))?.disabledAt).toBe(world.now())
    await post('/enable', {})
    expect((await accountIn(world, id))?.disabledAt).toBe(null)
    const page = await (await mara.get(`/users/user?id=${id}&notice=user_changed`)).text()
    expect(page).toContain('phone stolen')
    expect(page).toContain('mara@example.com')
    await post('/delete', { login: ' UMA.B@example.com ' }, '/users?notice=user_deleted')
    expect(await accountIn(world, id)).toBe(undefined)
  })

  story(
    'devices are ended one by one or all, and sign-ins with them',
    { people },
    async (world) => {
      const { uma: id } = await addCompany(world)
      const [one, two] = [
        await browserOf(world, 'uma@example.com'),
        await browserOf(world, 'uma@example.com'),
      ]
      const mara = await browserOf(world, 'mara@example.com')
      const page = await (await mara.get(`/users/user?id=${id}`)).text()
      const devices = [...page.matchAll(/name="device" value="(\w+)"/g)].map(([, each]) => each!)
      expect(devices).toHaveLength(2)
      const none = await mara.post('/users/user/devices', { id, all: 'no' })
      expect(none.status).toBe(422)
      const end = (form: [string, string][]) =>
        mara.post('/users/user/devices', [['id', id], ...form])
      expect(
        placeOf(
          await end([
            ['all', 'no'],
            ['device', devices[0]!],
          ]),
        ),
      ).toContain('user_changed')
      const statuses = [(await one.get('/session')).status, (await two.get('/session')).status]
      expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 401])
      expect(placeOf(await end([['all', 'yes']]))).toContain('user_changed')
      expect([(await one.get('/session')).status, (await two.get('/session')).status]).toEqual([
        401, 401,
      ])
      const three = await browserOf(world, 'uma@example.com')
      expect(placeOf(await mara.post('/users/user/sign-out', { id }))).toContain('user_changed')
      expect((await three.get('/session')).status).toBe(401)
    },
  )

  story('somebody new is made and invited, and invited again', { people }, async (world) => {
    const { main } = await addCompany(world)
    const mara = await browserOf(world, 'mara@example.com')
    expect((await mara.get('/users/new')).status).toBe(200)
    const typed = {
      email: 'Noor@Example.org',
      name: 'نور',
      country: 'EG',
      language: 'ar',
      phone: '010 0123 4567',
      privilege: 'none',
      invite: 'yes',
    }
    const answer = await mara.post('/users/new', typed)
    expect(placeOf(answer)).toMatch(/^\/users\/user\?notice=user_added_invited&id=[0-9a-f]{32}$/)
    const page = await (await mara.get(placeOf(answer)!)).text()
    expect(page).toContain(notices.user_added_invited)
    // However long the history is, nobody looks for help behind it.
    const heading = (title: string) => page.search(new RegExp(`<h2[^>]*>${title}</h2>`))
    expect(heading(t.act)).toBeGreaterThan(0)
    expect(heading(t.history)).toBeGreaterThan(heading(t.act))
    const id = placeOf(answer)!.slice(-32)
    expect(await accountIn(world, id)).toMatchObject({
      login: 'noor@example.org',
      mainId: main,
      phone: '+201001234567',
      passwordHash: '',
      invitedAt: world.now(),
    })
    expect(namesIn(await (await mara.get('/users?filter=invited')).text())).toEqual(['نور'])
    const silent = { ...typed, email: 'amal@example.org', invite: '' }
    const uninvited = placeOf(await mara.post('/users/new', silent))!
    expect(uninvited).toContain('notice=user_added&')
    expect(await (await mara.get(uninvited)).text()).toContain(notices.user_added)
    world.pass(DAY)
    const again = await browserOf(world, 'mara@example.com')
    expect(placeOf(await again.post('/users/user/invite', { id }))).toContain('user_invited')
    expect((await accountIn(world, id))?.invitedAt).toBe(world.now())
    const sent = await world.messagesTo('Noor@Example.org')
    expect(sent.filter(({ notice }) => notice.kind === 'invitation')).toHaveLength(2)
  })

  story('an operator says whose it is', { people }, async (world) => {
    const { omar } = await addCompany(world)
    const browser = await browserOf(world, ana.email)
    const typed = {
      email: 'a@example.org',
      name: 'A',
      country: 'PT',
      language: 'en',
      privilege: 'manage',
    }
    const wrong = await browser.post('/users/new', { ...typed, main: 'otto@example.org' })
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).toContain('There is no main account with this address.')
    const answer = await browser.post('/users/new', { ...typed, main: 'OMAR@example.org' })
    expect(await accountIn(world, placeOf(answer)!.slice(-32))).toMatchObject({
      mainId: omar,
      privilege: 'manage',
    })
    const own = await browser.post('/users/new', { ...typed, email: 'b@example.org', main: '' })
    expect(await accountIn(world, placeOf(own)!.slice(-32))).toMatchObject({ mainId: null })
  })

  story(
    'after a while it is asked first who it is, and then it is done',
    { people },
    async (world) => {
      const { uma: id } = await addCompany(world)
      const mara = await browserOf(world, 'mara@example.com')
      world.pass(20 * 60_000)
      expect(placeOf(await mara.post('/users/user/disable', { id }))).toBe('/account/confirm')
      expect((await accountIn(world, id))?.disabledAt).toBe(null)
      const page = await (await mara.get('/account/confirm')).text()
      expect(page).toContain('name="password"')
      const done = await mara.post('/account/confirm', { password: ana.password })
      expect(placeOf(done)).toBe(`/users/user?id=${id}&notice=user_changed`)
      expect((await accountIn(world, id))?.disabledAt).toBe(world.now())
    },
  )

  story('what is refused changes nothing', { people }, async (world) => {
    const ids = await addCompany(world)
    const factor = await enrol(world, ids.uma, 'totp')
    const mara = await browserOf(world, 'mara@example.com')
    const id = ids.uma
    const profile = { id, name: 'U', email: 'u@example.com', country: 'PT', language: 'en' }
    const added = { ...profile, privilege: 'none' } as Record<string, string>
    delete added['id']
    const refused: [string, Record<string, string>, number][] = [
      ['/users/user', { ...profile, name: ' ' }, 422],
      ['/users/user', { ...profile, email: 'nobody' }, 422],
      ['/users/user', { ...profile, email: 'otto@example.org' }, 409],
      ['/users/user', { ...profile, country: 'XX' }, 422],
      ['/users/user/privilege', { id, privilege: 'operator' }, 403],
      ['/users/user/privilege', { id, privilege: 'god' }, 400],
      ['/users/user/privilege', { id: ids.mara, privilege: 'none' }, 409],
      ['/users/user/login-code', { id, code: 'sms', phone: '123' }, 422],
      ['/users/user/login-code', { id, code: 'sms' }, 409],
      ['/users/user/login-code', { id, code: 'everything' }, 400],
      ['/users/user/factor', { id, factor, reason: ' ' }, 422],
      ['/users/user/factor', { id, factor, reason: 'x'.repeat(201) }, 422],
      ['/users/user/factor', { id, factor: '0'.repeat(32), reason: 'why not' }, 404],
      ['/users/user/delete', { id, login: 'ugo@example.com' }, 422],
      ['/users/user/delete', { id: ids.mara, login: 'mara@example.com' }, 409],
      ['/users/user/disable', { id: ids.mara }, 409],
      ['/users/user/invite', { id }, 409],
      ['/users/new', { ...added, privilege: 'operator' }, 422],
      ['/users/new', { ...added, email: 'uma@example.com' }, 422],
      ['/users/new', { ...added, main: 'omar@example.org' }, 422],
    ]
    const before = await kept(world)
    for (const [path, form, status] of refused) {
      const answer = await mara.post(path, form)
      expect(answer.status, `${path} ${JSON.stringify(form)}`).toBe(status)
      expect(await kept(world), path).toEqual(before)
    }
  })

  story('of another company there is nothing, whatever is asked', { people }, async (world) => {
    const ids = await addCompany(world)
    const device = await browserOf(world, 'otto@example.org')
    const factor = await enrol(world, ids.otto, 'totp')
    const mara = await browserOf(world, 'mara@example.com')
    const foreign = [
      ids.otto,
      ids.omar,
      ids.main,
      (await idOf(world, ana.email))!,
      '0'.repeat(32),
      'x',
    ]
    const before = await kept(world)
    for (const id of foreign) {
      const known = /^[0-9a-f]{32}$/.test(id)
      expect((await mara.get(`/users/user?id=${id}`)).status).toBe(404)
      for (const [path, form] of everyAct(factor)) {
        const answer = await mara.post(`/users/user${path}`, { id, ...form })
        expect(answer.status, `${path} ${id}`).toBe(known ? 404 : 400)
      }
      const many = await mara.post('/users/login-code', { id, which: 'ticked', code: 'off' })
      expect(many.status).toBe(known ? 422 : 400)
      expect(await many.text()).not.toMatch(/otto|omar/)
    }
    expect(await kept(world)).toEqual(before)
    expect((await device.get('/session')).status).toBe(200)
    expect(await eventsOf(world, 'account_changed')).toEqual([])
  })
})

const idOf = async ({ app }: World, login: string): Promise<string | undefined> =>
  (await app.db.selectFrom('accounts').select('id').where('login', '=', login).executeTakeFirst())
    ?.id

const everyAct = (factor: string): [string, Record<string, string>][] => [
  ['', { name: 'X', email: 'x@example.com', country: 'PT', language: 'en' }],
  ['/privilege', { privilege: 'none' }],
  ['/login-code', { code: 'off' }],
  ['/factor', { factor, reason: 'because' }],
  ['/devices', { all: 'yes' }],
  ['/invite', {}],
  ['/password-due', {}],
  ['/sign-out', {}],
  ['/disable', {}],
  ['/enable', {}],
  ['/delete', { login: 'otto@example.org' }],
]
