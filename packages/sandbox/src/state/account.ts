import type { AccountRecord, AnswerIndex, EventIndex, Kind, PendingDelivery, Records } from './records.ts';

/** All records of an account by kind, each in order of creation. */
export type Tables = { readonly [K in Kind]: Map<string, Records[K]> };

/** An account in memory. */
export interface Account {
  settings: AccountRecord;
  readonly tables: Tables;
  readonly events: Map<string, EventIndex>;
  readonly answers: Map<string, AnswerIndex>;
  readonly pending: Map<string, PendingDelivery>;
  /** Records that something happens to by the clock, with the second at which it does. */
  readonly due: Map<string, { readonly kind: Kind; readonly at: number }>;
  /** Idempotency keys whose request is being carried out. */
  readonly inFlight: Set<string>;
}

/** An account without records. */
export function emptyAccount(settings: AccountRecord): Account {
  return {
    settings,
    tables: {
      customer: new Map(),
      payment_method: new Map(),
      payment_intent: new Map(),
      setup_intent: new Map(),
      charge: new Map(),
      balance_transaction: new Map(),
      refund: new Map(),
      dispute: new Map(),
      file: new Map(),
      payout: new Map(),
      mandate: new Map(),
      checkout_session: new Map(),
      webhook_endpoint: new Map(),
      tax_calculation: new Map(),
      tax_transaction: new Map(),
      product: new Map(),
      price: new Map(),
      coupon: new Map(),
      promotion_code: new Map(),
      discount: new Map(),
      tax_rate: new Map(),
      subscription: new Map(),
      invoiceitem: new Map(),
      invoice: new Map(),
      invoice_payment: new Map(),
      credit_note: new Map(),
      subscription_schedule: new Map(),
      meter: new Map(),
      meter_event: new Map(),
      portal_configuration: new Map(),
      portal_session: new Map(),
    },
    events: new Map(),
    answers: new Map(),
    pending: new Map(),
    due: new Map(),
    inFlight: new Set(),
  };
}

/** The account's time in milliseconds: where its clock is frozen, or the wall's. */
export function accountNowMs(account: Account, wallMs: number): number {
  return account.settings.frozenAtMs ?? wallMs;
}

/** Key of a pending delivery. */
export function deliveryKey(event: string, endpoint: string): string {
  return `${event} ${endpoint}`;
}
