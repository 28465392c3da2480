import { isIPv4 } from 'node:net'

type Value = string | number | readonly Value[] | { readonly [key: string]: Value }

/** A file in the format of MaxMind (mmdb, version 2), with what is said of each network. */
export function placesFile(networks: Readonly<Record<string, Value>>): Buffer {
  const tree: [left: Branch, right: Branch][] = [[null, null]]
  const said: Buffer[] = []
  let length = 0
  for (const [network, value] of Object.entries(networks)) {
    grow(tree, bitsOf(network), { at: length })
    const bytes = encode(value)
    said.push(bytes)
    length += bytes.length
  }
  const records = tree.flat().map((branch) => {
    if (branch === null) return tree.length
    return typeof branch === 'number' ? branch : tree.length + 16 + branch.at
  })
  const about = { node_count: tree.length, record_size: 24, ip_version: 6, languages: ['en'] }
  return Buffer.concat([
    ...records.map((record) => Buffer.from([record >> 16, record >> 8, record])),
    Buffer.alloc(16),
    ...said,
    Buffer.from('ABCDEF4D61784D696E642E636F6D', 'hex'),
    encode({ ...about, binary_format_major_version: 2, binary_format_minor_version: 0 }),
  ])
}

/** Nothing, the number of another node, or a place among what is said. */
type Branch = null | number | { readonly at: number }

function grow(tree: [Branch, Branch][], bits: readonly number[], leaf: Branch): void {
  let node = 0
  for (const [index, bit] of bits.entries()) {
    if (index === bits.length - 1) {
      tree[node]![bit] = leaf
      return
    }
    if (typeof tree[node]![bit] !== 'number') tree[node]![bit] = tree.push([null, null]) - 1
    node = tree[node]![bit] as number
  }
}

/** IPv4 lies in the first 96 bits of nothing. */
function bitsOf(network: string): number[] {
  const [address = '', length = ''] = network.split('/')
  const bytes = isIPv4(address)
    ? [...Array<number>(12).fill(0), ...address.split('.').map(Number)]
    : bytesOf(address)
  const bits = bytes.flatMap((byte) => [...byte.toString(2).padStart(8, '0')].map(Number))
  return bits.slice(0, Number(length) + (isIPv4(address) ? 96 : 0))
}

function bytesOf(address: string): number[] {
  const [head = '', tail = ''] = address.split('::')
  const groups = (text: string) => text.split(':').filter(Boolean)
  const [before, after] = [groups(head), groups(tail)]
  const zeros = Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
}

function encode(value: Value): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([head(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number') return Buffer.concat([head(6, 4), uint32(value)])
  if (Array.isArray(value))
    return Buffer.concat([Buffer.from([value.length, 11 - 7]), ...value.map(encode)])
  const entries = Object.entries(value)
  return Buffer.concat([head(7, entries.length), ...entries.flat().map(encode)])
}

const head = (type: number, size: number): Buffer =>
  size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29])

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
