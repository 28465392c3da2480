import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import type { Asker, Deed, Doing, Outcome } from './deed.ts'
import { addFactor } from './add-factor.ts'
import { delivery } from './delivery.ts'
import { forgetDevices, removeDevices, removeOthers } from './devices.ts'
import { email } from './email.ts'
import { endKey, makeKey } from './keys.ts'
import { notMe } from './not-me.ts'
import { bindAnew } from './bind-anew.ts'
import { decide } from './case.ts'
import { password } from './password.ts'
import { policy } from './policy.ts'
import { profile } from './profile.ts'
import { releasePrefix } from './release-prefix.ts'
import { importAccounts } from './import.ts'
import { user } from './user.ts'
import { removeFactor } from './remove-factor.ts'

/** Every deed we know. Adding one: write its file, add it to the type and to this list. */
const deeds: { readonly [Kind in Deed['kind']]: Doing<Kind> } = {
  'remove-devices': removeDevices,
  'remove-others': removeOthers,
  'forget-devices': forgetDevices,
  email,
  profile,
  policy,
  'not-me': notMe,
  password,
  'bind-anew': bindAnew,
  'add-factor': addFactor,
  'remove-factor': removeFactor,
  'make-key': makeKey,
  'end-key': endKey,
  delivery,
  'release-prefix': releasePrefix,
  case: decide,
  user,
  import: importAccounts,
}

/** Throws for a kind that is not in the list: what was kept by a newer program is not done. */
export function doDeed(change: Change, asker: Asker, deed: Deed): Promise<Outcome | Refusal> {
  const doing = deeds[deed.kind] as Doing<Deed['kind']> | undefined
  if (!doing) throw new Error(`no such deed: ${String(deed.kind)}`)
  return doing(change, asker, deed)
}
