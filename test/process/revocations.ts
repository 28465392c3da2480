import { deviceTag } from '../../src/sign-in/device.ts'
import { messageTo } from '../stories/not-me-tools.ts'
import {
  authenticatorFor,
  connectApp,
  factorsOn,
  makePasskey,
  optionsIn,
  signInByPasskey,
} from '../stories/factor-tools.ts'
import { copyOf, placeOf, whoIs } from '../stories/story.ts'
import { savedForm } from '../setup/process.ts'
import { recoveryCodesIn, signInFully, type ana, type Visitor, type World } from '../world.ts'

/** A request that takes something away, and what must be gone from the moment it is answered. */
export type Revocation = {
  readonly visitor: Visitor
  readonly path: string
  readonly form: Record<string, string>
  /** Status and place of the answer. */
  readonly answer: string
  /** What still works, in words; it is asked at another server on the same database. */
  readonly broken: () => Promise<string[]>
}

/** One person, whose password changes on the way. */
export type Life = {
  readonly world: World
  person: typeof ana
  turn: number
  recovery: string[]
}

type Prepare = (life: Life) => Promise<Revocation>

export const revocations: Record<string, Prepare> = {
  async 'signing out'(life) {
    const visitor = await signedIn(life)
    return {
      visitor,
      path: '/sign-out',
      form: {},
      answer: '303 /sign-in?notice=signed_out',
      broken: () => stillIn(life, { 'who signed out': visitor }),
    }
  },

  async 'deleting a device'(life) {
    const [visitor, lost] = [await signedIn(life), await signedIn(life, { remember: 'yes' })]
    return {
      visitor,
      path: '/account/devices/remove',
      form: { device: await deviceOf(life, lost) },
      answer: '303 /account/devices?notice=devices_removed',
      broken: async () => [
        ...(await stillIn(life, { 'the deleted device': lost })),
        ...(await stillTrusted(life, lost)),
      ],
    }
  },

  async 'deleting all but this one'(life) {
    const [visitor, lost] = [await signedIn(life), await signedIn(life, { remember: 'yes' })]
    const half = await halfIn(life)
    return {
      visitor,
      path: '/account/devices/remove-others',
      form: {},
      answer: '303 /account/devices?notice=others_removed',
      broken: async () => [
        ...(await stillIn(life, { 'another device': lost })),
        ...(await stillTrusted(life, lost)),
        ...(await stillGoesOn(life, half)),
      ],
    }
  },

  async 'no longer remembering a device'(life) {
    const [visitor, lost] = [await signedIn(life), await signedIn(life, { remember: 'yes' })]
    return {
      visitor,
      path: '/account/devices/forget',
      form: { device: await deviceOf(life, lost) },
      answer: '303 /account/devices?notice=devices_forgotten',
      broken: () => stillTrusted(life, lost),
    }
  },

  async 'changing the password'(life) {
    const [visitor, lost] = [await signedIn(life), await signedIn(life, { remember: 'yes' })]
    const half = await halfIn(life)
    const { before, after } = nextPassword(life)
    return {
      visitor,
      path: '/account/password',
      form: { current: before.password, next: after.password },
      answer: '303 /account/security?notice=password_changed',
      broken: async () => {
        life.person = after
        return [
          ...(await stillIn(life, { 'another session': lost, 'the token of before': visitor })),
          ...(await stillTrusted(life, lost)),
          ...(await stillGoesOn(life, half)),
          ...(await stillOpens(life, before)),
        ]
      },
    }
  },

  async 'setting a password through a link'(life) {
    const lost = await signedIn(life, { remember: 'yes' })
    const half = await halfIn(life)
    const visitor = life.world.visitor()
    await visitor.post('/sign-in/forgot', { login: life.person.email })
    const notices = (await life.world.messagesTo(life.person.email)).map(({ notice }) => notice)
    const link = notices.findLast((notice) => notice.kind === 'password_reset')!
    const { before, after } = nextPassword(life)
    const form = { token: link.token, password: after.password }
    return {
      visitor,
      path: '/sign-in/reset',
      form,
      answer: '303 /sign-in?notice=password_set',
      broken: async () => {
        life.person = after
        const again = await life.world.visitor().post('/sign-in/reset', form)
        return [
          ...(again.status === 410 ? [] : ['the link works twice']),
          ...(await stillIn(life, { 'a session': lost })),
          ...(await stillTrusted(life, lost)),
          ...(await stillGoesOn(life, half)),
          ...(await stillOpens(life, before)),
        ]
      },
    }
  },

  async 'saying that it was somebody else'(life) {
    const { world, person } = life
    const thief = world.visitor()
    await thief.signIn(person)
    const { token } = await messageTo(world, 'code', person.email)
    await thief.post('/sign-in/second', { code: await world.codeTo(person.email) })
    // For an hour no code is sent; the next turn comes after it.
    return {
      visitor: world.visitor(),
      path: '/not-me',
      form: { token },
      answer: `303 /not-me?token=${token}`,
      broken: async () => {
        const found = await stillIn(life, { 'who was reported': thief })
        const silent = world.visitor()
        await silent.signIn(person)
        const sent = (await messageTo(world, 'code', person.email)).token !== token
        world.pass(61 * 60_000)
        return [...found, ...(sent ? ['codes are still sent'] : [])]
      },
    }
  },

  async 'stopping a new address through the link'(life) {
    const visitor = await signedIn(life)
    await askForAddress(life, visitor)
    const notices = (await life.world.messagesTo(life.person.email)).map(({ notice }) => notice)
    const { token } = notices.findLast((notice) => notice.kind === 'email_change')!
    return {
      visitor: life.world.visitor(),
      path: '/stop-email-change',
      form: { token },
      answer: '200 null',
      broken: async () => [
        ...(await stillComes(life)),
        ...(await stillIn(life, { 'the session that asked': visitor })),
      ],
    }
  },

  async 'stopping a new address in the account'(life) {
    const visitor = await signedIn(life)
    await askForAddress(life, visitor)
    return {
      visitor,
      path: '/account/email/stop',
      form: {},
      answer: '303 /account/email?notice=email_stopped',
      broken: () => stillComes(life),
    }
  },

  async 'using a recovery code'(life) {
    const lost = await signedIn(life, { remember: 'yes' })
    const half = await halfIn(life)
    const code = life.recovery.pop()!
    return {
      visitor: half.visitor,
      path: '/sign-in/second',
      form: { code, with: 'recovery' },
      answer: '303 /account?notice=recovery_left',
      broken: async () => [
        ...(await stillTrusted(life, lost)),
        ...(await stillLetsIn(life, { code, with: 'recovery' })),
      ],
    }
  },

  async 'making new recovery codes'(life) {
    const visitor = await signedIn(life)
    const [before] = life.recovery
    await visitor.post('/account/security/recovery-codes')
    const code = await life.world.codeTo(life.person.email)
    const shown = await (await visitor.post('/account/security/code', { code })).text()
    life.recovery = recoveryCodesIn(shown)
    return {
      visitor,
      path: '/account/security/confirm',
      form: savedForm(shown),
      answer: '303 /account/security?notice=codes_renewed',
      broken: () => stillLetsIn(life, { code: before!, with: 'recovery' }),
    }
  },

  async 'using the code of an app'(life) {
    const { world, person } = life
    const { phone } = await connectApp(world, await signedIn(life))
    const visitor = world.visitor()
    await visitor.signIn(person)
    const form = { code: phone.code(), with: 'totp' }
    return {
      visitor,
      path: '/sign-in/second',
      form,
      answer: '303 /account',
      broken: async () => {
        const again = world.visitor()
        await again.signIn(person)
        const { status } = await again.post('/sign-in/second', form)
        await leaveOut(life, 'totp')
        return status === 401 ? [] : [`the code of an app is answered ${status} once more`]
      },
    }
  },

  async 'removing a passkey'(life) {
    const { world } = life
    const visitor = await signedIn(life)
    const authenticator = authenticatorFor(world)
    await makePasskey(world, visitor, authenticator)
    const [, id] = await factorsOn(visitor)
    await visitor.post('/account/security/remove', { factor: id! })
    const options = optionsIn(await (await visitor.get('/account/confirm')).text())
    return {
      visitor,
      path: '/account/confirm',
      form: { code: authenticator.get(options), with: 'passkey' },
      answer: `303 /account/security?notice=factor_removed&gone=${authenticator.credentialId}`,
      broken: async () => {
        const { status } = await signInByPasskey(world.visitor(), authenticator)
        await leaveOut(life, 'passkey')
        return status === 401 ? [] : [`a removed passkey is answered ${status}`]
      },
    }
  },

  async 'starting again'(life) {
    const half = await halfIn(life)
    return {
      visitor: half.visitor,
      path: '/sign-in/cancel',
      form: {},
      answer: '303 /sign-in',
      broken: () => stillGoesOn(life, half),
    }
  },
}

/** So that the next turn begins as this one did. */
const leaveOut = ({ world }: Life, kind: string) =>
  world.app.db.deleteFrom('enrolments').where('kind', '=', kind).execute()

async function signedIn(
  { world, person }: Life,
  more: Record<string, string> = {},
): Promise<Visitor> {
  const visitor = world.visitor()
  await signInFully(world, visitor, person, more)
  if ((await whoIs(visitor)) === null) throw new Error('nobody is signed in')
  return visitor
}

type Half = { readonly visitor: Visitor; readonly code: string }

/** The password is given, and the code has come. */
async function halfIn({ world, person }: Life): Promise<Half> {
  const visitor = world.visitor()
  if (placeOf(await visitor.signIn(person)) !== '/sign-in/second') throw new Error('no second step')
  return { visitor, code: await world.codeTo(person.email) }
}

async function deviceOf({ world }: Life, visitor: Visitor): Promise<string> {
  const [id] = visitor.cookies.get('session')!.split('.')
  const row = world.app.db.selectFrom('sessions').select('deviceId').where('id', '=', id!)
  return (await row.executeTakeFirstOrThrow()).deviceId
}

function nextPassword(life: Life) {
  const before = life.person
  return { before, after: { ...before, password: `a quiet lake in year ${++life.turn}` } }
}

/** Which of these browsers are still signed in. */
async function stillIn(life: Life, browsers: Record<string, Visitor>): Promise<string[]> {
  const found: string[] = []
  for (const [name, visitor] of Object.entries(browsers))
    if ((await whoIs(copyOf(life.world, visitor))) !== null) found.push(`${name} is signed in`)
  return found
}

/** Does its device still stand for a second step? */
async function stillTrusted({ world, person }: Life, visitor: Visitor): Promise<string[]> {
  const copy = world.visitor()
  const { id } = await world.app.db
    .selectFrom('accounts')
    .select('id')
    .where('email', '=', person.email)
    .executeTakeFirstOrThrow()
  const name = `device-${deviceTag(id)}`
  copy.cookies.set(name, visitor.cookies.get(name)!)
  const where = placeOf(await copy.signIn(person))
  return where === '/sign-in/second' ? [] : [`a device that was remembered leads to ${where}`]
}

/** A new address, proven, that waits. */
async function askForAddress({ world }: Life, visitor: Visitor): Promise<void> {
  const to = 'ana@new.example.com'
  await visitor.post('/account/email', { email: to })
  await visitor.post('/account/email/code', { code: await world.codeTo(to) })
}

async function stillComes({ world }: Life): Promise<string[]> {
  const waiting = world.app.db.selectFrom('contactChanges').select('id')
  const rows = await waiting.where('stoppedAt', 'is', null).execute()
  return rows.length === 0 ? [] : ['the new address still comes']
}

/** Does this answer to the second step let anybody in? */
async function stillLetsIn(life: Life, form: Record<string, string>): Promise<string[]> {
  const { visitor } = await halfIn(life)
  const { status } = await visitor.post('/sign-in/second', form)
  return status === 401 ? [] : [`what was used or replaced is answered ${status}`]
}

/** Can a sign-in that was under way be finished with its code? */
async function stillGoesOn({ world }: Life, { visitor, code }: Half): Promise<string[]> {
  const answer = await copyOf(world, visitor).post('/sign-in/second', { code })
  return answer.status === 401 ? [] : [`a sign-in under way goes on: ${answer.status}`]
}

async function stillOpens({ world }: Life, before: typeof ana): Promise<string[]> {
  const answer = await world.visitor().signIn(before)
  return answer.status === 401 ? [] : [`the old password is answered ${answer.status}`]
}
