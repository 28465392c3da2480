import { doCase } from '../cases/do-case.ts'
import type { Doing } from './deed.ts'

/** What somebody of support decides about a request for recovery. */
export const decide: Doing<'case'> = (change, { account }, deed) => doCase(change, account, deed)
