import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { createInterface } from 'node:readline'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
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
  const used = new Promise<T | null>((resolve, reject) => {
    parser.on('field', (name, value) => void fields.set(name, value))
    parser.on('file', (name, file) => {
      if (name !== 'file') return void file.resume()
      const fail = (error: unknown): void => {
        file.resume()
        reject(error instanceof Error ? error : new Refused(400, 'bad_form'))
      }
      file.on('limit', () => fail(new Refused(413, 'body_too_large')))
      file.on('error', () => fail(new Refused(400, 'bad_form')))
      const lines = createInterface({ input: file, crlfDelay: Infinity })
      use({ fields, lines }).then(resolve, fail)
    })
    parser.on('error', () => reject(new Refused(400, 'bad_form')))
    parser.on('finish', () => resolve(null))
  })
  const source = Readable.fromWeb(body as WebStream)
  source.on('error', () => parser.destroy(new Error('cut off')))
  source.pipe(parser)
  try {
    return await used
  } finally {
    source.unpipe(parser)
    source.resume()
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
