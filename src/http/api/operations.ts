import type { z } from 'zod'
import type { Scope } from '../../accounts/keys/key.ts'
import {
  Account,
  AccountPage,
  Devices,
  Factors,
  ListQuery,
  LoginCodeChange,
  NewAccount,
  PrivilegeChange,
  ProfileChange,
  Reason,
} from './schemas.ts'

/** One thing that a program can ask. `path` as OpenAPI has it: `{id}` is one piece. */
export type Operation<Query = unknown, Body = unknown> = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  readonly path: string
  /** What the key must be for. */
  readonly scope: Scope
  readonly summary: string
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  /** A body, or a query, that is understood. */
  readonly example?: Readonly<Record<string, unknown>>
  readonly status: 200 | 201 | 204
  readonly answer: z.ZodType | null
  /** Beside those that all can have. */
  readonly refusals: readonly (404 | 409 | 422)[]
}

const of = <Query, Body>(operation: Operation<Query, Body>): Operation<Query, Body> => operation

const ALL = '/api/v1/accounts'
const ONE = `${ALL}/{id}`
const read = { scope: 'accounts:read', status: 200 } as const
const write = { scope: 'accounts:write', status: 200, answer: Account } as const
const remove = { ...write, method: 'delete', status: 204, answer: null } as const

/** All that programs can ask of accounts: what is served, and what the OpenAPI document says. */
export const operations = {
  listAccounts: of({
    ...read,
    method: 'get',
    path: ALL,
    summary: 'Search accounts',
    query: ListQuery,
    example: { q: 'uma', filter: 'unprotected', sort: 'name', limit: '20' },
    answer: AccountPage,
    refusals: [],
  }),
  addAccount: of({
    ...write,
    method: 'post',
    path: ALL,
    summary: 'Make an account',
    body: NewAccount,
    example: { email: 'lea@example.com', name: 'Lea Brandt', country: 'DE', invite: true },
    status: 201,
    refusals: [404, 409, 422],
  }),
  readAccount: of({
    ...read,
    method: 'get',
    path: ONE,
    summary: 'Look at an account',
    answer: Account,
    refusals: [404],
  }),
  changeAccount: of({
    ...write,
    method: 'patch',
    path: ONE,
    summary: 'Change what an account says about a person',
    body: ProfileChange,
    example: { name: 'Uma Reis', language: 'en' },
    refusals: [404, 409, 422],
  }),
  deleteAccount: of({
    ...remove,
    path: ONE,
    summary: 'Delete an account and what is known of the person',
    refusals: [404, 409],
  }),
  invite: of({
    ...write,
    method: 'post',
    path: `${ONE}/invite`,
    summary: 'Mail a link that sets the first password',
    refusals: [404, 409],
  }),
  disable: of({
    ...write,
    method: 'post',
    path: `${ONE}/disable`,
    summary: 'Let nobody in any more',
    refusals: [404, 409],
  }),
  enable: of({
    ...write,
    method: 'post',
    path: `${ONE}/enable`,
    summary: 'Let the person in again',
    refusals: [404, 409],
  }),
  signOut: of({
    ...write,
    method: 'post',
    path: `${ONE}/sign-out`,
    summary: 'End all sessions, and the trust in all devices',
    refusals: [404, 409],
  }),
  passwordDue: of({
    ...write,
    method: 'post',
    path: `${ONE}/password-due`,
    summary: 'Ask for another password at the next sign-in',
    refusals: [404, 409],
  }),
  setPrivilege: of({
    ...write,
    method: 'put',
    path: `${ONE}/privilege`,
    summary: 'Give a privilege, or take it',
    body: PrivilegeChange,
    example: { privilege: 'support' },
    refusals: [404, 409],
  }),
  setLoginCode: of({
    ...write,
    method: 'put',
    path: `${ONE}/login-code`,
    summary: 'Say what is asked beside the password',
    body: LoginCodeChange,
    example: { code: 'email', wayOut: { address_unproven: 'wait' } },
    refusals: [404, 409, 422],
  }),
  listFactors: of({
    ...read,
    method: 'get',
    path: `${ONE}/factors`,
    summary: 'What is set up for an account; never its secrets',
    answer: Factors,
    refusals: [404],
  }),
  removeFactor: of({
    ...remove,
    path: `${ONE}/factors/{factor}`,
    summary: 'Take a factor away',
    body: Reason,
    example: { reason: 'The phone was lost.' },
    refusals: [404, 409],
  }),
  listDevices: of({
    ...read,
    method: 'get',
    path: `${ONE}/devices`,
    summary: 'Where somebody has signed in, the latest first',
    answer: Devices,
    refusals: [404],
  }),
  removeDevices: of({
    ...remove,
    path: `${ONE}/devices`,
    summary: 'Take all devices off the list, and end their sessions',
    refusals: [404, 409],
  }),
  removeDevice: of({
    ...remove,
    path: `${ONE}/devices/{device}`,
    summary: 'Take one device off the list, and end its sessions',
    refusals: [404, 409],
  }),
}

/** The same path as our server writes it. */
export const routeOf = ({ path }: Pick<Operation, 'path'>): string =>
  path.replace(/\{(\w+)\}/g, ':$1')
