import { createHash } from 'node:crypto';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import type { Watcher } from './world.ts';

/** A running digest of everything that happened. Two runs of one seed have the same one. */
export interface Trace extends Watcher {
  digest(): string;
}

export function newTrace(): Trace {
  const hash = createHash('sha256');
  const write = (...parts: readonly (string | bigint | number)[]) => hash.update(`${parts.join(' ')}\n`);
  return {
    onEvents(customer, events) {
      for (const event of events)
        write(customer.plan.id, event.type, event.subjectId, canonicalJson(event.data));
    },
    onBill(customer, { invoices }) {
      for (const { invoice, number } of invoices) {
        write(
          customer.plan.id,
          invoice.id,
          number?.series ?? '',
          number?.counter ?? 0n,
          invoice.totals.totalMinor,
          invoice.totals.dueMinor,
        );
        for (const line of invoice.lines) write(line.key, line.quantity, line.netMinor, line.taxMinor);
      }
    },
    onDocument(customer, documented) {
      const { kind, before, decision } = documented;
      write(customer.plan.id, kind, before.invoice.id, decision.ok ? 'done' : decision.refusal.code);
      if (documented.kind !== 'credit_note' || !documented.decision.ok) return;
      const { creditNote } = documented.decision.value;
      const { number } = documented;
      write(creditNote.id, number?.series ?? '', number?.counter ?? 0n, creditNote.totals.totalMinor);
      for (const line of creditNote.lines) write(line.position, line.netMinor, line.taxMinor);
    },
    onCorrection(customer, { periods }) {
      for (const { itemId, billingStart, grossDeltaMinor, way } of periods)
        write(customer.plan.id, 'correction', itemId, billingStart, grossDeltaMinor, way.kind);
    },
    onReceipt(customer, event, outcome) {
      write(customer.plan.id, event.id, outcome);
    },
    onOrder(customer, { asked, decision }) {
      write(customer.plan.id, asked.order.kind, decision.ok ? 'done' : decision.refusal.code);
    },
    onCharge(customer, { invoiceId, at }) {
      write(customer.plan.id, 'charge', invoiceId, at);
    },
    onMonthEnd({ endsAt, postings }) {
      write('month', endsAt);
      for (const { currency, entries } of postings)
        for (const { account, side, amountMinor } of entries) write(currency, account, side, amountMinor);
    },
    onEarned: () => undefined,
    onTouched: () => undefined,
    digest: () => hash.digest('hex'),
  };
}
