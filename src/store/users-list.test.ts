import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databases, type FreshDatabase } from '../../test/setup/databases.ts'
import { nothingWanted } from '../accounts/new-account.ts'
import { newId, systemRandom } from '../lib/random.ts'
import { foldCase } from '../lib/text.ts'
import type { Account } from './accounts.ts'
import { insertEnrolment } from './enrolments.ts'
import { migrate } from './migrate.ts'
import { openDatabase, type Database } from './open.ts'
import type { UserFilter, UsersRules, UsersWanted } from './users-filter.ts'
import { placeIn, type UserSort } from './users-place.ts'
import { countUsers, userIds, listUsers, type User } from './users-list.ts'

const NOW = Date.parse('2026-01-05T09:00:00Z')
const DAY = 24 * 60 * 60 * 1000
const MANY = 20_000

const rules: UsersRules = {
  kinds: ['passkey', 'totp', 'email'],
  wrong: { prefix: 'second-day:', most: 5 },
  now: NOW,
}
const all: UsersWanted = { scope: null, find: '', filter: null, privilege: null, mainId: null }

let made = 0
const row = (about: Partial<Account> = {}): Account => {
  const name = about.name ?? `Person ${++made}`
  const email = about.email ?? `${name.replaceAll(' ', '').toLowerCase()}@example.com`
  return {
    ...nothingWanted,
    id: newId(systemRandom, NOW),
    login: foldCase(email),
    email,
    name,
    nameFolded: foldCase(name),
    country: 'PT',
    language: 'en',
    phone: null,
    passwordHash: 'a hash',
    privilege: null,
    createdAt: NOW,
    passwordResetAt: null,
    passwordKnownAt: null,
    preferredFactor: null,
    bothSince: null,
    mainId: null,
    ...about,
  }
}

for (const { name, fresh } of databases)
  describe(`users on ${name}`, () => {
    let place: FreshDatabase
    let db: Database
    beforeAll(async () => {
      place = await fresh()
      db = openDatabase(place.url)
      await migrate(db, NOW)
    })
    beforeEach(async () => {
      for (const table of ['enrolments', 'limits', 'devices', 'sessions', 'accounts'] as const)
        await db.deleteFrom(table).execute()
    })
    afterAll(async () => {
      await db.destroy()
      await place.drop()
    })

    const add = async (...rows: Account[]): Promise<void> => {
      for (let from = 0; from < rows.length; from += 500)
        await db
          .insertInto('accounts')
          .values(rows.slice(from, from + 500))
          .execute()
    }
    const enrol = async ({ id }: Account, kind: string, state: unknown = {}, off = false) => {
      const enrolment = { id: newId(systemRandom, NOW), accountId: id, kind, name: '', state }
      await insertEnrolment(db, { ...enrolment, createdAt: NOW })
      if (off)
        await db
          .updateTable('enrolments')
          .set({ disabledAt: NOW })
          .where('id', '=', enrolment.id)
          .execute()
    }
    const device = async ({ id: accountId }: Account, lastSeenAt: number): Promise<void> => {
      const id = newId(systemRandom, NOW)
      const seen = { firstSeenAt: lastSeenAt, lastSeenAt, rotatedAt: lastSeenAt }
      const hashes = { seriesHash: id, tokenHash: id, previousHash: null }
      const rest = { rememberedAt: null, forgottenAt: null, name: null, removedAt: null }
      await db
        .insertInto('devices')
        .values({
          id,
          accountId,
          ...seen,
          ...hashes,
          ...rest,
          address: '',
          userAgent: '',
          lastFactor: null,
        })
        .execute()
    }
    const listed = async (about: Partial<UsersWanted>, sort: UserSort = 'name') => {
      const page = { sort, after: null, most: 100 }
      const { users } = await listUsers(db, { ...all, ...about }, rules, page)
      expect(await countUsers(db, { ...all, ...about }, rules, 100)).toBe(users.length)
      const ids = await userIds(db, { ...all, ...about }, rules, 100)
      expect(ids.toSorted()).toEqual(users.map(({ id }) => id).toSorted())
      return users.map((user) => user.name)
    }
    const find = (text: string): Promise<string[]> => listed({ find: text })

    test('each filter shows those whom it is about, and nobody else', async () => {
      const fitting: Record<UserFilter, [fits: Account, fitsNot: Account]> = {
        unprotected: [row({ name: 'bare' }), row({ name: 'with an app' })],
        one_factor: [row({ name: 'one' }), row({ name: 'two' })],
        unproven: [row({ name: 'hoped' }), row({ name: 'proven', emailProvenAt: NOW })],
        no_codes: [row({ name: 'no codes' }), row({ name: 'codes' })],
        locked: [row({ name: 'known', passwordKnownAt: NOW }), row({ name: 'free' })],
        disabled: [row({ name: 'off', disabledAt: NOW }), row({ name: 'on' })],
        invited: [
          row({ name: 'invited', invitedAt: NOW, passwordHash: '' }),
          row({ name: 'came', invitedAt: NOW }),
        ],
        unseen: [row({ name: 'gone', createdAt: NOW - 91 * DAY }), row({ name: 'new' })],
      }
      await add(...Object.values(fitting).flat())
      const [bare, app] = fitting.unprotected
      // Neither what may not be used, nor what was guessed at too often, nor codes alone.
      await enrol(bare, 'sms')
      await enrol(bare, 'totp', {}, true)
      await enrol(bare, 'recovery', { hashes: ['a'] })
      await enrol(app, 'totp')
      const [one, two] = fitting.one_factor
      await enrol(one, 'email', { to: one.email })
      await enrol(one, 'recovery', { hashes: ['a'] })
      for (const kind of ['totp', 'passkey']) await enrol(two, kind)
      const [without, withCodes] = fitting.no_codes
      await enrol(without, 'totp')
      await enrol(without, 'recovery', { hashes: [] })
      await enrol(withCodes, 'totp')
      await enrol(withCodes, 'recovery', { hashes: ['a', 'b'] })
      for (const [filter, [fits, fitsNot]] of Object.entries(fitting)) {
        const names = await listed({ filter: filter as UserFilter })
        expect(names, filter).toContain(fits.name)
        expect(names, filter).not.toContain(fitsNot.name)
      }
      // Whoever typed in codes that go elsewhere has proven another address.
      expect(await listed({ filter: 'unproven' })).not.toContain(one.name)
      await db
        .updateTable('accounts')
        .set({ email: 'x@example.org' })
        .where('id', '=', one.id)
        .execute()
      expect(await listed({ filter: 'unproven' })).toContain(one.name)
      const { users } = await listUsers(db, { ...all, find: 'codes' }, rules, {
        sort: 'name',
        after: null,
        most: 9,
      })
      expect(users.map((user) => [user.name, user.codesLeft, user.factors])).toEqual([
        ['codes', 2, [{ kind: 'totp', isDisabled: false }]],
        ['no codes', 0, [{ kind: 'totp', isDisabled: false }]],
      ])
    })

    test('locked is whose password others know, whose factor is off, whose day is used up', async () => {
      const limit = (about: { id: string }, count: number, since: number) => ({
        key: `second-day:${about.id}`,
        count,
        since,
        last: since,
        endsAt: since + DAY,
      })
      const [off, used, few, long] = ['off', 'used', 'few', 'long'].map((each) =>
        row({ name: each }),
      )
      await add(off!, used!, few!, long!, row({ name: 'known', passwordKnownAt: NOW }))
      await enrol(off!, 'totp', {}, true)
      await db
        .insertInto('limits')
        .values([limit(used!, 5, NOW - 1), limit(few!, 4, NOW - 1), limit(long!, 9, NOW - DAY)])
        .execute()
      expect(await listed({ filter: 'locked' })).toEqual(['known', 'off', 'used'])
    })

    test('a name, a login or a number is found by any part of it, in any script', async () => {
      const people = [
        row({ name: 'Zoë Straße', email: 'zoe@example.com', phone: '+351912345678' }),
        row({ name: '张伟', email: 'zhang@example.com', wantedPhone: '+447700900123' }),
        row({ name: 'فاطمة الزهراء', email: 'fatima_1@example.com' }),
        row({ name: '100% O\\Brien', email: 'fatimax1@example.com' }),
      ]
      await add(...people)
      const [zoe, zhang, fatima, brien] = people.map((each) => each.name)
      const found: [string, (string | undefined)[]][] = [
        ['ZOË', [zoe]],
        ['strasse', [zoe]],
        ['ZOE@', [zoe]],
        ['  zoe@ ', [zoe]],
        ['伟', [zhang]],
        ['الزه', [fatima]],
        ['0912 345', [zoe]],
        ['00351-912', [zoe]],
        ['٩١٢٣٤٥', [zoe]],
        ['+44 7700', [zhang]],
        ['a_1', [fatima]],
        ['100%', [brien]],
        ['%', [brien]],
        ['o\\b', [brien]],
        ["' or 1=1 --", []],
        ['12', []],
      ]
      for (const [text, names] of found) expect(await find(text), text).toEqual(names)
      expect(await find('')).toHaveLength(4)
    })

    test('who looks after one main account sees its people, and no operator', async () => {
      const main = row({ name: 'main', privilege: 'manage' })
      const other = row({ name: 'other' })
      await add(main, other)
      await add(
        row({ name: 'sub', mainId: main.id }),
        row({ name: 'support', mainId: main.id, privilege: 'support' }),
        row({ name: 'root', mainId: main.id, privilege: 'operator' }),
        row({ name: 'stranger', mainId: other.id }),
      )
      expect(await listed({ scope: main.id })).toEqual(['sub', 'support'])
      expect(await listed({ scope: main.id, mainId: other.id })).toEqual([])
      expect(await listed({ mainId: other.id })).toEqual(['stranger'])
      expect(await listed({ scope: main.id, privilege: 'none' })).toEqual(['sub'])
      expect(await listed({ privilege: 'operator' })).toEqual(['root'])
    })

    test('they stand by name, login, newest first, last seen first', async () => {
      const b = row({ name: 'b', email: 'y@example.com' })
      const a = row({ name: 'a', email: 'z@example.com' })
      const c = row({ name: 'C', email: 'x@example.com' })
      await add(b, a, c)
      await device(a, NOW - 5)
      await device(b, NOW - 9)
      await device(b, NOW - 2)
      expect(await listed({}, 'name')).toEqual(['a', 'b', 'C'])
      expect(await listed({}, 'login')).toEqual(['C', 'b', 'a'])
      expect(await listed({}, 'newest')).toEqual(['C', 'a', 'b'])
      expect(await listed({}, 'seen')).toEqual(['b', 'a', 'C'])
    })

    test('20,000 are paged through, each once, while others come and go', async () => {
      const rows = Array.from({ length: MANY }, (_, index) =>
        row({ name: `P ${index % 999}` }),
      ).map((each, index) => ({ ...each, email: `${index}@x.org`, login: `${index}@x.org` }))
      await add(...rows)
      for (const sort of ['name', 'login', 'newest', 'seen'] as const) {
        const seen = new Map<string, number>()
        let after: string | null = ''
        for (let page = 0; after !== null; page++) {
          const at = after === '' ? null : placeIn(after, sort)
          const read: { users: readonly User[]; next: string | null } = await listUsers(
            db,
            all,
            rules,
            { sort, after: at, most: 1000 },
          )
          for (const { id } of read.users) seen.set(id, (seen.get(id) ?? 0) + 1)
          const login = `${sort}${page}@example.com`
          await add(row({ name: `P ${page * 47}`, email: login }))
          // Even the one at which the next page begins.
          const gone = page % 5 === 4 ? read.users.at(-1) : undefined
          if (gone) await db.deleteFrom('accounts').where('id', '=', gone.id).execute()
          after = read.next
        }
        expect(
          [...seen.values()].every((times) => times === 1),
          sort,
        ).toBe(true)
        const left = await db
          .selectFrom('accounts')
          .select('id')
          .where('email', 'like', '%@x.org')
          .execute()
        expect(
          left.every(({ id }) => seen.has(id)),
          sort,
        ).toBe(true)
      }
    })

    test('what nobody of ours has made is no place', () => {
      const named = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const id = '0'.repeat(32)
      expect(placeIn(named(['a', id]), 'name')).toEqual({ key: 'a', id })
      expect(placeIn(named([7, id]), 'seen')).toEqual({ key: 7, id })
      for (const wrong of [
        '',
        '%',
        'abc',
        named(['a', 'x']),
        named([1, id]),
        named(['a\0', id]),
        named([{}, id]),
        named(null),
      ])
        expect(placeIn(wrong, 'name'), wrong).toBe(null)
      expect(placeIn(named(['a', id]), 'seen')).toBe(null)
    })
  })
