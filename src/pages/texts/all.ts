import type { Language } from '../../lib/language.ts'
import { ar } from './ar.ts'
import { en } from './en.ts'
import { zhCN } from './zh-CN.ts'

/** Everything we say, in one language. */
export type Texts = typeof en

const catalogs: Readonly<Record<Language, Texts>> = { en, 'zh-CN': zhCN, ar }

export const textsOf = (language: Language): Texts => catalogs[language]

/** Each language in its own words. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  'zh-CN': '简体中文',
  ar: 'العربية',
}
