import { expect, test } from 'vitest'
import { shownRecipient } from './shown-recipient.ts'

const mail = { by: 'email', recipient: 'uma@example.com' }
const text = { by: 'sms', recipient: '+351912345678' }
const uma = { id: 'uma', mainId: 'main', privilege: null }
const operator = { id: 'ana', mainId: null, privilege: 'operator' } as const
const manages = { id: 'mara', mainId: 'main', privilege: 'manage' } as const

test.each([
  ['an operator', operator, null, true],
  ['who manages the account', manages, uma, true],
  ['who manages others', { ...manages, mainId: 'other' }, uma, false],
  ['who manages, where it is not said whose it is', manages, null, false],
  ['support', { ...manages, privilege: 'support' } as const, uma, false],
  ['the person', uma, uma, false],
  ['whoever holds a link', null, uma, false],
])('%s sees all of where a message went, or too little of it', (_, viewer, whose, isWhole) => {
  const shown = [mail, text].map((each) => shownRecipient(viewer, each, whose))
  expect(shown).toEqual(
    isWhole ? ['uma@example.com', '+351 912 345 678'] : ['u•••@e•••.com', '+351 ••• ••• 678'],
  )
})

test('nothing is left of where it went to somebody whose account is gone', () => {
  expect(shownRecipient(operator, { by: 'sms', recipient: '' })).toBe('—')
})
