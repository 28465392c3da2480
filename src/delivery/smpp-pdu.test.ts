import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idOf, readHeader, statusName, takeFrames } from './smpp-pdu.ts'

const frame = fc.uint8Array({ maxLength: 100 }).map((body) => {
  const bytes = Buffer.concat([Buffer.alloc(16), body])
  bytes.writeUInt32BE(bytes.length)
  return bytes
})

test('PDUs come out whole and in their order, however they were cut on the way', () => {
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 60 })), (frames, cuts) => {
      const stream = Buffer.concat(frames)
      const taken: Buffer[] = []
      let rest: Buffer = Buffer.alloc(0)
      let at = 0
      for (const size of [...cuts, stream.length]) {
        const got = takeFrames(Buffer.concat([rest, stream.subarray(at, at + size)]))!
        taken.push(...got.frames)
        rest = got.rest
        at += size
      }
      expect(taken).toEqual(frames)
      expect(rest).toHaveLength(0)
    }),
  )
})

test.each([0, 4, 15, 16_385, 0xffff_ffff])('no PDU is %i bytes long', (length) => {
  const bytes = Buffer.alloc(32)
  bytes.writeUInt32BE(length)
  expect(takeFrames(bytes)).toBeNull()
})

test('a header says what it is, and to what it is an answer', () => {
  const header = (hex: string) => readHeader(Buffer.from(hex, 'hex'))
  expect(header('00000010800000040000000000000102')).toEqual({
    command: 'submit_sm_resp',
    isAnswer: true,
    sequence: 258,
  })
  expect(header('00000010000009990000000000000001')).toEqual({
    command: 'unknown',
    isAnswer: false,
    sequence: 1,
  })
})

test('a status has the name the standard gives it', () => {
  expect([0, 0x58, 0x412].map(statusName)).toEqual(['ESME_ROK', 'ESME_RTHROTTLED', '0x00000412'])
})

test('an id ends where it ends', () => {
  const long = 'a'.repeat(300)
  expect([undefined, '', ' ', 'a1 ', 'a1\x04\x27', long].map(idOf)).toEqual([
    null,
    null,
    null,
    'a1',
    'a1',
    long.slice(0, 255),
  ])
})
