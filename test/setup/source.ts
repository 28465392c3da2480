import { globSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path/posix'

export type SourceFile = { readonly path: string; readonly text: string }

export type Import = {
  /** A path from the repository's root for a file of ours, else the package's name. */
  readonly from: string
  readonly isOurs: boolean
  readonly isType: boolean
  /** As the other file calls them; `*` for all of it. */
  readonly names: readonly string[]
}

/** Our own code that runs in the server, comments taken out: no tests, nothing for the browser. */
export function sourceFiles(): readonly SourceFile[] {
  return globSync('src/**/*.ts')
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.endsWith('.test.ts') && !path.startsWith('src/pages/static/'))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
    .map(withoutComments)
}

export const withoutComments = ({ path, text }: SourceFile): SourceFile => ({
  path,
  text: text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$|\s\/\/ .*$/gm, ''),
})

/** Everything a file imports or passes on, also while it runs (`import('…')`). */
export function importsOf({ path, text }: SourceFile): readonly Import[] {
  const statements =
    /^\s*(?:import|export)\s+(type\s)?\s*([^;'"`]*?)\s*from\s+['"](.+?)['"]|^\s*import\s+['"](.+?)['"]|\bimport\(\s*['"`](.+?)['"`]/gm
  return [...text.matchAll(statements)].map(([, type, names, from, bare, late]) => {
    const target = from ?? bare ?? late ?? ''
    const isOurs = target.startsWith('.')
    return {
      from: isOurs ? normalize(join(path, '..', target)) : target,
      isOurs,
      isType: type !== undefined,
      names: late || !names ? ['*'] : namesIn(names),
    }
  })
}

function namesIn(list: string): readonly string[] {
  return list
    .replaceAll(/[{}]/g, ',')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && !each.startsWith('type '))
    .map((each) => (each.startsWith('*') ? '*' : each.split(/\s+as\s+/)[0]!))
}
