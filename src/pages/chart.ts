import { html } from 'hono/html'
import { directionOf, type Language } from '../lib/language.ts'
import type { Html } from './layout.ts'

/** A column: how much there is of each part, from the bottom up, and what it says in words. */
export type Column = { readonly parts: readonly number[]; readonly title: string }

type Box = { readonly width: number; readonly height: number }
type Bar = {
  readonly part: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Even the smallest part can be seen, and pointed at. */
const LOWEST = 2
const GAP = 0.2

/**
 * The bars of each column in a box, its highest column as high as the box. From the left, or mirrored
 * from the right. Pure.
 */
export function barsOf(
  columns: readonly (readonly number[])[],
  { width, height }: Box,
  isMirrored: boolean,
): Bar[][] {
  const sums = columns.map((parts) => parts.reduce((sum, part) => sum + part, 0))
  const most = Math.max(...sums, 0)
  const least = LOWEST * Math.max(...columns.map((parts) => parts.filter(isSome).length), 0)
  const step = width / Math.max(columns.length, 1)
  return columns.map((parts, index) => {
    const x = (isMirrored ? columns.length - 1 - index : index) * step + (step * GAP) / 2
    let y = height
    return parts.flatMap((amount, part) => {
      if (!isSome(amount)) return []
      const tall = LOWEST + (amount / most) * (height - least)
      y -= tall
      return [{ part, x, y, width: step * (1 - GAP), height: tall }]
    })
  })
}

const isSome = (amount: number): boolean => amount > 0

const BOX: Box = { width: 640, height: 160 }

/**
 * Columns over time: `name` says what they are, `looks` are the classes of the parts. It has no words in
 * it, so that it can be as wide as the page; a table beside it says the same in words.
 */
export function chart(
  language: Language,
  { name, columns, looks }: { name: string; columns: readonly Column[]; looks: readonly string[] },
): Html {
  const isMirrored = directionOf(language) === 'rtl'
  const bars = barsOf(
    columns.map(({ parts }) => parts),
    BOX,
    isMirrored,
  )
  const { width, height } = BOX
  return html`<svg
    class="chart"
    role="img"
    aria-label="${name}"
    viewBox="0 0 ${width} ${height}"
    preserveAspectRatio="none"
    focusable="false"
  >
    ${columns.map(({ title }, index) => column(title, bars[index]!, looks))}
    <line class="ground" x1="0" x2="${width}" y1="${height}" y2="${height}" />
  </svg>`
}

const column = (title: string, bars: readonly Bar[], looks: readonly string[]): Html =>
  html`<g>
    <title>${title}</title>
    ${bars.map(
      (bar) =>
        html`<rect
          class="${looks[bar.part]}"
          x="${round(bar.x)}"
          y="${round(bar.y)}"
          width="${round(bar.width)}"
          height="${round(bar.height)}"
        />`,
    )}
  </g>`

const round = (number: number): string => String(Math.round(number * 100) / 100)

/** What a part of the columns means. */
export const key = (look: string, text: string): Html =>
  html`<span class="key"
    ><svg viewBox="0 0 10 10" aria-hidden="true" focusable="false">
      <rect class="${look}" width="10" height="10" /></svg
    >${text}</span
  >`
