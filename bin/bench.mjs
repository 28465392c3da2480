import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { install, root, say } from './install.mjs'
import { nodeForMain, run } from './run.mjs'

// `npm run bench`: installs what is missing, also what we are measured beside, and starts the
// driver on a core of its own.
const peer = join(root, 'bench/peer')

/** Which version of what a lock of the peers has; nothing where there is none. */
const versionsIn = (lock) => {
  const file = join(peer, lock)
  const packages = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {}
  return new Map(Object.entries(packages).map(([path, { version }]) => [path, version]))
}

const lacksPeers = () => {
  const installed = versionsIn('node_modules/.package-lock.json')
  const wanted = [...versionsIn('package-lock.json')].filter(([path]) => path !== '')
  return wanted.some(([path, version]) => installed.get(path) !== version)
}

try {
  await install({ dev: true })
  if (lacksPeers()) {
    say('Installing what the bench measures beside us')
    const npm = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
    const isWindows = process.platform === 'win32'
    const { status } = spawnSync('npm', npm, { cwd: peer, stdio: 'inherit', shell: isWindows })
    if (status !== 0) throw new Error('npm ci failed in bench/peer; its reason is above.')
  }
  const node = nodeForMain()
  const main = ['--disable-warning=ExperimentalWarning', join(root, 'bench/main.ts')]
  const command = [node, ...main, ...process.argv.slice(2)]
  const canPin = spawnSync('taskset', ['-c', '1', node, '--version']).status === 0
  if (canPin) command.unshift('taskset', '-c', '1')
  process.exitCode = await run(command[0], command.slice(1))
} catch (error) {
  say(error.message)
  process.exitCode = 1
}
