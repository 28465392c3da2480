import { expect, test } from 'vitest'
import { languages, type Language } from '../../lib/language.ts'
import { textsOf } from './all.ts'

type Leaf = { readonly path: string; readonly value: unknown }

const leavesOf = (value: unknown, path = ''): Leaf[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, each]) => leavesOf(each, `${path}.${key}`))
    : [{ path, value }]

/** Calls a text with every parameter set to `answer`, and tells which it looked at. */
function render(value: unknown, answer: number): { text: string; asked: string[] } {
  if (typeof value !== 'function') return { text: String(value), asked: [] }
  const asked = new Set<string>()
  const parameters = new Proxy({}, { get: (_, name) => (asked.add(String(name)), answer) })
  return { text: String(value(parameters)), asked: [...asked].sort() }
}

const english = leavesOf(textsOf('en'))

for (const language of languages) {
  const leaves = leavesOf(textsOf(language))

  test(`${language}: the same texts with the same parameters, and none is empty`, () => {
    expect(leaves.map(({ path }) => path)).toEqual(english.map(({ path }) => path))
    for (const [index, { path, value }] of leaves.entries()) {
      const { text, asked } = render(value, 5)
      expect(text.trim(), path).not.toBe('')
      expect(text, path).not.toMatch(/undefined|#|\{|\}/)
      expect(asked, path).toEqual(render(english[index]!.value, 5).asked)
    }
  })

  test(`${language}: counts are in Western digits`, () => {
    for (const { path, value } of leaves)
      for (const count of [0, 1, 2, 5, 30, 100])
        expect(render(value, count).text, path).not.toMatch(/[٠-٩۰-۹]/)
  })

  test(`${language}: every refusal reads as whole sentences`, () => {
    for (const { path, value } of leavesOf(textsOf(language).problems))
      expect(render(value, 40).text, path).toMatch(/[.。]$/)
  })
}

test('only English is in English', () => {
  for (const language of ['zh-CN', 'ar'] as const) {
    const same = leavesOf(textsOf(language)).filter(
      ({ value }, index) =>
        typeof value !== 'number' &&
        render(value, 5).text === render(english[index]!.value, 5).text,
    )
    expect(same.map(({ path }) => path)).toEqual(['.recovery.file'])
  }
})

const waits: [Language, number, string][] = [
  ['en', 0, '1 second'],
  ['en', 1, '1 second'],
  ['en', 40, '40 seconds'],
  ['en', 90, '90 seconds'],
  ['en', 91, '2 minutes'],
  ['en', 180, '3 minutes'],
  ['en', 5400, '90 minutes'],
  ['en', 7200, '2 hours'],
  ['zh-CN', 1, '1 秒'],
  ['zh-CN', 40, '40 秒'],
  ['zh-CN', 180, '3 分钟'],
  ['ar', 1, 'ثانية واحدة'],
  ['ar', 2, 'ثانيتين'],
  ['ar', 3, '3 ثوانٍ'],
  ['ar', 11, '11 ثانية'],
  ['ar', 120, 'دقيقتين'],
  ['ar', 600, '10 دقائق'],
  ['ar', 660, '11 دقيقة'],
]

for (const [language, wait, text] of waits) {
  test(`${language}: a wait of ${wait} s is "${text}"`, () => {
    expect(textsOf(language).duration({ wait })).toBe(text)
  })
}

const left: [Language, number, string][] = [
  ['en', 0, '0 recovery codes are left.'],
  ['en', 1, '1 recovery code is left.'],
  ['en', 2, '2 recovery codes are left.'],
  ['zh-CN', 1, '还剩 1 个恢复代码。'],
  ['zh-CN', 7, '还剩 7 个恢复代码。'],
  ['ar', 0, 'لم يبقَ أي رمز استرداد.'],
  ['ar', 1, 'بقي رمز استرداد واحد.'],
  ['ar', 2, 'بقي رمزا استرداد.'],
  ['ar', 3, 'بقيت 3 رموز استرداد.'],
  ['ar', 11, 'بقي 11 رمز استرداد.'],
  ['ar', 100, 'بقي 100 رمز استرداد.'],
]

for (const [language, count, text] of left) {
  test(`${language}: ${count} recovery codes left is said in the right form`, () => {
    expect(textsOf(language).security.left({ left: count })).toBe(text)
  })
}
