import type { Privilege } from '../../store/tables.ts'

/** As a form says it: `none` is no privilege. `undefined`: there is no such one. Pure. */
export function readPrivilege(text: string): Privilege | null | undefined {
  switch (text) {
    case 'operator':
    case 'manage':
    case 'support':
      return text
    case 'none':
      return null
    default:
      return undefined
  }
}
