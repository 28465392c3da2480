import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { proveEmail } from '../../src/accounts/new-email.ts'
import { applyDueChanges } from '../../src/accounts/contact-changes.ts'
import { addAccount } from '../../src/accounts/set-up.ts'
import { answerStepUp } from '../../src/accounts/step-up.ts'
import { attemptWith } from '../../src/sign-in/attempt.ts'
import { sessionOf } from '../../src/sign-in/session.ts'
import { insertAccount } from '../../src/store/accounts.ts'
import { databases } from '../setup/databases.ts'
import {
  ana,
  bob,
  HOUR,
  MINUTE,
  nobodysVisit,
  openWorld,
  protect,
  signInFully,
  type Visitor,
  type World,
} from '../world.ts'
import { askForEmail, copyOf } from '../stories/story.ts'
import {
  atOnce,
  codeFor,
  eventsIn,
  expectNoChange,
  rowsIn,
  slowly,
  statuses,
  tally,
} from './tools.ts'

/** Something to wait for, and the way to let those go on who do. */
function gate(): [Promise<void>, () => void] {
  const { promise, resolve } = Promise.withResolvers<void>()
  return [promise, resolve]
}

const HERE = '/account/email'
const THIEF = 'thief@evil.example'
const NEW = 'ana@new.example.com'
const WIDE = {
  SECOND_STEP_FAILURES_5_MINUTES: '1000',
  SECOND_STEP_FAILURES_DAY: '1000',
  SECOND_STEP_ADDRESS_FAILURES_5_MINUTES: '1000',
  SECOND_STEP_ADDRESS_FAILURES_HOUR: '1000',
  MAILS_HOUR: '1000',
  NEW_EMAIL_CODES_DAY: '1000',
}

const ask = askForEmail
const show = (browser: Visitor, code: string) => browser.post(`${HERE}/code`, { code })
const place = (answer: Response) => answer.headers.get('location')
const emails = async ({ app }: World) => {
  const rows = await app.db.selectFrom('accounts').select('email').orderBy('id').execute()
  return rows.map(({ email }) => email)
}

/** A new address, proven, that waits. */
async function prove(world: World, browser: Visitor, to = NEW): Promise<Response> {
  await ask(browser, to)
  return show(browser, await codeFor(world, browser))
}

async function stopToken(world: World): Promise<string> {
  const all = (await world.messagesTo(ana.email)).map(({ notice }) => notice)
  const tokens = all.flatMap((notice) => (notice.kind === 'email_change' ? [notice.token] : []))
  return tokens.at(-1)!
}

describe('a new address', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld({ people: [ana, bob], settings: WIDE })
  })
  afterEach(() => world.close())

  test('F-19: nobody says about themselves that an address is theirs', async () => {
    const browser = world.visitor()
    await browser.signIn()
    const profile = { name: ana.name, country: ana.country, language: 'en' }
    const forms: [path: string, form: Record<string, string>][] = [
      ['/account', { ...profile, email: THIEF }],
      ['/account', { ...profile, login: THIEF }],
      [HERE, { email: THIEF, verified: 'true' }],
      [HERE, { email: THIEF, provenAt: '0' }],
      [`${HERE}/code`, { code: '12345678', email: THIEF }],
      [`${HERE}/code`, { code: '12345678', with: 'recovery' }],
      [`${HERE}/stop`, { id: '1' }],
      ['/stop-email-change', { token: 'x', account: '1' }],
    ]
    for (const [path, form] of forms) {
      const answer = await expectNoChange(world, () => browser.post(path, form))
      expect([path, answer.status]).toEqual([path, 400])
    }
    expect((await show(browser, '')).status).toBe(303) // nothing is under way
    expect(await rowsIn(world, 'contactChanges')).toBe(0)
  })

  test('F-20: an address that somebody has only typed keeps its owner out of nothing', async () => {
    const thief = world.visitor()
    await thief.signIn(bob)
    await ask(thief, NEW)
    const owner = await addAccount(world.app, nobodysVisit, { ...ana, email: NEW })
    expect(owner).toHaveProperty('account')
    // The thief can even read that mailbox for a moment: it is too late.
    expect((await show(thief, await codeFor(world, thief))).status).toBe(422)
    expect(await emails(world)).toEqual([ana.email, bob.email, NEW])
  })

  test('F-20: whoever had an address has nothing of the account once it has another', async () => {
    const browser = world.visitor()
    await protect(world, browser)
    await prove(world, browser)
    world.pass(24 * HOUR - MINUTE)
    const old = world.visitor()
    await old.signIn()
    const code = await codeFor(world, old)
    world.pass(MINUTE)
    await world.opened.applyDueChanges()
    expect((await old.post('/sign-in/second', { code })).status).toBe(401)
    expect((await world.visitor().signIn()).status).toBe(401)
    // The old address is free, and whoever takes it gets an account of their own.
    const taken = await addAccount(world.app, nobodysVisit, ana)
    expect(taken).toHaveProperty('account')
    const stranger = world.visitor()
    await stranger.signIn()
    expect(await (await stranger.get('/account/security')).text()).toContain('/security/protect')
  })

  test('F-05: a stolen session alone cannot ask for another address, and its proof is not sent elsewhere', async () => {
    const browser = world.visitor()
    await protect(world, browser)
    world.pass(6 * MINUTE)
    const thief = copyOf(world, browser, { address: '198.51.100.66' })
    expect(place(await ask(thief, THIEF))).toBe('/account/confirm')
    expect(await world.messagesTo(THIEF)).toEqual([])
    const answer = await thief.post('/account/confirm', { password: ana.password })
    expect(answer.status).toBe(401)
    expect(place(await thief.get(`${HERE}/code`))).toBe(HERE)
    expect(await emails(world)).toEqual([ana.email, bob.email])
    expect(await rowsIn(world, 'contactChanges')).toBe(0)
  })

  test('F-05: the code read in the new mailbox is no proof for anything else', async () => {
    const browser = world.visitor()
    await protect(world, browser)
    world.pass(4 * MINUTE)
    await prove(world, browser, THIEF)
    world.pass(MINUTE)
    expect(place(await ask(browser, 'other@evil.example'))).toBe('/account/confirm')
    const sessions = await world.app.db.selectFrom('sessions').select('proofs').execute()
    const times = sessions.flatMap(({ proofs }) =>
      (JSON.parse(proofs) as { at: number }[]).map(({ at }) => at),
    )
    expect(Math.max(...times)).toBeLessThanOrEqual(world.now() - 5 * MINUTE)
  })

  test('B-08: a code for a new address is good for nothing else, and no other code is good for it', async () => {
    const browser = world.visitor()
    await protect(world, browser)
    await ask(browser, NEW)
    const eight = await codeFor(world, browser)
    expect(eight).toMatch(/^\d{8}$/)
    for (const path of ['/account/confirm', '/account/security/code', '/sign-in/second']) {
      const answer = await expectNoChange(world, () => browser.post(path, { code: eight }))
      expect([path, answer.status]).toEqual([path, 303])
    }
    const here = copyOf(world, browser)

    for (const open of ['unprotect', 'recovery-codes']) {
      await browser.post(`/account/security/${open}`)
      const six = await codeFor(world, browser)
      expect(six).toMatch(/^\d{6}$/)
      for (const code of [eight, eight.slice(0, 6), eight.slice(2)])
        expect((await browser.post('/account/security/code', { code })).status).toBe(401)
      // The attempt for the address has ended, when the other one was opened.
      expect((await show(here, six)).status).toBe(401)
      expect((await show(here, eight)).status).toBe(401)
    }
    await ask(browser, NEW)
    world.pass(31_000)
    await world.visitor().signIn()
    const signIn = await world.codeTo(ana.email)
    for (const code of [signIn, `00${signIn}`, `${signIn}00`])
      expect((await show(browser, code)).status).toBe(401)
    expect(await rowsIn(world, 'contactChanges')).toBe(0)
  })

  test('B-07, B-11: a code proves the one address it was sent to, in its own session', async () => {
    const [one, two] = [world.visitor(), world.visitor()]
    await one.signIn()
    await two.signIn()
    await ask(one, THIEF)
    await ask(two, NEW)
    const [toThief, toNew] = [await codeFor(world, one), await codeFor(world, two)]
    expect((await show(two, toThief)).status).toBe(401)
    expect((await show(one, toNew)).status).toBe(401)
    const swapped = copyOf(world, two)
    swapped.cookies.set('attempt', one.cookies.get('attempt')!)
    for (const code of [toThief, toNew])
      expect(place(await expectNoChange(world, () => show(swapped, code)))).toBe(HERE)
    const stranger = world.visitor()
    await stranger.signIn(bob)
    stranger.cookies.set('attempt', one.cookies.get('attempt')!)
    expect(place(await expectNoChange(world, () => show(stranger, toThief)))).toBe(HERE)
    expect(await emails(world)).toEqual([ana.email, bob.email])

    // Another address in the same session takes the place of the first.
    const before = copyOf(world, one)
    await ask(one, 'second@new.example.com')
    before.cookies.set('session', one.cookies.get('session')!)
    expect((await show(before, toThief)).status).toBe(401)
    expect(await rowsIn(world, 'contactChanges')).toBe(0)
  })

  test('B-05: however its digits are written, it works once', async () => {
    const browser = world.visitor()
    await browser.signIn()
    await ask(browser, NEW)
    const code = await codeFor(world, browser)
    const copy = copyOf(world, browser)
    for (const wrong of [`+${code}`, `${code}.0`, `0x${code}`, `${code}${code}`])
      expect((await show(browser, wrong)).status).toBe(401)
    const full = code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
    expect(place(await show(browser, full.replace(/^(....)/, '$1 ')))).toContain('email_changed')
    copy.cookies.set('session', browser.cookies.get('session')!)
    expect((await show(copy, code)).status).toBe(401)
    expect((await expectNoChange(world, () => copy.post(`${HERE}/send`))).status).toBe(409)
    expect(await eventsIn(world, 'email_changed')).toBe(1)
  })

  test('D-04: a free address, a taken one and one that waits are answered alike', async () => {
    const holder = world.visitor()
    await protect(world, holder, bob)
    await prove(world, holder, NEW)
    const answers: unknown[] = []
    for (const to of ['free@free.example', bob.email, NEW, 'Bob@EXAMPLE.com']) {
      const browser = world.visitor()
      await browser.signIn()
      const asked = await ask(browser, to)
      const page = await browser.get(`${HERE}/code`)
      const wrong = await show(browser, '00000000')
      const sent = (await world.messagesTo(to)).filter(({ notice }) => notice.kind === 'code')
      const same = async (answer: Response) =>
        [answer.status, place(answer), (await answer.text()).replaceAll(to, '…')] as const
      answers.push([await same(asked), await same(page), await same(wrong), sent.length > 0])
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
  })

  test('B-16: a program that looks at the link of a mail stops nothing', async () => {
    const browser = world.visitor()
    await protect(world, browser)
    await prove(world, browser)
    const path = `/stop-email-change?token=${await stopToken(world)}`
    for (const method of ['GET', 'HEAD', 'GET']) {
      const looked = () => world.visitor().send(path, { method })
      expect((await expectNoChange(world, looked, [])).status).toBe(200)
    }
    expect((await browser.get('/session')).status).toBe(200)
    const elsewhere = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    const token = await stopToken(world)
    const posted = () => world.visitor().post('/stop-email-change', { token }, elsewhere)
    expect((await expectNoChange(world, posted)).status).toBe(403)
  })

  test('B-08, B-13: a link of one kind or account stops no change of another', async () => {
    const browser = world.visitor()
    await protect(world, browser)
    await prove(world, browser)
    const token = await stopToken(world)
    const { db } = world.app
    const reader = world.visitor()
    const dead = async () => {
      const posted = () => reader.post('/stop-email-change', { token })
      expect((await expectNoChange(world, posted)).status).toBe(410)
    }
    await db.updateTable('links').set({ purpose: 'reset' }).execute()
    await dead()
    const { id } = await db
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', bob.email)
      .executeTakeFirstOrThrow()
    await db.updateTable('links').set({ purpose: 'stop-change', accountId: id }).execute()
    await dead()
  })

  test('G-11: a session that ends between the question and the answer does nothing', async () => {
    const browser = world.visitor()
    await protect(world, browser)
    await ask(browser, NEW)
    const code = await codeFor(world, browser)
    const session = (await sessionOf(world.app, browser.cookies.get('session')!))!
    const attempt = (await attemptWith(world.app, browser.cookies.get('attempt')!))!
    await world.app.db.updateTable('sessions').set({ endedAt: world.now() }).execute()
    const visit = { ...nobodysVisit, session }
    const late = () => proveEmail(world.app, visit, attempt, code)
    expect(await expectNoChange(world, late)).toEqual({ refused: 'attempt_over' })
  })

  test('G-11: nor does one in which somebody was asked who they are', async () => {
    const browser = world.visitor()
    await protect(world, browser)
    world.pass(6 * MINUTE)
    await ask(browser, NEW)
    const code = await codeFor(world, browser)
    const session = (await sessionOf(world.app, browser.cookies.get('session')!))!
    const attempt = (await attemptWith(world.app, browser.cookies.get('attempt')!))!
    await world.app.db.updateTable('sessions').set({ endedAt: world.now() }).execute()
    const given = { kind: 'email', text: code } as const
    const late = () => answerStepUp(world.app, nobodysVisit, session, attempt, given)
    expect(await expectNoChange(world, late)).toEqual({ refused: 'attempt_over' })
    expect(await world.messagesTo(NEW)).toEqual([])
  })

  test('a deed that this program does not know is not done, and what was shown is not written', async () => {
    const browser = world.visitor()
    await protect(world, browser)
    world.pass(6 * MINUTE)
    await ask(browser, NEW)
    const code = await codeFor(world, browser)
    await world.app.db
      .updateTable('attempts')
      .set({ draft: JSON.stringify({ deed: { kind: 'of a newer program' } }) })
      .where('purpose', '=', 'step-up')
      .execute()
    const answer = await expectNoChange(world, () => browser.post('/account/confirm', { code }))
    expect(answer.status).toBe(500)
    expect((await browser.get('/session')).status).toBe(200)
  })

  test('C-07: mails to one mailbox are counted however the address is written', async () => {
    const few = await openWorld({ people: [ana], settings: { MAILS_HOUR: '3' } })
    const browser = few.visitor()
    await browser.signIn()
    const spellings = [
      'v@evil.example',
      'V@evil.example',
      'v@EVIL.example',
      'V@Evil.Example',
      ' v@evil.example ',
    ]
    for (const to of spellings) await ask(browser, to)
    const codes = await few.app.db.selectFrom('messages').select('id').execute()
    expect(codes).toHaveLength(3)
    await few.close()
  })
})

for (const { name } of databases) {
  describe(`${name}, at the same moment`, () => {
    const open: World[] = []
    afterEach(async () => {
      for (const world of open.splice(0).toReversed()) await world.close()
    })

    async function servers(people = [ana]) {
      const about = { database: name, settings: WIDE, wrap: slowly(3) }
      const world = await openWorld({ ...about, people })
      open.push(world)
      if (name === 'SQLite') return { world, at: () => world }
      const second = await openWorld({ ...about, beside: world })
      open.push(second)
      return { world, at: (index: number) => (index % 2 ? second : world) }
    }

    test('B-04: a right code sent twenty times at once is one change', async () => {
      const { world, at } = await servers()
      const browser = world.visitor()
      await protect(world, browser)
      await ask(browser, NEW)
      const code = await codeFor(world, browser)
      const answers = await atOnce(20, (index) => show(copyOf(at(index), browser), code))
      const proven = answers.filter((answer) => place(answer)?.includes('email_waits'))
      expect(proven).toHaveLength(1)
      expect(await rowsIn(world, 'contactChanges')).toBe(1)
      expect(await eventsIn(world, 'email_change_proven')).toBe(1)
    })

    test('B-11: of two tabs with two addresses the last one proven waits, and only that', async () => {
      const { world, at } = await servers()
      await protect(world, world.visitor())
      const tabs = await Promise.all(
        ['one@new.example', 'two@new.example'].map(async (to, index) => {
          const browser = at(index).visitor()
          world.pass(1000)
          await browser.signIn()
          await browser.post('/sign-in/second', { code: await codeFor(world, browser) })
          await ask(browser, to)
          return { browser, code: await codeFor(world, browser) }
        }),
      )
      const answers = await Promise.all(tabs.map(({ browser, code }) => show(browser, code)))
      expect(statuses(answers)).toEqual({ 303: 2 })
      const all = await world.app.db.selectFrom('contactChanges').selectAll().execute()
      expect(tally(all.map(({ stoppedAt }) => (stoppedAt === null ? 'waits' : 'stopped')))).toEqual(
        {
          waits: 1,
          stopped: 1,
        },
      )
      world.pass(24 * HOUR)
      await applyDueChanges(world.app)
      expect(await emails(world)).toEqual(
        all.flatMap(({ stoppedAt, value }) => (stoppedAt === null ? [value] : [])),
      )
    })

    test('J-14: of two accounts that prove one address at once one gets it', async () => {
      const { world, at } = await servers([ana, bob])
      for (const typed of [ana, bob]) await protect(world, world.visitor(), typed)
      const browsers = []
      for (const [index, typed] of [ana, bob].entries()) {
        const browser = at(index).visitor()
        await signInFully(world, browser, typed)
        await ask(browser, NEW)
        browsers.push({ browser, code: await codeFor(world, browser) })
      }
      const answers = await Promise.all(browsers.map(({ browser, code }) => show(browser, code)))
      expect(statuses(answers)).toEqual({ 303: 1, 422: 1 })
      expect(await rowsIn(world, 'contactChanges')).toBe(1)
      world.pass(24 * HOUR)
      await applyDueChanges(world.app)
      expect((await emails(world)).filter((email) => email === NEW)).toHaveLength(1)
    })

    test('J-14: of two without protection, too, and of one that is made at this moment', async () => {
      const { world, at } = await servers([ana, bob])
      const browsers = []
      for (const [index, typed] of [ana, bob].entries()) {
        const browser = at(index).visitor()
        await browser.signIn(typed)
        await ask(browser, NEW)
        browsers.push({ browser, code: await codeFor(world, browser) })
      }
      const [made, ...answers] = await Promise.all([
        addAccount(at(1).app, nobodysVisit, { ...ana, email: NEW }),
        ...browsers.map(({ browser, code }) => show(browser, code)),
      ])
      expect(answers.every(({ status }) => status === 303 || status === 422)).toBe(true)
      const winners = answers.filter(({ status }) => status === 303).length
      expect(winners + ('account' in made ? 1 : 0)).toBe(1)
      expect((await emails(world)).filter((email) => email === NEW)).toHaveLength(1)
    })

    test('J-14: an address that is given away while it is being written is refused, not an error', async () => {
      const { world } = await servers()
      const browser = world.visitor()
      await browser.signIn()
      const { db } = world.app
      const account = await db.selectFrom('accounts').selectAll().executeTakeFirstOrThrow()
      // Sooner, later, and last when it is certain that we wait for it.
      for (const [index, ms] of [5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 300].entries()) {
        const to = `taken${index}@new.example.com`
        await ask(browser, to)
        const code = await codeFor(world, browser)
        const id = String(index).padStart(32, 'b')
        const [isOpen, opened] = gate()
        const [mayClose, close] = gate()
        const elsewhere = db.transaction().execute(async (tx) => {
          await insertAccount(tx, { ...account, id, login: to, email: to })
          opened()
          await mayClose
        })
        await isOpen
        const answer = show(browser, code)
        await sleep(ms)
        close()
        await elsewhere
        expect([ms, (await answer).status]).toEqual([ms, 422])
        const mine = db.selectFrom('accounts').select('email').where('id', '=', account.id)
        expect(await mine.executeTakeFirst()).toEqual({ email: ana.email })
        expect(await rowsIn(world, 'contactChanges')).toBe(0)
      }
    })

    test('a change that is stopped by its link and in the account at once is stopped once', async () => {
      const { world, at } = await servers()
      const browser = world.visitor()
      await protect(world, browser)
      for (let turn = 0; turn < 5; turn++) {
        await prove(world, browser, `turn${turn}@new.example.com`)
        const token = await stopToken(world)
        const answers = await Promise.all([
          at(0).visitor().post('/stop-email-change', { token }),
          copyOf(at(1), browser).post(`${HERE}/stop`),
          at(1).visitor().post('/stop-email-change', { token }),
          copyOf(at(0), browser).post(`${HERE}/stop`),
        ])
        const stopped = answers.filter(
          (each) => each.status === 200 || place(each)?.includes('email_stopped'),
        )
        expect(stopped).toHaveLength(1)
        expect(await eventsIn(world, 'email_change_stopped')).toBe(turn + 1)
        const isIn = (await browser.get('/session')).status === 200
        // Only the link ends the session it was proven in.
        expect(isIn).toBe(stopped[0]!.status !== 200)
        world.pass(MINUTE)
        if (!isIn) await signInFully(world, browser)
      }
    })

    test('a change whose time has come is made once, by many processes that look at once', async () => {
      const { world, at } = await servers()
      const browser = world.visitor()
      await protect(world, browser)
      await prove(world, browser)
      world.pass(24 * HOUR)
      await atOnce(10, (index) => applyDueChanges(at(index).app))
      expect(await emails(world)).toEqual([NEW])
      expect(await eventsIn(world, 'email_changed')).toBe(1)
      const sent = await world.messagesTo(NEW)
      expect(sent.filter(({ notice }) => notice.kind === 'email_changed')).toHaveLength(1)
    })

    test('a change that is stopped at the moment it counts is either stopped or made', async () => {
      const { world, at } = await servers()
      const browser = world.visitor()
      for (let turn = 0; turn < 6; turn++) {
        if (turn === 0) await protect(world, browser)
        else {
          world.pass(MINUTE)
          const [email = ''] = await emails(world)
          await signInFully(world, browser, { ...ana, email })
        }
        await prove(world, browser, `turn${turn}@new.example.com`)
        // As if its time had come while the session still lives.
        await world.app.db
          .updateTable('contactChanges')
          .set({ countsAt: world.now() })
          .where('appliedAt', 'is', null)
          .where('stoppedAt', 'is', null)
          .execute()
        await Promise.all([
          turn % 2 ? applyDueChanges(at(0).app) : copyOf(at(1), browser).post(`${HERE}/stop`),
          turn % 2 ? copyOf(at(1), browser).post(`${HERE}/stop`) : applyDueChanges(at(0).app),
        ])
        const all = await world.app.db.selectFrom('contactChanges').selectAll().execute()
        for (const { stoppedAt, appliedAt } of all)
          expect((stoppedAt === null) !== (appliedAt === null)).toBe(true)
        const last = all.find(({ value }) => value === `turn${turn}@new.example.com`)!
        const isNew = (await emails(world))[0] === last.value
        expect(isNew).toBe(last.appliedAt !== null)
      }
    })

    test('a link that is used twenty times at once stops one change, and says so once', async () => {
      const { world, at } = await servers()
      const browser = world.visitor()
      await protect(world, browser)
      await prove(world, browser)
      const token = await stopToken(world)
      const answers = await atOnce(20, (index) =>
        at(index).visitor().post('/stop-email-change', { token }),
      )
      expect(statuses(answers)).toEqual({ 200: 1, 410: 19 })
      expect(await eventsIn(world, 'email_change_stopped')).toBe(1)
      for (const index of [0, 1])
        expect((await copyOf(at(index), browser).get('/session')).status).toBe(401)
    })
  })
}
