import type { Page } from 'playwright-core'
import { fromBase32 } from '../../src/lib/base32.ts'
import { hotp, stepAt } from '../../src/lib/totp.ts'

/** What keeps passkeys for the browser of one page: its own, with a finger or a PIN. */
export type Authenticator = {
  /** The ids of the passkeys it has, as the browser calls them. */
  readonly passkeys: () => Promise<string[]>
  /** Is there somebody who touches it? When there is, it answers whatever is asked, at once. */
  readonly touch: (isThere: boolean) => Promise<void>
  /** Does it know whose finger that is? */
  readonly recognize: (isOwner: boolean) => Promise<void>
}

/** Chromium's own, made of software. Nobody touches it to begin with. */
export async function plugIn(page: Page): Promise<Authenticator> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: false,
      defaultBackupEligibility: true,
      defaultBackupState: true,
    },
  })
  return {
    async passkeys() {
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId })
      return credentials.map((each) =>
        Buffer.from(each.credentialId, 'base64').toString('base64url'),
      )
    },
    touch: async (enabled) =>
      void (await session.send('WebAuthn.setAutomaticPresenceSimulation', {
        authenticatorId,
        enabled,
      })),
    recognize: async (isUserVerified) =>
      void (await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })),
  }
}

/** A phone that has scanned a key: what its app shows now, or so many steps of 30 seconds later. */
export type Phone = (later?: number) => string

export function phoneWith(uri: string): Phone {
  const key = fromBase32(new URL(uri).searchParams.get('secret') ?? '')!
  return (later = 0) => hotp(key, stepAt(Date.now(), 30) + later)
}

/** The key on the page that connects an app, where a phone has a link to open its app. */
export const uriOn = async (page: Page): Promise<string> =>
  (await page.locator('a[href^="otpauth:"]').getAttribute('href'))!
