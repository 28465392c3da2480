import { readFileSync } from 'node:fs'
import { sha256 } from '../lib/random.ts'
import type { Door } from './door.ts'

const folder = new URL('../pages/static/', import.meta.url)
const types = { css: 'text/css', js: 'text/javascript' } as const

/** A file of ours, read once, under a URL that changes with it. */
function asset(name: `${string}.${keyof typeof types}`) {
  const body = readFileSync(new URL(name, folder), 'utf8')
  const type = `${types[name.endsWith('css') ? 'css' : 'js']}; charset=utf-8`
  return { body, type, url: `/static/${name}?v=${sha256(body).slice(0, 12)}` }
}

export const style = asset('style.css')
export const script = asset('script.js')

export const staticRoutes = ({ reply }: Door) => ({
  style: async () => reply.file(style.body, style.type),
  script: async () => reply.file(script.body, script.type),
})
