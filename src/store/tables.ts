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
  routes: RoutesTable
  routeHealths: RouteHealthsTable
  sendings: SendingsTable
  earlyReceipts: EarlyReceiptsTable
  stoppedPrefixes: StoppedPrefixesTable
  policies: PoliciesTable
  keys: KeysTable
  cases: CasesTable
  imports: ImportsTable
  importLines: ImportLinesTable
  chain: ChainTable
  daily: DailyTable
}

/** What an account may do to others. */
export type Privilege = 'operator' | 'manage' | 'support'

/** What an administrator wants to be asked at sign-in beside the password; `app`: an app or a passkey. */
export type LoginCode = 'email' | 'sms' | 'both' | 'app'

export interface AccountsTable {
  id: string
  /** The e-mail address as it is compared: case-folded, NFC. */
  login: string
  email: string
  name: string
  country: string
  language: string
  phone: string | null
  /** '' where there is none yet: then no password is right. */
  passwordHash: string
  privilege: Privilege | null
  createdAt: number
  /** The password was set through a mailed link, and nobody has shown another factor since. */
  passwordResetAt: number | null
  /** The password counts as known to others from then on, and must be replaced. */
  passwordKnownAt: number | null
  /** The kind of factor the person wishes to be asked for first. */
  preferredFactor: string | null
  /** Codes go out by e-mail and by text message at once, since then. */
  bothSince: number | null
  /** The main account that owns it; `null`: it is one. */
  mainId: string | null
  /** The name as it is compared and sorted. */
  nameFolded: string
  /** An administrator has barred it: nobody gets in. */
  disabledAt: number | null
  /** A mail to the address was answered; `null` where that is not known. */
  emailProvenAt: number | null
  /** An administrator wants another password at the next sign-in. */
  passwordDueAt: number | null
  /** The last invitation was sent. */
  invitedAt: number | null
  /** What an administrator wants, to which number (E.164), since when. It counts once it is set up and proven. */
  wantedCode: LoginCode | null
  wantedPhone: string | null
  wantedAt: number | null
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
  /** After how long it ends, unused and in any case, where a policy says so (ms). */
  longestIdle: number | null
  longestLife: number | null
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
  /** Sealed; wiped when nothing more is to be sent: it has arrived, or was accepted, or is dead. */
  body: string | null
  /** What the route is called that has taken it, or refused it for good. */
  route: string | null
  /** Of a number: where it is at home (ISO 3166-1 alpha-2), and with which digits it begins. */
  country: string | null
  prefix: string | null
  createdAt: number
  expiresAt: number
  tries: number
  nextTryAt: number
  acceptedAt: number | null
  /** The gateway says that it has arrived. */
  deliveredAt: number | null
  failedAt: number | null
  reason: string | null
  /** Its code was typed in, and right. */
  enteredAt: number | null
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
  /** Its place in the chain, from 1 on, and the hash that ties it to the one before. Given a moment later. */
  place: number | null
  link: string | null
  /** The hash of what is about a person: `address`, `userAgent` and `detail`. */
  aboutHash: string | null
  /** That part is gone with the account. */
  erasedAt: number | null
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
  /** What the operator has set about delivery, as JSON. */
  delivery: string | null
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

/** A gateway that is linked. */
export interface RoutesTable {
  id: string
  by: string
  name: string
  /** They are tried in this order. */
  place: number
  /** Those it serves, as JSON; all where there is none. */
  countries: string | null
  /** For one part of a message, by country, in millionths of the currency, as JSON. `*`: elsewhere. */
  prices: string
  /** How it is reached, with its secrets, as JSON. */
  sealed: string
  version: number
  createdAt: number
}

/** That a route fails, since its last success. */
export interface RouteHealthsTable {
  route: string
  failures: number
  failedAt: number
  reason: string
}

/**
 * That a message was given to a route. A mail that is taken at once has none: its message says it all.
 * Neither accepted nor refused: nobody knows.
 */
export interface SendingsTable {
  id: string
  messageId: string
  accountId: string
  by: string
  route: string
  routeName: string
  country: string | null
  parts: number
  /** In millionths of the currency. */
  cost: number
  begunAt: number
  /** What the gateway calls it in its receipts. */
  gatewayId: string | null
  acceptedAt: number | null
  refusedAt: number | null
  /** 1: trying again this way will not help. */
  lasting: number
  deliveredAt: number | null
  undeliveredAt: number | null
  reason: string | null
  /** Of a test message: what the gateway said, sealed. */
  answer: string | null
}

/** A receipt for a message that we do not know yet. */
export interface EarlyReceiptsTable {
  route: string
  gatewayId: string
  state: string
  reason: string | null
  at: number
}

/** Numbers that begin so get no text messages: too many of their codes were never typed in. */
export interface StoppedPrefixesTable {
  id: string
  prefix: string
  country: string
  sent: number
  entered: number
  stoppedAt: number
  releasedAt: number | null
  releasedBy: string | null
}

/** Who must have which factors, and what may be used. */
export interface PoliciesTable {
  /** The main account; '' is the installation. */
  owner: string
  /** As JSON. */
  rules: string
  version: number
  changedAt: number
}

/** What a program shows that asks the admin API. */
export interface KeysTable {
  id: string
  secretHash: string
  name: string
  /** What it may do, with commas between. */
  scopes: string
  /** The main account whose accounts it reaches; `null`: all. */
  mainId: string | null
  madeBy: string
  createdAt: number
  expiresAt: number | null
  lastUsedAt: number | null
  endedAt: number | null
}

/** A request for recovery that support decides. */
export interface CasesTable {
  id: string
  accountId: string
  openedAt: number
  /** It is decided by then, or over. */
  openUntil: number
  /** Before that nobody can approve it. */
  waitsUntil: number
  /** The address to reach the person at, and what they have written, sealed. */
  sealed: string
  /** 1: it was opened after the right password. */
  knowsPassword: number
  /** The device it was opened on, if it was there before. */
  deviceId: string | null
  isKnownPlace: number
  address: string
  userAgent: string
  cancelledAt: number | null
  refusedAt: number | null
  approvedAt: number | null
  approvedBy: string | null
  /** A second person has approved it too. */
  secondedAt: number | null
  /** Who has spoken last: the second person, or the one who refused. */
  decidedBy: string | null
  /** What support has checked, sealed. */
  checked: string | null
  passHash: string | null
  passUntil: number | null
  passTries: number
  passUsedAt: number | null
  /** Something was set up by the pass: that is the end of the case. */
  recoveredAt: number | null
}

/** A file of accounts that is to be taken over. */
export interface ImportsTable {
  id: string
  /** Who does it; `null`: the operator at the machine. */
  accountId: string | null
  /** As JSON. */
  options: string
  createdAt: number
  lines: number
  /** All lines are here; all were looked at; it was said that they be done; all are done. */
  wholeAt: number | null
  checkedAt: number | null
  begunAt: number | null
  endedAt: number | null
  /** Why it went no further. */
  stopped: string | null
  /** Until then one process is at work. */
  claimedUntil: number
}

export interface ImportLinesTable {
  importId: string
  line: number
  /** As it is compared; none where it is no address. */
  login: string | null
  /** As JSON; none where the line does not fit the first one. */
  cells: string | null
  /** None until it was looked at: `made`, `changed`, `same` or `refused`. */
  result: string | null
  why: string | null
  isDone: number
}

/**
 * Both ends of the chain of events, with a hash over them. The first is the place and link that the oldest
 * event follows: of the last one removed, or 0 and ''.
 */
export interface ChainTable {
  id: number
  firstPlace: number
  firstLink: string
  lastPlace: number
  lastLink: string
  seal: string
}

/** How many there were, or how often it happened, on a day. */
export interface DailyTable {
  /** A main account; '' is the installation. */
  owner: string
  /** Days since 1970, UTC. */
  day: number
  name: string
  /** The factors by which, where it is a sign-in; else ''. */
  by: string
  count: number
}
