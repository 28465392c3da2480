import { limits, settings } from './config.ts'

/** `docs/settings.md`, made from the settings: `node src/config-page.ts > docs/settings.md`. */
export function settingsPage(): string {
  return `# Settings

Made from \`src/config.ts\`; change it there.

Every setting has a default, so none is needed to try things out. It is read from the environment
first, then from the settings file, which has lines like \`PORT=8080\`, remarks after \`#\`, and quotes
round a value that holds a \`#\`. A setting that is empty counts as not set. The server refuses to
start with a wrong setting, or with a name in the file that it does not know, and says which one it
is, what is wrong and what would be right.

## The server

${table(settings)}

## Limits

Beyond the bounds named here the server does not start.

${table(limits)}
`
}

type Row = {
  readonly type: { readonly description?: string | undefined }
  readonly preset: string | null | { readonly words: string }
  readonly help: string
  readonly example: string
}

function table(rows: Record<string, Row>): string {
  const lines = Object.entries(rows).map(([name, row]) => {
    const cells = [`\`${name}\``, presetOf(row), row.type.description ?? '', row.help]
    return `| ${[...cells, `\`${row.example}\``].join(' | ')} |`
  })
  return [
    '| name | default | value | what it does | example |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

function presetOf({ preset }: Row): string {
  if (preset === null) return 'none'
  return typeof preset === 'string' ? `\`${preset}\`` : preset.words.replaceAll('<', '\\<')
}

if (import.meta.main) process.stdout.write(settingsPage())
