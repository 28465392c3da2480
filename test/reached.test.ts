import { expect, test } from 'vitest'
import { sourceFiles } from './setup/source.ts'

/** Nobody comes to these by a link on a page of ours. */
const without: Readonly<Record<string, string>> = {
  '/setup': 'the link is on the terminal',
  '/not-me': 'the link is in mails',
  '/lost/cancel': 'the link is in mails',
  '/stop-email-change': 'the link is in mails',
  '/account/email/code': 'a form leads there',
  '/settings/delivery/route': 'each route has a link, put together of its parts',
  '/settings/delivery/try': 'each route has a link, put together of its parts',
  '/.well-known/change-password': 'browsers look for it',
  '/.well-known/passkey-endpoints': 'browsers look for it',
  '/static/style.css': 'each page takes it along',
  '/static/script.js': 'each page takes it along',
  '/session': 'applications ask it',
  '/health': 'machines ask it',
  '/ready': 'machines ask it',
  '/metrics': 'machines ask it',
  '/api/v1/openapi.json': 'programs read it',
  '/api/v1/accounts': 'programs read it',
  '/api/v1/accounts/:id': 'programs read it',
  '/api/v1/accounts/:id/factors': 'programs read it',
  '/api/v1/accounts/:id/devices': 'programs read it',
}

const files = sourceFiles()
const CONSTANT = /^(?:export )?const (\w+) = '(\/[^']*)'$/gm
const ACTION = /\b(?:form)?action="([^"]*)"|buttonForm\([^,]*,/g
const constantsIn = (text: string) =>
  [...text.matchAll(CONSTANT)].map(([, name, path]) => [name!, path!] as const)

/** Every page, as the list of routes has it. */
function pages(): string[] {
  const { text } = files.find(({ path }) => path === 'src/server.ts')!
  const routes = [...text.matchAll(/^ {4}'(\/[^']*)': (\{[^}]*\})/gm)]
  return routes.flatMap(([, path, methods]) => (/\bget:/.test(methods!) ? [path!] : []))
}

/** What stands in each file of the pages, names of paths put in, and the paths it takes for its own. */
function written(): { readonly text: string; readonly own: readonly string[] }[] {
  const texts = files.filter(({ path }) => path.startsWith('src/pages/')).map(({ text }) => text)
  const shared = texts.flatMap(constantsIn)
  return texts.map((text) => {
    const constants = constantsIn(text)
    const whole = [...constants, ...shared].reduce(
      (all, [name, path]) => all.replaceAll(`\${${name}}`, path),
      text.replaceAll(CONSTANT, ''),
    )
    const actions = [...whole.matchAll(ACTION)].map(([, path]) => path!)
    return {
      text: whole.replaceAll(ACTION, ''),
      own: [...constants.map(([, path]) => path), ...actions],
    }
  })
}

test('every page is linked from some page, or is reached in another way that is said', () => {
  const all = written()
  const isLinked = (path: string): boolean => {
    const link = new RegExp(`(?<![\\w/.}-])${RegExp.escape(path)}(?![\\w/.-])`)
    // That a page leads to itself leads nobody there.
    return all.some(({ text, own }) => !own.includes(path) && link.test(text))
  }
  const every = pages()
  expect(every.length).toBeGreaterThan(60)
  expect(every.filter((path) => !isLinked(path))).toEqual(
    every.filter((path) => Object.hasOwn(without, path)),
  )
  expect(Object.keys(without).filter((path) => !every.includes(path))).toEqual([])
})
