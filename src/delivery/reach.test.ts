import { expect, test } from 'vitest'
import type { Linked } from './gateway.ts'
import { countriesReached, unpricedIn } from './reach.ts'
import { usualRules, type DeliveryRules } from './rules.ts'

type Route = Pick<Linked, 'by' | 'name' | 'countries' | 'prices'>

const sms: Route = { by: 'sms', name: 'One', countries: null, prices: {} }
const mail: Route = { ...sms, by: 'email' }
const with50 = { ...sms, prices: { PT: 50 } }
const rules = (more: Partial<DeliveryRules> = {}) => ({
  ...usualRules,
  countries: ['PT', 'GB'],
  ...more,
})

test.each<[string, readonly Route[], Partial<DeliveryRules>, string[]]>([
  ['nothing linked', [], {}, []],
  ['nothing but mail', [mail], {}, []],
  ['one for all', [mail, sms], {}, ['PT', 'GB']],
  ['one for some', [{ ...sms, countries: ['GB', 'ES'] }], {}, ['GB']],
  ['nothing listed', [sms], { countries: [] }, []],
  ['no messages', [sms], { messagesDay: 0 }, []],
  ['none for one account', [sms], { accountMessagesDay: 0 }, []],
  ['less money than one costs', [with50], { moneyDay: 49 }, ['GB']],
  ['less for one account', [with50], { accountMoneyDay: 49 }, ['GB']],
  ['just enough', [with50], { moneyDay: 50, accountMoneyDay: 50 }, ['PT', 'GB']],
  ['the first is too dear, as it is asked', [with50, sms], { moneyDay: 49 }, ['GB']],
])('%s: codes get there', (_, linked, more, countries) => {
  expect([...countriesReached({ linked, rules: rules(more) })]).toEqual(countries)
})

test.each<[string, readonly Route[], Partial<DeliveryRules>, string[]]>([
  ['no cap', [sms], {}, []],
  ['a cap', [sms], { moneyDay: 1 }, ['One PT', 'One GB']],
  ['a cap for one account', [with50], { accountMoneyDay: 1 }, ['One GB']],
  ['a price for everywhere else', [{ ...sms, prices: { '*': 1 } }], { moneyDay: 1 }, []],
  ['for nothing, as the operator says', [{ ...sms, prices: { '*': 0 } }], { moneyDay: 1 }, []],
  ['where it does not serve', [{ ...with50, countries: ['PT'] }], { moneyDay: 1 }, []],
  ['mail', [mail], { moneyDay: 1 }, []],
])('%s: without a price', (_, linked, more, said) => {
  const unpriced = unpricedIn({ linked, rules: rules(more) })
  expect(unpriced.map(({ route, country }) => `${route} ${country}`)).toEqual(said)
})
