import { createPrivateKey } from 'node:crypto'

/** Is this text a private RSA key (PEM)? */
export function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
