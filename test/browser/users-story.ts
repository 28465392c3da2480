import type { Language } from '../../src/lib/language.ts'
import { addPerson } from '../setup/people.ts'
import { account } from '../setup/process.ts'
import { systemRandom } from '../../src/lib/random.ts'
import type { World } from '../world.ts'
import { phoneWith, uriOn } from './authenticator.ts'
import { givePassword } from './house.ts'
import { visit, type Person } from './person.ts'
import { allow, codeIn, link, type Nearby } from './text-messages.ts'

const UMA = 'uma@example.com'
const UGO = 'ugo@example.com'
const IVO = 'ivo@example.com'
const NUMBER = '+351912345678'
const PASSWORD = 'seven grey geese on a wall'
const HOUR = 60 * 60 * 1000

type Look = (name: string, person: Person) => Promise<void>
type Story = {
  readonly nearby: Nearby
  readonly admin: Person
  readonly uma: Person
  readonly look: Look
}

/**
 * The business application of the design: Ana, who runs the server, looks after Uma, Ugo and Ivo. She sets their
 * login codes, one by one and together, asks protection of all, and lets Uma in again who has lost everything.
 */
export async function expectUsersStory(nearby: Nearby, language: Language, look: Look) {
  const { house } = nearby
  await house.place.db().updateTable('accounts').set({ language }).execute()
  const now = Date.now()
  const app = { db: house.place.db(), random: systemRandom, now: () => now }
  const world = { app } as unknown as World
  for (const [email, name] of [
    [UGO, 'Ugo Reis'],
    [IVO, 'Ivo Pires'],
  ] as const)
    await addPerson(world, { email, name, language, main: account.email, emailProvenAt: now })

  await visit(house.url, { language }, (admin) =>
    visit(house.url, { language }, async (uma) => {
      const story: Story = { nearby, admin, uma, look }
      await linkGateway(story, language)
      await inviteUma(story, language)
      await acceptInvitation(story)
      await setLoginCode(story)
      await proveNumber(story)
      await rememberDevice(story)
      await setMany(story)
      await endDevice(story)
      await requireOfAll(story)
      await visit(house.url, { language }, (ivo) => setUpApp(ivo, look))
      await loseEverything(story)
      await approveCase(story, await openedCase(story))
    }),
  )
}

async function linkGateway({ admin, nearby, look }: Story, language: Language): Promise<void> {
  await admin.go('/settings/delivery')
  await givePassword(admin)
  await link(admin, nearby.gateway)
  await allow(admin, new Intl.DisplayNames([language], { type: 'region' }).of('PT')!)
  await look('gateway', admin)
}

async function inviteUma({ admin, look }: Story, language: Language): Promise<void> {
  const { page, press, reads, type, t } = admin
  await page.getByRole('link', { name: t.layout.users, exact: true }).click()
  await look('users', admin)
  await page.getByRole('link', { name: t.users.add }).click()
  await type(t.labels.email, UMA)
  await page.locator('[name=name]').fill('Uma Costa')
  await page.locator('[name=country]').selectOption('PT')
  await page.locator('select[name=language]').selectOption(language)
  await page.locator('[name=main]').fill(account.email)
  await look('new-user', admin)
  await press(t.newUser.submit)
  await reads(t.notices.user_added_invited)
}

async function acceptInvitation({ uma, look }: Story): Promise<void> {
  const { go, page, press, reads, t } = uma
  const path = await uma.foundInOutbox(UMA, /(\/invitation\?token=\S+)/)
  await go(path)
  await reads(UMA)
  await page.locator('[name=password]').fill(PASSWORD)
  await look('invitation', uma)
  await press(t.newPassword.submit)
  await reads(t.notices.password_set)
  await page.locator('[name=password]').fill(PASSWORD)
  await press(t.signIn.submit)
  await page.waitForURL('**/account')
  await press(t.layout.signOut)
}

async function openUser({ page, press, go, t }: Person, name: string): Promise<void> {
  await go('/users')
  await page.getByRole('searchbox').fill(name)
  await press(t.users.submit)
  await page.getByRole('link', { name }).click()
}

async function setLoginCode(story: Story): Promise<void> {
  const { admin, look } = story
  const { page, press, reads, type, t } = admin
  await openUser(admin, 'Uma Costa')
  await page.locator('[name=code]').selectOption('sms')
  await page.locator('[name=phone]').fill(NUMBER)
  await look('user', admin)
  await letTimePass(story)
  await press(t.user.saveCode)
  await reads(t.stepUp.title)
  await look('sure', admin)
  await type(t.labels.password, account.password)
  await press(t.code.submit)
  await reads(t.notices.user_changed)
  await reads(t.users.waits)
  await look('user-saved', admin)
}

/** What was shown at the sign-in is an hour old. */
async function letTimePass({ nearby }: Story): Promise<void> {
  const db = nearby.house.place.db()
  for (const { id, proofs } of await db.selectFrom('sessions').select(['id', 'proofs']).execute()) {
    const older = (JSON.parse(proofs) as { at: number }[]).map((each) => ({
      ...each,
      at: each.at - HOUR,
    }))
    await db
      .updateTable('sessions')
      .set({ proofs: JSON.stringify(older) })
      .where('id', '=', id)
      .execute()
  }
}

async function passwordOf({ page, press, t }: Person, email: string, password = PASSWORD) {
  await page.locator('[name=login]').fill(email)
  await page.locator('[name=password]').fill(password)
  await press(t.signIn.submit)
}

const newest = ({ gateway }: Nearby): string => codeIn(gateway.requests.at(-1))

async function proveNumber({ uma, nearby, look }: Story): Promise<void> {
  const { page, press, reads, type, t } = uma
  await passwordOf(uma, UMA)
  await reads(t.door.why.login_code)
  await look('set-up', uma)
  await press(t.door.send.sms)
  await reads(t.told.sms.accepted)
  await look('set-up-code', uma)
  await type(t.code.label, newest(nearby))
  await page.locator('.codes').waitFor()
  await look('set-up-codes', uma)
  await page.getByLabel(t.recovery.saved).check()
  await press(t.door.submit)
  await page.waitForURL('**/account**')
}

async function rememberDevice({ uma, nearby, look }: Story): Promise<void> {
  const { page, press, reads, type, t } = uma
  await press(t.layout.signOut)
  await passwordOf(uma, UMA)
  await reads(t.told.sms.accepted)
  await page.getByLabel(t.code.remember({ days: 30 })).check()
  await look('second-step', uma)
  await type(t.code.label, newest(nearby))
  await page.waitForURL('**/account')
  await press(t.layout.signOut)
  await passwordOf(uma, UMA)
  await page.waitForURL('**/account')
}

async function setMany({ admin, look }: Story): Promise<void> {
  const { go, page, press, reads, t } = admin
  await go('/users')
  for (const name of ['Uma Costa', 'Ugo Reis'])
    await page.getByLabel(t.users.tickOne({ name })).check()
  await page.locator('#bulk [name=code]').selectOption('both')
  await look('users-ticked', admin)
  await press(t.users.preview)
  await reads(t.loginCode.why.no_number)
  await page.locator('[name=no_number]').selectOption('email')
  await look('preview', admin)
  await press(t.loginCode.save)
  await reads(t.notices.user_changed)
  await reads(`${t.users.codes.both} (${t.users.waits})`)
  await reads(`${t.users.codes.email} (${t.users.waits})`)
  await look('users-after', admin)
}

async function endDevice({ admin, uma, look }: Story): Promise<void> {
  const { page, reads, t } = uma
  await page.getByRole('link', { name: t.layout.devices }).click()
  await reads(t.devices.thisOne)
  await look('devices', uma)
  await openUser(admin, 'Uma Costa')
  await admin.page.locator('[name=device]').check()
  await look('user-devices', admin)
  await admin.press(t.user.endThese)
  await admin.reads(t.notices.user_changed)
  await page.reload()
  await page.waitForURL('**/sign-in?**')
}

async function requireOfAll({ admin, look }: Story): Promise<void> {
  const { page, press, reads, t } = admin
  await page.getByRole('link', { name: t.layout.policy, exact: true }).click()
  await page.locator('[name=protection]').selectOption('required')
  await look('policy', admin)
  await press(t.policy.goOn)
  await reads(t.policy.effect.asked)
  await look('policy-preview', admin)
  await press(t.policy.save)
  await reads(t.notices.policy_saved)
  await look('policy-saved', admin)
}

async function setUpApp(ivo: Person, look: Look): Promise<void> {
  const { go, press, reads, t } = ivo
  await go('/sign-in')
  await passwordOf(ivo, IVO, account.password)
  await reads(t.door.why.policy)
  await look('ivo-set-up', ivo)
  await connectApp(ivo, look)
  await press(t.layout.signOut)
  await passwordOf(ivo, IVO, account.password)
  await reads(t.code.totpTitle)
}

async function connectApp(person: Person, look: Look): Promise<void> {
  const { page, press, type, t } = person
  await press(t.security.addKinds.totp)
  const phone = phoneWith(await uriOn(page))
  await look('app', person)
  await type(t.code.label, phone())
  await press(t.setUpApp.submit)
  await page.locator('.codes').waitFor()
  await look('app-codes', person)
  await page.getByLabel(t.recovery.saved).check()
  await press(t.door.submit)
  await page.waitForURL('**/account**')
}

async function loseEverything({ uma, look }: Story): Promise<void> {
  const { page, press, reads, t } = uma
  await passwordOf(uma, UMA)
  await page.getByRole('link', { name: t.lost.link }).click()
  await page.locator('[name=reach]').fill('+351 910 000 000')
  await page.locator('[name=text]').fill('My bag was stolen, with the phone and the list of codes.')
  await look('lost', uma)
  await press(t.lost.submit)
  await reads(t.lost.sentTitle)
  await look('lost-sent', uma)
}

/** Its owner has had the time to cancel it. */
async function openedCase({ nearby }: Story): Promise<string> {
  const db = nearby.house.place.db()
  const { id, openedAt } = await db.selectFrom('cases').selectAll().executeTakeFirstOrThrow()
  const changes = { openedAt: openedAt - 73 * HOUR, waitsUntil: Date.now() - HOUR }
  await db.updateTable('cases').set(changes).where('id', '=', id).execute()
  return id
}

async function approveCase({ admin, uma, look }: Story, id: string): Promise<void> {
  const { page, press, t } = admin
  await page.getByRole('link', { name: t.layout.cases, exact: true }).click()
  await look('cases', admin)
  await page.locator(`a[href$="${id}"]`).click()
  await page.locator('[name=checked]').fill('I called the number of the staff list.')
  await look('case', admin)
  await press(t.cases.approve)
  const pass = await page.locator('.key code').textContent()
  await look('pass-given', admin)

  await uma.go('/sign-in')
  await passwordOf(uma, UMA)
  await uma.page.getByRole('link', { name: t.lost.passLink }).click()
  await uma.type(t.lost.passLabel, pass!)
  await look('pass', uma)
  await uma.press(t.lost.passSubmit)
  await uma.reads(t.door.why.pass)
  await look('pass-set-up', uma)
  await proveMailbox(uma, look)
}

/** The phone is lost, so what is left of the login code is proven: e-mail. */
async function proveMailbox(uma: Person, look: Look): Promise<void> {
  const { page, press, reads, type, t } = uma
  await press(t.door.send.email)
  await reads(t.code.emailTitle)
  await type(t.code.label, await uma.codeInOutbox(UMA))
  await page.locator('.codes').waitFor()
  await page.getByLabel(t.recovery.saved).check()
  await press(t.door.submit)
  // Another number can be said, now or later.
  await look('after-the-pass', uma)
  await press(t.door.later)
  await page.waitForURL('**/account**')
  await press(t.layout.signOut)
  await passwordOf(uma, UMA)
  await reads(t.code.emailTitle)
}
