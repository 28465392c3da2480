/** Where programs come that show a key. No cookie is read there. */
export const API = '/api/'

export const isApiPath = (path: string): boolean => path.startsWith(API)
