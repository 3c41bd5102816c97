import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { JsonObject } from '@billhook/core/kernel/json';
import { listMeters } from '../modules/catalog/api.ts';
import type { Customer } from '../modules/customers/api.ts';
import { type InvoiceToIssue, issueInvoices } from '../modules/invoicing/api.ts';
import { scheduleCollection } from '../modules/payments/api.ts';
import { closeUsage } from '../modules/usage/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { nameOf } from '../platform/members.ts';
import { applyAlike } from './apply-alike.ts';
import { applySharedChanges, emitCoreEvents } from './apply-decision.ts';
import type { DecidedKind, Followers } from './followers.ts';
import { proveReadings } from './prove-readings.ts';
import type { ToWrite } from './to-write.ts';
import { watchEvidence } from './watch-tax.ts';

export type Decided = {
  customer: Customer;
  collection: 'automatic' | 'manual';
  /** The buyer of the invoice that a debit note raises; left out by an invoice. */
  frozenBuyer?: JsonObject;
  decision: ToWrite;
  /** Whether it rests on usage. */
  isMeasured?: boolean;
  /** Where the customer stands among all that are billed together. */
  place?: number;
};

/**
 * Writes decisions set-wise. The row of the number series is locked last.
 *
 * @param options `isCollectedHere`: the caller records the payment in the same transaction; `followers`: those of whom was
 *   decided what was decided of some of these
 */
export async function applyBilling(
  ctx: CommandCtx,
  decided: readonly Decided[],
  {
    isCollectedHere = false,
    followers = null,
  }: { isCollectedHere?: boolean; followers?: Followers | null } = {},
): Promise<void> {
  const alike = followers === null ? NOTHING : await applyAlike(ctx, followers);
  const settled = await applySharedChanges(ctx, [
    ...decided.flatMap(({ decision }) => decision.changes),
    ...alike.changes,
  ]);
  const invoices = await proveReadings(ctx, decided.flatMap(issueOf));
  await closeUsage(
    ctx,
    // Who was decided about by another has used nothing.
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
  await issueInvoices(ctx, invoices, (meterId) => units.get(meterId) || 'units', followers);
  await watchEvidence(ctx, [
    ...decided.flatMap(({ customer, decision }) => (decision.invoice === null ? [] : [customer.id])),
    ...(followers === null || ctx.tenant.settings.taxRules === null ? [] : customersOf(followers)),
  ]);
  if (!isCollectedHere)
    await scheduleCollection(ctx, [
      ...invoices.filter(isCollected).map(({ invoice }) => collectable(invoice)),
      ...(followers === null ? [] : collectableOf(followers)),
    ]);
  emitCoreEvents(ctx, [...decided.flatMap(({ decision }) => decision.events), ...alike.events, ...settled]);
}

const NOTHING = { changes: [], events: [] };
/** Of the names of each. */
const CUSTOMER = 0;

function issueOf({ customer, collection, frozenBuyer, decision, place }: Decided): InvoiceToIssue[] {
  const { invoice } = decision;
  if (invoice === null) return [];
  return [
    {
      invoice,
      collection,
      buyer: customer,
      ...(frozenBuyer === undefined ? {} : { frozenBuyer }),
      ...(place === undefined ? {} : { place }),
    },
  ];
}

const isCollected = ({ invoice, collection }: Pick<InvoiceToIssue, 'invoice' | 'collection'>) =>
  collection === 'automatic' && invoice.status === 'open';

function collectable({ id, customerId, currency, totals }: IssuedInvoice) {
  return { id, customerId, currency, dueMinor: totals.dueMinor, failureCount: 0 };
}

function collectableOf({ kinds, members }: Followers) {
  const isKindCollected = kinds.map(({ leader, collection }) => isCollected({ invoice: leader, collection }));
  return Array.from(members.kinds, (kind, member) => ({ kind, member })).flatMap(({ kind, member }) => {
    if (!isKindCollected[kind]) return [];
    const { leader, leaderNames } = kinds[kind] as DecidedKind;
    const id = nameOf(members, member, leaderNames.length - 1);
    return [{ ...collectable(leader), id, customerId: nameOf(members, member, CUSTOMER) }];
  });
}

function customersOf({ members }: Followers): string[] {
  return Array.from(members.kinds, (_, member) => nameOf(members, member, CUSTOMER));
}

async function unitsOf(ctx: CommandCtx, isNeeded: boolean): Promise<Map<string, string>> {
  const meters = isNeeded ? await listMeters(ctx) : [];
  return new Map(meters.map((meter) => [meter.id, meter.unit]));
}
