/** Codes by text message: those that were sent and have lived, and those of them that were typed in. */
export type Traffic = { readonly sent: number; readonly entered: number }

/** To one prefix in the last hour and day, and usually in its country. */
export type Traffics = {
  readonly hour: Traffic
  readonly day: Traffic
  readonly country: Traffic
}

/** Within a span: so many sent at least, and by so much more never typed in than is usual. */
const HOUR = { sent: 10, above: 0.2 }
const DAY = { sent: 20, above: 0.3 }

/** Where fewer than so many were sent in a country, nobody knows what is usual there. */
export const ENOUGH = 50
const USUAL = 0.25

/**
 * What was never typed in during an attack counts as usual for a month. More than this is not usual
 * anywhere: else those who come often enough could make the guard blind.
 */
const MOST_USUAL = 0.5

/** Which share of the codes was never typed in. Pure. */
const neverEntered = ({ sent, entered }: Traffic): number => (sent - entered) / sent

/**
 * Are so many of the codes to one prefix never typed in that somebody may be paid for them? As in
 * authgear's fraud protection: 20 % more in an hour, or 30 % more in a day, than is usual in that
 * country. Pure.
 */
export function isUnusual({ hour, day, country }: Traffics): boolean {
  const usual = country.sent < ENOUGH ? USUAL : Math.min(MOST_USUAL, neverEntered(country))
  return [
    { ...hour, least: HOUR.sent, most: usual + HOUR.above },
    { ...day, least: DAY.sent, most: usual + DAY.above },
  ].some(({ least, most, ...span }) => span.sent >= least && neverEntered(span) > most)
}

/** Whatever is usual in the country: is there enough to look at? Pure. */
export const couldBeUnusual = ({ hour, day }: Omit<Traffics, 'country'>): boolean =>
  isUnusual({ hour, day, country: { sent: ENOUGH, entered: ENOUGH } })
