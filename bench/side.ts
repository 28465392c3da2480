import type { Answer, Connection } from './connection.ts'
import type { Running } from './running.ts'

/** Something that is measured: how its database is filled and how a person signs in there. */
export type Side = {
  readonly name: string
  /** Ours has figures to reach. */
  readonly isOurs: boolean
  /** Program that serves it: started with the database's folder and the kind of hash. */
  readonly program: string
  /** What a stranger asks for first; its answer ends the start. */
  readonly first: string
  /** Makes the database in that folder, with accounts protected by a code sent by e-mail. */
  prepare(folder: string, accounts: number): Promise<void>
  /**
   * Password and sent code; gives back the cookies of the session, and throws when anything is not
   * as it should be. `withPage`: fetches the page that asks for the code, as a browser does.
   */
  signIn(connection: Connection, server: Running, login: string, withPage: boolean): Promise<string>
  /** Is there a page to fetch between password and code? */
  readonly hasPage: boolean
  /** The request that asks whether somebody is signed in. */
  check(port: number, cookies: string): string
  /** Throws unless that answer says: signed in. */
  expectSession(answer: Answer): void
}
