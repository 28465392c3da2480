import { expect } from 'vitest'
import { exportAccounts } from '../../src/accounts/import/export.ts'
import { takeIn } from '../../src/accounts/import/import.ts'
import { workAtImport } from '../../src/accounts/import/work.ts'
import { tallyOf } from '../../src/store/imports.ts'
import { barAccount, replacePrivilege } from '../../src/store/users.ts'
import { findAccountByLogin } from '../../src/store/accounts.ts'
import { addCompany, addPerson } from '../setup/people.ts'
import { ana, openWorld, PASSWORD, type Visitor, type World } from '../world.ts'
import { copyOf, eventsOf, kept, noticesTo, placeOf, story } from './story.ts'

const company = { people: [ana], given: { imports: false } }

/** A file sent from the form, as a browser sends it. */
async function send(
  visitor: Visitor,
  world: World,
  csv: string,
  fields: Record<string, string> = {},
) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  body.append('file', new File([csv], 'people.csv', { type: 'text/csv' }))
  const request = new Request(`${world.url}/users/import`, { method: 'POST', body })
  return visitor.send('/users/import', {
    method: 'POST',
    headers: {
      'content-type': request.headers.get('content-type')!,
      origin: world.url,
      'sec-fetch-site': 'same-origin',
    },
    body: await request.arrayBuffer(),
  })
}

/** Sends a file and has it looked at. Gives its id. */
async function check(visitor: Visitor, world: World, csv: string, fields = {}): Promise<string> {
  const sent = await send(visitor, world, csv, fields)
  const id = new URL(placeOf(sent) ?? '', world.url).searchParams.get('id')
  if (!id) throw new Error(`not taken: ${sent.status} ${await sent.text()}`)
  await workAtImport(world.app)
  return id
}

async function begin(visitor: Visitor, world: World, id: string) {
  const begun = await visitor.post('/users/import/begin', { id })
  await workAtImport(world.app)
  return begun
}

const signedIn = async (world: World, email: string): Promise<Visitor> => {
  const visitor = world.visitor()
  await visitor.signIn({ email, password: PASSWORD })
  return visitor
}

const resultsIn = async ({ app }: World, id: string) =>
  (
    await app.db
      .selectFrom('importLines')
      .select(['line', 'result', 'why'])
      .where('importId', '=', id)
      .orderBy('line')
      .execute()
  ).map(({ line, result, why }) => `${line} ${result}${why ? ` ${why}` : ''}`)

const FILE = `login,name,country,language,phone,privilege,main,login_code
new@example.com,Nia Novo,PT,zh-CN,,,,email
uma@example.com,Uma Two,PT,,,,,
ugo@example.com,ugo,PT,,,support,,
NEW@example.com,Nia Again,PT,,,,,
otto@example.org,Otto,PT,,,,,
boss@example.com,Boss,PT,,,operator,,
sms@example.com,Sue,PT,,,,,sms
bad,Bad,PT,,,,,
sam@example.com,sam,PT,,,,,
far@example.com,Far,PT,,,,omar@example.org,
"odd
`

story(
  'a file is shown line by line before anything is done, and then done',
  company,
  async (world) => {
    const ids = await addCompany(world)
    const mara = await signedIn(world, 'mara@example.com')
    const before = await kept(world)
    const id = await check(mara, world, FILE, { invite: 'yes', language: 'ar' })
    expect(await resultsIn(world, id)).toEqual([
      '2 made',
      '3 changed profile',
      '4 changed privilege',
      '5 refused doubled',
      '6 refused taken',
      '7 refused privilege_not_yours',
      '8 refused no_number',
      '9 refused bad_login',
      '10 same',
      '11 refused no_such_main',
      '12 refused unfit',
    ])
    expect(await kept(world)).toEqual(before)
    const page = await (await mara.get(`/users/import/file?id=${id}`)).text()
    expect(page).toContain('otto@example.org')
    expect(page).toContain('Somebody has this login whom you do not manage.')

    const begun = await begin(mara, world, id)
    expect(placeOf(begun)).toContain(id)
    const nia = (await findAccountByLogin(world.app.db, 'new@example.com'))!
    expect(nia).toMatchObject({
      mainId: ids.main,
      language: 'zh-CN',
      wantedCode: 'email',
      passwordHash: '',
    })
    expect(nia.invitedAt).not.toBeNull()
    expect((await noticesTo(world, 'new@example.com')).map(({ kind }) => kind)).toContain(
      'invitation',
    )
    expect((await findAccountByLogin(world.app.db, 'uma@example.com'))?.name).toBe('Uma Two')
    expect((await findAccountByLogin(world.app.db, 'ugo@example.com'))?.privilege).toBe('support')
    expect((await findAccountByLogin(world.app.db, 'otto@example.org'))?.name).toBe('otto')
    expect(await findAccountByLogin(world.app.db, 'boss@example.com')).toBeNull()
    expect(await eventsOf(world, 'accounts_imported')).toHaveLength(1)
    // Once more, it finds all as it is.
    const again = await check(mara, world, FILE)
    expect(await resultsIn(world, again)).toEqual(
      expect.arrayContaining(['2 same', '3 same', '4 same', '10 same']),
    )
  },
)

story(
  'what is done is what holds when it is done, and not what was shown',
  company,
  async (world) => {
    await addCompany(world)
    const mara = await signedIn(world, 'mara@example.com')
    const id = await check(
      mara,
      world,
      'login,name,country\nn1@example.com,N,PT\nn2@example.com,N,PT\n',
    )
    await addPerson(world, { email: 'n1@example.com' })
    await begin(mara, world, id)
    expect(await resultsIn(world, id)).toEqual(['2 refused taken', '3 made'])
  },
)

story(
  'who may not manage any more goes no further; nobody sees the file of another',
  company,
  async (world) => {
    const ids = await addCompany(world)
    const mara = await signedIn(world, 'mara@example.com')
    const csv = 'login,name,country\nn1@example.com,N,PT\n'
    const id = await check(mara, world, csv)
    for (const email of ['main@example.com', 'omar@example.org', ana.email]) {
      const other = await signedIn(world, email)
      expect((await other.get(`/users/import/file?id=${id}`)).status).toBe(404)
      expect((await other.get(`/users/import/lines.csv?id=${id}`)).status).toBe(404)
      expect((await other.post('/users/import/begin', { id })).status).toBe(404)
      expect((await other.post('/users/import/drop', { id })).status).toBe(404)
    }
    const tab = copyOf(world, mara)
    const [one, two] = await Promise.all([
      mara.post('/users/import/begin', { id }),
      tab.post('/users/import/begin', { id }),
    ])
    expect([one.status, two.status].toSorted((a, b) => a - b)).toEqual([303, 409])
    await replacePrivilege(world.app.db, ids.mara, null)
    await workAtImport(world.app)
    expect(await findAccountByLogin(world.app.db, 'n1@example.com')).toBeNull()
    await replacePrivilege(world.app.db, ids.mara, 'manage')
    expect(await (await mara.get(`/users/import/file?id=${id}`)).text()).toContain('It was stopped')
    const next = await check(mara, world, csv)
    await mara.post('/users/import/begin', { id: next })
    await barAccount(world.app.db, ids.mara, world.now())
    await workAtImport(world.app)
    expect(await findAccountByLogin(world.app.db, 'n1@example.com')).toBeNull()
  },
)

const unread: [string, string, Record<string, string>, number, string][] = [
  ['no column', 'login,name\na@example.com,A\n', {}, 422, 'has no column country'],
  ['an unknown column', 'login,name,country,pasword\n', {}, 422, 'means nothing here: pasword'],
  ['a column twice', 'login,name,country,name\n', {}, 422, 'a column twice'],
  ['nothing', '', {}, 422, 'has no column login'],
]

story(
  'a file that cannot be read is refused, and nothing of it is kept',
  company,
  async (world) => {
    await addCompany(world)
    const mara = await signedIn(world, 'mara@example.com')
    for (const [about, csv, fields, status, said] of unread) {
      const answer = await send(mara, world, csv, fields)
      expect(answer.status, about).toBe(status)
      expect(await answer.text(), about).toContain(said)
    }
    const noFile = await mara.send('/users/import', {
      method: 'POST',
      headers: {
        'content-type': 'multipart/form-data; boundary=x',
        origin: world.url,
        'sec-fetch-site': 'same-origin',
      },
      body: '--x\r\ncontent-disposition: form-data; name="invite"\r\n\r\nyes\r\n--x--\r\n',
    })
    expect(noFile.status).toBe(422)
    const plain = await mara.post('/users/import', { file: 'login,name,country' })
    expect(plain.status).toBe(415)
    const broken = await mara.send('/users/import', {
      method: 'POST',
      headers: {
        'content-type': 'multipart/form-data; boundary=x',
        origin: world.url,
        'sec-fetch-site': 'same-origin',
      },
      body: '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nlogin,name,country\r\na@exa',
    })
    expect(broken.status).toBe(400)
    const large = await send(mara, world, `login,name,country\n${' '.repeat(33 * 1024 * 1024)}`)
    expect(large.status).toBe(413)
    const rows = async function* () {
      for (let line = 2; line < 6; line++) yield { line, cells: null }
    }
    const options = { invite: false, language: 'en' } as const
    expect(await takeIn(world.app, null, options, rows(), 3)).toBeNull()
    expect(await world.app.db.selectFrom('imports').select('id').execute()).toEqual([])
    expect(await world.app.db.selectFrom('importLines').select('line').execute()).toEqual([])
  },
)

story(
  'what is exported is imported again and changes nothing; nobody gets the people of another',
  company,
  async (world) => {
    await addCompany(world)
    await addPerson(world, {
      email: 'evil@example.com',
      name: '=HYPERLINK("x")',
      main: 'main@example.com',
    })
    await addPerson(world, {
      email: 'num@example.com',
      phone: '+351912345678',
      main: 'main@example.com',
    })
    const mara = await signedIn(world, 'mara@example.com')
    const csv = await (await mara.post('/users/export')).text()
    expect(csv).not.toContain('example.org')
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`)
    const id = await check(mara, world, csv)
    expect(
      new Set((await resultsIn(world, id)).map((each) => each.split(' ').slice(1).join(' '))),
    ).toEqual(new Set(['same']))
    const all: string[] = []
    const operator = { id: '', mainId: null, privilege: 'operator' } as const
    for await (const piece of exportAccounts(world.app, operator)) all.push(piece)
    expect(all).toHaveLength(11)
    expect(all.join('')).toContain('otto@example.org')
  },
)

story(
  'two processes at one file do each line once, and one goes on where another has died',
  company,
  async (world) => {
    await addCompany(world)
    const mara = await signedIn(world, 'mara@example.com')
    const lines = Array.from({ length: 160 }, (_, index) => `n${index}@example.com,N,PT`)
    const id = await check(mara, world, `login,name,country\n${lines.join('\n')}\n`)
    await mara.post('/users/import/begin', { id })
    let isOver = false
    // It stops in the middle, as one does that is told to.
    await workAtImport(world.app, { isOver: () => isOver, onProgress: () => void (isOver = true) })
    const second = await openWorld({
      beside: world,
      database: isSqlite(world) ? 'SQLite' : 'PostgreSQL',
      given: { imports: false },
    })
    try {
      await Promise.all([workAtImport(world.app), workAtImport(second.app)])
    } finally {
      await second.close()
    }
    const made = await eventsOf(world, 'account_added')
    expect(made).toHaveLength(160)
    expect(await workAtImport(world.app)).toBe(false)
    expect(
      (await (await mara.get(`/users/import/lines.csv?id=${id}`)).text()).split('\r\n'),
    ).toHaveLength(162)
  },
)

const isSqlite = ({ config }: World): boolean => config.databaseUrl.startsWith('sqlite')

/** In bytes: what is still held after all that can go has gone. */
const heap = (): number => {
  ;(globalThis as { gc?: () => void }).gc?.()
  return process.memoryUsage().heapUsed
}

story('a hundred thousand lines are looked at, and never all in memory', company, async (world) => {
  const count = isSqlite(world) ? 100_000 : 5000
  const rows = async function* () {
    for (let line = 2; line < count + 2; line++) {
      const cells = { login: `n${line}@example.com`, name: 'N', country: 'PT', language: '' }
      const rest = { phone: '', privilege: '', main: '', login_code: '' }
      yield { line, cells: { ...cells, ...rest } }
    }
  }
  const before = heap()
  let most = 0
  const look = () => void (most = Math.max(most, process.memoryUsage().heapUsed - before))
  const id = await takeIn(world.app, null, { invite: false, language: 'en' }, rows())
  look()
  await workAtImport(world.app, { only: id!, onProgress: look })
  const tally = await tallyOf(world.app.db, id!)
  expect(tally).toEqual([{ result: 'made', why: null, done: 0, count }])
  // The lines alone are 20 MiB. What nobody has collected yet is in it too.
  expect(most).toBeLessThan(150 * 1024 * 1024)
})
