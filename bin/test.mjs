#!/usr/bin/env node
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { install, root, say } from './install.mjs'
import { nodeForMain, run } from './run.mjs'

const folder = mkdtempSync(join(tmpdir(), 'nightlatch-report-'))
const report = join(folder, 'vitest.json')

/** One after another: the machine may have two slow cores, and the output stays readable. */
const steps = [
  { name: 'types', tool: 'typescript/bin/tsc', args: ['-p', '.'] },
  { name: 'lint', tool: 'oxlint/bin/oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', tool: 'oxfmt/bin/oxfmt', args: ['--check'] },
  {
    name: 'tests',
    tool: 'vitest/vitest.mjs',
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    count: countTests,
  },
]

const total = { passed: 0, failed: 0 }
try {
  await install({ dev: true })
  for (const step of steps) {
    const { passed, failed } = await take(step)
    total.passed += passed
    total.failed += failed
  }
} catch (error) {
  say(error.message)
  total.failed += 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
console.log(`${total.passed} passed, ${total.failed} failed`)

async function take({ name, tool, args, count = countStep }) {
  console.log(`\n── ${name}: ${[tool.split('/').at(-1), ...args.slice(0, 2)].join(' ')}`)
  const started = performance.now()
  const path = join(root, 'node_modules', tool)
  // What is named after `npm test --` chooses among the tests; the other steps always see everything.
  const filters = name === 'tests' ? process.argv.slice(2) : []
  const code = await run(nodeForMain(), [path, ...args, ...filters], { cwd: root })
  const counted = count(code)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`── ${name}: ${counted.failed === 0 ? 'passed' : 'FAILED'} in ${seconds} s`)
  return counted
}

function countStep(code) {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/**
 * Tests as vitest counts them. A file that could not be loaded has no tests and counts as one that
 * failed, and so does a run that vitest itself calls failed (an error nobody caught, no test found).
 */
function countTests(code) {
  const { numPassedTests: passed, numFailedTests, testResults } = read(report)
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every(isNotFailed),
  )
  const failed = numFailedTests + broken.length
  const isRunFailed = code !== 0 || passed === 0
  return { passed, failed: failed === 0 && isRunFailed ? 1 : failed }
}

function isNotFailed({ status }) {
  return status !== 'failed'
}

// No report at all means that vitest crashed, and its exit code says so too.
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] }
  }
}
