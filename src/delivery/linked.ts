import type { Config } from '../config.ts'
import { seal, unseal, type Keys } from '../lib/seal.ts'
import type { Random } from '../lib/random.ts'
import type { Database } from '../store/open.ts'
import { linkedRoutes, type RouteRow } from '../store/routes.ts'
import type { Gateway, Linked, SmtpGateway, Unreadable } from './gateway.ts'

/** The mail server of SMTP_URL, by this name: it is the first, and not changed on the page. */
export const FIXED_MAIL = 'smtp'

/**
 * What is linked, in order: SMTP_URL, and what the operator has linked beside it, or a file says. One that
 * cannot be read is left out, and is nobody else's trouble.
 */
export async function linkedIn(
  config: Config,
  keys: Keys,
  db: Database,
  onUnreadable: (row: RouteRow, error: unknown) => void,
  fromFile: readonly Linked[] | null = null,
): Promise<readonly Linked[]> {
  const fixed = fixedMail(config)
  const rows = fromFile ? [] : await linkedRoutes(db)
  const read = rows.flatMap((row) => {
    const result = fromRowIf(keys, row)
    if ('linked' in result) return [result.linked]
    onUnreadable(row, result.error)
    return []
  })
  return [...(fixed ? [fixed] : []), ...(fromFile ?? read)]
}

/** Those that are left out of it. */
export const unreadableIn = async (keys: Keys, db: Database): Promise<readonly Unreadable[]> =>
  (await linkedRoutes(db))
    .filter((row) => 'error' in fromRowIf(keys, row))
    .map((row) => ({ ...aboutOf(row), version: versionOf(row) }))

const aboutOf = ({ id, by, name }: RouteRow) => ({ id, by: by as Linked['by'], name })

function fromRowIf(
  keys: Keys,
  row: RouteRow,
): { readonly linked: Linked } | { readonly error: unknown } {
  try {
    return { linked: fromRow(keys, row) }
  } catch (error) {
    return { error }
  }
}

function fixedMail({ smtpUrl, smtpTls }: Config): Linked | null {
  if (smtpUrl === null) return null
  const { protocol, hostname, port, username, password } = new URL(smtpUrl)
  const isTls = protocol === 'smtps:'
  const gateway: SmtpGateway = {
    kind: 'smtp',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (isTls ? 465 : 587),
    security: isTls ? 'tls' : smtpTls === 'off' ? 'off' : 'starttls',
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  }
  const about = { id: FIXED_MAIL, name: FIXED_MAIL, by: 'email', version: '1' } as const
  return { ...about, countries: null, prices: {}, gateway }
}

/** Throws when its key is gone, or it belongs to another row. */
export function fromRow(keys: Keys, row: RouteRow): Linked {
  return {
    ...aboutOf(row),
    countries: row.countries === null ? null : (JSON.parse(row.countries) as string[]),
    prices: JSON.parse(row.prices) as Record<string, number>,
    gateway: JSON.parse(unseal(keys, placeOf(row.id), row.sealed)) as Gateway,
    version: versionOf(row),
  }
}

/** Another one when the row has changed, or is another of the same id. */
export const versionOf = ({
  createdAt,
  version,
}: Pick<RouteRow, 'createdAt' | 'version'>): string => `${createdAt} ${version}`

export const sealGateway = (keys: Keys, random: Random, id: string, gateway: Gateway): string =>
  seal(keys, random, placeOf(id), JSON.stringify(gateway))

const placeOf = (id: string): string => `route:${id}`
