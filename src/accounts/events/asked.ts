import type { Alarm } from '../../delivery/alarm.ts'
import { groups, kindsOf, type Group } from '../history.ts'

/** What an operator is told of. */
export const alarmKinds = [
  'route_rests',
  'route_works',
  'prefix_stopped',
  'budget_near',
  'budget_over',
] as const satisfies readonly Alarm['kind'][]

export const groupNames = ['sign-ins', 'refusals', 'messages', 'changes'] as const satisfies Group[]

/** The kinds meant by one of them, by a group of them, or by `alarms`; `null`: there is nothing of that name. */
export function kindsAsked(name: string): readonly string[] | null {
  if (name === 'alarms') return alarmKinds
  if (Object.hasOwn(groups, name) || alarmKinds.some((kind) => kind === name)) return [name]
  const group = groupNames.find((each) => each === name)
  return group === undefined ? null : kindsOf(group)
}

/** When a day begins (ms, UTC), from `2026-01-31`; `null`: there is no such day. */
export function dayIn(text: string): number | null {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  if (Number.isNaN(time) || time < 0) return null
  return new Date(time).toISOString().startsWith(text) ? time : null
}
