import { hashBearer } from '../../src/lib/random.ts'
import { enrolmentsOf } from '../../src/store/enrolments.ts'
import {
  browserAt,
  savedForm,
  whereTo,
  type account,
  type Browser,
  type Place,
} from '../setup/process.ts'
import { recoveryCodesIn } from '../world.ts'

/** Numbers that look like chance and are the same for the same seed (mulberry32). */
export function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

type Cookies = Map<string, string>
type Used = { readonly cookies: Cookies; readonly form: Record<string, string> }

/**
 * One person, and all that the server has acknowledged to them. What was under way when it died is
 * in doubt, and nothing is asked of it.
 */
export type Ledger = {
  /** Answers that were right once, with the attempt they were right for. */
  readonly used: Used[]
  readonly sessions: Set<string>
  readonly ended: Set<string>
  /** Attempts by their secret, and how many mails each was promised. */
  readonly sends: Map<string, number>
  devices: Cookies[]
  recovery: string[]
  /** Recovery codes of sets that were replaced or switched off. */
  readonly dead: string[]
  failures: number
  protection: 'on' | 'off' | 'in doubt'
  acknowledged: number
}

export const newLedger = (): Ledger => ({
  used: [],
  sessions: new Set(),
  ended: new Set(),
  sends: new Map(),
  devices: [],
  recovery: [],
  dead: [],
  failures: 0,
  protection: 'off',
  acknowledged: 0,
})

export type Person = typeof account
type Way = { readonly form: Record<string, string>; readonly cookies?: Cookies }

/** Does one thing after the other, as fast as answers come, until the server is gone. */
export async function busy(
  url: string,
  place: Place,
  person: Person,
  ledger: Ledger,
  dice: (below: number) => number,
): Promise<void> {
  const code = () => place.codeTo(person.email)
  const deeds = { sawnOff, byCode, byRecovery, wrong, remembered, signOut, resend, offAndOn, renew }
  const names = Object.keys(deeds) as (keyof typeof deeds)[]
  try {
    if (ledger.protection !== 'on') await switchOn(browserAt(url))
    for (;;) await deeds[names[dice(names.length)]!]()
  } catch (error) {
    // The server is gone: its answer never came, or not whole.
    if (!(error instanceof TypeError)) throw error
  }

  async function second({ form, cookies = new Map() }: Way): Promise<Browser> {
    const browser = browserAt(url, cookies)
    expectTo(await browser.signIn(person), '/sign-in/second')
    const attempt = new Map(browser.cookies)
    ledger.sends.set(attempt.get('attempt')!, 1)
    if (form.code === '') form.code = await code()
    const answer = await browser.post('/sign-in/second', form)
    if (answer.status === 401) {
      ledger.failures++
      return browser
    }
    expectTo(answer, form.with ? '/account?notice=recovery_left' : '/account')
    ledger.used.push({ cookies: attempt, form })
    keep(browser)
    return browser
  }

  function keep(browser: Browser): void {
    ledger.sessions.add(browser.cookies.get('session')!)
    ledger.acknowledged++
  }

  async function byCode() {
    await second({ form: { code: '' } })
  }

  async function wrong() {
    await second({ form: { code: 'AAAA-AAAA-AAAA-AAAA', with: 'recovery' } })
  }

  /** A code that was sent and never typed: its mail is promised all the same. */
  async function sawnOff() {
    const browser = browserAt(url)
    expectTo(await browser.signIn(person), '/sign-in/second')
    ledger.sends.set(browser.cookies.get('attempt')!, 1)
    ledger.acknowledged++
  }

  async function byRecovery() {
    const one = ledger.recovery.pop()
    if (!one) return renew()
    // It ends the trust of all devices, and may have done so when we never hear of it.
    ledger.devices = []
    await second({ form: { code: one, with: 'recovery' } })
  }

  async function remembered() {
    const cookies = ledger.devices.pop()
    if (!cookies) {
      const browser = await second({ form: { code: '', remember: 'yes' } })
      ledger.devices.push(deviceIn(browser))
      return
    }
    const browser = browserAt(url, new Map(cookies))
    expectTo(await browser.signIn(person), '/account')
    keep(browser)
    ledger.devices.push(deviceIn(browser))
  }

  async function signOut() {
    const [token] = ledger.sessions
    if (!token) return
    ledger.sessions.delete(token)
    const browser = browserAt(url, new Map([['session', token]]))
    expectTo(await browser.post('/sign-out'), '/sign-in?notice=signed_out')
    ledger.ended.add(token)
    ledger.acknowledged++
  }

  async function resend() {
    for (const [secret, sends] of ledger.sends) {
      const browser = browserAt(url, new Map([['attempt', secret]]))
      const answer = await browser.post('/sign-in/second/send')
      if (answer.status !== 303 || whereTo(answer) !== '/sign-in/second') continue
      ledger.sends.set(secret, sends + 1)
      ledger.acknowledged++
      return
    }
  }

  /** A step in the account: the session may get a new token with it, and the old one is dead then. */
  async function step(browser: Browser, path: string, form: Record<string, string> = {}) {
    const before = browser.cookies.get('session')!
    ledger.sessions.delete(before)
    const answer = await browser.post(`/account/security/${path}`, form)
    const after = browser.cookies.get('session')!
    if (after !== before) ledger.ended.add(before)
    ledger.sessions.add(after)
    ledger.acknowledged++
    return answer
  }

  async function offAndOn() {
    const browser = await second({ form: { code: '' } })
    ledger.devices = []
    ledger.protection = 'in doubt'
    const before = ledger.recovery
    ledger.recovery = []
    expectTo(await step(browser, 'unprotect'), '/account/security/code')
    const off = await step(browser, 'code', { code: await code() })
    expectTo(off, '/account/security?notice=unprotected')
    ledger.protection = 'off'
    ledger.dead.push(...before)
    await switchOn(browser)
  }

  async function switchOn(browser: Browser) {
    ledger.protection = 'in doubt'
    // In doubt it may be on already, with codes that nobody has seen.
    const { id } = await idOf(place, person)
    const isOn = (await enrolmentsOf(place.db(), id)).length > 0
    if (!isOn) {
      if (!browser.cookies.has('session')) {
        expectTo(await browser.signIn(person), '/account')
        keep(browser)
      }
      expectTo(await step(browser, 'protect'), '/account/security/code')
      ledger.recovery = await saveCodes(browser)
    }
    ledger.protection = 'on'
  }

  async function renew() {
    const browser = await second({ form: { code: '' } })
    const before = ledger.recovery
    ledger.recovery = []
    expectTo(await step(browser, 'recovery-codes'), '/account/security/code')
    ledger.recovery = await saveCodes(browser)
    ledger.dead.push(...before)
  }

  async function saveCodes(browser: Browser): Promise<string[]> {
    const shown = await step(browser, 'code', { code: await code() })
    const done = await step(browser, 'confirm', savedForm(shown.text))
    expectTo(done, /\?notice=(protected|codes_renewed)$/)
    return recoveryCodesIn(shown.text)
  }
}

const idOf = (place: Place, { email }: Person) =>
  place
    .db()
    .selectFrom('accounts')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()

const deviceIn = ({ cookies }: Browser): Cookies =>
  new Map([...cookies].filter(([name]) => name.startsWith('device-')))

function expectTo(answer: Awaited<ReturnType<Browser['get']>>, to: string | RegExp): void {
  const where = whereTo(answer) ?? ''
  const fits = typeof to === 'string' ? where === to : to.test(where)
  if (!fits) throw new Error(`expected ${to}, got ${answer.status} ${where}: ${answer.text}`)
}

/**
 * Acknowledged things that do not hold, in words; empty when all do. Looks at the `most` newest of
 * a kind.
 */
export async function broken(
  url: string,
  place: Place,
  person: Person,
  ledger: Ledger,
  most: number,
): Promise<string[]> {
  const found: string[] = []
  for (const token of [...ledger.sessions].slice(-most)) {
    const { status } = await browserAt(url, new Map([['session', token]])).get('/session')
    if (status !== 200) found.push(`a session that was made answers ${status}`)
  }
  for (const token of [...ledger.ended].slice(-most)) {
    const { status } = await browserAt(url, new Map([['session', token]])).get('/session')
    if (status !== 401) found.push(`a session that was ended answers ${status}`)
  }
  for (const { cookies, form } of ledger.used.splice(0)) {
    const answer = await browserAt(url, new Map(cookies)).post('/sign-in/second', form)
    if (answer.headers.getSetCookie().some((line) => /^session=[^;]/.test(line)))
      found.push(`a code that was used opens the door again: ${JSON.stringify(form)}`)
    if (form.with) ledger.dead.push(form.code!)
  }

  const db = place.db()
  const { id } = await idOf(place, person)
  const kinds = (await enrolmentsOf(db, id))
    .map(({ kind }) => kind)
    .sort()
    .join()
  const whole = { on: ['email,recovery'], off: [''], 'in doubt': ['', 'email,recovery'] }
  if (!whole[ledger.protection].includes(kinds))
    found.push(`protection is ${ledger.protection}, and there is: ${kinds}`)
  if (kinds !== '') found.push(...(await openedByDead(url, person, ledger)))

  const counted = await db
    .selectFrom('limits')
    .select('count')
    .where('key', '=', `second:${id}`)
    .executeTakeFirst()
  if ((counted?.count ?? 0) < ledger.failures)
    found.push(`${ledger.failures} failures were answered, ${counted?.count ?? 0} are counted`)
  for (const [secret, sends] of [...ledger.sends].slice(-most)) {
    const row = await db
      .selectFrom('attempts')
      .innerJoin('messages', 'messages.attemptId', 'attempts.id')
      .select((e) => [e.fn.countAll<number>().as('mails'), e.fn.max('sends').as('sends')])
      .where('secretHash', '=', hashBearer(secret)!)
      .where('messages.kind', '=', 'code')
      .executeTakeFirstOrThrow()
    if (Number(row.mails) < sends || Number(row.mails) !== row.sends)
      found.push(`${sends} mails promised, ${row.sends} counted, ${row.mails} written`)
  }
  return found
}

/** Recovery codes that were used or replaced, each tried in a new attempt. */
async function openedByDead(url: string, person: Person, ledger: Ledger): Promise<string[]> {
  const browser = browserAt(url)
  await browser.signIn(person)
  const found: string[] = []
  for (const code of ledger.dead.splice(0).slice(-8)) {
    const answer = await browser.post('/sign-in/second', { code, with: 'recovery' })
    if (answer.status === 303)
      found.push(`a recovery code that was used or replaced works: ${code}`)
    ledger.failures++
  }
  return found
}
