#!/usr/bin/env node
import { runMain } from './run.mjs'

await runMain(['start', ...process.argv.slice(2)])
