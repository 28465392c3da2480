/** Where gateways tell what became of a message. What stands behind it is a secret: it is never logged. */
export const RECEIPTS = '/receipts/:token'

export const isReceiptPath = (path: string): boolean => /^\/receipts\/[^/]+$/.test(path)
