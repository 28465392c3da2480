import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RECEIPTS } from '../../src/http/receipt-path.ts'
import { readAccount } from '../../src/accounts/new-account.ts'
import { addAccount, openSetUp } from '../../src/accounts/set-up.ts'
import { insertAccount } from '../../src/store/accounts.ts'
import { databases } from '../setup/databases.ts'
import { ana, bob, nobodysVisit, openWorld, protect, type Visitor, type World } from '../world.ts'
import { copyOf } from '../stories/story.ts'
import { codeFor, dump, enter, expectNoChange, routesOf, rowsIn } from './tools.ts'

const PLAIN = 'application/x-www-form-urlencoded'
const utf16 = Buffer.from('login=x', 'utf16le').toString('latin1')
const json = '{"login":"x","password":"y","code":"1","to":"/"}'
const multipart = '--x\r\nContent-Disposition: form-data; name="code"\r\n\r\n1\r\n--x--\r\n'

// Whatever is posted to, this is no form of ours: what was sent, as what, and the refusal.
const bodies: [what: string, status: number, body: string, headers?: Record<string, string>][] = [
  ['an unknown field', 400, 'surprise=1'],
  ['a field of every object', 400, 'constructor=1'],
  ['the prototype', 400, '__proto__=1'],
  ['a privilege', 400, 'privilege=operator&id=1'],
  ['a field twice', 400, 'code=1&code=1'],
  ['a field twice, empty', 400, 'login=&login=&password=&password='],
  ['a list', 400, 'code[]=000000&code[]=000001'],
  ['an object', 400, 'code[a]=1&login[$ne]=1'],
  ['a nameless field', 400, '=1'],
  ['text without fields', 400, 'just some words'],
  ['bytes that are no text', 400, '%ff%fe=%00'],
  ['half a character', 400, '%ED%A0%80=%ED%A0%80'],
  ['a thousand lists', 400, 'code[]=000000&'.repeat(1000)],
  ['ten thousand fields', 400, Array.from({ length: 9000 }, (_, n) => `a${n}=`).join('&')],
  ['JSON', 415, json, { 'content-type': 'application/json' }],
  ['JSON in a strange charset', 415, json, { 'content-type': 'application/json;charset=utf-7' }],
  ['multipart', 415, multipart, { 'content-type': 'multipart/form-data; boundary=x' }],
  ['plain text', 415, 'code=1', { 'content-type': 'text/plain' }],
  ['XML', 415, '<code>1</code>', { 'content-type': 'application/xml' }],
  ['no type at all', 415, 'code=1', { 'content-type': '' }],
  ['two types', 415, 'code=1', { 'content-type': `${PLAIN}, application/json` }],
  ['UTF-16', 415, utf16, { 'content-type': `${PLAIN}; charset=utf-16` }],
  ['gzip', 415, '\x1f\x8b\x08', { 'content-encoding': 'gzip' }],
  ['64 KiB and a byte', 413, `code=${'1'.repeat(64 * 1024 - 4)}`],
  ['10 MB', 413, `password=${'x'.repeat(10_000_000)}`],
]

describe('a form that is none', () => {
  let world: World
  let browser: Visitor

  beforeAll(async () => {
    world = await openWorld({ people: [ana] })
    browser = world.visitor()
    await protect(world, browser)
    await browser.post('/account/security/recovery-codes')
  })
  afterAll(() => world.close())

  for (const [what, status, body, headers = {}] of bodies) {
    test(`J-07, J-08, J-10, J-13, P-04: ${what} is refused everywhere, and nothing changes`, async () => {
      await expectNoChange(world, async () => {
        for (const path of routesOf(world, 'POST')) {
          // What gateways post is no form, and a file is another kind of one.
          if (path === RECEIPTS || path === '/users/import') continue
          const answer = await browser.send(path, {
            method: 'POST',
            headers: {
              'content-type': PLAIN,
              origin: world.url,
              'sec-fetch-site': 'same-origin',
              'content-length': String(Buffer.byteLength(body)),
              ...headers,
            },
            body,
          })
          expect(`${path}: ${answer.status}`).toBe(`${path}: ${status}`)
          expect(answer.headers.getSetCookie()).toEqual([])
          expect(await answer.text()).toMatch(/nothing was done/i)
        }
        expect((await browser.get('/account')).status).toBe(200)
      }, [])
    })
  }

  test('J-08: a field in the query is no field', async () => {
    const path = '/sign-in?login=ana@example.com&password=x'
    const answer = await expectNoChange(world, () => world.visitor().post(path), [])
    expect(answer.status).toBe(400)
  })

  const longOnes: [path: string, form: Record<string, string>][] = [
    ['/sign-in', { login: 'x'.repeat(1001), password: 'x' }],
    ['/sign-in', { login: 'x', password: 'x'.repeat(4001) }],
    ['/sign-in', { login: 'x', password: 'x', to: `/${'x'.repeat(1000)}` }],
    ['/sign-in/second', { code: '1'.repeat(16_001) }],
    ['/sign-in/second', { code: '1', remember: 'no' }],
    ['/sign-in/second', { code: '1', with: 'password' }],
    ['/sign-in/passkey', { code: '1'.repeat(16_001) }],
    ['/sign-in/passkey', { code: '{}', to: `/${'x'.repeat(1000)}` }],
    ['/account/confirm', { code: '1'.repeat(16_001) }],
    ['/account/confirm', { code: '1', with: 'password' }],
    ['/account/security/code', { code: '1'.repeat(16_001) }],
    ['/account/security/code', { code: '1', name: 'x'.repeat(1001) }],
    ['/account/security/code', { code: '1', with: 'Totp' }],
    ['/account/security/add', { kind: 'recovery' }],
    ['/account/security/add', { kind: 'sms' }],
    ['/account/security/prefer', { kind: 'recovery' }],
    ['/account/security/name', { factor: 'x'.repeat(101), name: 'x' }],
    ['/account/security/name', { factor: 'x', name: 'x'.repeat(1001) }],
    ['/account/security/remove', { factor: 'x'.repeat(101) }],
    ['/account/security/bind-anew', { factor: 'x'.repeat(101) }],
    ['/account/security/confirm', { saved: 'true' }],
    ['/account', { name: 'x'.repeat(1001), country: 'PT', language: 'en' }],
    ['/language', { language: 'tlh', to: '/' }],
  ]
  test('J-05, P-01: a field that is too long or says what it cannot is refused before anything is done', async () => {
    for (const [path, form] of longOnes) {
      const { status } = await expectNoChange(world, () => browser.post(path, form), [])
      expect(`${path}: ${status}`).toBe(`${path}: 400`)
    }
  })

  test('H-14: the way to go on leads to our own pages only', async () => {
    const evil = ['//evil.example', '/\\evil.example', 'https://evil.example', '/\t/evil.example']
    for (const to of [...evil, '/.//evil.example', 'javascript:alert(1)', '/sign-out', '\u0000']) {
      const visitor = world.visitor({ address: `198.51.100.${to.length}` })
      const page = await visitor.get(`/sign-in?to=${encodeURIComponent(to)}`)
      expect(await page.text()).not.toContain('evil')
      const changed = await visitor.post('/language', { language: 'en', to })
      expect(changed.headers.get('location')).toMatch(/^\/($|[^/\\])/)
      await visitor.post('/sign-in', { login: ana.email, password: ana.password, to })
      const code = await codeFor(world, visitor)
      const entered = await visitor.post('/sign-in/second', { code })
      expect(entered.headers.get('location')).toBe('/account')
    }
  })
})

for (const { name } of databases) {
  describe(name, () => {
    let world: World
    beforeAll(async () => {
      const wide = { MAILS_HOUR: '1000', MAILS_DAY: '1000', ADDRESS_SENDS_5_MINUTES: '1000' }
      const more = { ...wide, PASSWORD_ADDRESS_REQUESTS_MINUTE: '1000' }
      const open = {
        SECOND_STEP_FAILURES_5_MINUTES: '1000',
        SECOND_STEP_FAILURES_DAY: '1000',
        SECOND_STEP_ADDRESS_FAILURES_5_MINUTES: '1000',
      }
      world = await openWorld({
        database: name,
        people: [ana, bob],
        settings: { ...more, ...open },
      })
      await protect(world, world.visitor())
    })
    afterAll(() => world.close())

    const digits = (zero: number) => (code: string) =>
      code.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
    const understood: [what: string, write: (code: string) => string][] = [
      ['a space', (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
      ['spaces all over', (code) => ` ${code.split('').join(' ')}\t`],
      ['a dash', (code) => `${code.slice(0, 3)}-${code.slice(3)}`],
      ['a no-break space', (code) => `${code.slice(0, 3)}\u00a0${code.slice(3)}`],
      ['Arabic digits', digits(0x660)],
      ['Persian digits', digits(0x6f0)],
      ['full-width digits', digits(0xff10)],
      ['marks of direction', (code) => `\u200f${code}\u200e`],
    ]
    for (const [what, write] of understood)
      test(`B-05: a code with ${what} is understood, and used up in every other spelling`, async () => {
        const visitor = world.visitor()
        await visitor.signIn()
        const code = await codeFor(world, visitor)
        const again = copyOf(world, visitor)
        const entered = await visitor.post('/sign-in/second', { code: write(code) })
        expect(entered.headers.get('location')).toBe('/account')
        const before = await rowsIn(world, 'sessions')
        for (const spelling of [code, write(code), ` ${code}`])
          expect((await again.post('/sign-in/second', { code: spelling })).status).toBe(401)
        expect(await rowsIn(world, 'sessions')).toBe(before)
      })

    const refused: [what: string, write: (code: string) => string][] = [
      ['nothing', () => ''],
      ['a space', () => ' '],
      ['five digits', (code) => code.slice(1)],
      ['seven digits', (code) => `${code}0`],
      ['a zero before it', (code) => `0${code}`],
      ['a minus sign', (code) => `-${code}`],
      ['a plus sign', (code) => `+${code}`],
      ['a fraction', (code) => `${code}.0`],
      ['an exponent', (code) => `${code}e0`],
      ['hexadecimal', (code) => `0x${Number(code).toString(16)}`],
      ['letters', () => 'abcdef'],
      ['NUL', (code) => `${code}\u0000`],
      ['a wildcard', () => '%%%%%%'],
      ['two codes', (code) => `${code},${code}`],
      ['a quote', (code) => `${code}' or '1'='1`],
      ['circled digits', digits(0x2460)],
    ]
    for (const [what, write] of refused)
      test(`B-05, J-11: ${what} instead of a code opens nothing`, async () => {
        const visitor = world.visitor()
        await visitor.signIn()
        const code = await codeFor(world, visitor)
        const but = ['limits', 'attempts', 'events']
        const answer = await expectNoChange(
          world,
          () => visitor.post('/sign-in/second', { code: write(code) }),
          but,
        )
        expect(answer.status).toBe(401)
        expect(answer.headers.getSetCookie()).toEqual([])
        expect((await visitor.get('/session')).status).toBe(401)
      })

    test('J-01: a login in any case is the same account', async () => {
      for (const login of ['BOB@EXAMPLE.COM', ' bob@example.com ', 'Bob@eXample.com']) {
        const visitor = world.visitor()
        await visitor.post('/sign-in', { login, password: bob.password })
        expect(await (await visitor.get('/session')).json()).toMatchObject({ email: bob.email })
      }
    })

    test('J-01, J-14: an address in another case or form of letters is taken', async () => {
      const jose = { ...bob, email: 'jos\u00e9@b\u00fccher.example' }
      expect(await addAccount(world.app, nobodysVisit, jose)).toHaveProperty('account')
      const taken = [
        'BOB@example.com',
        'bob@EXAMPLE.com',
        'jose\u0301@b\u00fccher.example',
        'JOS\u00c9@xn--bcher-kva.example',
      ]
      for (const email of taken) {
        const work = () => addAccount(world.app, nobodysVisit, { ...bob, email })
        expect(await expectNoChange(world, work)).toEqual({ problems: { email: 'taken' } })
      }
    })

    test('J-01: a login that only looks like another is another', async () => {
      const lookalikes = ['b\u043eb@example.com', 'bob@ex\u0430mple.com', 'bob\u200b@example.com']
      for (const login of [...lookalikes, 'bob\u0000@example.com', 'bob@example.com\r\nx']) {
        const visitor = world.visitor({ address: '198.51.100.77' })
        const { status } = await visitor.post('/sign-in', { login, password: bob.password })
        expect(status).toBe(401)
        expect((await visitor.get('/session')).status).toBe(401)
      }
    })

    const profile = { name: 'Ana Lima', country: 'PT', language: 'en', phone: '' }
    const badProfiles: [what: string, change: Partial<typeof profile>][] = [
      ['no name', { name: '' }],
      ['a blank name', { name: ' \u00a0 ' }],
      ['NUL in a name', { name: 'Ana\u0000' }],
      ['a control character in a name', { name: 'Ana\u001b[31m' }],
      ['a line break in a name', { name: 'Ana\r\nBcc: eve@example.com' }],
      ['a mark that turns a name round', { name: 'Ana\u202eamiL' }],
      ['a space nobody can see in a name', { name: 'Ana\u200bLima' }],
      ['a name that is too long', { name: 'x'.repeat(101) }],
      ['half a character in a name', { name: 'Ana\ufffd' }],
      ['no country', { country: '' }],
      ['a country that is none', { country: 'XX' }],
      ['a country in small letters', { country: 'pt' }],
      ['a language we do not speak', { language: 'tlh' }],
      ['a number of another country', { phone: '+44 7700 900123' }],
      ['a number that is none', { phone: '12' }],
      ['a number with a letter', { phone: '+351 912 345 67x' }],
    ]
    test('J-04: a profile that cannot be is refused, says where, and nothing changes', async () => {
      const visitor = world.visitor()
      await enter(world, visitor)
      for (const [what, change] of badProfiles) {
        const answer = await expectNoChange(world, () =>
          visitor.post('/account', { ...profile, ...change }),
        )
        expect(`${what}: ${answer.status}`).toBe(`${what}: 422`)
        expect(await answer.text()).toContain('aria-invalid')
      }
      const raw = 'name=Ana%ED%A0%80&country=PT&language=en&phone='
      const headers = { 'content-type': PLAIN, origin: world.url }
      const half = () => visitor.send('/account', { method: 'POST', headers, body: raw })
      expect((await expectNoChange(world, half)).status).toBe(422)
    })

    test('H-11: what people write about themselves stays text on every page', async () => {
      const visitor = world.visitor()
      await enter(world, visitor)
      const nasty = `"><script>alert(1)</script>' onload='x`
      const saved = await visitor.post('/account', { ...profile, name: nasty })
      expect(saved.status).toBe(303)
      for (const path of ['/account', '/account/security', '/account?notice=<script>alert(1)']) {
        const page = await (await visitor.get(path)).text()
        expect(page).not.toContain('<script>alert')
        expect(page).not.toContain("onload='x")
      }
      const echoed = await world.visitor().post('/sign-in', { login: nasty, password: 'x' })
      expect(await echoed.text()).not.toContain('<script>alert')
    })

    const cookies: [what: string, break_: (token: string) => string][] = [
      ['cut', (token) => token.slice(0, -1)],
      ['cut in half', (token) => token.slice(0, 20)],
      ['longer', (token) => `${token}A`],
      ['padded', (token) => `${token}=`],
      ['in another case', (token) => token.toUpperCase()],
      ['quoted', (token) => `"${token}"`],
      ['encoded', (token) => `%${token.charCodeAt(0).toString(16)}${token.slice(1)}`],
      ['doubled', (token) => `${token}; session=${token}`],
      ['doubled with another', (token) => `x; session=${token}`],
      ['of one megabyte', () => 'A'.repeat(1_000_000)],
      ['empty', () => ''],
      ['a wildcard', () => '%'],
      ['SQL', () => "' or 1=1 --"],
      ['an object', () => '[object Object]'],
      ['bytes that are no text', () => '\u00ff\u00fe'],
    ]
    test('G-08, G-02: a session cookie that is not to the letter ours is nobody', async () => {
      const visitor = world.visitor()
      await enter(world, visitor)
      const token = visitor.cookies.get('session')!
      for (const [what, broken] of cookies) {
        const thief = world.visitor()
        thief.cookies.set('session', broken(token))
        const answer = await expectNoChange(world, () => thief.get('/session'), [])
        expect(`${what}: ${answer.status}`).toBe(`${what}: 401`)
        expect((await thief.get('/account')).status).toBe(303)
      }
      expect((await visitor.get('/session')).status).toBe(200)
    })
  })

  test(`${name}: B-14, J-04: a set-up that cannot be is refused, and the link lives on`, async () => {
    const world = await openWorld({ database: name })
    const token = await openSetUp(world.app)
    const visitor = world.visitor()
    const right = { ...ana, token }
    const wrong: [what: string, change: Partial<typeof right>, status?: number][] = [
      ['no address', { email: '' }],
      ['an address without a domain', { email: 'ana' }],
      ['two addresses', { email: 'ana@example.com,eve@example.com' }],
      ['a line break', { email: 'ana@example.com\r\nBcc: eve@example.com' }],
      ['a name round the address', { email: 'Ana <ana@example.com>' }],
      ['400 characters', { email: `${'a'.repeat(388)}@example.com` }],
      ['NUL', { email: 'ana\u0000@example.com' }],
      ['an address nobody can see through', { email: 'ana\u200b@example.com' }],
      ['an address of half characters', { email: '\ufffd@example.com' }],
      ['a short password', { password: 'a lake' }],
      ['a long password', { password: 'lake '.repeat(52) }],
      ['a common password', { password: 'password123' }],
      ['a password of the name', { password: 'ana lima ana lima' }],
      ['a password of the product', { password: 'nightlatch2026' }],
      ['a password with NUL', { password: 'a quiet lake\u0000 in winter' }],
      ['another token', { token: 'x'.repeat(43) }, 410],
      ['no token', { token: '' }, 410],
      ['a token in capitals', { token: token.toUpperCase() }, 410],
    ]
    for (const [what, change, status = 422] of wrong) {
      const work = () => visitor.post('/setup', { ...right, ...change })
      const answer = await expectNoChange(world, work, [])
      expect(`${what}: ${answer.status}`).toBe(`${what}: ${status}`)
      const page = await answer.text()
      expect(page).not.toContain(ana.password)
    }
    expect((await visitor.post('/setup', right)).status).toBe(303)
    const over = await expectNoChange(world, () => visitor.post('/setup', right), [])
    expect(over.status).toBe(410)
    await world.close()
  })

  test(`${name}: B-14: a set-up with an address that is taken leaves the installation to be set up`, async () => {
    const world = await openWorld({ database: name })
    const made = await readAccount(world.app, bob, null)
    if (!made || 'problems' in made) throw new Error('bob cannot be made')
    await insertAccount(world.app.db, made.account)
    const token = await openSetUp(world.app)
    const visitor = world.visitor()
    const work = () => visitor.post('/setup', { ...ana, email: 'BOB@example.com', token })
    expect((await expectNoChange(world, work, [])).status).toBe(422)
    expect((await visitor.post('/setup', { ...ana, token })).status).toBe(303)
    expect((await dump(world)).accounts).toHaveLength(2)
    await world.close()
  })
}
