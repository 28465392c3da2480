import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { install, isOwnNodeEnough, nodePackage, root, say } from './install.mjs'

/** `node src/main.ts …` on Node 26, with what it needs installed first. Ends as that program ends. */
export async function runMain(args) {
  try {
    await install({ dev: false })
    const main = ['--disable-warning=ExperimentalWarning', join(root, 'src/main.ts'), ...args]
    process.exitCode = await run(nodeForMain(), main)
  } catch (error) {
    say(error.message)
    process.exitCode = 1
  }
}

/**
 * Path of the Node that runs the server: the one that came with the packages, or else this one.
 * Throws where neither will do. The brought one needs glibc, so it is tried (4 ms) before it is
 * trusted.
 */
export function nodeForMain() {
  const isWindows = process.platform === 'win32'
  const brought = join(root, 'node_modules', nodePackage, 'bin', isWindows ? 'node.exe' : 'node')
  if (spawnSync(brought, ['--version']).status === 0) return brought
  if (isOwnNodeEnough()) return process.execPath
  throw new Error(
    `no Node 26 can be installed for this machine (${process.platform}-${process.arch}, or its C library). ` +
      `Install Node 26 (24.7 at least) and start again with it; this is ${process.versions.node}.`,
  )
}

/**
 * Runs a program on our terminal and passes signals on; resolves to its exit code (128 + n for the
 * signal n that ended it).
 */
export function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options })
  const pass = (signal) => child.kill(signal)
  // Ctrl-C reaches the child by itself: a terminal tells the whole group.
  const onInterrupt = () => process.stdin.isTTY || pass('SIGINT')
  process.on('SIGINT', onInterrupt).on('SIGTERM', pass).on('SIGHUP', pass)
  const watch = process.env.npm_lifecycle_event ? whenOrphaned(() => pass('SIGTERM')) : undefined

  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  }).finally(() => {
    process.off('SIGINT', onInterrupt).off('SIGTERM', pass).off('SIGHUP', pass)
    clearInterval(watch)
  })
}

// Whoever sends SIGTERM to `npm start` ends npm and its shell, and neither tells us.
function whenOrphaned(act) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    act()
  }, 500)
  return watch
}
