import { accountCommand, setUpCommand } from './commands/account.ts'
import { inWords } from './commands/in-words.ts'
import { keyCommand } from './commands/key.ts'
import { readConfig, say, Stop } from './commands/terminal.ts'
import { start } from './commands/start.ts'

const HELP = `Usage: nightlatch <command>

  start                 run the server
  setup                 make the first account
  account add           make one more account
      --email ADDRESS --name NAME --country CODE --language en|zh-CN|ar
      [--phone NUMBER] --password-stdin
  key rotate            put a new key on top of the key file
  help                  show this

Settings come from the environment and from a settings file (./nightlatch.env, or the
one NIGHTLATCH_SETTINGS names): see docs/settings.md.
`

/** The command line. Ends with 0 when it did what was asked, 2 when it was asked wrongly, else 1. */
async function main([command = 'help', ...rest]: readonly string[]): Promise<void> {
  if (rest.includes('--help')) return say(HELP)
  const config = () => readConfig(process.env)
  switch (command) {
    case 'start':
      if (rest.length > 0) break
      return start(config())
    case 'setup':
      return setUpCommand(config(), rest)
    case 'account':
      return accountCommand(config(), rest)
    case 'key':
      return keyCommand(config(), rest)
    case 'help':
    case '--help':
      return say(HELP)
  }
  throw new Stop(`There is no command "${[command, ...rest].join(' ')}".\n\n${HELP}`, 2)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(inWords(error) ?? error)
  process.exitCode = error instanceof Stop ? error.exitCode : 1
}
