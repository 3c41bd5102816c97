import type { BillingDecision, BillingInput } from '@billhook/core/invoicing/decide-invoice';
import {
  type DebitableLine,
  decideDebitNote,
  type WantedDebit,
} from '@billhook/core/invoicing/documents/decide-debit-note';
import { NO_TAX } from '@billhook/core/invoicing/tax';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Result } from '@billhook/core/kernel/result';
import { currencyCode } from '@billhook/core/money/currency';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { QueryCtx } from '../../../platform/context.ts';
import { type Customer, creditIn } from '../../customers/api.ts';
import { billingSettings } from '../billing-settings.ts';
import { readFrozen } from '../frozen.ts';
import { frozenText } from '../queries/frozen.ts';
import { linesOf, type StoredInvoice } from '../queries/read.ts';
import { decideTaxed, type TaxedDecision } from '../tax-provider/decide-taxed.ts';

export type DebitRequest = {
  /** Id for the debit note. */
  id: string;
  invoice: StoredInvoice;
  customer: Customer;
  /** Those that the lines of the invoice belong to. */
  subscriptions: readonly Subscription[];
  wanted: readonly WantedDebit[];
  reason: string;
};

/**
 * Decides a debit note of an invoice; writes nothing. Where a provider worked out the tax of the invoice it is asked about
 * what is added as well; else the rates are those of the invoice. The refusals are those of core.
 *
 * @param purpose `estimate` for a preview, which waits for nobody
 */
export async function decideDebit(
  ctx: QueryCtx,
  request: DebitRequest,
  purpose: 'issue' | 'estimate',
): Promise<TaxedDecision> {
  const { invoice, customer } = request;
  const text = await frozenText(ctx, invoice.id);
  invariant(text !== undefined, 'An invoice that is shown has its frozen text.');
  const frozen = readFrozen(text);
  const lines = await debitableLines(ctx, invoice, frozen.lines);
  const decide = (head: BillingInput): Result<BillingDecision> => {
    const { status, number } = invoice;
    return decideDebitNote({ ...request, head, status, invoice: { ...frozen, number, lines } });
  };
  const input: BillingInput = {
    now: ctx.now,
    invoiceId: request.id,
    customer: {
      id: customer.id,
      currency: currencyCode(invoice.currency),
      creditBalanceMinor: creditIn(customer, invoice.currency),
    },
    taxChoice: { ...NO_TAX, mode: invoice.taxMode },
    settings: billingSettings(ctx.tenant.settings, customer),
    subscriptions: request.subscriptions,
    billed: [],
    usage: [],
    hasPaymentMethod: true,
  };
  if (!frozen.isQuoted) return { kind: 'decided', result: decide(input) };
  const [taxed] = await decideTaxed(ctx, [{ customer, input, decide }], purpose);
  invariant(taxed !== undefined, 'One entry has one decision.');
  return taxed;
}

type FrozenLines = ReturnType<typeof readFrozen>['lines'];

async function debitableLines(
  ctx: QueryCtx,
  { id }: StoredInvoice,
  frozen: FrozenLines,
): Promise<readonly DebitableLine[]> {
  const stored = await linesOf(ctx, [id]);
  const ratesOf = new Map(frozen.map(({ position, taxes }) => [position, taxes.map(({ rate }) => rate)]));
  return stored.map((line) => ({
    position: line.position,
    subscriptionId: line.subscriptionId,
    planId: String(line.explanation.plan_id),
    planVersionId: line.planVersionId,
    description: line.description,
    taxCode: line.taxCode,
    rates: ratesOf.get(line.position) ?? [],
    servicePeriod: { start: line.periodStart, end: line.periodEnd },
  }));
}
