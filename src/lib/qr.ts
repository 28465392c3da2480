import { encode } from 'uqr'

/** Light modules that must be on every side (ISO/IEC 18004:2015 §6.3.8). */
const QUIET = 4

/**
 * A text as a QR code (ISO/IEC 18004) with error correction M: the side in modules, quiet zone
 * included, and the dark modules as the `d` of one SVG path. Throws when no QR code can hold it: 2331
 * bytes of UTF-8 always fit.
 */
export function qrCode(text: string): { readonly size: number; readonly path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET })
  return { size, path: data.map(rowPath).join('') }
}

// One rectangle for every run: shorter, and no hairlines between its modules.
function rowPath(row: readonly boolean[], y: number): string {
  const modules = row.map((dark) => (dark ? '#' : ' ')).join('')
  const runs = modules.matchAll(/#+/g)
  return Array.from(
    runs,
    ({ 0: { length }, index: x }) => `M${x} ${y}h${length}v1h-${length}z`,
  ).join('')
}
