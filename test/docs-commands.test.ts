import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { documents, readDocument, says, type Document } from './setup/documents.ts'
import { curl } from './setup/curl.ts'
import { account, browserAt, run, type Running } from './setup/process.ts'

const HERE = 'http://localhost:8484'
const MINUTE = 60_000

/** A fresh clone in a folder of its own, as far as the commands see. */
function openClone() {
  const folder = mkdtempSync(join(tmpdir(), 'nightlatch-docs-'))
  for (const name of ['package.json', 'package-lock.json', 'bin', 'src', 'node_modules'])
    symlinkSync(resolve(name), join(folder, name))
  mkdirSync(join(folder, 'docs'))
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

type Clone = ReturnType<typeof openClone>
type Reader = ReturnType<typeof openReader>

/** Somebody who does what a document says, from top to bottom. */
function openReader({ folder }: Clone) {
  const env: Record<string, string> = { HOME: folder, PORT: '0' }
  let last = ''
  let server: Running | null = null
  let url = HERE

  async function start(): Promise<string> {
    if (server) return server.out()
    server = run(['npm', 'start'], env, { cwd: folder })
    await server.says('listens on', MINUTE)
    url = /listens on (\S+)/.exec(server.out())![1]!
    // The set-up link is written a moment after the address, and only where there is no account.
    for (let i = 0; i < 10 && !server.out().includes('token='); i++) await sleep(20)
    return server.out()
  }

  async function stop(): Promise<string> {
    server?.kill()
    await server?.ended
    server = null
    return ''
  }

  async function toItsEnd(command: string): Promise<string> {
    await using shell = run(['sh', '-c', command], env, { cwd: folder })
    const code = await shell.ended
    // A command that is to fail says so on standard error, and only such a one is written there.
    if (code !== 0 && !command.includes('eighty')) throw new Error(`${command}: ${shell.err()}`)
    return code === 0 ? shell.out() : shell.err()
  }

  /** The first account, and a key that an operator makes on the page. */
  async function makeKey(): Promise<string> {
    const browser = await firstAccount(url, await start())
    const all = new URLSearchParams({ name: 'Back office', days: '' })
    for (const scope of ['accounts:read', 'accounts:write']) all.append('scope', scope)
    await browser.post('/settings/keys', all)
    const { text: page } = await browser.get('/settings/keys')
    const [, key = ''] = /name="key" value="(\w+)"/.exec(page) ?? []
    const { text } = await browser.post('/settings/keys/show', { key })
    env['KEY'] = /<code>(nlk_[\w.-]+)<\/code>/.exec(text)![1]!
    return ''
  }

  /** Of the account that was answered last. */
  function keepId(): string {
    env['ID'] = JSON.parse(last).id
    return ''
  }

  /** Gives what it wrote. */
  function follow(command: string): string | Promise<string> {
    if (command === '# the server is stopped') return stop()
    if (command === 'npm start') return start()
    // These take long, or change the sources; that they are there is tested elsewhere.
    if (/^npm (test|run fix|run bench)\b/.test(command)) return ''
    if (command.startsWith('export KEY=')) return makeKey()
    if (command.startsWith('export ID=')) return keepId()
    if (command.startsWith('curl -s -')) return curl(command.replace(HERE, url), env)
    const [, address] = /^curl -s (\S+)$/.exec(command) ?? []
    if (address) return fetch(address.replace(HERE, url)).then((answer) => answer.text())
    return toItsEnd(command)
  }

  return {
    url: () => url,
    follow: async (command: string) => {
      const wrote = await follow(command)
      last = wrote === '' ? last : wrote
      return wrote.replaceAll(url, HERE).replaceAll('http://localhost:0', HERE)
    },
    start,
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}

/** Somebody who has followed the link of a server's first start. */
async function firstAccount(url: string, said: string) {
  const browser = browserAt(url)
  const [, token = ''] = /token=(\S+)/.exec(said)!
  await browser.post('/setup', { token, ...account })
  await browser.signIn()
  return browser
}

const commandsIn = (code: string): readonly string[] =>
  code
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

async function expectWhatIsWritten(reader: Reader, { blocks }: Document): Promise<void> {
  let said: string | null = null
  for (const { language, code } of blocks) {
    if (language === 'sh')
      for (const command of commandsIn(code)) said = await reader.follow(command)
    else if (said !== null && ['text', 'json'].includes(language))
      expect(says(said, code), `${said}\nis not\n${code}`).toBe(true)
    if (language !== 'sh') said = null
  }
}

/** What holds for somebody who has followed a document. */
const afterwards: Record<string, (reader: Reader, clone: Clone) => Promise<void>> = {
  async 'CONTRIBUTING.md'(_reader, { folder }) {
    const made = readFileSync(join(folder, 'docs/settings.md'), 'utf8')
    expect(made).toBe(readFileSync('docs/settings.md', 'utf8'))
  },

  async 'docs/http.md'(reader, { folder }) {
    const browser = await firstAccount(reader.url(), await reader.start())
    const { blocks } = readDocument('docs/http.md')
    const [js = ''] = blocks.filter(({ language }) => language === 'js').map(({ code }) => code)
    const file = join(folder, 'docs/example.mjs')
    writeFileSync(file, js.replaceAll(HERE, reader.url()))
    const { whoIsSignedIn } = await import(pathToFileURL(file).href)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const known = await whoIsSignedIn(new Request(reader.url(), { headers: { cookie } }))
    const shown = blocks.find(({ code: text }) => text.includes('"account"'))!.code
    expect(says(JSON.stringify(known), shown)).toBe(true)
    expect(await whoIsSignedIn(new Request(reader.url()))).toBe(null)
  },
}

const written = documents().filter(
  ({ path, blocks }) =>
    !path.startsWith('bench/') && blocks.some(({ language }) => language === 'sh'),
)

test('there are commands to follow', () => {
  expect(written.map(({ path }) => path)).toContain('docs/operator.md')
})

for (const document of written) {
  test(
    `${document.path}: every command does what is written`,
    { timeout: 2 * MINUTE },
    async () => {
      using clone = openClone()
      await using reader = openReader(clone)
      await expectWhatIsWritten(reader, document)
      await afterwards[document.path]?.(reader, clone)
    },
  )
}
