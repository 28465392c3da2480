import { importsOf, type SourceFile } from './source.ts'

/** Looks at all files and says what is wrong, a line for each fault. */
export type Rule = (files: readonly SourceFile[]) => readonly string[]

const heart = ['sign-in', 'accounts']
const tools = ['factors', 'delivery', 'store']

/** Whom a folder (or a file beside them) may call. Types, see below. */
const calls: Record<string, readonly string[]> = {
  // What starts and stops us may touch everything, and nothing touches it.
  main: ['*'],
  commands: ['*'],
  'open-app': ['app', 'config', 'keys', 'log', 'metrics', 'pages', ...heart, ...tools, 'lib'],
  listen: ['config', 'http', 'lib'],
  keys: ['store', 'lib'],
  server: ['app', 'config', 'log', 'metrics', 'http', 'pages', ...heart, ...tools, 'lib'],
  app: ['config', 'log', 'metrics', 'pages', ...heart, ...tools, 'lib'],
  config: ['lib'],
  log: ['lib'],
  metrics: ['store', 'lib'],
  http: ['pages', ...heart, ...tools, 'lib'],
  'sign-in': [...heart, ...tools, 'lib'],
  accounts: [...heart, ...tools, 'lib'],
  factors: ['lib'],
  delivery: ['store', 'lib'],
  store: ['lib'],
  pages: ['lib'],
  lib: [],
}

/** Whose types a folder may use beside those. */
const types: Record<string, readonly string[]> = {
  log: ['config'],
  metrics: ['app', 'config'],
  keys: ['config'],
  listen: ['app'],
  http: ['app', 'config'],
  'sign-in': ['app', 'config'],
  accounts: ['app', 'config'],
  factors: ['app', 'config', ...tools],
  delivery: ['app', 'config', ...tools],
  store: ['app', 'config', ...tools],
}

// src/http/sign-in.ts is in `http`; src/config.ts and src/config-file.ts are both `config`.
const placeOf = (path: string): string => {
  const [, first = ''] = /^src\/([^/]+)/.exec(path) ?? []
  return first.replace(/^config-.*\.ts$/, 'config').replace(/\.ts$/, '')
}

export const arrows: Rule = (files) =>
  files.flatMap((file) => {
    const here = placeOf(file.path)
    const mayCall = calls[here]
    if (!mayCall) return [`${file.path} stands where no rule knows it`]
    return importsOf(file)
      .filter(({ isOurs }) => isOurs)
      .filter(({ from, isType }) => {
        const there = placeOf(from)
        if (there === '') return true
        if (there === here || mayCall.includes('*') || mayCall.includes(there)) return false
        return !(isType && types[here]?.includes(there))
      })
      .map(({ from }) => `${file.path} must not import ${from}`)
  })

/** A function of the store writes if it builds a write, or calls one that does. */
export const doorsOnlyRead: Rule = (files) => {
  const writers = writersIn(files.filter(({ path }) => placeOf(path) === 'store'))
  const doors = files.filter(({ path }) => ['http', 'server'].includes(placeOf(path)))
  return doors.flatMap((file) => {
    const taken = importsOf(file).filter(({ isType }) => !isType)
    return [
      ...(writes.test(file.text) ? [`${file.path} writes to the database`] : []),
      ...taken
        .filter(({ from }) => placeOf(from) === 'store')
        .flatMap(({ names }) => names.filter((name) => name === '*' || writers.has(name)))
        .map((name) => `${file.path} must not import ${name} of the store: it writes`),
    ]
  })
}

const writes =
  /\.(insertInto|updateTable|deleteFrom|replaceInto|mergeInto|transaction|startTransaction|schema)\b|\b(insert\s+into|update\s+\w+\s+set|delete\s+from)\b/i

function writersIn(store: readonly SourceFile[]): ReadonlySet<string> {
  const functions = store.flatMap(({ text }) =>
    text
      .split(/^(?=(?:export )?(?:async )?(?:function|const|class) )/m)
      .map((code) => ({ code, name: /(?:function|const|class)\*? (\w+)/.exec(code)?.[1] ?? '' }))
      .filter(({ name }) => name !== ''),
  )
  const writers = new Set<string>()
  const isWriter = ({ name, code }: { name: string; code: string }) =>
    !writers.has(name) &&
    (writes.test(code) ||
      [...writers].some((each) => new RegExp(`(?<![.\\w])${each}\\(`).test(code)))
  for (let found = functions.filter(isWriter); found.length > 0;) {
    for (const { name } of found) writers.add(name)
    found = functions.filter(isWriter)
  }
  return writers
}

export const oneFileMakesSessions: Rule = (files) => {
  const makers = files
    .filter((file) =>
      importsOf(file).some(
        ({ from, isType, names }) =>
          names.includes('insertSession') ||
          (!isType && from === 'src/store/sessions.ts' && names.includes('*')),
      ),
    )
    .map(({ path }) => path)
  const tables = files
    .filter(({ text }) => /insertInto\(\s*['"]sessions['"]|insert\s+into\s+"?sessions/i.test(text))
    .map(({ path }) => path)
  return [
    ...(makers.length === 1 && makers[0]!.startsWith('src/sign-in/')
      ? []
      : [`one file in src/sign-in makes sessions, not: ${makers.join(', ') || 'none'}`]),
    ...tables
      .filter((path) => path !== 'src/store/sessions.ts')
      .map((path) => `${path} must not write to the table of sessions`),
  ]
}

export const onlyMainReadsTheEnvironment: Rule = (files) =>
  files
    .filter(({ path }) => path !== 'src/main.ts')
    .filter((file) => {
      const isEnv = ({ from, names }: { from: string; names: readonly string[] }) =>
        /^(node:)?process$/.test(from) && names.some((name) => ['env', '*'].includes(name))
      return (
        /\bprocess\s*(\?\.|\.|\[\s*['"])\s*env\b/.test(file.text) || importsOf(file).some(isEnv)
      )
    })
    .map(({ path }) => `${path} must not read process.env`)

export const onlyLibKnowsCryptography: Rule = (files) =>
  files
    .filter(({ path }) => placeOf(path) !== 'lib')
    .filter(
      (file) =>
        /\bcrypto\.(subtle|getRandomValues|randomUUID)\b|\bMath\.random\b/.test(file.text) ||
        importsOf(file).some(({ from }) => /^(node:)?crypto$|^@node-rs\/argon2$/.test(from)),
    )
    .map(({ path }) => `${path} must not do cryptography or chance by itself`)
