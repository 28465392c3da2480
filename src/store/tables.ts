/** The columns, as types. Times are milliseconds since 1970, UTC; what is worked out is not here. */
export interface Tables {
  accounts: AccountsTable
  enrolments: EnrolmentsTable
  attempts: AttemptsTable
  sessions: SessionsTable
  devices: DevicesTable
  messages: MessagesTable
  events: EventsTable
  limits: LimitsTable
  links: LinksTable
  installation: InstallationTable
  contactChanges: ContactChangesTable
}

export interface AccountsTable {
  id: string
  /** The e-mail address as it is compared: case-folded, NFC. */
  login: string
  email: string
  name: string
  country: string
  language: string
  phone: string | null
  passwordHash: string
  privilege: 'operator' | null
  createdAt: number
  /** The password was set through a mailed link, and nobody has shown another factor since. */
  passwordResetAt: number | null
  /** The password counts as known to others from then on, and must be replaced. */
  passwordKnownAt: number | null
  /** The kind of factor the person wishes to be asked for first. */
  preferredFactor: string | null
}

export interface EnrolmentsTable {
  id: string
  accountId: string
  kind: string
  name: string
  state: string
  version: number
  createdAt: number
  /** Wrong answers in a row. */
  failures: number
  /** After too many of them: it must be proven anew before it counts again. */
  disabledAt: number | null
  lastUsedAt: number | null
  /** What it is found by where nobody says whose it is. */
  handle: string | null
  /** The attempt in which it was set up. */
  attemptId: string | null
}

export interface AttemptsTable {
  id: string
  secretHash: string
  door: string
  purpose: string
  accountId: string
  sessionId: string | null
  proofs: string
  asked: string | null
  draft: string | null
  goal: string | null
  triesLeft: number
  sends: number
  nextSendAt: number
  createdAt: number
  expiresAt: number
  endedAt: number | null
}

export interface SessionsTable {
  id: string
  tokenHash: string
  accountId: string
  deviceId: string
  attemptId: string
  proofs: string
  createdAt: number
  seenAt: number
  endedAt: number | null
}

export interface DevicesTable {
  id: string
  accountId: string
  seriesHash: string
  tokenHash: string
  previousHash: string | null
  rotatedAt: number
  address: string
  userAgent: string
  firstSeenAt: number
  lastSeenAt: number
  rememberedAt: number | null
  forgottenAt: number | null
  /** As the person calls it. */
  name: string | null
  /** The person has deleted it from the list. */
  removedAt: number | null
  /** The kind of factor that was last shown there at signing in. */
  lastFactor: string | null
}

export interface MessagesTable {
  id: string
  accountId: string
  attemptId: string | null
  /** The session it is about, where there is one. */
  sessionId: string | null
  by: string
  recipient: string
  kind: string
  /** Sealed; wiped when the message is accepted or dead. */
  body: string | null
  route: string | null
  createdAt: number
  expiresAt: number
  tries: number
  nextTryAt: number
  acceptedAt: number | null
  failedAt: number | null
  reason: string | null
  /** Somebody said "this was not me". */
  reportedAt: number | null
}

export interface EventsTable {
  id: string
  at: number
  kind: string
  accountId: string | null
  attemptId: string | null
  sessionId: string | null
  deviceId: string | null
  address: string
  userAgent: string
  requestId: string
  detail: string
}

export interface LimitsTable {
  key: string
  count: number
  since: number
  last: number
  endsAt: number
}

export interface LinksTable {
  tokenHash: string
  purpose: string
  createdAt: number
  expiresAt: number
  usedAt: number | null
  /** Whose it is; none at set-up. */
  accountId: string | null
  /** What it is about: the id of a contact change. */
  about: string | null
}

export interface InstallationTable {
  id: number
  createdAt: number
  setUpAt: number | null
  keyCheck: string
  /** The kinds of factors that could be used at the last start, with commas between. */
  factors: string | null
}

/** A new e-mail address, proven, and waiting until it counts. */
export interface ContactChangesTable {
  id: string
  accountId: string
  kind: string
  value: string
  /** A new e-mail address as it is compared. */
  login: string | null
  /** The session in which it was proven. */
  sessionId: string
  provenAt: number
  countsAt: number
  stoppedAt: number | null
  appliedAt: number | null
}
