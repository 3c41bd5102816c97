/** What stands in the way of erasing a customer, as it is loaded under the customer's lock. */
export interface ErasureFacts {
  readonly isErased: boolean;
  /** An earlier erasure waits for a second person, or is being carried out. */
  readonly isUnderWay: boolean;
  readonly isOnHold: boolean;
  /** Subscriptions that have not ended. */
  readonly subscriptions: number;
  /** Subscriptions that have ended and whose last bill is not made. */
  readonly unbilled: number;
  /** Invoices on which something is owed, drafts among them. */
  readonly openInvoices: number;
  /** Charges and refunds whose end is not known. */
  readonly moneyUnderWay: number;
  readonly openDisputes: number;
}

export const HINDRANCES = [
  'erased',
  'under_way',
  'legal_hold',
  'subscriptions',
  'unbilled',
  'open_invoices',
  'money_under_way',
  'disputes',
] as const;

export type Hindrance = (typeof HINDRANCES)[number];

/** Everything that stands in the way, in the order of the list; nothing where the customer may be erased. */
export function hindrancesOf(facts: ErasureFacts): readonly Hindrance[] {
  const stands: Record<Hindrance, boolean> = {
    erased: facts.isErased,
    under_way: facts.isUnderWay,
    legal_hold: facts.isOnHold,
    subscriptions: facts.subscriptions > 0,
    unbilled: facts.unbilled > 0,
    open_invoices: facts.openInvoices > 0,
    money_under_way: facts.moneyUnderWay > 0,
    disputes: facts.openDisputes > 0,
  };
  return HINDRANCES.filter((hindrance) => stands[hindrance]);
}
