import { createPrivateKey } from 'node:crypto'

/**
 * Throws when DKIM cannot sign with this key (PEM): with one it cannot use, the library sends without a
 * signature and does not say so.
 */
export function checkDkimKey(pem: string): void {
  if (!isRsaKey(pem)) throw new Error('the DKIM key is not a private RSA key in PEM')
}

/** Is this text a private RSA key (PEM)? */
function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
