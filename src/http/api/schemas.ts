import { z } from 'zod'
import { cleanName } from '../../lib/text.ts'
import { languages } from '../../lib/language.ts'

// What goes over the wire, said once: requests are read by it, answers are held to it in the tests, and the
// OpenAPI document is made of it.

const id = z.string().regex(/^[0-9a-f]{32}$/)
const moment = z.iso.datetime().describe('UTC')
const momentOrNull = moment.nullable()

export const LoginCodes = z.enum(['email', 'sms', 'both', 'app'])
const Privileges = z.enum(['operator', 'manage', 'support'])
/** What a program may give: operators are made by operators. */
export const GivenPrivileges = z.enum(['manage', 'support'])

export const Account = z
  .strictObject({
    id,
    email: z.string(),
    name: z.string(),
    country: z.string().describe('ISO 3166-1 alpha-2'),
    language: z.string(),
    phone: z.string().nullable().describe('E.164'),
    privilege: Privileges.nullable(),
    mainId: id.nullable().describe('The main account that owns it; null: it is one'),
    createdAt: moment,
    invitedAt: momentOrNull.describe('The last invitation was sent'),
    isProven: z.boolean().describe('Mail to the address gets to the person'),
    disabledAt: momentOrNull.describe('Nobody gets in since then'),
    passwordDueAt: momentOrNull.describe('Another password is asked for at the next sign-in'),
    lastSeenAt: momentOrNull,
    hasPassword: z.boolean(),
    isLocked: z.boolean().describe('Somebody has guessed at it, and somebody has to do something'),
    loginCode: z.strictObject({
      code: LoginCodes.nullable().describe('What is asked beside the password'),
      isWaiting: z.boolean().describe('It counts from the first right code on'),
      phone: z.string().nullable().describe('The number it is to go to, not proven yet'),
    }),
    factors: z.array(z.strictObject({ kind: z.string(), isDisabled: z.boolean() })),
    recoveryCodesLeft: z.int(),
  })
  .meta({ id: 'Account' })

export const AccountPage = z
  .strictObject({
    accounts: z.array(Account),
    next: z.string().nullable().describe('The cursor of the next page; null: this is the last'),
  })
  .meta({ id: 'AccountPage' })

export const Factors = z
  .strictObject({
    factors: z.array(
      z.strictObject({
        id,
        kind: z.enum(['passkey', 'totp', 'sms', 'email', 'recovery']),
        name: z.string(),
        createdAt: moment,
        lastUsedAt: momentOrNull,
        disabledAt: momentOrNull.describe('Guessed at too often: it must be proven anew'),
        codesLeft: z.int().nullable().describe('Of recovery codes'),
      }),
    ),
  })
  .meta({ id: 'Factors' })

export const Devices = z
  .strictObject({
    devices: z.array(
      z.strictObject({
        id,
        name: z.string().nullable().describe('As the person calls it'),
        userAgent: z.string(),
        address: z.string(),
        place: z.string().nullable(),
        firstSeenAt: moment,
        lastSeenAt: moment,
        rememberedUntil: momentOrNull,
        isSignedIn: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Devices' })

export const Problem = z
  .strictObject({
    error: z.string().describe('A code that stays the same'),
    message: z.string().describe('The same for people, in the language of Accept-Language'),
    requestId: z.string().describe('It is in the log under this number'),
    fields: z
      .array(z.strictObject({ field: z.string(), error: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong with which field; a point goes down one level'),
  })
  .meta({ id: 'Problem' })

const text = (most: number) => z.string().max(most)

export const ListQuery = z.strictObject({
  q: text(200).optional().describe('Part of a name, an address or a number'),
  filter: z
    .enum([
      'unprotected',
      'one_factor',
      'unproven',
      'no_codes',
      'locked',
      'disabled',
      'invited',
      'unseen',
    ])
    .optional(),
  privilege: z.enum(['operator', 'manage', 'support', 'none']).optional(),
  mainId: id.optional().describe('The sub-accounts of this main account'),
  sort: z.enum(['name', 'login', 'newest', 'seen']).default('name'),
  cursor: text(4000).optional().describe('`next` of the page before, with the same `sort`'),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(200))
    .default(50),
})

const profile = {
  email: text(1000),
  name: text(1000).describe('At most 100 characters'),
  country: text(10).describe('ISO 3166-1 alpha-2'),
  language: z.enum(languages).describe('For pages, and for messages to the person'),
}

export const NewAccount = z.strictObject({
  ...profile,
  language: profile.language.optional().describe('That of the installation, if it is not said'),
  phone: text(100).nullable().optional().describe('E.164, or as it is written in that country'),
  privilege: GivenPrivileges.nullable().default(null),
  mainId: id
    .nullable()
    .optional()
    .describe('Whose sub-account it is to be. A key for one main account makes none but its'),
  invite: z.boolean().default(false).describe('Mails a link that sets the password, for 72 hours'),
})

export const ProfileChange = z
  .strictObject(profile)
  .partial()
  .refine((value) => Object.keys(value).length > 0)
  .meta({ minProperties: 1 })

export const PrivilegeChange = z.strictObject({ privilege: GivenPrivileges.nullable() })

const way = z.enum(['wait', 'email', 'leave']).optional()

export const LoginCodeChange = z.strictObject({
  code: LoginCodes.nullable().describe('null: nothing is asked beside the password'),
  phone: text(100)
    .nullable()
    .default(null)
    .describe('The number text messages are to go to; null: the one that is known'),
  wayOut: z
    .strictObject({ no_number: way, number_out_of_reach: way, address_unproven: way })
    .default({})
    .describe('What to do if the person would have no way in: else it is refused'),
})

export const Reason = z.strictObject({
  reason: z
    .string()
    .max(500)
    .refine((text) => cleanName(text, 200) !== null, 'one line of at most 200 characters')
    .describe('The person reads it, and it stays in the history'),
})
