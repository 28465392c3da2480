import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'

const formats = new Map<Language, Intl.DateTimeFormat>()

function formatOf(language: Language): Intl.DateTimeFormat {
  let format = formats.get(language)
  if (!format) {
    format = new Intl.DateTimeFormat(`${language}-u-nu-latn`, {
      dateStyle: 'long',
      timeStyle: 'short',
      hourCycle: 'h23',
      timeZone: 'UTC',
    })
    formats.set(language, format)
  }
  return format
}

/** A point in time as people write it, in UTC and saying so; digits as in codes. */
export const momentText = (language: Language, date: Date): string =>
  `${formatOf(language).format(date)} UTC`

export const moment = (language: Language, date: Date): Html =>
  html`<time datetime="${date.toISOString()}"><bdi>${momentText(language, date)}</bdi></time>`

const short = new Map<string, Intl.DateTimeFormat>()

/** A day, or an hour of it, in UTC, as short as it can be said. */
export function dayOrHour(language: Language, date: Date, isHour: boolean): string {
  const name = `${language} ${isHour}`
  let format = short.get(name)
  if (!format) {
    const hour = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    format = new Intl.DateTimeFormat(`${language}-u-nu-latn`, {
      month: 'short',
      day: 'numeric',
      timeZone: 'UTC',
      ...(isHour && hour),
    })
    short.set(name, format)
  }
  return format.format(date)
}
