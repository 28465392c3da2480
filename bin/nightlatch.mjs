#!/usr/bin/env node
import { runMain } from './run.mjs'

await runMain(process.argv.slice(2))
