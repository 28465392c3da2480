/** What a shell makes of a line: words, with quotes taken off and `$NAME` put in where they are not single. */
function wordsIn(line: string, env: Readonly<Record<string, string>>): string[] {
  const pieces = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []
  const filled = (text: string) => text.replace(/\$(\w+)/g, (_, name) => env[name] ?? '')
  return pieces.map((piece) =>
    piece.replace(/'([^']*)'|"([^"]*)"|([^'"]+)/g, (_, single, double, bare) =>
      single === undefined ? filled(double ?? bare) : single,
    ),
  )
}

/** Asks as `curl -s` would that is told this; nobody has to have it. Gives what was answered. */
export async function curl(line: string, env: Readonly<Record<string, string>>): Promise<string> {
  const [, ...words] = wordsIn(line, env)
  const headers = new Headers()
  let method: string | null = null
  let body: string | null = null
  let url = ''
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-s') continue
    if (word === '-X') method = words.shift()!
    else if (word === '-H') headers.append(...(words.shift()!.split(/: (.*)/) as [string, string]))
    else if (word === '--json') {
      body = words.shift()!
      headers.set('content-type', 'application/json')
    } else if (word.startsWith('-')) throw new Error(`${line}: what is ${word}?`)
    else url = word
  }
  const answer = await fetch(url, {
    method: method ?? (body === null ? 'GET' : 'POST'),
    headers,
    body,
  })
  return answer.text()
}
