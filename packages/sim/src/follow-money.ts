import type { AccessStage } from '@billhook/core/access/access';
import type { Customer } from './customer.ts';
import type { Engine } from './engine.ts';

/** Ends the runs of what is no longer open, and sees to it that access is what it must be by now. */
export function followMoney({ engine }: { readonly engine: Engine }, customer: Customer): void {
  const stages = new Map<string, AccessStage[]>();
  for (const [invoiceId, { stage }] of customer.dunning) {
    const record = customer.books.invoices.get(invoiceId);
    if (record?.status !== 'open') {
      customer.dunning.delete(invoiceId);
      continue;
    }
    for (const id of new Set(record.invoice.lines.map(({ subscriptionId }) => subscriptionId))) {
      const known = stages.get(id);
      if (known === undefined) stages.set(id, [stage]);
      else known.push(stage);
    }
  }
  for (const { id, status } of customer.books.subscriptions.values())
    customer.access.set(id, engine.accessOf(status, stages.get(id) ?? []));
}
