import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { JsonObject } from '@billhook/core/kernel/json';
import { listMeters } from '../modules/catalog/api.ts';
import type { Customer } from '../modules/customers/api.ts';
import { type InvoiceToIssue, issueInvoices, type Likeness } from '../modules/invoicing/api.ts';
import { scheduleCollection } from '../modules/payments/api.ts';
import { closeUsage } from '../modules/usage/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { applySharedChanges, emitCoreEvents } from './apply-decision.ts';
import type { ToWrite } from './decided-like.ts';
import { proveReadings } from './prove-readings.ts';
import { watchEvidence } from './watch-tax.ts';

export type Decided = {
  customer: Customer;
  collection: 'automatic' | 'manual';
  /** The buyer of the invoice that a debit note raises; left out by an invoice. */
  frozenBuyer?: JsonObject;
  decision: ToWrite;
  /** Whether it rests on usage. */
  isMeasured?: boolean;
  /** Set where it was decided by that of a customer like this one. */
  likeness?: Likeness;
};

/**
 * Writes decisions set-wise. The row of the number series is locked last.
 *
 * @param options `isCollectedHere`: the caller records the payment in the same transaction
 */
export async function applyBilling(
  ctx: CommandCtx,
  decided: readonly Decided[],
  options: { isCollectedHere?: boolean } = {},
): Promise<void> {
  const settled = await applySharedChanges(
    ctx,
    decided.flatMap(({ decision }) => decision.changes),
  );
  const invoices = await proveReadings(
    ctx,
    decided.flatMap((one) => (one.decision.invoice === null ? [] : [issueOf(one, one.decision.invoice)])),
  );
  await closeUsage(
    ctx,
    invoices.flatMap(({ invoice }) =>
      invoice.lines
        .filter((line) => line.meterId !== null)
        .map((line) => ({
          customerId: invoice.customerId,
          meterId: line.meterId as string,
          closedUntil: line.quantityCutoffAt,
        })),
    ),
  );
  const units = await unitsOf(ctx, invoices.length > 0);
  await issueInvoices(ctx, invoices, (meterId) => units.get(meterId) || 'units');
  await watchEvidence(
    ctx,
    invoices.map(({ invoice }) => invoice.customerId),
  );
  await scheduleCollection(
    ctx,
    invoices
      .filter(
        ({ invoice, collection }) =>
          !options.isCollectedHere && collection === 'automatic' && invoice.status === 'open',
      )
      .map(({ invoice }) => ({
        id: invoice.id,
        customerId: invoice.customerId,
        currency: invoice.currency,
        dueMinor: invoice.totals.dueMinor,
        failureCount: 0,
      })),
  );
  emitCoreEvents(ctx, [...decided.flatMap(({ decision }) => decision.events), ...settled]);
}

function issueOf(
  { customer, collection, frozenBuyer, likeness }: Decided,
  invoice: IssuedInvoice,
): InvoiceToIssue {
  return {
    invoice,
    collection,
    buyer: customer,
    ...(frozenBuyer === undefined ? {} : { frozenBuyer }),
    ...(likeness === undefined ? {} : { likeness }),
  };
}

async function unitsOf(ctx: CommandCtx, isNeeded: boolean): Promise<Map<string, string>> {
  const meters = isNeeded ? await listMeters(ctx) : [];
  return new Map(meters.map((meter) => [meter.id, meter.unit]));
}
