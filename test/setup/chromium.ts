import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { decompress } from 'wawoff2'

const { resolve } = createRequire(import.meta.url)
const packed = join(dirname(resolve('@sparticuz/chromium')), '..', 'bin')
const fonts = [
  '@fontsource-variable/noto-sans-sc/files',
  '@fontsource-variable/noto-sans-arabic/files',
]

/** Where Chromium is, and the environment it needs: its libraries and fonts come along. */
export type Chromium = { readonly path: string; readonly env: Record<string, string> }

/** Before all tests, so that none of them waits for it. */
export async function setup(): Promise<void> {
  await unpackedChromium()
}

/**
 * Chromium out of its npm package, with the system libraries a bare machine lacks and fonts for
 * Latin, Chinese and Arabic, so that pages look the same everywhere. Unpacked once per installation
 * (3 s); several processes may ask at the same time. `null` where npm has no Chromium.
 */
export async function unpackedChromium(): Promise<Chromium | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  const modules = packed.slice(0, packed.lastIndexOf('node_modules') + 'node_modules'.length)
  const cache = join(modules, '.cache')
  const folder = join(cache, `nightlatch-chromium-${versionOfPackage()}`)
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true })
    const draft = mkdtempSync(`${folder}-`)
    await unpackTo(draft)
    moveTo(folder, draft)
  }
  return {
    path: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      XDG_CACHE_HOME: join(folder, 'cache'),
    },
  }
}

const versionOfPackage = (): string =>
  JSON.parse(readFileSync(join(packed, '..', 'package.json'), 'utf8')).version

async function unpackTo(folder: string): Promise<void> {
  writeFileSync(join(folder, 'chromium'), inflate('chromium.br'), { mode: 0o755 })
  untar(inflate('al2023.tar.br'), folder)
  untar(inflate('fonts.tar.br'), folder)
  for (const each of fonts) await unpackFonts(each, join(folder, 'fonts'))
  writeFileSync(join(folder, 'fonts.conf'), fontsConf)
}

// Whoever is first wins; what the others have unpacked is the same.
function moveTo(folder: string, draft: string): void {
  try {
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}

const inflate = (name: string): Buffer => brotliDecompressSync(readFileSync(join(packed, name)))

/** Plain files of a tar archive: POSIX.1-1988 ustar, names up to 100 bytes. */
function untar(archive: Buffer, folder: string): void {
  const text = (from: number, length: number) =>
    archive
      .toString('utf8', from, from + length)
      .split('\0')[0]!
      .trim()
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const name = join(folder, text(at, 100))
    const size = parseInt(text(at + 124, 12), 8)
    if (text(at + 156, 1) === '0') {
      mkdirSync(dirname(name), { recursive: true })
      writeFileSync(name, archive.subarray(at + 512, at + 512 + size), { mode: 0o755 })
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
}

// Chromium reads WOFF2 from a page, not from the system, so they become TrueType.
async function unpackFonts(name: string, folder: string): Promise<void> {
  const from = join(packed.slice(0, packed.lastIndexOf('@sparticuz')), name)
  for (const file of readdirSync(from).filter((each) => each.endsWith('-wght-normal.woff2'))) {
    const font = await decompress(readFileSync(join(from, file)))
    writeFileSync(join(folder, file.replace('.woff2', '.ttf')), font)
  }
}

const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`
