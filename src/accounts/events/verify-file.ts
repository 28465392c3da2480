import { z } from 'zod'
import type { Keys } from '../../lib/seal.ts'
import type { Chained } from '../../store/chain.ts'
import { sealOver, sumAfter } from './export.ts'
import { byIn, detailIn } from './lines.ts'
import type { NotedEnd } from './kept-end.ts'
import { isOurs, isUnchanged } from './links.ts'
import { actorIn } from './seen.ts'

/** What is wrong with a file, and in which line. */
export type FileFault = {
  readonly kind:
    | 'empty'
    | 'unreadable'
    | 'changed'
    | 'no_link'
    | 'unchained'
    | 'gap'
    | 'double'
    | 'cut'
    | 'seal'
    | 'other_end'
  readonly line: number
}

export type FileChecked = {
  readonly events: number
  readonly faults: readonly FileFault[]
  readonly faulty: number
  /** Lines of events that were blanked, as where an account is deleted: of these only when and what is told. */
  readonly blanked: readonly number[]
  /** Lines of which something was left out for whoever took the copy: by themselves they cannot be checked. */
  readonly withheld: readonly number[]
  /** `whole`: all there was; `search`: all that was found; `lines`: some, and nobody knows how many there were. */
  readonly holds: 'whole' | 'search' | 'lines'
}

const id = z.string().nullable()
const moment = z.iso.datetime().transform((text) => Date.parse(text))
const EventLine = z.strictObject({
  at: moment,
  kind: z.string(),
  login: id,
  by: id,
  address: z.string(),
  userAgent: z.string(),
  detail: z.unknown().transform((it) => (typeof it === 'string' ? it : JSON.stringify(it))),
  id: z.string(),
  accountId: id,
  attemptId: id,
  sessionId: id,
  deviceId: id,
  requestId: z.string(),
  erasedAt: moment.nullable(),
  place: z.number().int().nullable(),
  prev: id,
  link: id,
  aboutHash: id,
  withheld: z.boolean(),
})
type EventLine = z.infer<typeof EventLine>
const End = z.strictObject({ place: z.number().int(), link: z.string() })
const HeadLine = z.strictObject({
  nightlatch: z.literal('events'),
  made: z.string(),
  isWhole: z.boolean(),
  first: End.nullable(),
})
const PrunedLine = z.strictObject({ pruned: End })
const TailLine = z.strictObject({ end: z.literal(true), rows: z.number().int(), seal: z.string() })

const MOST = 10

/** Checks a file of JSON lines with the keys alone: each event, and where it has them, its first and last line. */
export async function verifyFile(
  keys: Keys,
  lines: AsyncIterable<string>,
  noted: NotedEnd | null = null,
): Promise<FileChecked> {
  const faults: FileFault[] = []
  let faulty = 0
  let line = 0
  const add = (kind: FileFault['kind'], at = line): void => {
    faulty += 1
    if (faults.length < MOST) faults.push({ kind, line: at })
  }
  let head: z.infer<typeof HeadLine> | null = null
  let tail: z.infer<typeof TailLine> | null = null
  let before: NotedEnd | null = null
  let events = 0
  const blanked: number[] = []
  const withheld: number[] = []
  let sum = ''
  let wasEnd = noted === null
  for await (const text of lines) {
    line += 1
    const value = read(text)
    const isHead = line === 1 && HeadLine.safeParse(value).data
    const isTail = TailLine.safeParse(value).data
    const pruned = head?.isWhole && !tail && PrunedLine.safeParse(value).data
    if (isHead) {
      head = isHead
      before = head.isWhole ? head.first : null
      wasEnd ||= isEnd(before, noted)
    } else if (isTail) {
      if (tail) add('cut')
      tail = isTail
    } else if (pruned) {
      // The beginning has moved while this was written. Who puts this in breaks the seal.
      before = pruned.pruned
      wasEnd ||= isEnd(before, noted)
    } else {
      const event = EventLine.safeParse(value).data
      // Nothing comes after the last line.
      if (!event || tail) add('unreadable')
      else {
        events += 1
        if (event.erasedAt !== null) blanked.push(line)
        if (event.withheld) withheld.push(line)
        for (const kind of faultsIn(keys, event, head?.isWhole === true ? before : undefined))
          add(kind)
        if (event.place !== null) before = { place: event.place, link: event.link ?? '' }
        wasEnd ||= isEnd(before, noted)
      }
    }
    if (!isTail) sum = sumAfter(sum, text)
  }
  if (line === 0) add('empty')
  if (head || tail) checkSeal()
  if (!wasEnd) add('other_end')
  return {
    events,
    faults,
    faulty,
    blanked,
    withheld,
    holds: head && tail ? holdsAll(head) : 'lines',
  }

  function checkSeal(): void {
    if (!head || tail?.rows !== events) add('cut')
    else if (!isOurs(keys, tail.seal, (keyId) => sealOver(keys, sum, keyId))) add('seal')
  }
}

const holdsAll = ({ isWhole }: z.infer<typeof HeadLine>) => (isWhole ? 'whole' : 'search')

const isEnd = (end: NotedEnd | null, noted: NotedEnd | null): boolean =>
  end !== null && noted !== null && end.place === noted.place && end.link === noted.link

/** `before`: the event before it in the chain, where all stand in the file; `null` where there is none. */
function faultsIn(
  keys: Keys,
  event: EventLine,
  before: NotedEnd | null | undefined,
): FileFault['kind'][] {
  const { place, link, aboutHash, prev } = event
  if (!isBySaid(event)) return ['changed']
  if (place === null || link === null || aboutHash === null) return ['unchained']
  const chained: Chained = { ...event, place, link, aboutHash }
  // Nothing can be put in the place of what was left out; the rest only the seal of the file covers.
  const isRight = event.withheld ? isLeftOut(event) : isUnchanged(keys, prev, chained)
  if (!isRight) return ['changed']
  if (prev === null) return ['no_link']
  if (before === undefined || before === null) return []
  if (place <= before.place) return ['double']
  return place > before.place + 1 ? ['gap'] : prev === before.link ? [] : ['changed']
}

/** Is who did it the one that the event itself names? Of an account it names the id only, and no hash covers its login. */
function isBySaid({ by, detail }: EventLine): boolean {
  const said = detailIn(detail)
  const name = byIn(said)
  return by === name || (name === null && actorIn(said) !== null)
}

const isLeftOut = ({ address, userAgent, sessionId, deviceId }: EventLine): boolean =>
  address === '' && userAgent === '' && sessionId === null && deviceId === null

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
