import { expect } from 'vitest'
import { doDeed } from '../../src/accounts/deeds/all.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { change } from '../../src/sign-in/change.ts'
import { ana, bob, DAY, MINUTE, nobodysVisit, protect, recoveryCodesIn } from '../world.ts'
import { connectApp, wayOn, waysOn } from './factor-tools.ts'
import {
  accountRow,
  addNumber,
  askForNumber,
  BRITISH,
  byPhone,
  enrolledAs,
  linkSms,
  list,
  NUMBER,
  OTHER,
  sentTo,
  smsCodeTo,
  smsTo,
  unlinkSms,
  withNumber,
} from './sms-tools.ts'
import {
  asHtml,
  codesSentTo,
  copyOf,
  enrolledFor,
  eventsOf,
  hiddenFields,
  kept,
  notThe,
  noticesTo,
  placeOf,
  story,
  whoIs,
  WIDE,
} from './story.ts'

const { problems, fields, number: t, security } = textsOf('en')
const HERE = '/account/security'
const FORM = `${HERE}/sms`
const SECOND = '/sign-in/second'
const phones = { people: [ana], given: byPhone }
const byAna = { name: 'Ana Maria', country: 'PT', language: 'en' }
const words = { en: /text message|\bSMS\b/i, 'zh-CN': /短信/, ar: /نصية|SMS/ }

for (const [what, settings, prepare] of [
  ['no gateway is linked', {}, async () => {}],
  ['no country is listed', {}, (world: Parameters<typeof linkSms>[0]) => linkSms(world, [])],
  [
    'it is not allowed here',
    { FACTORS: 'passkey,totp,email' },
    (world: Parameters<typeof linkSms>[0]) => linkSms(world),
  ],
] as const)
  story(
    `where ${what}, no page says a word of text messages`,
    { ...phones, settings },
    async (world) => {
      await prepare(world)
      for (const [language, word] of Object.entries(words)) {
        const browser = world.visitor()
        await browser.signIn()
        await browser.post('/language', { language, to: '/' })
        for (const path of ['/account', HERE, `${HERE}/app`, '/account/email', '/account/history'])
          expect(await (await browser.get(path)).text(), path).not.toMatch(word)
      }
      const browser = world.visitor()
      await browser.signIn()
      const before = await kept(world)
      expect((await browser.get(FORM)).status).toBe(404)
      expect((await browser.post(FORM, { country: 'PT', phone: NUMBER })).status).toBe(404)
      expect((await askForNumber(browser)).status).toBe(404)
      expect((await browser.post(`${HERE}/add`, { kind: 'sms' })).status).toBe(400)
      expect(await kept(world)).toEqual(before)
      expect(await sentTo(world)).toEqual([])
      await protect(world, browser)
      const second = world.visitor()
      await second.signIn()
      expect(await (await second.get(SECOND)).text()).not.toMatch(words.en)
      expect(await (await browser.get(HERE)).text()).not.toMatch(words.en)
    },
  )

story(
  'the form has the countries that are listed and the number of the profile, and keeps nothing',
  { ...phones, people: [{ ...ana, phone: '912 345 678' }] },
  async (world) => {
    await linkSms(world, ['PT', 'GB'])
    const browser = world.visitor()
    await browser.signIn()
    expect(await (await browser.get(HERE)).text()).toContain(`href="${FORM}"`)
    const before = await kept(world)
    const page = await (await browser.get(FORM)).text()
    expect([...page.matchAll(/<option value="(\w*)"/g)].map(([, code]) => code)).toEqual([
      '',
      'PT',
      'GB',
    ])
    expect(page).toContain('<option value="PT" selected')
    expect(page).toContain('value="+351 912 345 678"')
    expect(page).toContain(asHtml(t.risk))
    expect(page).toContain('Passkey or Authenticator app')

    const back = await (await browser.post(FORM, { country: 'PT', phone: '912-345-678' })).text()
    expect(back).toContain('<bdi dir="ltr">+351 912 345 678</bdi>')
    expect(back).toContain(t.kinds.mobile)
    expect(back).toContain('Portugal')
    expect(back).not.toContain(t.fixed)
    expect(hiddenFields(back, `${FORM}/add`)).toEqual({ country: 'PT', phone: NUMBER })
    const again = await browser.post(FORM, { ...hiddenFields(back, FORM), correct: 'yes' })
    expect(await again.text()).toContain('value="+351 912 345 678"')
    expect(await kept(world)).toEqual(before)
    expect(await sentTo(world)).toEqual([])
  },
)

story('a fixed line is called one before anything is sent to it', phones, async (world) => {
  await linkSms(world)
  const browser = world.visitor()
  await browser.signIn()
  const page = await (await browser.post(FORM, { country: 'PT', phone: '212345678' })).text()
  expect(page).toContain(t.kinds.fixed)
  expect(page).toContain(t.fixed)
})

const wrong: [typed: { country: string; phone: string }, status: number, text: string][] = [
  [{ country: 'PT', phone: '' }, 422, fields.missing],
  [{ country: '', phone: NUMBER }, 422, fields.missing],
  [{ country: 'PT', phone: '12' }, 422, fields.bad_phone],
  [{ country: 'PT', phone: '+351912345678; drop' }, 422, fields.bad_phone],
  // Premium rate.
  [{ country: 'PT', phone: '+351601234567' }, 422, fields.bad_phone],
  [{ country: 'PT', phone: BRITISH }, 422, fields.phone_country],
  [{ country: 'GB', phone: BRITISH }, 422, fields.bad_country],
  // A calling code that is shared: in the list, and yet at home elsewhere.
  [{ country: 'AX', phone: '+3584573123456' }, 403, problems.sms_country],
]

for (const [typed, status, text] of wrong)
  story(
    `${JSON.stringify(typed)} is no number to send to, and nothing is set`,
    phones,
    async (world) => {
      await linkSms(world, ['PT', 'AX'])
      const browser = world.visitor()
      await browser.signIn()
      const before = await kept(world)
      for (const path of [FORM, `${FORM}/add`]) {
        const answer = await browser.post(path, typed)
        expect(answer.status).toBe(status)
        expect(await answer.text()).toContain(asHtml(text))
      }
      expect(await kept(world)).toEqual(before)
      expect(
        await world.app.db
          .selectFrom('attempts')
          .selectAll()
          .where('purpose', '<>', 'sign-in')
          .execute(),
      ).toEqual([])
      expect(await world.app.db.selectFrom('messages').selectAll().execute()).toEqual([])
    },
  )

story(
  'a number counts when its code was right and the recovery codes are saved, and not before',
  phones,
  async (world) => {
    await linkSms(world)
    const browser = world.visitor()
    await browser.signIn()
    expect(placeOf(await askForNumber(browser))).toBe(`${HERE}/code`)
    // Whole: it was typed here, maybe wrongly.
    const page = await (await browser.get(`${HERE}/code`)).text()
    expect(page).toContain('<bdi dir="ltr">+351 912 345 678</bdi>')
    const code = await smsCodeTo(world)
    expect((await browser.post(`${HERE}/code`, { code: notThe(code), with: 'sms' })).status).toBe(
      401,
    )
    expect((await browser.post(`${HERE}/code`, { code, with: 'email' })).status).toBe(401)
    expect(await enrolledFor(world)).toEqual([])
    const shown = await browser.post(`${HERE}/code`, { code, with: 'sms' })
    expect(recoveryCodesIn(await shown.text())).toHaveLength(10)
    expect(await enrolledFor(world)).toEqual([])
    expect(placeOf(await browser.post(`${HERE}/confirm`, { saved: 'yes' }))).toBe(
      `${HERE}?notice=protected`,
    )
    const [row] = await enrolledAs(world, 'sms')
    expect(row).toMatchObject({ name: '+351 ••• ••• 678', state: JSON.stringify({ to: NUMBER }) })
    expect((await accountRow(world)).phone).toBe(NUMBER)
    expect(await noticesTo(world)).toEqual([{ kind: 'protected' }])
    const own = await (await browser.get(HERE)).text()
    expect(own).toContain(asHtml(security.judgements.only_sms))
    expect(own).toContain('<bdi dir="ltr">+351 ••• ••• 678</bdi>')
    expect(own).not.toContain(NUMBER)
  },
)

story(
  'a right password is answered by a code to the number, which lets in',
  phones,
  async (world) => {
    await withNumber(world)
    const browser = world.visitor()
    expect(placeOf(await browser.signIn())).toBe(SECOND)
    const page = await (await browser.get(SECOND)).text()
    expect(wayOn(page, SECOND)).toBe('sms')
    expect(waysOn(page)).toEqual(['recovery'])
    expect(page).toContain(
      'by text message to <strong class="number"><bdi dir="ltr">+351 ••• ••• 678</bdi></strong>',
    )
    expect(page).not.toContain('912')
    const code = await smsCodeTo(world)
    const [, sent] = await sentTo(world)
    expect(sent).toMatchObject({ by: 'sms', country: 'PT', prefix: '+351912', enteredAt: null })
    expect(placeOf(await browser.post(SECOND, { code, with: 'sms' }))).toBe('/account')
    expect(await whoIs(browser)).toBe(ana.email)
    expect((await sentTo(world))[1]?.enteredAt).toBe(world.now())
    const [event] = (await eventsOf(world, 'signed_in')).slice(-1)
    expect(JSON.parse(event!.detail)).toEqual({ by: 'password+sms' })
  },
)

story(
  'a code that is never typed in, or wrong, is not counted as entered',
  phones,
  async (world) => {
    await withNumber(world)
    const browser = world.visitor()
    await browser.signIn()
    await browser.post(SECOND, { code: notThe(await smsCodeTo(world)), with: 'sms' })
    expect((await sentTo(world)).map(({ enteredAt }) => enteredAt !== null)).toEqual([true, false])
  },
)

story('the same code is sent again after 30 s, and no sooner', phones, async (world) => {
  await withNumber(world)
  const browser = world.visitor()
  await browser.signIn()
  const code = await smsCodeTo(world)
  const early = await browser.post(`${SECOND}/send`, { with: 'sms' })
  expect(early.status).toBe(429)
  expect(await codesSentTo(world, NUMBER)).toBe(2)
  world.pass(30_000)
  expect(placeOf(await browser.post(`${SECOND}/send`, { with: 'sms' }))).toBe(SECOND)
  expect(await codesSentTo(world, NUMBER)).toBe(3)
  expect(await smsCodeTo(world)).toBe(code)
  // A page that was loaded before says nothing of the way.
  world.pass(60_000)
  expect(placeOf(await browser.post(`${SECOND}/send`))).toBe(SECOND)
  expect(await codesSentTo(world, NUMBER)).toBe(4)
  expect(placeOf(await browser.post(SECOND, { code, with: 'sms' }))).toBe('/account')
})

story(
  'with mail and a number, one chooses, and a code comes by what was chosen',
  phones,
  async (world) => {
    await linkSms(world)
    const owner = world.visitor()
    await protect(world, owner)
    world.pass(MINUTE)
    await addNumber(world, owner)
    world.pass(MINUTE)
    const browser = world.visitor()
    await browser.signIn()
    // What may not be wanted is not sent unasked.
    expect(await codesSentTo(world, NUMBER)).toBe(1)
    const page = await (await browser.get(SECOND)).text()
    expect(page).toContain('name="with" value="sms"')
    expect(waysOn(page)).toEqual(['email', 'recovery'])
    const mails = await codesSentTo(world)
    await browser.post(`${SECOND}/send`, { with: 'sms' })
    expect(await codesSentTo(world)).toBe(mails)
    const code = await smsCodeTo(world)
    expect(placeOf(await browser.post(SECOND, { code, with: 'sms' }))).toBe('/account')
  },
)

story(
  'a strong factor keeps text messages from being enough before a change',
  phones,
  async (world) => {
    const { browser } = await withNumber(world)
    const { phone } = await connectApp(world, browser)
    world.pass(DAY / 2)
    const again = world.visitor()
    await again.signIn()
    await again.post(SECOND, { code: phone.code(), with: 'totp' })
    world.pass(15 * MINUTE)
    await again.post(`${HERE}/unprotect`)
    const page = await (await again.get(`${HERE}/code`)).text()
    expect(wayOn(page, `${HERE}/code`)).toBe('totp')
    expect(waysOn(page)).toEqual(['recovery'])
    expect((await again.post(`${HERE}/send`, { with: 'sms' })).status).toBe(409)
  },
)

story(
  'another number takes the place of the old one when it is proven, and all else is signed out',
  { ...phones, settings: WIDE },
  async (world) => {
    const { browser } = await withNumber(world)
    const other = world.visitor({ address: '192.0.2.99' })
    await other.signIn()
    await other.post(SECOND, { code: await smsCodeTo(world), with: 'sms', remember: 'yes' })
    expect(await whoIs(other)).toBe(ana.email)
    const underWay = world.visitor()
    await underWay.signIn()
    const oldCode = await smsCodeTo(world)

    const page = await (await browser.get(HERE)).text()
    expect(page).toContain(`href="${FORM}">${security.anotherNumber}`)
    const before = await kept(world)
    await askForNumber(browser, OTHER)
    const code = await smsCodeTo(world, OTHER)
    // Not proven yet: the old one lets in.
    const meanwhile = world.visitor()
    await meanwhile.signIn()
    expect(await (await meanwhile.get(SECOND)).text()).toContain('678')
    expect(await kept(world)).toEqual(before)

    const done = await browser.post(`${HERE}/code`, { code, with: 'sms' })
    expect(placeOf(done)).toBe(`${HERE}?notice=number_changed`)
    const rows = await enrolledAs(world, 'sms')
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      name: '+351 ••• ••• 567',
      state: JSON.stringify({ to: OTHER }),
    })
    expect((await accountRow(world)).phone).toBe(OTHER)
    expect(await whoIs(browser)).toBe(ana.email)
    expect(await whoIs(other)).toBe(null)
    const late = await underWay.post(SECOND, { code: oldCode, with: 'sms' })
    expect(late.status).toBe(401)
    const devices = await world.app.db.selectFrom('devices').selectAll().execute()
    expect(
      devices.every(
        ({ rememberedAt, forgottenAt }) => rememberedAt === null || forgottenAt !== null,
      ),
    ).toBe(true)
    expect((await noticesTo(world)).slice(-2)).toEqual([
      { kind: 'factor_removed', by: 'sms', called: '+351 ••• ••• 678' },
      { kind: 'factor_added', by: 'sms', called: '+351 ••• ••• 567' },
    ])
    for (const [kind, end] of [
      ['factor_removed', '678'],
      ['factor_added', '567'],
    ] as const) {
      const [event] = (await eventsOf(world, kind)).slice(-1)
      expect(JSON.parse(event!.detail)).toEqual({ by: 'sms', name: `+351 ••• ••• ${end}` })
    }
    const sent = await codesSentTo(world, NUMBER)
    await world.visitor().signIn()
    expect(await codesSentTo(world, NUMBER)).toBe(sent)
    expect(await codesSentTo(world, OTHER)).toBe(2)
  },
)

story('the number that gets codes already is not proven once more', phones, async (world) => {
  const { browser } = await withNumber(world)
  const before = await kept(world)
  const answer = await askForNumber(browser)
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(fields.phone_yours)
  expect(await kept(world)).toEqual(before)
})

for (const [what, take] of [
  ['its gateway is unlinked', unlinkSms],
  [
    'its country is not listed any more',
    (world: Parameters<typeof list>[0]) => list(world, ['GB']),
  ],
] as const)
  story(
    `a number stays a second step when ${what}: nothing is sent, and the page says what to do`,
    phones,
    async (world) => {
      const { browser: owner, codes } = await withNumber(world)
      await take(world)
      const sent = await sentTo(world)
      const browser = world.visitor()
      expect(placeOf(await browser.signIn())).toBe(SECOND)
      expect(await sentTo(world)).toEqual(sent)
      const [event] = await eventsOf(world, 'code_not_sent')
      expect(JSON.parse(event!.detail)).toEqual({
        reason: take === unlinkSms ? 'sms_stopped' : 'sms_country',
      })
      const page = await (await browser.get(SECOND)).text()
      expect(page).toContain('No code can be sent by text message to')
      expect(page).not.toContain(`${SECOND}/send`)
      expect(waysOn(page)).toEqual(['recovery'])
      world.pass(MINUTE)
      const asked = await browser.post(`${SECOND}/send`, { with: 'sms' })
      expect(asked.status).toBe(take === unlinkSms ? 503 : 403)
      expect(await sentTo(world)).toEqual(sent)
      expect(await whoIs(browser)).toBe(null)
      await browser.post(SECOND, { code: codes[0]!, with: 'recovery' })
      expect(await whoIs(browser)).toBe(ana.email)
      if (take === unlinkSms)
        expect(await (await owner.get(HERE)).text()).toContain(asHtml(security.muteNumber))
    },
  )

story('where no text message can go, mail is shown first', phones, async (world) => {
  const { browser: owner } = await withNumber(world)
  await owner.post(`${HERE}/add`, { kind: 'email' })
  await owner.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
  await unlinkSms(world)
  world.pass(MINUTE)
  const browser = world.visitor()
  await browser.signIn()
  const page = await (await browser.get(SECOND)).text()
  expect(page).toContain('name="with" value="email"')
  expect(waysOn(page)).toEqual(['sms', 'recovery'])
})

story(
  'a number that gets codes is the one in the profile, and not changed there',
  phones,
  async (world) => {
    // It can be from elsewhere than the person.
    await linkSms(world, ['GB'])
    const browser = world.visitor()
    await browser.signIn()
    await addNumber(world, browser, BRITISH, 'GB')
    const save = (phone?: string) =>
      browser.post('/account', {
        name: 'Ana Maria',
        country: 'PT',
        language: 'en',
        ...(phone && { phone }),
      })
    const page = await (await browser.get('/account')).text()
    expect(page).toContain('+44 7400 123456')
    expect(page).toContain(`href="${HERE}"`)
    expect(page).not.toContain('name="phone"')

    const before = await kept(world)
    for (const phone of [NUMBER, '+447400123457', '12']) {
      const answer = await save(phone)
      expect(answer.status).toBe(409)
      expect(await answer.text()).toContain(asHtml(problems.number_proven))
    }
    expect(await kept(world)).toEqual(before)

    for (const phone of [undefined, BRITISH])
      expect(placeOf(await save(phone))).toBe('/account?notice=saved')
    expect(await accountRow(world)).toMatchObject({ name: 'Ana Maria', phone: BRITISH })
    const [row] = await enrolledAs(world, 'sms')
    expect(row!.state).toBe(JSON.stringify({ to: BRITISH }))
  },
)

story(
  'a number that was typed before another was proven does not take its place',
  phones,
  async (world) => {
    await withNumber(world)
    const account = await accountRow(world)
    const deed = { kind: 'profile', profile: { ...byAna, phone: OTHER } } as const
    const asker = { account, sessionId: 'none', deviceId: 'none' }
    const before = await kept(world)
    const answer = await change(world.app, nobodysVisit, (its) => doDeed(its, asker, deed))
    expect(answer).toEqual({ refused: 'number_proven' })
    expect(await kept(world)).toEqual(before)
  },
)

story('a number that gets codes no longer can be changed in the profile', phones, async (world) => {
  const { browser } = await withNumber(world)
  await browser.post(`${HERE}/add`, { kind: 'email' })
  await browser.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
  const [row] = await enrolledAs(world, 'sms')
  await browser.post(`${HERE}/remove`, { factor: row!.id })
  expect(await (await browser.get('/account')).text()).toContain('name="phone"')
  const typed = { name: ana.name, country: 'PT', language: 'en', phone: OTHER }
  expect(placeOf(await browser.post('/account', typed))).toBe('/account?notice=saved')
  expect((await accountRow(world)).phone).toBe(OTHER)
})

story(
  'a number that was guessed at too often is proven anew by a code to it',
  { ...phones, settings: WIDE },
  async (world) => {
    const { browser, codes } = await withNumber(world)
    await world.app.db
      .updateTable('enrolments')
      .set({ disabledAt: world.now() })
      .where('kind', '=', 'sms')
      .execute()
    const stranger = world.visitor()
    await stranger.signIn()
    const page = await (await stranger.get(SECOND)).text()
    expect(page).toContain('codes by text message are switched off')
    expect(wayOn(page, SECOND)).toBe('recovery')
    const [row] = await enrolledAs(world, 'sms')
    await browser.post(`${HERE}/bind-anew`, { factor: row!.id })
    await browser.post('/account/confirm', { code: codes[0]!, with: 'recovery' })
    const asked = await (await browser.get(`${HERE}/code`)).text()
    expect(asked).toContain('+351 ••• ••• 678')
    const answer = { code: await smsCodeTo(world), with: 'sms' }
    expect(placeOf(await browser.post(`${HERE}/code`, answer))).toBe(`${HERE}?notice=bound_anew`)
    expect((await enrolledAs(world, 'sms'))[0]?.disabledAt).toBe(null)
  },
)

story('the history and the mails never say the whole number', phones, async (world) => {
  const { browser } = await withNumber(world)
  const again = world.visitor()
  await again.signIn()
  await smsTo(world)
  for (const path of ['/account/history', '/account/history.csv', '/account/history.json']) {
    const text = await (await browser.get(path)).text()
    expect(text).toContain('+351 ••• ••• 678')
    expect(text).not.toMatch(/912 ?345/)
  }
  const events = await world.app.db.selectFrom('events').select('detail').execute()
  expect(JSON.stringify(events)).not.toContain('912')
})

story(
  'a second account can have the same number, with codes of its own',
  { ...phones, people: [ana, bob] },
  async (world) => {
    await withNumber(world)
    const browser = world.visitor()
    await browser.signIn(bob)
    await addNumber(world, browser)
    expect(await enrolledFor(world, bob.email)).toEqual(['recovery', 'sms'])
    const copy = copyOf(world, browser)
    expect(await whoIs(copy)).toBe(bob.email)
  },
)
