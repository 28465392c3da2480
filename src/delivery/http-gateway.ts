import { guardedRequest, type NoReply, type Reply } from '../lib/guarded-request.ts'
import { blanker } from './blank.ts'
import { readable } from './readable.ts'
import { understand } from './recipe-answer.ts'
import { basicOf, requestOf, valuesOf } from './recipe-request.ts'
import { fill, type Values } from './recipe-template.ts'
import type { Recipe } from './recipe.ts'
import { LONGEST_SMS, type Outcome, type SmsRoute, type TextMessage } from './route.ts'

/** A gateway over HTTP, as an operator has linked it. `from` may be empty. */
export type HttpSetting = {
  readonly kind: 'http'
  readonly recipe: Recipe
  readonly from: string
  readonly secrets: Readonly<Record<string, string>>
}

type Tools = {
  /** Where receipts are wanted, without a query; null: nowhere. */
  readonly callback: string | null
  readonly mayBePrivate: boolean
  /** For tests: who vouches for the server's certificate, and a shorter patience. */
  readonly ca?: string
  readonly longest?: number
}

/** Text messages through a gateway that a recipe knows how to talk to. */
export function httpRoute(setting: HttpSetting, tools: Tools): SmsRoute {
  const { recipe, from, secrets } = setting
  const { callback, mayBePrivate, ca, longest = LONGEST_SMS } = tools
  const closing = new AbortController()
  const bounds = { mayBePrivate, longest, closing: closing.signal, ...(ca !== undefined && { ca }) }

  async function send(message: TextMessage): Promise<Outcome> {
    const values = valuesOf(message, from, callback, secrets)
    const request = requestOf(recipe, values)
    if ('problem' in request)
      return { accepted: false, lasting: false, isSure: true, reason: request.problem }
    const reply = await guardedRequest(request, bounds)
    return 'failure' in reply ? withoutReply(reply) : outcomeOf(recipe, reply, message, values)
  }

  return { send, close: async () => closing.abort() }
}

const withoutReply = ({ failure, wasSent, detail }: NoReply): Outcome => ({
  accepted: false,
  lasting: false,
  isSure: !wasSent,
  reason: [failure, detail].filter(Boolean).join(' '),
})

function outcomeOf(recipe: Recipe, reply: Reply, message: TextMessage, values: Values): Outcome {
  const secrets = secretsIn(recipe, values)
  const status = `HTTP ${reply.status}`
  const answer = { status, body: cut(blanker(secrets)(reply.body)) }
  const understood = understand(recipe, reply)
  if (understood.accepted) return { ...understood, answer }

  const { error, lasting, isSure } = understood
  const blank = blanker([...secrets, ...personal(message)])
  const says = error === null ? 'not understood' : readable(blank(error))
  return { accepted: false, lasting, isSure, reason: `${status} ${says}`.trim(), answer }
}

/** What no answer may show: the secrets, the login made of them, and where receipts are taken. */
function secretsIn({ basic }: Recipe, values: Values): string[] {
  const secrets = Object.entries(values).flatMap(([name, value]) =>
    name.startsWith('secret.') || name === 'callback' ? (value ?? []) : [],
  )
  if (!basic) return secrets
  const login = basicOf(fill(basic.user, values) ?? '', fill(basic.password, values) ?? '')
  return [...secrets, login]
}

/** The text, and what may be a code in it, in one piece or in groups. */
function personal({ to, text }: TextMessage): string[] {
  const codes = text.match(/\p{Nd}(?:[ -]?\p{Nd}){3,}/gu) ?? []
  return [to, to.slice(1), text, ...codes, ...codes.map((code) => code.replace(/[ -]/g, ''))]
}

/** 4 KiB, and no half letter at the end. */
const cut = (text: string): string =>
  Buffer.from(text)
    .subarray(0, 4096)
    .toString()
    .replace(/\uFFFD$/, '')
