import type { Fields } from 'smpp'

/** A receipt as parameters, as text, or both; `err` and any field of the PDU besides. */
export type Told = {
  readonly form?: 'text' | 'parameters' | 'both'
  readonly err?: string
  readonly fields?: Fields
}

const STATES: Record<string, number> = {
  ENROUTE: 1,
  DELIVRD: 2,
  EXPIRED: 3,
  DELETED: 4,
  UNDELIV: 5,
  ACCEPTD: 6,
  UNKNOWN: 7,
  REJECTD: 8,
}

/** A receipt as centres write it. */
export function receiptOf(
  id: string,
  state: string,
  { form = 'both', err = '000', fields = {} }: Told = {},
): Fields {
  const dlvrd = state === 'DELIVRD' ? '001' : '000'
  const dates = 'submit date:2611201200 done date:2611201201'
  const text = `id:${id} sub:001 dlvrd:${dlvrd} ${dates} stat:${state} err:${err} text:Your code`
  return {
    esm_class: 4,
    // As bytes, for they are ASCII; the package would write a text in GSM.
    ...(form !== 'parameters' && { short_message: Buffer.from(text, 'latin1') }),
    ...(form !== 'text' && { receipted_message_id: id, message_state: STATES[state] ?? 0 }),
    ...fields,
  }
}
