import { z } from 'zod'
import { problemWith, type Problem } from './recipe-check.ts'

const place = z.string().min(1).max(200)
const places = z.union([place, z.array(place).min(1).max(8)])
const text = z.string().min(1).max(200)
const template = z.string().max(2000)
const templates = z
  .record(z.string().min(1).max(100), template)
  .refine((fields) => Object.keys(fields).length <= 50, { params: { code: 'too_large' } })

/** What stands at a place of the answer; one of the three, and the place must be there. */
const Check = z
  .strictObject({
    at: place,
    is: text.optional(),
    starts: text.optional(),
    one_of: z.array(text).min(1).max(50).optional(),
  })
  .refine(
    ({ is, starts, one_of }) =>
      [is, starts, one_of].filter((each) => each !== undefined).length === 1,
  )

/** A part of the answer: what stands at these places, or the rest of a line after a text (or all of it). */
const Part = z
  .strictObject({ at: places.optional(), after: z.string().max(200).optional() })
  .refine(({ at, after }) => (at === undefined) !== (after === undefined))

const Recipe = z.strictObject({
  title: z.string().min(1).max(80),
  /** To begin with only: its address is nobody's, or not everybody's. It is used as a copy. */
  pattern: z.literal(true).optional(),
  method: z.enum(['GET', 'POST']),
  url: z.string().min(1).max(2000),
  query: templates.optional(),
  headers: templates.optional(),
  basic: z.strictObject({ user: template, password: template }).optional(),
  form: templates.optional(),
  json: z
    .json()
    .refine((json) => typeof json === 'object' && json !== null)
    .optional(),
  /** More fields beside the text, where it is not in the alphabet of GSM 03.38. */
  unicode: templates.optional(),
  /** Accepted if all of this holds; without `status`, with any 2xx. */
  ok: z.strictObject({
    status: z.array(z.int().min(200).max(299)).min(1).max(10).optional(),
    where: z.array(Check).min(1).max(10).optional(),
    starts: text.optional(),
  }),
  id: Part.optional(),
  error: Part.optional(),
  /** This number will never do by this gateway, if all of this holds. */
  lasting: z
    .strictObject({
      status: z.array(z.int().min(200).max(599)).min(1).max(20).optional(),
      where: z.array(Check).min(1).max(10).optional(),
    })
    .refine(({ status, where }) => status !== undefined || where !== undefined)
    .optional(),
  receipt: z
    .strictObject({
      list: place.optional(),
      id: places,
      status: places,
      map: z.record(z.string().max(100), z.enum(['underway', 'delivered', 'failed'])),
      reason: places.optional(),
    })
    .optional(),
  secrets: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{0,31}$/))
    .max(10)
    .default([]),
})

/** How to talk to a gateway for text messages over HTTP. It is data, and holds no secret itself. */
export type Recipe = z.infer<typeof Recipe>
export type Check = z.infer<typeof Check>
export type Part = z.infer<typeof Part>

/** A recipe that can work, or the first thing that is wrong with it and where. Never throws. */
export function parseRecipe(json: unknown): { recipe: Recipe } | Problem {
  // Before anything walks through it.
  if (!isSmall(json)) return { problem: 'too_large', at: '' }
  const parsed = Recipe.safeParse(json)
  if (!parsed.success) return problemOf(parsed.error.issues[0]!, json)
  return problemWith(parsed.data) ?? { recipe: parsed.data }
}

function problemOf(issue: z.core.$ZodIssue, json: unknown): Problem {
  const path = issue.path.map(String)
  const at = path.join('.')
  if (issue.code === 'unrecognized_keys')
    return { problem: 'unknown_key', at: [...path, issue.keys[0]].join('.').slice(0, 200) }
  if (issue.code === 'too_big' || (issue.code === 'custom' && issue.params?.['code']))
    return { problem: 'too_large', at }
  if (path[0] === 'method' && valueAt(json, path) !== undefined)
    return { problem: 'bad_method', at }
  if (path[0] === 'receipt' && path[1] === 'map' && path.length === 3)
    return { problem: 'unknown_state', at }
  return { problem: valueAt(json, path) === undefined ? 'missing' : 'wrong_value', at }
}

const valueAt = (json: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], json)

const DEEPEST = 12
const MOST = 16_000

/** At most so many characters and so deep. */
function isSmall(json: unknown): boolean {
  let left = MOST
  const fits = (value: unknown, depth: number): boolean => {
    left -= typeof value === 'string' ? value.length + 2 : 4
    if (left < 0 || depth > DEEPEST) return false
    if (typeof value !== 'object' || value === null) return true
    return Object.entries(value).every(([key, each]) => {
      left -= key.length
      return fits(each, depth + 1)
    })
  }
  return fits(json, 0)
}
