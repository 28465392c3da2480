/** What the operator has set about text messages, on the page or in the delivery file. */
export type DeliveryRules = {
  /** Where they may go (ISO 3166-1 alpha-2). None until the operator lists some. */
  readonly countries: readonly string[]
  /** ISO 4217: what prices and sums of money are in. */
  readonly currency: string
  /** At most so many a day (UTC), of all accounts together. */
  readonly messagesDay: number
  /** And for so much money, in millionths; `null`: no such cap. */
  readonly moneyDay: number | null
  /** The same for one main account with its sub-accounts. */
  readonly accountMessagesDay: number
  readonly accountMoneyDay: number | null
}

/** Until the operator says otherwise: nowhere, and never many. */
export const usualRules: DeliveryRules = {
  countries: [],
  currency: 'EUR',
  messagesDay: 200,
  moneyDay: null,
  accountMessagesDay: 50,
  accountMoneyDay: null,
}
