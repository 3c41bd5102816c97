import { creditOf, type InvoiceRecord } from '@billhook/core/decision/books';
import type { DebitableLine, WantedDebit } from '@billhook/core/invoicing/documents/decide-debit-note';
import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import { beginCollecting, numberOf } from './billing.ts';
import { type Customer, idFor } from './customer.ts';
import { billedBy, tell } from './document-work.ts';
import type { DocumentWork } from './workload.ts';
import { carryOut, type World } from './world.ts';

type Work = Extract<DocumentWork, { kind: 'debit_note' }>;

/** Raises what an invoice claimed by a document of its own, which is numbered and collected like an invoice. */
export function debit(world: World, customer: Customer, before: InvoiceRecord, work: Work): void {
  writeDebit(world, customer, before, wantedOf(customer, before.invoice.lines, work));
}

export function writeDebit(
  world: World,
  customer: Customer,
  before: InvoiceRecord,
  wanted: readonly WantedDebit[],
): void {
  const { invoice, status } = before;
  const { id, currency, lines, taxMode, policies } = invoice;
  const at = world.agenda.now;
  const decision = world.engine.decideDebitNote({
    head: {
      now: at,
      invoiceId: idFor(customer, 'inv'),
      customer: { id: customer.plan.id, currency, creditBalanceMinor: creditOf(customer.books, currency) },
      taxChoice: customer.taxChoice,
      settings: world.swarm.settings,
    },
    invoice: {
      id,
      taxMode,
      policies,
      number: customer.numbers.get(id) ?? '',
      lines: lines.map(debitable),
    },
    status,
    wanted,
    subscriptions: billedBy(customer, before),
    reason: 'asked',
  });
  const document = decision.ok ? decision.value.invoice : null;
  const number = document === null ? null : numberOf(world, customer, document, 'DN');
  tell(world, customer, { kind: 'debit_note', at, before, wanted, decision, number });
  if (!decision.ok || document === null) return;
  carryOut(world, customer, decision.value);
  beginCollecting(world, customer, document);
}

function debitable(line: InvoiceLine): DebitableLine {
  const { position, subscriptionId, planVersionId, description, taxCode, servicePeriod, taxes } = line;
  const { planId } = line.explanation;
  const rates = taxes.map(({ rate }) => rate);
  return { position, subscriptionId, planId, planVersionId, description, taxCode, servicePeriod, rates };
}

function wantedOf(
  customer: Customer,
  lines: readonly InvoiceLine[],
  { shares }: Work,
): readonly WantedDebit[] {
  return shares.flatMap(({ line: place, percent }) => {
    const line = lines[place % lines.length];
    if (line === undefined) return [];
    const amountMinor = (line.grossMinor * BigInt(percent)) / 100n;
    return [{ position: line.position, amountMinor, description: null, chargeId: idFor(customer, 'chg') }];
  });
}
