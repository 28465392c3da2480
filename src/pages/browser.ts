// The order counts: most browsers also name those they descend from.
const browsers: readonly [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|OPiOS\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Version\/[\d.]+ .*Safari\//, 'Safari'],
]

const systems: readonly [RegExp, string][] = [
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
]

const LONGEST = 500

/**
 * "Firefox, Windows" from a User-Agent header, or nothing. Never a word of its own: whoever sends it
 * could write our mails.
 */
export function browserName(userAgent: string): string {
  const text = userAgent.slice(0, LONGEST)
  const known = [browsers, systems].flatMap((list) => {
    const found = list.find(([pattern]) => pattern.test(text))
    return found ? [found[1]] : []
  })
  return known.join(', ')
}
