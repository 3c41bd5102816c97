import type { JsonObject } from '@billhook/core/kernel/json';
import { listMeters } from '../modules/catalog/api.ts';
import type { Customer } from '../modules/customers/api.ts';
import { type InvoiceToIssue, issueInvoices, type Likeness } from '../modules/invoicing/api.ts';
import { scheduleCollection } from '../modules/payments/api.ts';
import { closeUsage } from '../modules/usage/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { applyAlike } from './apply-alike.ts';
import { applySharedChanges, emitCoreEvents } from './apply-decision.ts';
import { proveReadings } from './prove-readings.ts';
import type { ToWrite } from './to-write.ts';
import { watchEvidence } from './watch-tax.ts';

export type Decided = {
  customer: Customer;
  collection: 'automatic' | 'manual';
  /** The buyer of the invoice that a debit note raises; left out by an invoice. */
  frozenBuyer?: JsonObject;
  /** Where it was decided by that of a customer like this one, the other's. */
  decision: ToWrite;
  /** Whether it rests on usage. */
  isMeasured?: boolean;
  /** Set where it was decided by that of a customer like this one, which is written with it. */
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
  const alone = decided.filter(({ likeness }) => likeness === undefined);
  const alike = await applyAlike(ctx, decided.flatMap(followedOf));
  const settled = await applySharedChanges(ctx, [
    ...alone.flatMap(({ decision }) => decision.changes),
    ...alike.changes,
  ]);
  const invoices = await proveReadings(ctx, decided.flatMap(issueOf));
  await closeUsage(
    ctx,
    // Who was decided about by another has used nothing.
    invoices.flatMap(({ invoice, likeness }) =>
      (likeness === undefined ? invoice.lines : [])
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
    decided.flatMap(({ customer, decision }) => (decision.invoice === null ? [] : [customer.id])),
  );
  await scheduleCollection(
    ctx,
    invoices
      .filter(
        ({ invoice, collection }) =>
          !options.isCollectedHere && collection === 'automatic' && invoice.status === 'open',
      )
      .map(({ invoice, likeness }) => ({
        id: likeness?.names.at(-1) ?? invoice.id,
        customerId: likeness?.names[0] ?? invoice.customerId,
        currency: invoice.currency,
        dueMinor: invoice.totals.dueMinor,
        failureCount: 0,
      })),
  );
  emitCoreEvents(ctx, [...alone.flatMap(({ decision }) => decision.events), ...alike.events, ...settled]);
}

function followedOf({ decision, likeness }: Decided) {
  return likeness === undefined ? [] : [{ decision, likeness }];
}

function issueOf({ customer, collection, frozenBuyer, likeness, decision }: Decided): InvoiceToIssue[] {
  const { invoice } = decision;
  if (invoice === null) return [];
  return [
    {
      invoice,
      collection,
      buyer: customer,
      ...(frozenBuyer === undefined ? {} : { frozenBuyer }),
      ...(likeness === undefined ? {} : { likeness }),
    },
  ];
}

async function unitsOf(ctx: CommandCtx, isNeeded: boolean): Promise<Map<string, string>> {
  const meters = isNeeded ? await listMeters(ctx) : [];
  return new Map(meters.map((meter) => [meter.id, meter.unit]));
}
