import type { Context } from 'hono'
import { z } from 'zod'
import { Refused } from './refused.ts'

const MOST = 64 * 1024
const PLAIN = /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i

/** A text field of at most so many characters; what it means is for others to say. */
export const text = (most: number) => z.string().max(most)

/** What answers a factor: a code, or what a browser says of a passkey. */
export const answerText = text(16_000)

/** A form: its fields, and none beside them. Made once, not at each request. */
export const form = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape)

export const noFields = form({})

/** A field that comes once for each box that is ticked; `readForm` must be told its name. */
export const several = (each: z.ZodString) => z.array(each).max(MOST_TICKED).default([])
const MOST_TICKED = 100

/**
 * The fields of a posted form, each once, but for the one that may come several times; else refused
 * with a 4xx.
 */
export async function readForm<Fields>(
  c: Context,
  fields: z.ZodType<Fields>,
  ticked?: keyof Fields & string,
): Promise<Fields> {
  const type = c.req.header('content-type') ?? ''
  if (!PLAIN.test(type) || c.req.header('content-encoding'))
    throw new Refused(415, 'unsupported_type')

  const typed = new Map<string, string | string[]>()
  const ticks: string[] = []
  if (ticked !== undefined) typed.set(ticked, ticks)
  const body = await readBody(c)
  for (const [name, value] of new URLSearchParams(body)) {
    if (name === ticked) ticks.push(value)
    else if (typed.has(name)) throw new Refused(400, 'doubled_field')
    else typed.set(name, value)
  }
  const parsed = fields.safeParse(Object.fromEntries(typed))
  if (parsed.success) return parsed.data
  const unknown = parsed.error.issues.some(({ code }) => code === 'unrecognized_keys')
  throw new Refused(400, unknown ? 'unknown_field' : 'bad_form')
}

// Who sends it hung up in the middle, or sent what is no body.
function cutOff(error: unknown): never {
  throw error instanceof Refused ? error : new Refused(400, 'bad_form')
}

/** At most 64 KiB of text, whatever it is; else refused with a 4xx. */
export const readBody = (c: Context): Promise<string> => readWhole(c).catch(cutOff)

async function readWhole(c: Context): Promise<string> {
  const announced = c.req.header('content-length')
  if (Number(announced ?? 0) > MOST) throw new Refused(413, 'body_too_large')
  // Node holds a body to the length it announced. Without one, somebody has to count.
  if (announced !== undefined) return c.req.text()
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of c.req.raw.body ?? []) {
    size += part.byteLength
    if (size > MOST) throw new Refused(413, 'body_too_large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
