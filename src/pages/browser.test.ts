import { expect, test } from 'vitest'
import type { Language } from '../lib/language.ts'
import { browserOf, deviceName } from './browser.ts'

const agents: [
  userAgent: string,
  browser: string | null,
  system: string | null,
  kind: string | null,
][] = [
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Firefox',
    'Windows',
    'computer',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge',
    'Windows',
    'computer',
  ],
  [
    'Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; Tablet PC 2.0; rv:11.0) like Gecko',
    null,
    'Windows',
    'computer',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
    'Safari',
    'macOS',
    'computer',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome',
    'Linux',
    'computer',
  ],
  [
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome',
    'ChromeOS',
    'computer',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari',
    'iPhone',
    'phone',
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari',
    'iPad',
    'tablet',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    'Chrome',
    'Android',
    'phone',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome',
    'Android',
    'tablet',
  ],
  [
    'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0',
    'Firefox',
    'Android',
    'phone',
  ],
  [
    'Mozilla/5.0 (Android 15; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0',
    'Firefox',
    'Android',
    'tablet',
  ],
  ['curl/8.5.0', null, null, null],
  ['', null, null, null],
]
for (const [userAgent, browser, system, kind] of agents)
  test(`${[browser, system, kind].join()}: ${userAgent}`, () => {
    expect(browserOf(userAgent)).toEqual({ browser, system, kind })
  })

const named: [language: Language, index: number, name: string][] = [
  ['en', 0, 'Firefox, Windows, computer'],
  ['zh-CN', 7, 'Safari、iPad、平板电脑'],
  ['ar', 8, 'Chrome، Android، هاتف'],
  ['en', 2, 'Windows, computer'],
  ['en', 12, 'Unknown device'],
]
for (const [language, index, name] of named)
  test(`in ${language} it is called ${name}`, () => {
    expect(deviceName(language, agents[index]![0])).toBe(name)
  })

test('no word of the header itself is in the name', () => {
  expect(deviceName('en', 'Your account is blocked, call +1 555 0100 Windows')).toBe(
    'Windows, computer',
  )
})
