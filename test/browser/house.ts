import {
  account,
  browserAt,
  make,
  openPlace,
  protect,
  startServer,
  type Place,
  type Server,
  type Settings,
} from '../setup/process.ts'
import type { Person } from './person.ts'

/** A running server with one account. */
export type House = AsyncDisposable & {
  readonly place: Place
  readonly server: Server
  readonly url: string
}

/** In this one the sign-in is protected by codes by e-mail. */
export async function openHouse(settings: Settings = {}): Promise<House> {
  const house = await openPlainHouse(settings)
  await protect(browserAt(house.url), () => house.place.codeTo(account.email))
  return house
}

export async function openPlainHouse(settings: Settings = {}): Promise<House> {
  const place = await openPlace()
  await make(['setup'], place.settings)
  const server = await startServer({ ...place.settings, ...settings })
  return {
    place,
    server,
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
}

/** Fills in the sign-in page they are at. */
export async function givePassword({ type, press, t }: Person): Promise<void> {
  await type(t.labels.email, account.email)
  await type(t.labels.password, account.password)
  await press(t.signIn.submit)
}

/** Both steps, from wherever they were going. */
export async function signInFully(person: Person): Promise<void> {
  await givePassword(person)
  await person.page.waitForURL('**/sign-in/second')
  await person.type(person.t.code.label, await person.codeInOutbox(account.email))
  await person.page.waitForURL('**/account**')
}
