import { expect } from 'vitest'
import { exportAccounts } from '../../src/accounts/import/export.ts'
import { takeIn } from '../../src/accounts/import/import.ts'
import { workAtImport } from '../../src/accounts/import/work.ts'
import { importFile } from '../../src/commands/accounts-file.ts'
import { csvRows } from '../../src/lib/csv-rows.ts'
import { needed, optional } from '../../src/accounts/import/read-line.ts'
import { findAccountByLogin, findAccount } from '../../src/store/accounts.ts'
import { findImport, beginImport } from '../../src/store/imports.ts'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyOf, programOf } from '../setup/api.ts'
import { actAs } from '../setup/act.ts'
import { addCompany, addPerson } from '../setup/people.ts'
import { ana, PASSWORD, type World } from '../world.ts'
import { kept, noticesTo, story } from './story.ts'
import { enrol } from './users-tools.ts'

// What administrators, their files and their programs must not do, or must say.

const given = { people: [ana], given: { imports: false } }

async function* linesOf(text: string) {
  for (const line of text.split('\n')) yield line
}
const take = async (world: World, by: string | null, text: string) => {
  const table = await csvRows(linesOf(text), needed, optional)
  if (!('rows' in table)) throw new Error('no table')
  return (await takeIn(
    world.app,
    by === null ? null : { id: by },
    { invite: false, language: 'en' },
    table.rows,
  ))!
}
const resultsOf = async (world: World, id: string) =>
  (
    await world.app.db
      .selectFrom('importLines')
      .select(['line', 'result', 'why'])
      .where('importId', '=', id)
      .orderBy('line')
      .execute()
  ).map(({ line, result, why }) => `${line} ${result} ${why ?? ''}`.trim())
const both = async (world: World, id: string) => {
  await workAtImport(world.app)
  const shown = await resultsOf(world, id)
  await beginImport(world.app.db, id, world.app.now())
  await workAtImport(world.app)
  return [shown, await resultsOf(world, id)]
}
const exported = async (world: World, email: string) => {
  const by = (await findAccountByLogin(world.app.db, email))!
  return (await Array.fromAsync(exportAccounts(world.app, by))).join('')
}

story(
  'the export holds nobody whom the list does not: an operator owned by the main account',
  given,
  async (world) => {
    await addCompany(world)
    await addPerson(world, {
      email: 'boss@example.com',
      main: 'main@example.com',
      privilege: 'operator',
      phone: '+351912345678',
    })
    expect(await exported(world, 'mara@example.com')).not.toContain('boss@example.com')
  },
)

story('an export of everybody leaves a trace', given, async (world) => {
  await addCompany(world)
  const mara = world.visitor()
  await mara.signIn({ email: 'mara@example.com', password: PASSWORD })
  const before = await world.app.db.selectFrom('events').select('id').execute()
  expect(await (await mara.post('/users/export')).text()).toContain('uma@example.com')
  expect((await world.app.db.selectFrom('events').select('id').execute()).length).toBeGreaterThan(
    before.length,
  )
})

story("the dry run says what happens: one's own line", given, async (world) => {
  const { mara } = await addCompany(world)
  const id = await take(world, mara, 'login,name,country\nmara@example.com,Mara Neu,PT')
  const [shown, done] = await both(world, id)
  expect(done).toEqual(shown)
})

story(
  'the dry run says what happens: a new account with a code that is not allowed',
  { ...given, settings: { FACTORS: 'totp,email' } },
  async (world) => {
    const { mara } = await addCompany(world)
    const id = await take(
      world,
      mara,
      'login,name,country,phone,login_code\nnew@example.com,Nia,PT,912345678,sms',
    )
    const [shown, done] = await both(world, id)
    expect(done).toEqual(shown)
  },
)

story('what was shown as made changes nobody who came meanwhile', given, async (world) => {
  const { mara, main } = await addCompany(world)
  const id = await take(world, mara, 'login,name,country,privilege\nnew@example.com,Nia,PT,manage')
  await workAtImport(world.app)
  await addPerson(world, { email: 'new@example.com', main: 'main@example.com' })
  await beginImport(world.app.db, id, world.app.now())
  await workAtImport(world.app)
  expect((await findAccountByLogin(world.app.db, 'new@example.com'))!.privilege).toBeNull()
  expect(main).toBeTruthy()
})

story('a reason by the API is clean text, as on the page', given, async (world) => {
  const { uma } = await addCompany(world)
  const factor = await enrol(world, uma, 'email', { to: 'uma@example.com' })
  const program = programOf(world, await keyOf(world, 'mara@example.com'))
  const reason = 'Lost.\n\nSign in again at https://evil.example/\u202E\u0007'
  const { status } = await program.ask('DELETE', `/api/v1/accounts/${uma}/factors/${factor}`, {
    reason,
  })
  expect([
    status,
    JSON.stringify(await noticesTo(world, 'uma@example.com')).includes('evil.example'),
  ]).toEqual([400, false])
})

story(
  'of somebody who stood in a file, nothing personal stays when they are deleted',
  given,
  async (world) => {
    const { mara, uma } = await addCompany(world)
    const id = await take(world, mara, 'login,name,country\numa@example.com,Uma Schmitz,PT')
    await both(world, id)
    await actAs(world.app, 'main@example.com', { what: 'delete', id: uma })
    const lines = JSON.stringify(await world.app.db.selectFrom('importLines').selectAll().execute())
    expect(lines).not.toContain('uma@example.com')
  },
)

story(
  'whoever has an account is told of a key that was made in their name',
  given,
  async (world) => {
    await addCompany(world)
    await keyOf(world, 'mara@example.com')
    expect(JSON.stringify(await noticesTo(world, 'mara@example.com'))).toContain('key')
  },
)

story(
  'a key does not outlive the password, factors and sessions of whoever made it',
  given,
  async (world) => {
    const { mara, uma } = await addCompany(world)
    const program = programOf(world, await keyOf(world, 'mara@example.com'))
    await actAs(world.app, 'main@example.com', { what: 'sign_out', id: mara })
    await actAs(world.app, 'main@example.com', { what: 'disable', id: mara })
    await actAs(world.app, 'main@example.com', { what: 'enable', id: mara })
    expect((await program.ask('POST', `/api/v1/accounts/${uma}/disable`)).status).toBe(401)
  },
)

story('a file given at the machine is done whole while a server runs', given, async (world) => {
  await addCompany(world)
  const people = Array.from({ length: 300 }, (_, n) => `p${n}@example.com,Person ${n},PT`)
  const path = join(mkdtempSync(join(tmpdir(), 'r2-')), 'people.csv')
  writeFileSync(path, `login,name,country\n${people.join('\n')}\n`)
  let isOver = false
  // A server that looks, as it does each second; here it always looks.
  const server = (async () => {
    while (!isOver) {
      await workAtImport(world.app).catch(() => {})
      await new Promise((next) => setImmediate(next))
    }
  })()
  const said: string[] = []
  try {
    await importFile(world.app, path, { isDry: false, invite: false }, (text) => said.push(text))
  } catch (error) {
    said.push(String(error))
  }
  isOver = true
  await server
  const { count } = await world.app.db
    .selectFrom('accounts')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('login', 'like', 'p%@example.com')
    .executeTakeFirstOrThrow()
  expect([said.at(-1), Number(count)]).toEqual([
    '300 made, 0 changed, 0 as they were, 0 refused',
    300,
  ])
})

story('one who manages cannot take over another who does, by themselves', given, async (world) => {
  const { uma, main } = await addCompany(world)
  const other = await addPerson(world, {
    email: 'max@example.com',
    main: 'main@example.com',
    privilege: 'manage',
  })
  const factor = await enrol(world, other, 'email', { to: 'max@example.com' })
  const user = {
    email: 'evil@example.net',
    login: 'evil@example.net',
    name: 'Max',
    country: 'PT',
    language: 'en',
  } as const
  const results = [
    await actAs(world.app, 'mara@example.com', {
      what: 'factor',
      id: other,
      factor,
      reason: 'lost',
    }),
    await actAs(world.app, 'mara@example.com', { what: 'profile', id: other, user }),
  ]
  expect([uma, main]).toBeTruthy()
  const thief = world.visitor()
  await thief.post('/sign-in/forgot', { login: 'evil@example.net' })
  const [reset] = (await world.messagesTo('evil@example.net')).flatMap(({ notice }) =>
    notice?.kind === 'password_reset' ? [notice] : [],
  )
  await thief.post('/sign-in/reset', {
    token: (reset as any)?.token ?? '',
    password: 'a quite new password 77',
  })
  await thief.signIn({ email: 'evil@example.net', password: 'a quite new password 77' })
  const page = await thief.get('/users')
  expect([results.every((each) => 'done' in each), page.status]).not.toEqual([true, 200])
})

story('an import is no place for as much as one likes', given, async (world) => {
  const { mara } = await addCompany(world)
  for (let n = 0; n < 30; n++)
    await take(world, mara, 'login,name,country\numa@example.com,Uma,PT').catch(() => {})
  const rows = await world.app.db.selectFrom('imports').select('id').execute()
  expect(rows.length).toBeLessThan(30)
  expect(await findImport(world.app.db, rows[0]!.id)).toBeTruthy()
  expect(await kept(world)).toBeTruthy()
})

story(
  'a search by the API with a NUL or half a letter is no broken server',
  given,
  async (world) => {
    await addCompany(world)
    const program = programOf(world, await keyOf(world, 'mara@example.com'))
    expect((await program.ask('GET', '/api/v1/accounts?q=%00')).status).toBeLessThan(500)
  },
)

story('a letter in another case is no other address: it stays proven', given, async (world) => {
  const { uma } = await addCompany(world)
  await world.app.db
    .updateTable('accounts')
    .set({ emailProvenAt: world.app.now() })
    .where('id', '=', uma)
    .execute()
  const user = {
    email: 'Uma@example.com',
    login: 'uma@example.com',
    name: 'uma',
    country: 'PT',
    language: 'en',
  } as const
  await actAs(world.app, 'mara@example.com', { what: 'profile', id: uma, user })
  expect((await findAccount(world.app.db, uma))!.emailProvenAt).not.toBeNull()
})
