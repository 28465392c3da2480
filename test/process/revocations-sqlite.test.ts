import { expectRevocationsToHold } from './revoke-and-kill.ts'

expectRevocationsToHold('SQLite')
