import { expect, test } from 'vitest'
import { newId, systemRandom } from '../lib/random.ts'
import { keyFrom, type Keys } from '../lib/seal.ts'
import { messageIn, notMeToken } from './not-me.ts'

const key = keyFrom('aaaaaaaa', systemRandom(32))
const keys: Keys = [key]
const others: Keys = [keyFrom('bbbbbbbb', systemRandom(32))]
const fresh = () => newId(systemRandom, Date.now())

test('the link of a message names that message', () => {
  const id = fresh()
  expect(messageIn(keys, notMeToken(keys, id))).toBe(id)
})

test('after a new key was made, links made with the old one still work', () => {
  const id = fresh()
  expect(messageIn([others[0], key], notMeToken(keys, id))).toBe(id)
})

test('a link with another message, another key, cut or changed names nothing', () => {
  const [id, other] = [fresh(), fresh()]
  const token = notMeToken(keys, id)
  const [, keyId, hash] = token.split('.')
  const forged = [
    notMeToken(others, id),
    `${other}.${keyId}.${hash}`,
    `${id}.${others[0].id}.${hash}`,
    `${id}.${keyId}.${'A'.repeat(43)}`,
    `${id}.${keyId}.`,
    `${id}.${keyId}`,
    id,
    '',
    ` ${token}`,
    `${token} `,
    `${token}\n`,
    `${token}=`,
    token.toUpperCase(),
    token.replaceAll('.', ','),
    `${token}.${hash}`,
  ]
  for (const each of forged) expect(messageIn(keys, each), each).toBeNull()
  for (let at = 0; at < token.length; at++) {
    const swapped = token[at] === 'b' ? 'c' : 'b'
    const changed = token.slice(0, at) + swapped + token.slice(at + 1)
    expect(messageIn(keys, changed), `character ${at}`).toBeNull()
    expect(messageIn(keys, token.slice(0, at)), `cut at ${at}`).toBeNull()
  }
})
