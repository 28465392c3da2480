import { expect, test } from 'vitest'
import { parse } from './connection.ts'

const answers = [
  ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 200, 'ok'],
  ['of length 0', 'HTTP/1.1 303 See Other\r\nlocation: /\r\ncontent-length: 0\r\n\r\n', 303, ''],
  [
    'in chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na\r\nb\r\n1\r\nc\r\n0\r\n\r\n',
    200,
    'a\r\nbc',
  ],
] as const

test.for(answers)('an answer %s counts only when its last byte is there', (answer) => {
  const [, text, status, body] = answer
  for (let cut = 0; cut < text.length; cut++) expect(parse(text.slice(0, cut))).toBeNull()
  expect(parse(text)).toMatchObject({ status, body })
})
