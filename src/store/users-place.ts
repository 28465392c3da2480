/** In which order a list of accounts stands. */
export type UserSort = 'name' | 'login' | 'newest' | 'seen'

/** What a page goes on after: the last row of the one before. */
export type Place = { readonly key: string | number; readonly id: string }

/** The name of that place in an address. */
export const nameOf = ({ key, id }: Place): string =>
  Buffer.from(JSON.stringify([key, id])).toString('base64url')

/** `null` for what is no such name. */
export function placeIn(name: string, sort: UserSort): Place | null {
  if (!/^[\w-]{1,3000}$/.test(name)) return null
  try {
    const read: unknown = JSON.parse(Buffer.from(name, 'base64url').toString())
    if (!Array.isArray(read) || read.length !== 2) return null
    const [key, id] = read as unknown[]
    const isKey = sort === 'seen' ? Number.isSafeInteger(key) : typeof key === 'string'
    if (!isKey || typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id)) return null
    return String(key).includes('\0') ? null : { key: key as Place['key'], id }
  } catch {
    return null
  }
}
