import { ok, type Result } from '../../kernel/result.ts';
import { applySubscriptionChange } from '../../subscriptions/apply-change.ts';
import { type BillingDecision, type BillingInput, decideInvoice } from '../decide-invoice.ts';
import type { IssuedInvoice } from '../invoice.ts';
import { decideVoid, type VoidInput } from './decide-void.ts';

export interface ReissueInput
  extends Omit<VoidInput, 'now' | 'periods' | 'invoice' | 'billed' | 'subscriptions'> {
  /**
   * The customer's billing as it stands, the invoice still in it and all subscriptions that it bills; `invoiceId` is the
   * id of the new one.
   */
  readonly billing: BillingInput;
  readonly invoice: IssuedInvoice;
}

/** The billing as it is once an invoice is voided: its lines stand no longer and the credit it used is back. */
export function billingWithout(
  billing: BillingInput,
  invoice: Pick<IssuedInvoice, 'id' | 'lines' | 'totals'>,
  creditPaidMinor = 0n,
): BillingInput {
  const keys = new Set(invoice.lines.map((line) => line.key));
  const { customer } = billing;
  const creditBalanceMinor =
    customer.creditBalanceMinor + invoice.totals.creditAppliedMinor + creditPaidMinor;
  return {
    ...billing,
    customer: { ...customer, creditBalanceMinor },
    billed: billing.billed.filter((line) => !keys.has(line.key)),
    replacesInvoiceId: invoice.id,
  };
}

/**
 * Voids an invoice and bills what it billed once more, by the facts and settings of now, on a new one. The usage to load
 * is that of `usageToLoad(billingWithout(…))`. Refusals: those of voiding and of billing.
 */
export function decideReissue(input: ReissueInput): Result<BillingDecision> {
  const { billing, invoice } = input;
  const { now, billed: standing, subscriptions } = billing;
  const concerned = new Set(invoice.lines.map((line) => line.subscriptionId));
  const voided = decideVoid({
    ...input,
    now,
    periods: 'bill_again',
    billed: standing,
    subscriptions: subscriptions.filter(({ id }) => concerned.has(id)),
  });
  if (!voided.ok) return voided;
  const after = voided.value.changes;
  const billed = decideInvoice({
    ...billingWithout(billing, invoice, input.creditPaidMinor),
    subscriptions: subscriptions.map((subscription) => after.reduce(applySubscriptionChange, subscription)),
  });
  if (!billed.ok) return billed;
  return ok({
    ...billed.value,
    changes: [...voided.value.changes, ...billed.value.changes],
    events: [...voided.value.events, ...billed.value.events],
  });
}
