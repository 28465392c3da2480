import { z } from 'zod'
import { changeDevices, renameDevice } from '../accounts/devices.ts'
import { loginDetails, type LoginDetail } from '../accounts/login-details.ts'
import { browserOf, deviceName } from '../pages/browser.ts'
import { devicesPage, type ShownDevice } from '../pages/devices.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { timeoutsOf } from '../sign-in/session.ts'
import { useOfDevices } from '../store/account-sessions.ts'
import { devicesOf } from '../store/devices.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noticeOf } from './account.ts'
import { frameOf, refusal, signedIn, textsFor, withNotice, type Door } from './door.ts'
import { form, readForm, several, text } from './form.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

/** What was looked for, and the page of it: every form of the list carries them along. */
type Spot = { readonly find: string; readonly page: number }

const HERE = '/account/devices'
const LONGEST_FIND = 50

const id = z.string().regex(/^[0-9a-f]{32}$/)
const spot = { find: text(1000).default(''), page: text(10).default('') }
const NameForm = form({ ...spot, device: id, name: text(1000) })
const ChosenForm = form({ ...spot, device: several(id) })
const OthersForm = form(spot)

/** `/account/devices`: where somebody is signed in, and the way to end it. */
export function devicesRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const session = await signedIn(door, c)
      return list(c, session, spotIn(c.req.query()))
    },

    async rename(c: Ctx) {
      const session = await signedIn(door, c)
      const { device, name, ...rest } = await readForm(c, NameForm)
      const spot = spotIn(rest)
      const result = await renameDevice(app, c.var.ask.visit, session, device, name)
      if (result === 'done') return reply.seeOther(withNotice(pathOf(spot), 'device_named'))
      if ('refused' in result) return list(c, session, spot, { refused: result })
      const problem = textsFor(door, c, session).fields[result.problem]
      return list(c, session, spot, { wrong: { device, name, problem } })
    },

    remove: chosen('remove-devices'),
    forget: chosen('forget-devices'),

    async removeOthers(c: Ctx) {
      const session = await signedIn(door, c)
      const spot = spotIn(await readForm(c, OthersForm))
      const deed = { kind: 'remove-others' } as const
      const goal = pathOf(spot)
      const result = await changeDevices(app, c.var.ask.visit, session, deed, goal)
      if ('refused' in result) return list(c, session, spot, { refused: result })
      return sureReply(door, result, goal)
    },
  }

  function chosen(kind: 'remove-devices' | 'forget-devices') {
    return async (c: Ctx): Promise<Response> => {
      const session = await signedIn(door, c)
      const { device, ...rest } = await readForm(c, ChosenForm, 'device')
      const spot = spotIn(rest)
      if (device.length === 0) return list(c, session, spot, { isNoneChosen: true })
      const goal = pathOf(spot)
      const deed = { kind, ids: [...new Set(device)] }
      const result = await changeDevices(app, c.var.ask.visit, session, deed, goal)
      if ('refused' in result) return list(c, session, spot, { refused: result })
      return sureReply(door, result, goal)
    }
  }

  async function list(
    c: Ctx,
    session: SignedIn,
    { find, page }: Spot,
    wrong: {
      readonly refused?: Refusal
      readonly wrong?: { readonly device: string; readonly name: string; readonly problem: string }
      readonly isNoneChosen?: true
    } = {},
  ): Promise<Response> {
    const texts = textsFor(door, c, session)
    const frame = frameOf(door, c, session, pathOf({ find, page }))
    const { accountId } = session
    const now = app.now()
    const [devices, use] = await Promise.all([
      devicesOf(app.db, accountId),
      useOfDevices(app.db, accountId, timeoutsOf(app.config), now),
    ])
    const facts = {
      devices,
      use,
      thisDevice: session.deviceId,
      days: app.config.limits,
      now,
      nameOf: (userAgent: string) => deviceName(frame.language, userAgent),
      placeOf: (address: string) => app.placeOf(address, frame.language),
    }
    const details = loginDetails(facts, find, page)
    const said = wrong.refused && refusal(texts, wrong.refused)
    const status = said?.status ?? (wrong.wrong || wrong.isNoneChosen ? 422 : 200)
    const shown = devicesPage(frame, {
      ...details,
      find,
      shown: details.shown.map(shownDevice),
      notice: status === 200 ? await noticeOf(app, c, session, texts) : null,
      problem: wrong.isNoneChosen ? texts.devices.choose : (said?.text ?? null),
      wrong: wrong.wrong ?? null,
    })
    return reply.page(shown, status, { headers: said?.headers ?? {} })
  }
}

/** As pages have it. */
export const shownDevice = (detail: LoginDetail): ShownDevice => ({
  ...detail,
  kind: browserOf(detail.userAgent).kind,
  firstSeen: new Date(detail.firstSeen),
  lastSeen: new Date(detail.lastSeen),
  rememberedUntil: detail.rememberedUntil === null ? null : new Date(detail.rememberedUntil),
})

/** Cut rather than refused: it comes from an address that anybody can write. */
const spotIn = ({ find = '', page = '' }: Readonly<Record<string, string>>): Spot => ({
  find: find.trim().slice(0, LONGEST_FIND).toWellFormed(),
  page: /^[1-9]\d{0,3}$/.test(page) ? Number(page) : 1,
})

/** Where the list can be fetched again as it is. */
function pathOf({ find, page }: Spot): string {
  const query = new URLSearchParams({
    ...(find !== '' && { find }),
    ...(page > 1 && { page: String(page) }),
  }).toString()
  return query ? `${HERE}?${query}` : HERE
}
