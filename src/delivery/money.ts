import { asciiDigits } from '../lib/code-input.ts'

/** The most a price or a cap can be, in units of the currency. */
const MOST = 1_000_000

/**
 * A sum as people write it (0.045, or 0,045 in the digits of any script) in millionths; `null` for what
 * is none, is too large, or is finer than that. Pure.
 */
export function readMoney(typed: string): number | null {
  const text = asciiDigits(typed.trim()).replace(/[,٫]/, '.')
  if (!/^\d{1,7}(\.\d{1,6})?$/.test(text)) return null
  const [units = '', parts = ''] = text.split('.')
  const sum = Number(units) * 1_000_000 + Number(parts.padEnd(6, '0'))
  return sum <= MOST * 1_000_000 ? sum : null
}

/** Millionths as they are written, with as few digits as it takes. Pure. */
export function moneyText(millionths: number): string {
  const units = Math.floor(millionths / 1_000_000)
  const parts = String(millionths % 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return parts === '' ? String(units) : `${units}.${parts}`
}
