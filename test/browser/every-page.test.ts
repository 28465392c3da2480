import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelToken } from '../../src/accounts/cases/tell-all.ts'
import { sealGateway } from '../../src/delivery/linked.ts'
import { usualRules } from '../../src/delivery/rules.ts'
import { operations, routeOf } from '../../src/http/api/operations.ts'
import { readKeys } from '../../src/keys.ts'
import { languages, type Language } from '../../src/lib/language.ts'
import { newId, sha256, systemRandom } from '../../src/lib/random.ts'
import { noRules } from '../../src/sign-in/policy.ts'
import { insertEvent } from '../../src/store/events.ts'
import { replaceDelivery } from '../../src/store/installation.ts'
import { insertRoute } from '../../src/store/routes.ts'
import {
  account,
  browserAt,
  make,
  openPlace,
  protect,
  startServer,
  whereTo,
  wideOpen,
  type Place,
  type Server,
} from '../setup/process.ts'
import { openWorld } from '../world.ts'
import { phoneWith, plugIn, uriOn } from './authenticator.ts'
import { expectWellMade } from './look.ts'
import { notThe } from '../stories/story.ts'
import { countMuch, sendMuch } from './much-sent.ts'
import { visit, type Person } from './person.ts'

let place: Place
let server: Server
beforeAll(async () => {
  place = await openPlace()
  server = await startServer({ ...place.settings, ...wideOpen })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

const seen = new Set<string>()
const people: Record<Language, typeof account> = {
  en: account,
  'zh-CN': { ...account, email: 'li@example.com', name: '李雷', country: 'CN', language: 'zh-CN' },
  ar: { ...account, email: 'nour@example.com', name: 'نور', country: 'EG', language: 'ar' },
}
/** Another of the same name, with the password they choose in the end. */
const other = (language: Language): typeof account => {
  const about = people[language]
  return { ...about, email: `second.${about.email}`, password: 'a quiet lake in summer' }
}
/** Three hundred looks by axe. */
const LONG = { timeout: 240_000 }
const wrongPhone = '+44 7700 900123'

const expectInEveryLanguage = (
  walk: (person: Person, look: () => Promise<void>, l: Language) => Promise<void>,
  { isOutbox = true } = {},
) =>
  Promise.all(
    languages.map((language) =>
      visit(server.url, { language }, (person) => {
        const look = async () => {
          seen.add(new URL(person.page.url()).pathname)
          // Nothing is sent here, and every page says so, until a mail server is linked.
          const banner = person.page.getByRole('link', { name: person.t.layout.outbox })
          if (isOutbox) expect(await banner.isVisible(), person.page.url()).toBe(true)
          await expectWellMade(person.page, language)
        }
        return walk(person, look, language)
      }),
    ),
  )

test('setting up is well made in every language, light and dark, narrow and wide', async () => {
  await expectInEveryLanguage(async ({ go, press, type, t, page }, look) => {
    await go('/setup?token=none')
    await look()
    await go(server.setUpPath!)
    await look()
    await type(t.labels.email, 'nobody')
    await type(t.labels.name, 'Ana')
    await page.locator('[name=country]').selectOption('PT')
    await page.locator('[name=phone]').fill(wrongPhone)
    await type(t.labels.password, 'password123')
    await press(t.setup.submit)
    await page.locator('.wrong').first().waitFor()
    await look()
  })
  await make(['setup'], place.settings, people.en)
  await make(['account', 'add'], place.settings, people['zh-CN'])
  await make(['account', 'add'], place.settings, people.ar)
})

test(
  'signing in and protecting are well made in every language, light and dark, narrow and wide',
  LONG,
  async () => {
    await expectInEveryLanguage(async (person, look, language) => {
      const { go, press, type, t, page, codeInOutbox } = person
      const { email, password } = people[language]
      const signIn = async (typed: string) => {
        await type(t.labels.email, email)
        await type(t.labels.password, typed)
        await press(t.signIn.submit)
      }
      const problem = () => page.getByRole('alert').waitFor()

      await go('/nowhere')
      await look()
      await go('/sign-in?notice=set_up')
      await look()
      // More than a page of devices.
      for (let n = 0; n < 22; n++) await browserAt(server.url).signIn(people[language])
      await signIn('not the password')
      await problem()
      await look()
      await signIn(password)

      await page.waitForURL('**/account')
      await page.locator('[name=phone]').fill(wrongPhone)
      await press(t.profile.submit)
      await page.locator('.wrong').first().waitFor()
      await look()
      await page.locator('[name=phone]').fill('')
      await press(t.profile.submit)
      await page.getByRole('status').waitFor()
      await look()

      await go('/account/devices')
      await look()
      await page.locator('summary').first().click()
      await page.locator('[name=name]').first().fill('x'.repeat(51))
      await page.getByRole('button', { name: t.devices.saveName }).first().click()
      await page.locator('.wrong').first().waitFor()
      await look()
      await page.locator('[name=name]').first().fill('My own قلم 1')
      await page.getByRole('button', { name: t.devices.saveName }).first().click()
      await page.getByRole('status').waitFor()
      await look()
      await press(t.devices.remove)
      await problem()
      await look()
      await page.getByRole('link', { name: t.devices.older }).click()
      await page.getByText(t.devices.page({ page: 2, pages: 2 })).waitFor()
      await look()
      await type(t.devices.find, 'nothing such')
      await press(t.devices.submitFind)
      await page.getByText(t.devices.none).waitFor()
      await look()
      await page.getByRole('link', { name: t.devices.showAll }).click()
      await page.getByLabel(t.devices.unnamed).first().check()
      await press(t.devices.forget)
      await page.getByRole('status').waitFor()
      await press(t.devices.removeOthers)
      await page.getByText(t.notices.others_removed).waitFor()
      await look()

      await go('/outbox')
      await look()
      await go('/account/security')
      await look()
      await press(t.security.protect)
      await look()
      const code = await codeInOutbox(email)
      await type(t.code.label, notThe(code))
      await problem()
      await look()
      await sendAtOnce(page)
      await problem()
      await look()
      await type(t.code.label, code)
      await page.locator('.codes').waitFor()
      await look()
      await go('/account/security/codes')
      await look()
      await press(t.codesAgain.submit)
      const codes = await page.locator('.codes code').allTextContents()
      await page.getByLabel(t.recovery.saved).check()
      await press(t.recovery.submitProtect)
      await page.getByRole('status').waitFor()
      await look()
      await press(t.security.renew)
      await type(t.code.label, await codeInOutbox(email))
      await page.locator('.codes').waitFor()
      await look()
      await press(t.recovery.cancel)
      await press(t.security.unprotect)
      await look()
      await page.getByRole('link', { name: t.code.use.recovery }).click()
      await look()
      await press(t.code.cancel)

      await press(t.layout.signOut)
      await look()
      await signIn(password)
      await page.waitForURL('**/second')
      await look()
      await failMessages(email)
      await person.reads(t.told.email.given_up)
      await look()
      await type(t.code.label, notThe(await codeInOutbox(email)))
      await problem()
      await look()
      await page.getByRole('link', { name: t.code.use.recovery }).click()
      await look()
      await type(t.code.recoveryLabel, 'not a code')
      await press(t.code.submit)
      await problem()
      await look()
      await type(t.code.recoveryLabel, codes[0]!)
      await press(t.code.submit)
      await page.getByRole('status').waitFor()
      await look()
      for (const each of codes.slice(1, 7)) await enterBy(each, people[language])
      await go('/account/security')
      await look()
      await go('/outbox')
      await look()
    })
  },
)

const phones = { en: '+351912345678', 'zh-CN': '+8613812345678', ar: '+201001234567' }

test(
  'a new address, and showing anew who one is, are well made in every language',
  LONG,
  async () => {
    await expectInEveryLanguage(async (person, look, language) => {
      const { go, press, type, t, page, codeInOutbox, foundInOutbox } = person
      const { email, password } = people[language]
      const other = `new.${email}`
      const problem = () => page.getByRole('alert').waitFor()
      const signIn = async () => {
        await go('/sign-in')
        await type(t.labels.email, email)
        await type(t.labels.password, password)
        await press(t.signIn.submit)
        await page.waitForURL('**/second')
        await type(t.code.label, await codeInOutbox(email))
        await page.waitForURL('**/account**')
      }

      await signIn()
      await page.getByRole('link', { name: t.profile.changeEmail }).click()
      await look()
      await type(t.email.field, 'nobody')
      await press(t.email.submit)
      await page.locator('.wrong').first().waitFor()
      await look()
      await forgetProofs(email)
      await type(t.email.field, other)
      await press(t.email.submit)
      await person.reads(t.stepUp.what.email)
      await look()
      await type(t.code.label, notThe(await codeInOutbox(email)))
      await problem()
      await look()
      await page.getByRole('link', { name: t.code.use.recovery }).click()
      await look()
      await page.getByRole('link', { name: t.code.use.email }).click()
      await type(t.code.label, await codeInOutbox(email))
      await page.waitForURL('**/account/email/code')
      await look()
      const code = await codeInOutbox(other)
      await type(t.code.label, String((Number(code) + 1) % 1e8).padStart(8, '0'))
      await problem()
      await look()
      await type(t.code.label, code)
      await person.reads(t.email.waits)
      await look()

      const link = await foundInOutbox(email, /\/stop-email-change\?token=[\w-]{43}/)
      await go(link)
      await look()
      await press(t.stopEmail.submit)
      await page.getByRole('status').waitFor()
      await look()
      await go(link)
      await person.reads(t.problems.stop_link_dead)
      await look()

      await signIn()
      await go('/account/security')
      await press(t.security.unprotect)
      await type(t.code.label, await codeInOutbox(email))
      await person.reads(t.notices.unprotected)
      await forgetProofs(email)
      await go('/account')
      await page.locator('[name=phone]').fill(phones[language])
      await press(t.profile.submit)
      await person.reads(t.stepUp.what.profile)
      await look()
      await type(t.labels.password, 'not the password')
      await press(t.code.submit)
      await problem()
      await look()
      await type(t.labels.password, password)
      await press(t.code.submit)
      await person.reads(t.notices.saved)
    })
  },
)

test(
  'passwords are well made in every language, light and dark, narrow and wide',
  LONG,
  async () => {
    await expectInEveryLanguage(async (person, look, language) => {
      const { go, press, type, t, page, codeInOutbox } = person
      const about = { ...other(language), password: people[language].password }
      await make(['account', 'add'], place.settings, about)
      const codes = await protect(browserAt(server.url), () => place.codeTo(about.email), about)
      const { id } = await place
        .db()
        .selectFrom('accounts')
        .select('id')
        .where('email', '=', about.email)
        .executeTakeFirstOrThrow()
      const signIn = async (password: string) => {
        await go('/sign-in')
        await type(t.labels.email, about.email)
        await type(t.labels.password, password)
        await press(t.signIn.submit)
      }
      const wrong = () => page.locator('.wrong').first().waitFor()
      const done = () => page.locator('.note.done').waitFor()

      await go('/sign-in')
      await page.getByRole('link', { name: t.signIn.forgot }).click()
      await look()
      await type(t.labels.email, about.email)
      await press(t.forgot.submit)
      await done()
      await look()
      await go('/sign-in/reset?token=none')
      await look()
      await go(await person.foundInOutbox(about.email, /\/sign-in\/reset\?token=\S+/))
      await look()
      await type(t.labels.newPassword, 'password123')
      await press(t.newPassword.submit)
      await wrong()
      await look()
      await type(t.labels.newPassword, 'seven herons over the weir')
      await press(t.newPassword.submit)
      await done()
      await look()

      // Somebody for whom the account was just made would see this first.
      const invitation = { purpose: 'invite', createdAt: 0, expiresAt: Date.now() + 3_600_000 }
      const token = `invitation in ${language}`
      await place
        .db()
        .insertInto('links')
        .values({
          ...invitation,
          tokenHash: sha256(token),
          accountId: id,
          about: null,
          usedAt: null,
        })
        .execute()
      const own = place.db().updateTable('accounts').where('id', '=', id)
      await own.set({ passwordHash: '' }).execute()
      await go(`/invitation?token=${encodeURIComponent(token)}`)
      await look()
      await type(t.labels.newPassword, 'seven herons over the weir')
      await press(t.newPassword.submit)
      await done()

      // After a reset by mail only a recovery code is asked for.
      await signIn('seven herons over the weir')
      await page.waitForURL('**/second')
      await look()
      await type(t.code.recoveryLabel, codes[0]!)
      await press(t.code.submit)
      await page.waitForURL('**/account**')

      await go('/account/password')
      await look()
      await type(t.labels.currentPassword, 'not my password')
      await type(t.labels.newPassword, 'one more lake in winter')
      await press(t.changePassword.submit)
      await wrong()
      await look()
      const enrolments = place.db().updateTable('enrolments').where('accountId', '=', id)
      await enrolments.set({ disabledAt: 1 }).where('kind', '=', 'email').execute()
      await go('/account/security')
      await look()
      await press(t.security.bindAnew)
      await look()
      await type(t.code.label, await codeInOutbox(about.email))
      await done()
      await look()

      const sessions = place.db().updateTable('sessions').where('accountId', '=', id)
      await sessions.set({ proofs: '[]' }).execute()
      await go('/account/password')
      await type(t.labels.currentPassword, 'seven herons over the weir')
      await type(t.labels.newPassword, 'one more lake in winter')
      await press(t.changePassword.submit)
      await page.waitForURL('**/confirm')
      await look()
      await type(t.code.label, await codeInOutbox(about.email))
      await done()
      await look()
      await press(t.layout.signOut)

      const accounts = place.db().updateTable('accounts').where('id', '=', id)
      await accounts.set({ passwordKnownAt: 1 }).execute()
      await signIn('one more lake in winter')
      await page.waitForURL('**/second')
      await type(t.code.label, await codeInOutbox(about.email))
      await page.waitForURL('**/sign-in/password')
      await look()
      await type(t.labels.newPassword, 'one more lake in winter')
      await press(t.newPassword.submit)
      await wrong()
      await look()
      await type(t.labels.newPassword, other(language).password)
      await press(t.newPassword.submit)
      await page.waitForURL('**/account')
    })
  },
)

/** What somebody has shown when they signed in is long ago. */
async function forgetProofs(email: string): Promise<void> {
  const sessions = place.db().updateTable('sessions').set({ proofs: '[]' })
  await sessions.where('accountId', 'in', accountOf(email)).execute()
}

/** What was sent to this address has failed; the outbox shows it all the same. */
async function failMessages(email: string): Promise<void> {
  const messages = place.db().updateTable('messages').set({ failedAt: 1, reason: 'refused' })
  await messages.where('recipient', '=', email).execute()
}

/** This factor was guessed at too often; `null`: none was. */
async function disable(email: string, kind: string | null): Promise<void> {
  const enrolments = place.db().updateTable('enrolments').where('accountId', 'in', accountOf(email))
  await enrolments.set({ disabledAt: null }).execute()
  if (kind) await enrolments.set({ disabledAt: 1 }).where('kind', '=', kind).execute()
}

/** What an administrator wants of them. */
async function want(email: string, wantedCode: 'app' | null): Promise<void> {
  const wantedAt = wantedCode && 1
  const accounts = place.db().updateTable('accounts').set({ wantedCode, wantedAt })
  await accounts.where('email', '=', email).execute()
}

async function unprotect(email: string): Promise<void> {
  await place.db().deleteFrom('enrolments').where('accountId', 'in', accountOf(email)).execute()
}

const accountOf = (email: string) =>
  place.db().selectFrom('accounts').select('id').where('email', '=', email)

test(
  'history and "this was not me" are well made in every language, light and dark, narrow and wide',
  LONG,
  async () => {
    await expectInEveryLanguage(async (person, look, language) => {
      const { go, press, type, t, page, foundInOutbox } = person
      const { email, password } = people[language]
      await go('/sign-in')
      await type(t.labels.email, email)
      await type(t.labels.password, password)
      await press(t.signIn.submit)
      await page.waitForURL('**/account')

      await go('/account/history')
      await look()
      await page.getByRole('link', { name: t.history.groups.messages, exact: true }).click()
      await page.waitForURL('**show=messages')
      await look()
      await go('/account/history')
      await page.getByRole('button', { name: t.history.notMe, exact: true }).first().click()
      await page.getByRole('status').waitFor()
      await look()
      await page.getByRole('link', { name: t.history.older, exact: true }).click()
      await page.waitForURL('**before=**')
      await look()

      await go('/not-me?token=none')
      await look()
      const link = await foundInOutbox(email, /\/not-me\?token=\S+/)
      await go(link)
      await look()
      await press(t.notMe.submit)
      await page.getByRole('heading', { name: t.notMe.doneTitle }).waitFor()
      await look()
    })
  },
)

test(
  'apps and passkeys are well made in every language, light and dark, narrow and wide',
  LONG,
  async () => {
    await using strict = await startServer({
      ...place.settings,
      ...wideOpen,
      FACTORS: 'passkey,email',
      ALLOW_LOCK_OUT: 'yes',
    })
    await expectInEveryLanguage(async (person, look, language) => {
      const { go, press, type, t, page, context, reads, codeInOutbox } = person
      const { email, password } = other(language)
      const authenticator = await plugIn(page)
      await unprotect(email)
      const use = (way: 'totp' | 'email' | 'passkey') =>
        page.getByRole('link', { name: t.code.use[way] }).click()
      const wrong = () => page.locator('.wrong').first().waitFor()
      const signIn = async () => {
        await type(t.labels.email, email)
        await type(t.labels.password, password)
        await press(t.signIn.submit)
      }

      await go('/account/security/app')
      await signIn()
      await reads(t.apps.which)
      await look()
      await press(t.apps.next)
      await type(t.labels.password, password)
      await press(t.code.submit)
      await reads(t.setUpApp.scan)
      await look()
      const phone = phoneWith(await uriOn(page))
      const connect = async (code: string, name: string) => {
        await page.locator('[name=name]').fill(name)
        await type(t.code.label, code)
        await press(t.setUpApp.submit)
      }
      await connect(phone(), 'x'.repeat(51))
      await wrong()
      await look()
      await connect(notThe(phone()), 'My own قلم 1')
      await reads(t.problems.wrong_code)
      await look()
      await connect(phone(-10), 'My own قلم 1')
      await reads(t.problems.clock_off({ minutes: 5, ahead: false }))
      await look()
      await connect(phone(), 'My own قلم 1')
      await page.locator('.backup').waitFor()
      await look()
      await page.getByLabel(t.recovery.saved).check()
      await press(t.recovery.submitProtect)
      await reads(t.notices.protected)
      await press(t.security.removeOne({ name: 'My own قلم 1' }))
      await reads(t.problems.last_factor)
      await look()

      await press(t.security.addKinds.passkey)
      await reads(t.setUpPasskey.what)
      await look()
      await authenticator.touch(true)
      await press(t.setUpPasskey.submit)
      await reads(t.notices.factor_added)
      await press(t.security.addKinds.email)
      await reads(t.confirm['add-factor'].lead)
      await look()
      await type(t.code.label, await codeInOutbox(email))
      await reads(t.notices.factor_added)
      await page.locator('summary').first().click()
      await page.locator('[name=name]').first().fill('x'.repeat(51))
      await page.getByRole('button', { name: t.security.saveName }).first().click()
      await wrong()
      await look()

      await disable(email, 'email')
      const storageState = await context.storageState()
      await visit(strict.url, { language, storageState }, async (there) => {
        await there.go('/account/security')
        await there.reads(t.security.forbidden)
        await there.reads(t.security.disabledWhat)
        await expectWellMade(there.page, language)
      })

      await authenticator.touch(false)
      await press(t.layout.signOut)
      await reads(t.notices.signed_out)
      await disable(email, null)
      await signIn()
      await reads(t.code.passkeyLead)
      await look()
      await use('email')
      await page.locator('.again').waitFor()
      await look()
      await use('totp')
      await reads(t.code.totpDigits)
      await look()
      await type(t.code.label, phone(1))
      await page.waitForURL('**/account')
      await forgetProofs(email)
      await go('/account/security/app')
      await press(t.apps.next)
      await reads(t.code.totpDigits)
      await look()
      await use('passkey')
      await authenticator.touch(true)
      await press(t.code.passkeySubmit)
      await reads(t.setUpApp.scan)
      await connect(phoneWith(await uriOn(page))(), '')
      await reads(t.card.added)
      await look()
    })
  },
)

test(
  'users and privileges are well made in every language, light and dark, narrow and wide',
  LONG,
  async () => {
    const { id } = await place
      .db()
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', people.en.email)
      .executeTakeFirstOrThrow()
    const others = () => place.db().updateTable('accounts').where('id', '!=', id)
    await others().set({ privilege: 'operator' }).execute()
    await expectInEveryLanguage(async ({ go, press, type, t, page }, look, language) => {
      const { email, password } = people[language]
      const { users, newUser, user, loginCode, importing } = t
      const wrong = () => page.locator('.wrong').first().waitFor()
      await unprotect(email)
      await go('/users/new')
      await type(t.labels.email, email)
      await type(t.labels.password, password)
      await press(t.signIn.submit)
      await page.waitForURL('**/users/new')
      const theirs = `${language.toLowerCase()}.user@example.com`
      await type(t.labels.email, theirs)
      await type(t.labels.name, '<b>أمل</b> "O\u2019Neil"')
      await page.locator('[name=main]').fill('nobody@example.com')
      await press(newUser.submit)
      await wrong()
      await look()
      await page.locator('[name=main]').fill(people.en.email)
      await page.locator('[name=phone]').fill(phones[language])
      await page.getByLabel(t.labels.country).selectOption(people[language].country)
      await press(newUser.submit)
      await page.getByText(t.notices.user_added_invited).waitFor()

      // Somebody with everything: factors, devices and a history.
      const own = accountOf(people[language === 'en' ? 'ar' : 'en'].email)
      await go(`/users/user?id=${(await own.executeTakeFirstOrThrow()).id}`)
      await page.getByText(user.deleteConfirm).waitFor()
      await look()
      await type(user.deleteConfirm, 'not this one')
      await press(user.delete)
      await wrong()
      await look()

      await go(`/users?find=${theirs}`)
      await page.getByLabel(users.tickOne({ name: '<b>أمل</b> "O\u2019Neil"' })).check()
      await page.getByLabel(users.code, { exact: true }).selectOption('both')
      await press(users.preview)
      await page.getByText(loginCode.stuckWhat).waitFor()
      await look()
      await go('/users')
      await look()
      await press(users.preview)
      await page.getByText(users.nobodyTicked).waitFor()
      await look()

      await go('/users/import')
      await look()
      const csv = `login,name,country\n${theirs},أمل,PT\nnobody,N,PT\n`
      const file = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }
      await page.locator('[name=file]').setInputFiles(file)
      await press(importing.submit)
      await page.getByText(importing.states.checked).waitFor()
      await look()
    })
    await others().set({ privilege: null }).execute()
  },
)

test(
  'deliveries are well made in every language, light and dark, narrow and wide',
  LONG,
  async () => {
    const { id } = await place
      .db()
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', people.en.email)
      .executeTakeFirstOrThrow()
    const privilege = (kind: 'operator' | null) =>
      place.db().updateTable('accounts').set({ privilege: kind }).where('id', '!=', id).execute()
    await privilege('operator')
    const message = await sendMuch(place.db(), id, Date.now())
    await countMuch(place.db(), Date.now())
    await expectInEveryLanguage(async ({ go, press, type, t, page }, look, language) => {
      const { email, password } = people[language]
      await unprotect(email)
      await go('/deliveries')
      await type(t.labels.email, email)
      await type(t.labels.password, password)
      await press(t.signIn.submit)
      await page.waitForURL('**/deliveries')
      await look()
      await page.locator('summary').first().click()
      await look()
      await go('/deliveries?days=1')
      await look()
      await page.getByLabel(t.deliveries.filter.state).selectOption('failed')
      await press(t.deliveries.filter.submit)
      await page.waitForURL('**state=failed**')
      await look()
      await go('/deliveries')
      await page.getByRole('link', { name: t.history.older, exact: true }).click()
      await page.waitForURL('**before=**')
      await look()
      await go(`/deliveries/message?id=${message}`)
      await look()
      await go('/overview')
      await page.locator('summary').nth(1).click()
      await look()
      await go('/events')
      await look()
      await page.locator('#field-address').fill('somewhere')
      await press(t.events.submit)
      await page.locator('.wrong').first().waitFor()
      await look()
    })
    await privilege(null)
  },
)

test(
  'codes by text message are well made in every language, light and dark, narrow and wide',
  LONG,
  async () => {
    await linkGateway(['PT', 'CN', 'EG'])
    await lookAtTheWayIn()
    await expectInEveryLanguage(async (person, look, language) => {
      const { go, press, type, t, page, reads, codeInOutbox, foundInOutbox } = person
      const { email, password } = other(language)
      const number = phones[language]
      const wrong = () => page.locator('.wrong').first().waitFor()
      const codeAt = async () => (await foundInOutbox(number, /#(\d{6})$/m)) || 'none'
      const country = { en: 'PT', 'zh-CN': 'CN', ar: 'EG' }[language]
      const signIn = async () => {
        await go('/sign-in')
        await type(t.labels.email, email)
        await type(t.labels.password, password)
        await press(t.signIn.submit)
      }
      await unprotect(email)
      await signIn()
      await page.waitForURL('**/account')
      await want(email, 'app')
      await go('/account/security')
      await reads(t.wantedCode.codes.app)
      await look()
      await page.getByRole('link', { name: t.security.addKinds.sms }).click()
      await reads(t.number.risk)
      await look()
      await page.locator('[name=country]').selectOption(country)
      await type(t.labels.phone, '12')
      await press(t.number.check)
      await wrong()
      await look()
      await type(t.labels.phone, number)
      await press(t.number.check)
      await reads(t.number.checkTitle)
      await look()
      await press(t.number.correct)
      await press(t.number.check)
      await press(t.number.send)
      await type(t.labels.password, password)
      await press(t.code.submit)
      await page.waitForURL('**/code')
      await look()
      await type(t.code.label, notThe(await codeAt()))
      await reads(t.problems.wrong_code)
      await look()
      await type(t.code.label, await codeAt())
      await page.getByLabel(t.recovery.saved).check()
      await press(t.recovery.submitProtect)
      await reads(t.security.judgements.only_sms)
      await reads(t.wantedCode.kept)
      await look()
      await want(email, null)

      await press(t.security.addKinds.email)
      await type(t.code.label, await codeInOutbox(email))
      await reads(t.notices.factor_added)
      await press(t.security.useBoth)
      await reads(t.notices.both_on)
      await look()
      await page.getByRole('link', { name: t.security.anotherNumber }).click()
      await reads(t.number.anotherTitle)
      await look()
      await go('/outbox')
      await look()
      await go('/account/history')
      await look()
      await press(t.layout.signOut)
      await signIn()
      await reads(t.code.sms.bothTitle)
      await look()
      await type(t.code.label, await codeAt())
      await page.waitForURL('**/account')
      await go('/account/security')
      await press(t.security.useOne)
      await reads(t.notices.both_off)
      await press(t.layout.signOut)
      await signIn()
      await page.getByRole('link', { name: t.code.use.sms }).click()
      await reads(t.code.sms.sendTitle)
      await look()
      await press(t.code.send)
      await reads(t.code.sms.title)
      await look()
      await press(t.code.restart)
    })
    // Nothing can be sent any more.
    await place.db().deleteFrom('routes').execute()
    await expectInEveryLanguage(async ({ go, type, press, t, page, reads }, look, language) => {
      const { email, password } = other(language)
      await go('/sign-in')
      await type(t.labels.email, email)
      await type(t.labels.password, password)
      await press(t.signIn.submit)
      await page.getByRole('link', { name: t.code.use.sms }).click()
      await reads(t.code.sms.sendTitle)
      await page.locator('.note.warning').waitFor()
      await look()
    })
  },
)

test(
  'recovery by support is well made in every language, light and dark, narrow and wide',
  LONG,
  async () => {
    const keys = readKeys(place.folder, systemRandom, false)
    await expectInEveryLanguage(async ({ go, press, type, t, page, reads }, look, language) => {
      const { email, password } = people[language]
      const lost = other(language)
      const operators = place.db().updateTable('accounts').set({ privilege: 'operator' })
      await operators.where('email', '=', email).execute()
      const signIn = async (login: string, typed: string) => {
        await type(t.labels.email, login)
        await type(t.labels.password, typed)
        await press(t.signIn.submit)
      }
      await go('/lost')
      await page.locator('[name=text]').fill(' ')
      await page.locator('[name=reach]').fill(' ')
      await type(t.labels.email, 'nobody@example.com')
      await press(t.lost.submit)
      await page.locator('.wrong').first().waitFor()
      await look()
      await go('/sign-in')
      await signIn(lost.email, lost.password)
      await page.getByRole('link', { name: t.lost.passLink }).click()
      await look()
      await page.getByRole('link', { name: t.lost.back }).click()
      await page.getByRole('link', { name: t.lost.link }).click()
      await look()
      await type(t.lost.reach, '+351 21 000 00 07')
      await type(t.lost.text, 'My bag was stolen.\nسُرقت حقيبتي.')
      await press(t.lost.submit)
      await reads(t.lost.sentTitle)
      await look()

      const cases = place.db().updateTable('cases').where('accountId', 'in', accountOf(lost.email))
      await cases.set({ waitsUntil: 1 }).execute()
      const { id } = await place
        .db()
        .selectFrom('cases')
        .select('id')
        .where('accountId', 'in', accountOf(lost.email))
        .executeTakeFirstOrThrow()
      await go('/cases')
      await signIn(email, password)
      await page.waitForURL('**/cases')
      await look()
      await page.locator(`a[href="/cases/case?id=${id}"]`).click()
      await type(t.cases.checked, 'short')
      await press(t.cases.approve)
      await page.locator('.wrong').first().waitFor()
      await look()
      await type(t.cases.checked, 'I have called them, and know the voice.')
      await press(t.cases.approve)
      await reads(t.cases.passTitle)
      await look()
      await go(`/lost/cancel?token=${cancelToken(keys, id)}`)
      await look()
      await press(t.lost.cancelSubmit)
      await reads(t.lost.doneTitle)
      await look()
    })
  },
)

test(
  'the settings and the policy are well made in every language, light and dark, narrow and wide',
  LONG,
  async () => {
    await measureSome()
    await expectInEveryLanguage(
      async ({ go, press, type, t, page }, look, language) => {
        const { email, password } = people[language]
        const { delivery: d } = t
        const operators = place.db().updateTable('accounts').set({ privilege: 'operator' })
        await operators.where('email', '=', email).execute()
        await unprotect(email)
        const wrong = () => page.locator('.wrong').first().waitFor()
        const done = () => page.getByRole('status').waitFor()
        const fill = async (fields: Record<string, string>) => {
          for (const [name, value] of Object.entries(fields))
            await page.locator(`#field-${name}`).fill(value)
        }
        await go('/settings/delivery')
        await type(t.labels.email, email)
        await type(t.labels.password, password)
        await press(t.signIn.submit)
        await page.waitForURL('**/settings/delivery')
        await look()
        await fill({ currency: 'EURO', moneyDay: 'much' })
        await press(d.saveRules)
        await wrong()
        await look()

        await page.getByRole('link', { name: d.addMail }).click()
        const relay = `Relay ${language}`
        await fill({ name: relay, host: '127.0.0.1', port: '25' })
        await press(d.save)
        await wrong()
        await look()
        await fill({ host: 'relay.invalid' })
        await press(d.save)
        await done()
        await go('/settings/delivery/route?kind=smpp')
        await look()
        await go('/settings/delivery/route?kind=own&copy=twilio')
        await fill({ name: 'x', recipe: '{' })
        await press(d.save)
        await wrong()
        await look()
        await go('/settings/delivery')
        await page.locator('[name=kind]').selectOption('twilio')
        await press(d.goOn)
        await look()
        await fill({
          name: `Twilio ${language}`,
          secret1: 'AC0',
          secret2: 'token',
          prices: 'PT 0.045',
        })
        await press(d.save)
        await done()
        await look()
        await page.getByRole('link', { name: d.changeOne({ name: `Twilio ${language}` }) }).click()
        await page.getByText('/receipts/').waitFor()
        await look()
        await go('/settings/delivery')

        await page.getByRole('link', { name: d.tryOne({ name: relay }) }).click()
        await fill({ to: 'nobody' })
        await press(d.trySubmit)
        await wrong()
        await look()
        await fill({ to: 'ops@example.com' })
        await press(d.trySubmit)
        await done()
        await look()

        const { policy: p } = t
        await go('/policy')
        await fill({ idleMinutes: '100' })
        await press(p.goOn)
        await wrong()
        await look()
        await fill({ idleMinutes: '5' })
        await page.locator('[name=protection]').selectOption('required')
        for (const kind of ['usePasskey', 'useTotp', 'useSms']) await page.uncheck(`#field-${kind}`)
        await press(p.goOn)
        await page.getByRole('button', { name: p.saveAnyway }).waitFor()
        await look()
        await go('/settings/keys')
        const program = `Back office ${language}`
        await fill({ name: program })
        await press(t.keys.submit)
        await done()
        await fill({ name: program, main: 'nobody@example.com' })
        await press(t.keys.submit)
        await wrong()
        await look()
        await press(t.keys.showOne({ name: program }))
        await page.locator('#key').waitFor()
        await look()
      },
      { isOutbox: false },
    )
    await place.db().deleteFrom('routes').execute()
    await place.db().deleteFrom('policies').execute()
  },
)

/** A policy that is measured, and has found somebody. */
async function measureSome(): Promise<void> {
  const db = place.db()
  const now = Date.now()
  const rules = JSON.stringify({ ...noRules, shadowSince: now - 86_400_000 })
  await db.insertInto('policies').values({ owner: '', rules, version: 1, changedAt: now }).execute()
  const { id: accountId } = await db.selectFrom('accounts').select('id').executeTakeFirstOrThrow()
  await insertEvent(db, {
    id: newId(systemRandom, now),
    at: now,
    kind: 'would_be_asked',
    accountId,
    attemptId: null,
    sessionId: null,
    deviceId: null,
    address: '',
    userAgent: '',
    requestId: '',
    detail: { kinds: 'totp+email', email: 'failed' },
  })
}

/** What is set up before somebody is in. */
async function lookAtTheWayIn(): Promise<void> {
  const rules = JSON.stringify({ ...noRules, protection: 'required', requiredFrom: 1e14 })
  const policy = { owner: '', rules, version: 1, changedAt: 1 }
  await place.db().insertInto('policies').values(policy).execute()
  await expectInEveryLanguage(async ({ go, type, press, t, page, reads }, look, language) => {
    const { email, password } = other(language)
    await unprotect(email)
    await go('/sign-in')
    await type(t.labels.email, email)
    await type(t.labels.password, password)
    await press(t.signIn.submit)
    await reads(t.door.title)
    await look()
    await page.getByRole('link', { name: t.security.addKinds.sms }).click()
    await reads(t.number.risk)
    await look()
    await page.getByRole('link', { name: t.door.another }).click()
    await press(t.security.addKinds.totp)
    const phone = phoneWith(await uriOn(page))
    await look()
    await type(t.code.label, phone())
    await press(t.setUpApp.submit)
    await page.locator('.codes').waitFor()
    await go('/sign-in/set-up/codes')
    await look()
    await page.getByRole('link', { name: t.door.another }).click()
    await press(t.code.restart)
  })
  await place.db().deleteFrom('policies').execute()
}

/** A gateway that nothing goes out by: what is sent waits in the outbox. */
async function linkGateway(countries: readonly string[]): Promise<void> {
  const keys = readKeys(place.folder, systemRandom, false)
  const gateway = { kind: 'http', recipe: 'none', from: '', secrets: {} } as const
  await insertRoute(place.db(), {
    id: 'none',
    by: 'sms',
    name: 'none',
    place: 1,
    countries: null,
    prices: '{}',
    sealed: sealGateway(keys, systemRandom, 'none', gateway),
    version: 1,
    createdAt: 1,
  })
  await replaceDelivery(place.db(), JSON.stringify({ ...usualRules, countries }))
}

test('every address that shows a page has been looked at', async () => {
  const world = await openWorld()
  const pages: string[] = []
  for (const { method, path } of world.server.routes) {
    if (method !== 'GET') continue
    const type = (await fetch(server.url + path, { redirect: 'manual' })).headers.get(
      'content-type',
    )
    if (!others.includes(path)) pages.push(path)
    else expect(type ?? '', path).not.toContain('text/html')
  }
  await world.close()
  expect(pages.filter((path) => !seen.has(path))).toEqual([])
})

/** What answers a GET and is nothing to look at: a way on, files, and what programs ask. */
const others = [
  '/',
  '/.well-known/change-password',
  '/.well-known/passkey-endpoints',
  '/sign-in/passkey',
  '/code-state',
  '/receipts/:token',
  '/api/v1/openapi.json',
  ...Object.values(operations).map(routeOf),
  '/session',
  '/account/history.csv',
  '/account/history.json',
  '/users/import/lines.csv',
  '/static/style.css',
  '/static/script.js',
  '/health',
  '/ready',
  '/metrics',
]

/** Asks for the code again before the time, as a page without its script would. */
const sendAtOnce = (page: Page) => page.evaluate(`document.querySelector('form.again').submit()`)

/** Signs in elsewhere with a recovery code. */
async function enterBy(code: string, about: typeof account): Promise<void> {
  const browser = browserAt(server.url)
  await browser.signIn(about)
  expect(whereTo(await browser.post('/sign-in/second', { code, with: 'recovery' }))).toContain(
    'left',
  )
}
