import type { CreditedItems, InvoiceLine, SubscriptionRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { divideRounded } from './decimal.ts';

/** What was asked for an item for time that lies ahead, after its discounts. */
interface Debit {
  readonly key: string;
  readonly invoice: string | null;
  readonly line: string | null;
  readonly net: number;
  readonly start: number;
  readonly end: number;
}

interface Entry extends Debit {
  readonly credited: CreditedItems | null;
}

function netOf({ amount, discounts }: InvoiceLine): number {
  return amount - discounts.reduce((sum, discount) => sum + discount.amount, 0);
}

/** All that was asked for and given back of an item, on invoices that stand and waiting for one. */
function entriesOf(draft: Draft, subscription: string, item: string): Entry[] {
  const invoiced = draft
    .all('invoice')
    .filter((invoice) => invoice.subscription === subscription && invoice.status !== 'void')
    .flatMap((invoice) =>
      invoice.lines
        .filter((line) => line.subscriptionItem === item)
        .map((line) => ({
          key: line.invoiceItem ?? line.id,
          invoice: invoice.id,
          line: line.id,
          net: netOf(line),
          start: line.periodStart,
          end: line.periodEnd,
          credited: line.credited,
        })),
    );
  const waiting = draft
    .all('invoiceitem')
    .filter((one) => one.invoice === null && one.subscriptionItem === item)
    .map((one) => ({
      key: one.id,
      invoice: null,
      line: null,
      net: one.amount,
      start: one.periodStart,
      end: one.periodEnd,
      credited: one.credited,
    }));
  return [...invoiced, ...waiting];
}

/**
 * What is to be given back of an item from an instant on: the rest of what was really asked for it, and not given
 * back before. Null when there is nothing, as for a change that nobody was charged for.
 */
export function creditFor(
  draft: Draft,
  subscription: SubscriptionRecord,
  item: string,
  at: number,
): { readonly amount: number; readonly credited: CreditedItems } | null {
  const entries = entriesOf(draft, subscription.id, item);
  const done = new Set(entries.flatMap(({ credited }) => credited?.keys ?? []));
  const open = entries.filter(
    ({ key, net, start, end }) =>
      net > 0 && start <= at && at < end && end === subscription.periodEnd && !done.has(key),
  );
  if (open.length === 0) return null;
  const amount = open.reduce(
    (sum, { net, start, end }) =>
      sum + Number(divideRounded(BigInt(net) * BigInt(end - at), BigInt(end - start))),
    0,
  );
  const invoice = open.find((debit) => debit.invoice !== null)?.invoice ?? null;
  return {
    amount,
    credited: {
      invoice,
      lines: open.flatMap((debit) => (debit.invoice === invoice ? (debit.line ?? []) : [])),
      keys: open.map(({ key }) => key),
    },
  };
}
