import { expect } from 'vitest'
import { expectNoChange } from '../attacks/tools.ts'
import { keyOf, programOf } from '../setup/api.ts'
import { addCompany, addPerson } from '../setup/people.ts'
import { ana, HOUR, PASSWORD, protect } from '../world.ts'
import { eventsOf, noticesTo, story, whoIs } from './story.ts'

const ALL = '/api/v1/accounts'
const lea = { email: 'lea@example.com', name: 'Lea Brandt', country: 'DE' }

story(
  'a program finds the accounts its key is for, page by page',
  { people: [ana] },
  async (world) => {
    const { uma, mara, otto } = await addCompany(world)
    const mine = programOf(world, await keyOf(world, 'mara@example.com'))
    const found = await mine.ask('GET', `${ALL}?q=uma`)
    expect(found.body.accounts.map(({ id }: { id: string }) => id)).toEqual([uma])
    const seen: string[] = []
    for (let next: string | null = ''; next !== null;) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`
      const { body } = await mine.ask('GET', `${ALL}?limit=1&sort=name${cursor}`)
      seen.push(...body.accounts.map(({ name }: { name: string }) => name))
      next = body.next
    }
    expect(seen).toEqual(['mara', 'sam', 'ugo', 'uma'])
    const everyones = programOf(world, await keyOf(world, ana.email))
    const { body } = await everyones.ask('GET', `${ALL}?sort=newest&limit=200`)
    expect(body.accounts).toHaveLength(8)
    expect(body.accounts.map(({ id }: { id: string }) => id)).toContain(otto)
    expect(
      (await everyones.ask('GET', `${ALL}?privilege=manage&filter=unprotected`)).body.accounts,
    ).toHaveLength(3)
    expect((await mine.ask('GET', `${ALL}/${mara}`)).body).toMatchObject({
      email: 'mara@example.com',
      privilege: 'manage',
    })
    // What was asked is counted in the list of keys, once an hour.
    const [key] = await world.app.db.selectFrom('keys').selectAll().orderBy('id').execute()
    expect(key!.lastUsedAt).toBe(world.now())
    world.pass(HOUR - 1)
    await mine.ask('GET', ALL)
    expect(
      (await world.app.db.selectFrom('keys').selectAll().orderBy('id').executeTakeFirst())!
        .lastUsedAt,
    ).toBe(key!.lastUsedAt)
    world.pass(1)
    await mine.ask('GET', ALL)
    expect(
      (await world.app.db.selectFrom('keys').selectAll().orderBy('id').executeTakeFirst())!
        .lastUsedAt,
    ).toBe(world.now())
  },
)

story('a program makes an account, changes it and deletes it', { people: [ana] }, async (world) => {
  const { main } = await addCompany(world)
  const program = programOf(world, await keyOf(world, 'mara@example.com'))
  const made = await program.ask('POST', ALL, { ...lea, invite: true, phone: '0151 23456789' })
  expect(made.body).toMatchObject({
    email: lea.email,
    mainId: main,
    phone: '+4915123456789',
    language: 'en',
    hasPassword: false,
    privilege: null,
  })
  const one = `${ALL}/${made.body.id}`
  expect(made.headers.get('location')).toBe(one)
  const [invitation] = await noticesTo(world, lea.email)
  expect(invitation).toMatchObject({ kind: 'invitation', login: 'Back office' })
  const [added] = (await eventsOf(world, 'account_added')).filter(
    ({ accountId }) => accountId === made.body.id,
  )
  expect(JSON.parse(added!.detail)).toMatchObject({
    actor: expect.stringMatching(/^key:[0-9a-f]{32}$/),
    login: 'Back office',
  })

  await expectNoChange(world, async () => {
    const again = await program.ask('POST', ALL, { ...lea, email: 'LEA@example.com' })
    expect([again.status, again.body.error]).toEqual([409, 'login_taken'])
  }, ['limits'])

  const renamed = await program.ask('PATCH', one, { name: 'Lea Brandt-Reis' })
  expect(renamed.body).toMatchObject({
    name: 'Lea Brandt-Reis',
    email: lea.email,
    country: 'DE',
    phone: '+4915123456789',
  })
  expect(
    (await program.ask('PUT', `${one}/privilege`, { privilege: 'support' })).body.privilege,
  ).toBe('support')
  expect((await program.ask('POST', `${one}/invite`)).status).toBe(200)
  expect((await program.ask('POST', `${one}/disable`)).body.disabledAt).not.toBe(null)
  expect((await program.ask('POST', `${one}/enable`)).body.disabledAt).toBe(null)
  expect((await program.ask('DELETE', one)).status).toBe(204)
  expect((await program.ask('GET', one)).status).toBe(404)
  expect((await program.ask('DELETE', one)).status).toBe(404)
})

story(
  'a program signs somebody out, and asks for another password',
  { people: [ana] },
  async (world) => {
    const { uma } = await addCompany(world)
    const program = programOf(world, await keyOf(world, 'mara@example.com'))
    const browser = world.visitor()
    await browser.signIn({ email: 'uma@example.com', password: PASSWORD })
    expect(await whoIs(browser)).toBe('uma@example.com')
    const { body } = await program.ask('GET', `${ALL}/${uma}/devices`)
    expect(body.devices).toMatchObject([
      { isSignedIn: true, address: '192.0.2.7', rememberedUntil: null },
    ])
    expect((await program.ask('POST', `${ALL}/${uma}/sign-out`)).status).toBe(200)
    expect(await whoIs(browser)).toBe(null)
    expect((await program.ask('POST', `${ALL}/${uma}/password-due`)).body.passwordDueAt).not.toBe(
      null,
    )

    const device = `${ALL}/${uma}/devices/${body.devices[0].id}`
    expect((await program.ask('DELETE', device)).status).toBe(204)
    expect((await program.ask('DELETE', device)).status).toBe(404)
    expect((await program.ask('DELETE', `${ALL}/${uma}/devices`)).status).toBe(204)
    expect((await program.ask('GET', `${ALL}/${uma}/devices`)).body.devices).toEqual([])
  },
)

story(
  'a program sees what is set up, and takes it away for a reason',
  { people: [ana] },
  async (world) => {
    const { uma, ugo } = await addCompany(world)
    const about = { email: 'uma@example.com', password: PASSWORD }
    await protect(world, world.visitor(), about)
    const program = programOf(world, await keyOf(world, 'mara@example.com'))
    const { body, text } = await program.ask('GET', `${ALL}/${uma}/factors`)
    expect(body.factors).toMatchObject([{ kind: 'email' }, { kind: 'recovery', codesLeft: 10 }])
    expect(text).not.toMatch(/hash|salt|state|secret/i)
    expect((await program.ask('GET', `${ALL}/${uma}`)).body).toMatchObject({
      factors: [{ kind: 'email', isDisabled: false }],
      recoveryCodesLeft: 10,
    })

    const factor = `factors/${body.factors[0].id}`
    await expectNoChange(world, async () => {
      expect((await program.ask('DELETE', `${ALL}/${uma}/${factor}`, {})).status).toBe(400)
      expect(
        (await program.ask('DELETE', `${ALL}/${ugo}/${factor}`, { reason: 'Lost' })).status,
      ).toBe(404)
    }, ['limits'])
    expect(
      (await program.ask('DELETE', `${ALL}/${uma}/${factor}`, { reason: 'The phone was lost.' }))
        .status,
    ).toBe(204)
    expect((await program.ask('GET', `${ALL}/${uma}/factors`)).body.factors).toEqual([])
    expect((await noticesTo(world, about.email)).at(-1)).toMatchObject({
      kind: 'account_changed',
      reason: 'The phone was lost.',
    })
  },
)

story(
  'a program says what is asked beside the password, and hears who would be stuck',
  { people: [ana] },
  async (world) => {
    await addCompany(world)
    const vera = await addPerson(world, {
      email: 'vera@example.com',
      main: 'main@example.com',
      emailProvenAt: 1,
    })
    const program = programOf(world, await keyOf(world, 'mara@example.com'))
    const path = `${ALL}/${vera}/login-code`
    const set = await program.ask('PUT', path, { code: 'email' })
    expect(set.body).toMatchObject({ loginCode: { code: 'email', isWaiting: true, phone: null } })
    await expectNoChange(world, async () => {
      const stuck = await program.ask('PUT', path, { code: 'sms', phone: '912 345 678' })
      expect([stuck.status, stuck.body.error]).toEqual([409, 'would_lock_out'])
      expect(stuck.body.fields).toMatchObject([
        { field: 'wayOut.number_out_of_reach', error: 'missing' },
      ])
      expect(
        (await program.ask('PUT', path, { code: 'sms', phone: '12' })).body.fields,
      ).toMatchObject([{ field: 'phone', error: 'bad_phone' }])
      expect((await program.ask('PUT', path, { code: 'pigeon' })).body.fields).toMatchObject([
        { field: 'code', error: 'wrong' },
      ])
    }, ['limits'])
    expect((await program.ask('PUT', path, { code: null })).body.loginCode.code).toBe(null)
  },
)

story(
  'what a program does wrong is said by field, in its language',
  { people: [ana] },
  async (world) => {
    const { uma } = await addCompany(world)
    const program = programOf(world, await keyOf(world, 'mara@example.com'))
    await expectNoChange(world, async () => {
      const { status, body } = await program.ask('POST', ALL, {
        name: '\u202e',
        email: 'nobody',
        country: 'XX',
      })
      expect([status, body.fields]).toMatchObject([
        422,
        [{ field: 'name' }, { field: 'country' }, { field: 'email', error: 'bad_email' }],
      ])
      const deep = await program.ask('PUT', `${ALL}/${uma}/login-code`, {
        code: 'email',
        wayOut: { all: 'wait' },
      })
      expect([deep.status, deep.body.fields]).toMatchObject([
        400,
        [{ field: 'wayOut.all', error: 'unknown' }],
      ])
      const chinese = await program.ask(
        'PATCH',
        `${ALL}/${uma}`,
        { name: 5 },
        { headers: { 'accept-language': 'zh' } },
      )
      expect(chinese.body.fields).toMatchObject([
        { field: 'name', error: 'wrong', message: '此字段不能为该值。' },
      ])
      expect((await program.ask('PATCH', `${ALL}/${uma}`, {})).status).toBe(400)
      for (const sent of ['', '[]', '5', '{"name":', '\ufeff\ufeff{}'])
        expect((await program.ask('PATCH', `${ALL}/${uma}`, {}, { body: sent })).body.error).toBe(
          'bad_json',
        )
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'application/json; charset=utf-7',
      ])
        expect(
          (
            await program.ask(
              'PATCH',
              `${ALL}/${uma}`,
              { name: 'U' },
              { headers: { 'content-type': type } },
            )
          ).status,
        ).toBe(415)
      expect(
        (await program.ask('PATCH', `${ALL}/${uma}`, { name: 'x'.repeat(70_000) })).status,
      ).toBe(413)
      expect((await program.ask('POST', `${ALL}/${uma}/disable`, { now: true })).status).toBe(400)
      for (const query of [
        'api_key=x',
        'limit=0',
        'limit=201',
        'limit=1e2',
        'sort=id',
        'cursor=x',
        'q=a&q=b',
      ])
        expect((await program.ask('GET', `${ALL}?${query}`)).status, query).toBe(400)
      expect((await program.ask('GET', `${ALL}/${uma}?api_key=x`)).status).toBe(400)
      expect((await program.ask('PUT', `${ALL}/${uma}`)).headers.get('allow')).toBe(
        'GET, HEAD, PATCH, DELETE',
      )
      expect((await program.ask('OPTIONS', ALL)).status).toBe(405)
    }, ['limits', 'keys'])
  },
)
