import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'

/** A point in time as people write it, in UTC and saying so; digits as in codes. */
export const momentText = (language: Language, date: Date): string =>
  `${new Intl.DateTimeFormat(`${language}-u-nu-latn`, {
    dateStyle: 'long',
    timeStyle: 'short',
    hourCycle: 'h23',
    timeZone: 'UTC',
  }).format(date)} UTC`

export const moment = (language: Language, date: Date): Html =>
  html`<time datetime="${date.toISOString()}"><bdi>${momentText(language, date)}</bdi></time>`
