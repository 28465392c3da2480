import { expect } from 'vitest'
import { measuredFor } from '../../src/accounts/policy/measured.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { eventsIn } from '../attacks/tools.ts'
import { addCompany } from '../setup/people.ts'
import { ana, DAY, HOUR } from '../world.ts'
import { enrol } from './delivery-tools.ts'
import { HOME, save, signedInAs, typed, write, writtenIn } from './policy-tools.ts'
import { eventsOf, placeOf, story, whoIs } from './story.ts'

const { policy: t } = textsOf('en')
const people = [ana]

story('measuring asks nobody, and writes down who would have been', { people }, async (world) => {
  const { main, uma, ugo } = await addCompany(world)
  const { app } = world
  const { db } = app
  const operator = await signedInAs(world, ana.email)
  const form = { protection: 'required', strongManage: 'yes', measure: 'yes' } as const
  const answer = await save(operator, typed(world, form, main))
  expect(placeOf(answer)).toContain('notice=policy_saved')
  const since = world.now()
  expect(await writtenIn(world)).toMatchObject({ [main]: { shadowSince: since } })
  const nothing = await (await operator.get(`${HOME}?main=${main}`)).text()
  expect(nothing).toContain(t.measuredNone)

  world.pass(HOUR)
  await enrol(world, 'ugo@example.com', 'totp', 'none')
  await db.updateTable('accounts').set({ phone: '+351912345678' }).where('id', '=', uma).execute()
  for (const email of [
    'uma@example.com',
    'uma@example.com',
    'mara@example.com',
    'otto@example.org',
  ])
    expect(await whoIs(await signedInAs(world, email))).toBe(email)
  // Somebody who has enough is asked as ever, and is nobody new.
  expect(placeOf(await world.visitor().signIn({ ...ana, email: 'ugo@example.com' }))).toBe(
    '/sign-in/second',
  )
  const events = await eventsOf(world, 'would_be_asked')
  expect(events.map(({ detail }) => JSON.parse(detail))).toEqual([
    { kinds: 'passkey+totp+sms+email', email: 'unknown', sms: 'no_route' },
    { kinds: 'passkey+totp' },
  ])
  expect(events.every(({ accountId }) => accountId !== ugo)).toBe(true)

  // On the next day her mail is known to arrive.
  world.pass(DAY)
  await db
    .updateTable('messages')
    .set({ acceptedAt: world.now() })
    .where('recipient', '=', 'uma@example.com')
    .execute()
  await signedInAs(world, 'uma@example.com')
  expect(await measuredFor(db, main, since, world.now())).toMatchObject({
    days: [
      { people: 2, signIns: 3, code: 0, open: 2, none: 0, email: 0, app: 2 },
      { people: 1, signIns: 1, code: 1, open: 0, none: 0, email: 1, app: 1 },
    ],
    all: { people: 2, code: 1, open: 1, none: 0, email: 1, sms: 0, app: 2 },
  })
  expect((await measuredFor(db, '', since, world.now())).all.people).toBe(2)
  const manager = await signedInAs(world, 'main@example.com')
  const page = await (await manager.get(HOME)).text()
  for (const text of [t.chart, '<svg', t.columns.signIns]) expect(page).toContain(text)
})

story(
  'switched on, the same people are asked, and nothing more is measured',
  { people },
  async (world) => {
    const { main } = await addCompany(world)
    await write(world, main, { protection: 'required', shadowSince: world.now() })
    await signedInAs(world, 'uma@example.com')
    expect(await eventsIn(world, 'would_be_asked')).toBe(1)
    const operator = await signedInAs(world, ana.email)
    const form = typed(world, { protection: 'required', advised: 'yes' }, main, 1)
    expect(placeOf(await save(operator, form))).toContain('notice=policy_saved')
    expect(await writtenIn(world)).toMatchObject({ [main]: { shadowSince: null } })
    world.pass(DAY)
    const uma = await signedInAs(world, 'uma@example.com')
    expect(await whoIs(uma)).toBeNull()
    expect(await eventsIn(world, 'would_be_asked')).toBe(1)
  },
)

story('what is in force and would stop while it is measured is said', { people }, async (world) => {
  const { main } = await addCompany(world)
  await write(world, main, { protection: 'required', rememberDays: 7, caseHours: 90 })
  const operator = await signedInAs(world, ana.email)
  const look = async (measure?: 'yes') => {
    const form = { protection: 'required', rememberDays: '7', caseHours: '90', measure } as const
    return (await operator.post(HOME, typed(world, { ...form, advised: 'yes' }, main, 1))).text()
  }
  const page = await look('yes')
  expect(page).toContain(t.previewStops)
  expect(page).toContain(
    `${t.rules.protection}: ${t.protections.required} · ${t.rules.rememberDays}: 7<`,
  )
  expect(await look()).not.toContain(t.previewStops)
  // What is measured already stops nothing.
  await world.app.db.deleteFrom('policies').execute()
  await write(world, main, { protection: 'required', shadowSince: world.now() })
  expect(await look('yes')).not.toContain(t.previewStops)
})

story('where nothing is measured, nothing is written down', { people }, async (world) => {
  const { main } = await addCompany(world)
  await write(world, main, { rememberDays: 7, shadowSince: world.now() })
  await signedInAs(world, 'uma@example.com')
  await signedInAs(world, 'otto@example.org')
  expect(await eventsIn(world, 'would_be_asked')).toBe(0)
})
