import type { App } from '../../app.ts'
import { seal, unseal } from '../../lib/seal.ts'
import type { Case } from '../../store/cases.ts'

type Sealer = Pick<App, 'keys' | 'random'>

/** What the person has typed: where they can be reached, and what happened. */
export type Asked = { readonly reach: string; readonly text: string }

export const sealAsked = ({ keys, random }: Sealer, caseId: string, asked: Asked): string =>
  seal(keys, random, askedIn(caseId), JSON.stringify(asked))

/** Throws when its key is gone, or it belongs to another case. */
export const openAsked = ({ keys }: Sealer, { id, sealed }: Case): Asked =>
  JSON.parse(unseal(keys, askedIn(id), sealed)) as Asked

/** What somebody of support has said, and has checked before. */
export type Check = {
  readonly by: string
  readonly login: string
  readonly what: 'approve' | 'refuse'
  readonly at: number
  readonly text: string
}

/** What was said before, and this. */
export const sealChecks = (app: Sealer, before: Case, next: Check): string =>
  seal(
    app.keys,
    app.random,
    checkedIn(before.id),
    JSON.stringify([...openChecks(app, before), next]),
  )

export const openChecks = ({ keys }: Sealer, { id, checked }: Case): readonly Check[] =>
  checked === null ? [] : (JSON.parse(unseal(keys, checkedIn(id), checked)) as Check[])

/** The same text while it waits for the one who wrote it to show who they are. */
export const sealWritten = ({ keys, random }: Sealer, caseId: string, text: string): string =>
  seal(keys, random, writtenIn(caseId), text)

export const openWritten = ({ keys }: Sealer, caseId: string, sealed: string): string =>
  unseal(keys, writtenIn(caseId), sealed)

const askedIn = (id: string): string => `case:${id}`
const checkedIn = (id: string): string => `case-checked:${id}`
const writtenIn = (id: string): string => `case-written:${id}`
