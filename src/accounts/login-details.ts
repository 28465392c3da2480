import { foldCase } from '../lib/text.ts'
import { rememberedUntil } from '../sign-in/device.ts'
import type { Device } from '../store/devices.ts'

/** The rows of an account, and how what is kept is put into words. */
type Facts = {
  readonly devices: readonly Device[]
  /** What sessions tell of a device. */
  readonly use: readonly {
    readonly deviceId: string
    readonly seenAt: number
    readonly isIn: boolean
  }[]
  /** The device that asks. */
  readonly thisDevice: string
  readonly days: { readonly rememberDays: number; readonly rememberIdleDays: number }
  readonly now: number
  /** The name we make of a user agent. */
  readonly nameOf: (userAgent: string) => string
  /** Where an address is; `null` where that is not known. */
  readonly placeOf: (address: string) => string | null
}

/** A device as it is shown. Times in milliseconds. */
export type LoginDetail = {
  readonly id: string
  /** As the person calls it, or as we do. */
  readonly name: string
  readonly ownName: string | null
  readonly madeName: string
  readonly userAgent: string
  readonly address: string
  readonly place: string | null
  readonly firstSeen: number
  readonly lastSeen: number
  readonly isIn: boolean
  readonly rememberedUntil: number | null
  readonly isThis: boolean
}

type LoginDetails = {
  /** How many there are, and how many of them fit what was looked for. */
  readonly all: number
  readonly found: number
  readonly page: number
  readonly pages: number
  readonly shown: readonly LoginDetail[]
}

/** Devices of one page. */
export const PAGE = 20

/** One page of the devices that fit, those seen last first. Past the last page, the last. Pure. */
export function loginDetails(facts: Facts, find: string, page: number): LoginDetails {
  const wanted = foldCase(find.trim())
  const use = new Map(facts.use.map((each) => [each.deviceId, each]))
  const all = facts.devices.map((device) => detailOf(facts, device, use.get(device.id)))
  const found = wanted === '' ? all : all.filter((detail) => fits(detail, wanted))
  const pages = Math.max(1, Math.ceil(found.length / PAGE))
  const at = Math.min(Math.max(1, page), pages)
  const sorted = found.toSorted((a, b) => b.lastSeen - a.lastSeen || (a.id < b.id ? 1 : -1))
  const shown = sorted.slice((at - 1) * PAGE, at * PAGE)
  return { all: all.length, found: found.length, page: at, pages, shown }
}

const fits = ({ name, madeName, address, place }: LoginDetail, wanted: string): boolean =>
  [name, madeName, address, place ?? ''].some((text) => foldCase(text).includes(wanted))

function detailOf(facts: Facts, device: Device, use?: Facts['use'][number]): LoginDetail {
  const { days, now, nameOf, placeOf } = facts
  const madeName = nameOf(device.userAgent)
  return {
    id: device.id,
    name: device.name ?? madeName,
    ownName: device.name,
    madeName,
    userAgent: device.userAgent,
    address: device.address,
    place: placeOf(device.address),
    firstSeen: device.firstSeenAt,
    lastSeen: Math.max(device.lastSeenAt, use?.seenAt ?? 0),
    isIn: use?.isIn ?? false,
    rememberedUntil: rememberedUntil(device, days, now),
    isThis: device.id === facts.thisDevice,
  }
}
