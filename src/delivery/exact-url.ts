/** An address as a URL, or null where a parser would go to another place than is written: `..` climbs. */
export function exactUrl(address: string): URL | null {
  const url = URL.parse(address)
  const [, path] = /^https?:\/\/[^/?#\\]+(\/[^#]*)$/.exec(address) ?? []
  return url && path === url.pathname + url.search ? url : null
}
