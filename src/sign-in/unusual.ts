type Share = { readonly sent: number; readonly entered: number }

/** Codes by text message: those that were sent and have lived, and those of them that were typed in. */
export type Traffic = Share & {
  /** So many accounts did not type all of theirs in. */
  readonly accounts: number
}

/** To one prefix in the last hour and day, and usually in its country. */
export type Traffics = {
  readonly hour: Traffic
  readonly day: Traffic
  readonly country: Traffic
}

/** So many attempts of one account count at most, and so many accounts are needed: none stops others. */
const OF_ACCOUNT = 3
const ACCOUNTS = 3

/**
 * What counts of the attempts of each account. Of many attempts the same share is taken as typed in,
 * whichever came last: a code that is typed in now and then hides no others. Pure.
 */
export function countedOf(all: readonly Share[]): Traffic {
  const counted = all.map(({ sent, entered }) => {
    const most = Math.min(OF_ACCOUNT, sent)
    return { sent: most, entered: (entered * most) / sent }
  })
  return {
    sent: counted.reduce((sum, { sent }) => sum + sent, 0),
    entered: counted.reduce((sum, { entered }) => sum + entered, 0),
    accounts: all.filter(({ sent, entered }) => entered < sent).length,
  }
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
const neverEntered = ({ sent, entered }: Share): number => (sent - entered) / sent

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
  ].some(
    ({ least, most, ...span }) =>
      span.sent >= least && span.accounts >= ACCOUNTS && neverEntered(span) > most,
  )
}

/** Whatever is usual in the country: is there enough to look at? Pure. */
export const couldBeUnusual = ({ hour, day }: Omit<Traffics, 'country'>): boolean =>
  isUnusual({ hour, day, country: { sent: ENOUGH, entered: ENOUGH, accounts: 0 } })
