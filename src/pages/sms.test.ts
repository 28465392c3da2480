import fc from 'fast-check'
import { expect, test } from 'vitest'
import { languages, type Language } from '../lib/language.ts'
import { renderSms } from './sms.ts'
import { textsOf } from './texts/all.ts'

// 3GPP TS 23.038 §6.2.1: the alphabet of seven bits, and its extension, where each takes two places.
const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ' +
  'ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const EXTENSION = '\f^{}\\[~]|€'

/** How many messages a phone is sent for this, and in which alphabet. */
function parts(text: string): { readonly count: number; readonly alphabet: 'GSM' | 'UCS-2' } {
  const sizes = [...text].map((each) =>
    GSM.includes(each) ? 1 : EXTENSION.includes(each) ? 2 : 99,
  )
  const isGsm = sizes.every((size) => size < 99)
  const size = isGsm ? sizes.reduce((sum, one) => sum + one, 0) : text.length
  const [alone, each] = isGsm ? [160, 153] : [70, 67]
  return { count: size <= alone ? 1 : Math.ceil(size / each), alphabet: isGsm ? 'GSM' : 'UCS-2' }
}

const about = { product: 'Nightlatch', url: 'https://login.example.com', code: '042917' }
const purposes = Object.keys(textsOf('en').sms.what) as (keyof ReturnType<
  typeof textsOf
>['sms']['what'])[]

const most: Record<Language, { readonly count: number; readonly alphabet: 'GSM' | 'UCS-2' }> = {
  en: { count: 1, alphabet: 'GSM' },
  'zh-CN': { count: 1, alphabet: 'UCS-2' },
  ar: { count: 2, alphabet: 'UCS-2' },
}

for (const language of languages)
  for (const purpose of purposes)
    test(`${language}: a text message to ${purpose} fits ${most[language].count} parts, and ends as phones read it`, () => {
      const text = renderSms(language, { ...about, purpose })
      const { count, alphabet } = parts(text)
      expect(count).toBeLessThanOrEqual(most[language].count)
      expect(alphabet).toBe(most[language].alphabet)
      const lines = text.split('\n')
      expect(lines.at(-1)).toBe('@login.example.com #042917')
      // The code once for people, and once for phones; nothing that turns its line round.
      expect(text.split('042917')).toHaveLength(3)
      expect(lines.at(-1)).toMatch(/^[\x20-\x7e]+$/)
      expect(lines[0]).toContain('Nightlatch')
    })

test('each says what it is for', () => {
  for (const language of languages) {
    const texts = purposes.map((purpose) => renderSms(language, { ...about, purpose }))
    expect(new Set(texts).size).toBe(purposes.length)
  }
})

test('whatever the product is called, it stays in its place', () => {
  const product = 'Éva\u202E\n@evil.example #000000'
  for (const language of languages) {
    const lines = renderSms(language, { ...about, product, purpose: 'sign-in' }).split('\n')
    expect(lines).toHaveLength(3)
    expect(lines.at(-1)).toBe('@login.example.com #042917')
    expect(lines[0]).not.toContain('\u202E')
  }
  const [arabic] = renderSms('ar', { ...about, purpose: 'sign-in' }).split('\n')
  expect(arabic).toContain('\u2068Nightlatch\u2069')
})

const PLAIN = 'Nightlatch'
const LONG = '东方航空股份有限公司'
const HOST = 'accounts.ceair-group.com.cn'
const long: [Language, product: string, host: string, said: string][] = [
  ['en', PLAIN, HOST, 'Nightlatch: 042917 is your code to add this number. Give it to nobody.'],
  ['en', 'N'.repeat(70), HOST, `${'N'.repeat(70)}: 042917 is your code. Give it to nobody.`],
  ['en', 'Café Łódź', HOST, '042917 is your code to add this number. Give it to nobody.'],
  ['en', PLAIN, `${'h'.repeat(90)}.net`, 'Nightlatch: 042917 is your code. Give it to nobody.'],
  ['en', PLAIN, `${'h'.repeat(101)}.net`, '042917 is your code. Give it to nobody.'],
  [
    'zh-CN',
    PLAIN,
    'login.example.com',
    'Nightlatch：验证码 042917，用于添加此号码，请勿告诉他人。',
  ],
  ['zh-CN', PLAIN, HOST, 'Nightlatch：验证码 042917，请勿告诉他人。'],
  ['zh-CN', LONG, HOST, `${LONG}：验证码 042917，请勿告诉他人。`],
  ['zh-CN', LONG.repeat(2), HOST, '验证码 042917，用于添加此号码，请勿告诉他人。'],
  ['zh-CN', LONG, 'accounts.ceair-group-holding.com.cn', '验证码 042917，请勿告诉他人。'],
  ['ar', PLAIN, HOST, '042917 هو رمزك لإضافة هذا الرقم في \u2068Nightlatch\u2069. لا تعطه لأحد.'],
  ['ar', LONG.repeat(5), HOST, `042917 هو رمزك في \u2068${LONG.repeat(5)}\u2069. لا تعطه لأحد.`],
  ['ar', LONG.repeat(8), HOST, '042917 هو رمزك لإضافة هذا الرقم. لا تعطه لأحد.'],
]

for (const [language, product, host, said] of long)
  test(`${language}: with ${product} at ${host} it says what fits: ${said}`, () => {
    const url = `https://${host}`
    const text = renderSms(language, { product, url, purpose: 'add-factor', code: about.code })
    expect(text).toBe(`${said}\n\n@${host} #042917`)
    expect(parts(text).count).toBeLessThanOrEqual(most[language].count)
  })

test('no name and no host make it longer than it must be, and none takes the code away', () => {
  const url = fc.webUrl({ validSchemes: ['https'] })
  const some = { language: fc.constantFrom(...languages), purpose: fc.constantFrom(...purposes) }
  const all = fc.record({ ...some, product: fc.string({ unit: 'grapheme' }), url })
  fc.assert(
    fc.property(all, ({ language, ...its }) => {
      const text = renderSms(language, { ...its, code: about.code })
      const last = `@${new URL(its.url).hostname} #042917`
      const t = textsOf(language).sms
      const least = t.code({ product: '', what: '', code: about.code })
      const fewest = parts(`${least}\n\n${last}`).count
      expect(parts(text).count).toBeLessThanOrEqual(Math.max(t.parts, fewest))
      expect(text.endsWith(`\n\n${last}`)).toBe(true)
      expect(text.split('\n\n')[0]).toContain('042917')
    }),
  )
})

test('the counting itself is right', () => {
  const table: [text: string, count: number][] = [
    ['x'.repeat(160), 1],
    ['x'.repeat(161), 2],
    ['x'.repeat(306), 2],
    ['x'.repeat(307), 3],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    ['字'.repeat(70), 1],
    ['字'.repeat(71), 2],
    ['字'.repeat(134), 2],
    ['字'.repeat(135), 3],
    [`${'x'.repeat(69)}字`, 1],
    [`${'x'.repeat(70)}字`, 2],
  ]
  for (const [text, count] of table) expect(parts(text).count, text.slice(-3)).toBe(count)
})
