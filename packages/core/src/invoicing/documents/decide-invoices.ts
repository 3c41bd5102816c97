import type { Change, Decision } from '../../decision/change.ts';
import type { CoreEvent } from '../../decision/event.ts';
import { grouped } from '../../kernel/grouped.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { CurrencyCode } from '../../money/currency.ts';
import { type BillingInput, decideInvoice } from '../decide-invoice.ts';
import type { IssuedInvoice } from '../invoice.ts';

/** What one currency of a customer is billed with. */
export interface CurrencyAccount {
  readonly currency: CurrencyCode;
  /** Id for the invoice in this currency, used only if there is one. */
  readonly invoiceId: string;
  readonly creditBalanceMinor: bigint;
}

export interface ConsolidatedInput extends Omit<BillingInput, 'invoiceId' | 'customer'> {
  readonly customerId: string;
  /** One account for each currency of the subscriptions. */
  readonly accounts: readonly CurrencyAccount[];
}

export interface ConsolidatedDecision extends Decision {
  /** One invoice a currency at most, in order of the accounts. */
  readonly invoices: readonly IssuedInvoice[];
  readonly subscriptions: BillingInput['subscriptions'];
}

/** Things of several currencies by their currency, in order of first appearance. */
export function groupByCurrency<T extends { readonly currency: CurrencyCode }>(
  entries: readonly T[],
): ReadonlyMap<CurrencyCode, readonly T[]> {
  return grouped(entries, (entry) => entry.currency);
}

/**
 * Bills one customer in every currency: all subscriptions of a currency on one invoice, each currency on an invoice of
 * its own with the credit of that currency. Refusals: `billing.account_missing`, and those of `decideInvoice`; one
 * refusal bills nothing at all.
 */
export function decideInvoices(input: ConsolidatedInput): Result<ConsolidatedDecision> {
  const groups = groupByCurrency(input.subscriptions);
  for (const currency of groups.keys()) {
    if (!input.accounts.some((account) => account.currency === currency))
      return refuse('billing.account_missing', `There is no account to bill ${currency} with.`, { currency });
  }
  const changes: Change[] = [];
  const events: CoreEvent[] = [];
  const invoices: IssuedInvoice[] = [];
  const moved = new Map<string, BillingInput['subscriptions'][number]>();
  const billed = grouped(input.billed, (line) => line.subscriptionId);
  for (const { currency, invoiceId, creditBalanceMinor } of input.accounts) {
    const subscriptions = groups.get(currency) ?? [];
    if (subscriptions.length === 0) continue;
    const decision = decideInvoice({
      ...input,
      invoiceId,
      customer: { id: input.customerId, currency, creditBalanceMinor },
      subscriptions,
      billed: subscriptions.flatMap(({ id }) => billed.get(id) ?? []),
    });
    if (!decision.ok) return decision;
    changes.push(...decision.value.changes);
    events.push(...decision.value.events);
    if (decision.value.invoice !== null) invoices.push(decision.value.invoice);
    for (const subscription of decision.value.subscriptions) moved.set(subscription.id, subscription);
  }
  const subscriptions = input.subscriptions.map((before) => moved.get(before.id) ?? before);
  return ok({ changes, events, invoices, subscriptions });
}

/**
 * The drafts of what would be issued: nothing is changed and nothing is posted. Looking at them again shows what came
 * in between, until they are issued.
 */
export function draftInvoices(input: ConsolidatedInput): Result<readonly IssuedInvoice[]> {
  const decision = decideInvoices(input);
  if (!decision.ok) return decision;
  return ok(decision.value.invoices.filter((invoice) => invoice.status !== 'skipped'));
}
