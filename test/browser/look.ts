import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { directionOf, type Language } from '../../src/lib/language.ts'

const ours = createRequire(import.meta.url)
const theirs = createRequire(ours.resolve('@axe-core/playwright'))
const axe = readFileSync(theirs.resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What can be otherwise in another language: the rest of a page is the same in all of them. */
const WORDS = [
  'button-name',
  'document-title',
  'empty-heading',
  'heading-order',
  'html-has-lang',
  'html-lang-valid',
  'input-button-name',
  'label',
  'link-name',
  'select-name',
  'summary-name',
  'valid-lang',
]

/** What can be otherwise on a screen where nothing is to be seen that is not on the wider one. */
const LAYOUT = ['target-size', 'scrollable-region-focusable', 'avoid-inline-spacing']

/**
 * A wide screen, and the narrowest that WCAG 2.2 asks for (1.4.10), with what is looked at on each: all of it in
 * one language, and in the others what they can make otherwise, be it by their words or their direction.
 */
const screens = (language: Language) =>
  [
    [1200, language === 'en' ? RULES : WORDS],
    [320, directionOf(language) === 'rtl' || language === 'en' ? LAYOUT : []],
  ] as const

/** By night nothing changes but these, and they are the same on every screen, in every language. */
const COLOURS = ['color-contrast', 'link-in-text-block']

/**
 * Holds the page against what every page promises: usable with a reader, narrow and wide, light and
 * dark; nothing to scroll sideways; in its language; numbers and addresses from left to right.
 */
export async function expectWellMade(page: Page, language: Language): Promise<void> {
  const path = new URL(page.url()).pathname
  const { lang, dir } = await at<Root>(page, ROOT)
  expect({ lang, dir }, path).toEqual({ lang: language, dir: directionOf(language) })
  expect(await at(page, BACKWARDS), `${path}: reads from right to left`).toEqual([])

  await page.evaluate(axe)
  for (const [width, rules] of screens(language)) {
    await page.setViewportSize({ width, height: 800 })
    const faults = rules.length === 0 ? [] : await at(page, faultsBy(rules))
    expect(faults, `${path} in ${language}, ${width} px`).toEqual([])
    expect(await at(page, SIDEWAYS), `${path} in ${language}, ${width} px: too wide`).toEqual([])
  }
  if (language !== 'en') return
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await at(page, faultsBy(COLOURS)), `${path} in ${language}, dark`).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
}

/** Calls a function, written for the browser, in the page. */
const at = <T = unknown>(page: Page, script: string): Promise<T> => page.evaluate(`(${script})()`)

const faultsBy = (rules: readonly string[]) => `async () => {
  const options = { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] }
  const found = await axe.run(document, options)
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => id + ': ' + html + ' ' + any.map((each) => each.message).join()))
}`

const ROOT = `({ lang, dir } = document.documentElement) => ({ lang, dir })`
type Root = { readonly lang: string; readonly dir: string }

/** What reaches beyond the screen. */
const SIDEWAYS = `() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  const wide = [...document.querySelectorAll('body *')].filter((each) => {
    const { left, right } = each.getBoundingClientRect()
    return right > width || left < 0
  })
  return ['the page', ...wide.map((each) => each.outerHTML.slice(0, 100))]
}`

/** Codes, addresses and numbers whose first character does not stand left of their last one. */
const BACKWARDS = `() => {
  const pattern = /[^\\s<>]+@[^\\s<>]+\\.[a-z]+|\\+\\d[\\d\\u00a0 ]{5,}\\d|\\b[0-9A-Z]{4}(?:[- ][0-9A-Z]{4})+\\b|\\b\\d{6}(?:\\d\\d)?\\b|https?:\\/\\/\\S+/g
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = [...document.querySelectorAll('input[name=code]:not([type=hidden]), input[name=login], input[name=email], input[name=phone]:not([type=hidden])')]
    .filter((each) => getComputedStyle(each).direction !== 'ltr')
    .map((each) => each.outerHTML)
  while (texts.nextNode()) {
    const node = texts.currentNode
    for (const match of node.data.matchAll(pattern)) {
      const boxOf = (index) => {
        const range = document.createRange()
        range.setStart(node, index)
        range.setEnd(node, index + 1)
        return range.getBoundingClientRect()
      }
      const first = boxOf(match.index)
      const last = boxOf(match.index + match[0].length - 1)
      if (first.width > 0 && first.top === last.top && first.left > last.left) found.push(match[0])
    }
  }
  return found
}`
