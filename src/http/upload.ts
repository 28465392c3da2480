import { Readable } from 'node:stream'
import { createInterface } from 'node:readline'
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

/** Bytes of one file. */
const MOST_BYTES = 32 * 1024 * 1024

type Upload = {
  /** The fields that stand before the file in the form. */
  readonly fields: ReadonlyMap<string, string>
  readonly lines: AsyncIterable<string>
}

/**
 * The one file of a form (RFC 7578), line by line as it comes in: none of it is kept. `use` gets the lines and
 * gives what comes of them. `null`: there is no file. Refused with a 4xx when it is no such form, too large, or
 * broke off.
 */
export async function readUpload<T>(
  c: Ctx,
  use: (upload: Upload) => Promise<T>,
): Promise<T | null> {
  const type = c.req.header('content-type') ?? ''
  const body = c.req.raw.body
  if (!/^multipart\/form-data\s*;/i.test(type) || !body) throw new Refused(415, 'unsupported_type')
  const parser = parserFor(type)
  const fields = new Map<string, string>()
  let lines: Lines | null = null
  const used = new Promise<T | null>((resolve, reject) => {
    parser.on('field', (name, value) => void fields.set(name, value))
    parser.on('file', (name, file) => {
      if (name !== 'file') return void file.resume()
      lines = linesOf(file)
      // What is left is read and dropped: whoever sends it hears us only after that.
      const leave = (): void => void file.resume()
      use({ fields, lines: lines.all() }).then(resolve, reject).finally(leave)
    })
    parser.on('error', () => (lines ? lines.breakOff() : reject(new Refused(400, 'bad_form'))))
    parser.on('finish', () => lines || resolve(null))
  })
  const source = Readable.fromWeb(body)
  source.on('error', () => parser.destroy(new Error('cut off')))
  source.pipe(parser)
  return used
}

type Lines = ReturnType<typeof linesOf>

/** The lines of a file that comes in. Where it is too large, or breaks off, the last is followed by a refusal. */
function linesOf(file: BusboyFileStream) {
  const reading = createInterface({ input: file, crlfDelay: Infinity })
  let isBroken = false
  const breakOff = (): void => {
    isBroken = true
    reading.close()
  }
  file.on('error', breakOff)
  return {
    breakOff,
    async *all(): AsyncGenerator<string, void> {
      yield* reading
      if (isBroken) throw new Refused(400, 'bad_form')
      if (file.truncated) throw new Refused(413, 'body_too_large')
    },
  }
}

function parserFor(type: string): BusboyInstance {
  try {
    const limits = { files: 1, fields: 10, fieldSize: 100, fileSize: MOST_BYTES, parts: 12 }
    return new Busboy({ headers: { 'content-type': type }, limits })
  } catch {
    throw new Refused(400, 'bad_form')
  }
}
