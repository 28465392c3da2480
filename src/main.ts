import { accountCommand, setUpCommand } from './commands/account.ts'
import { eventsCommand } from './commands/events.ts'
import { inWords } from './commands/in-words.ts'
import { keyCommand } from './commands/key.ts'
import { policyCommand } from './commands/policy.ts'
import { readConfig, say, Stop } from './commands/terminal.ts'
import { start } from './commands/start.ts'

const HELP = `Usage: nightlatch <command>

  start                 run the server
  setup                 make the first account
  account add           make one more account
      --email ADDRESS --name NAME --country CODE --language en|zh-CN|ar
      [--phone NUMBER] [--main LOGIN] [--privilege none|support|manage|operator]
      --password-stdin, or --invite for a mail that asks for the password
  account list [--search TEXT] [--main LOGIN] [--json]
  account invite LOGIN  mail another link to set the first password
  account disable LOGIN nobody gets in any more; account enable LOGIN: they do again
  account delete LOGIN --yes
                        take the account away, and all that is personal about it
  account privilege LOGIN none|support|manage|operator
  account sign-out LOGIN
                        end all its sessions, and the trust in its devices
  account password-due LOGIN
                        ask for another password at the next sign-in
  account import FILE   make and change accounts by a table: a CSV file, or - for standard input, whose
                        first line names its columns: login, name, country [, language,
                        phone, privilege, main, login_code]
      [--dry-run]       say what would be made, changed and refused, and change nothing
      [--invite]        mail each new person a link to set a password
  account export        write all accounts as such a table
  account import-totp FILE
                        take over authenticator apps from another system: a CSV file, or -
                        for standard input, whose first line names its columns: login, key
                        [, algorithm, digits, period, name] (SHA1, 6 and 30 if left out)
      [--dry-run]       say what would be refused, and change nothing
      [--mail]          write to each person. Left out unless you ask for it: a letter about
                        an app that they have had for long only frightens people, and a whole
                        company's at once fills the mail server. Tell them yourself before.
  events verify [FILE]  find whatever was changed or taken away in the trail of events, or in a
                        file of it (JSON lines; only the key file is needed)
      [--end PLACE:LINK]  an end of the chain that the log told earlier
  events export         write them to standard output, the oldest first
      [--from DAY] [--to DAY] [--account LOGIN] [--kind KIND] [--format csv|json]
  account recover LOGIN --yes
                        a pass for somebody who has lost everything beside the password: it
                        works for one hour and once. For when nobody else can decide it.
  policy reset LOGIN --yes
                        take away the policy of a main account, or with --installation in place
                        of LOGIN the server's: for one that cannot be read, or lets nobody in
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
    case 'events':
      return eventsCommand(config(), rest)
    case 'policy':
      return policyCommand(config(), rest)
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
