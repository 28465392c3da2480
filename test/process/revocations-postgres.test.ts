import { expectRevocationsToHold } from './revoke-and-kill.ts'

expectRevocationsToHold('PostgreSQL')
