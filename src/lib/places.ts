import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { Reader, type CityResponse } from 'mmdb-lib'

/** Where an address is, in words of a language; `null` where that is not known. */
export type PlaceOf = (address: string, language: string) => string | null

/**
 * Reads a file in the format of MaxMind (mmdb) into memory. Throws when there is none, or when it is
 * not of that format.
 */
export function openPlaces(path: string): PlaceOf {
  const reader = new Reader<CityResponse>(readFileSync(path))
  reader.get('192.0.2.1')
  return (address, language) => {
    if (!isIP(address)) return null
    const found = lookUp(reader, address)
    const parts = [found?.city, found?.country].map((part) => nameIn(part?.names, language))
    return parts.filter((part) => part !== null).join(', ') || null
  }
}

/** A file that is damaged inside shows it only at some addresses, and is no reason to show nothing. */
function lookUp(reader: Reader<CityResponse>, address: string): CityResponse | null {
  try {
    return reader.get(address)
  } catch {
    return null
  }
}

/** In this language, else in English, which every such file has. */
function nameIn(names: unknown, language: string): string | null {
  const all = (names ?? {}) as Readonly<Record<string, unknown>>
  const name = Object.hasOwn(all, language) ? all[language] : all['en']
  return typeof name === 'string' && name !== '' ? name : null
}
