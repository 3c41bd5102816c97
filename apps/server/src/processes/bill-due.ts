import type { BillingDecision, BillingInput } from '@billhook/core/invoicing/decide-invoice';
import { groupByCurrency } from '@billhook/core/invoicing/documents/decide-invoices';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { Refusal } from '@billhook/core/kernel/result';
import { listMeters } from '../modules/catalog/api.ts';
import { type Customer, getCustomers, holdCustomers, parkCustomers } from '../modules/customers/api.ts';
import { burnWaiting } from '../modules/entitlements/api.ts';
import {
  decideTaxed,
  type InvoiceToIssue,
  issueInvoices,
  loadBilling,
  releasing,
  type TaxedDecision,
  TaxQuoteNeeded,
  type ToBill,
  wantQuotes,
} from '../modules/invoicing/api.ts';
import { customersWithMethod, scheduleCollection } from '../modules/payments/api.ts';
import {
  customersWithThreshold,
  loadSubscriptionsForBilling,
  type StoredSubscription,
  subscriptionsOfCustomers,
} from '../modules/subscriptions/api.ts';
import { openCase } from '../modules/support/api.ts';
import { closeUsage } from '../modules/usage/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import { applySharedChanges, emitCoreEvents } from './apply-decision.ts';
import { proveReadings } from './prove-readings.ts';
import { refusedForTax, watchEvidence } from './watch-tax.ts';

export type Claimed = ToBill & {
  collection: 'automatic' | 'manual';
  /** The buyer of the invoice that a debit note raises; left out by an invoice. */
  frozenBuyer?: JsonObject;
};
export type Decided = { claimed: Claimed; decision: BillingDecision };

/**
 * Bills a customer in the transaction of something that was just asked for. What cannot be billed is not done either:
 * it is refused with `billing.refused` and leaves nothing behind, so the customer goes on as before.
 */
export async function billOrRefuse(
  ctx: CommandCtx,
  customerId: string,
  options: BillingOptions = {},
): Promise<void> {
  const onRefused = ({ code, detail, facts }: Refusal): never =>
    refuse('billing.refused', `${detail} Nothing was changed.`, { facts: { reason: code, ...facts } });
  await billCustomers(ctx, [customerId], { ...options, onRefused });
}

export type BillingOptions = {
  /** Called for what cannot be billed, before anything is written; without it the customer is parked. */
  onRefused?: (refusal: Refusal) => never;
  /** Nothing waits for the end of a day or month: something of it is to be paid now. */
  isAtOnce?: boolean;
};

/** Bills customers up to the present in one transaction, those whom nobody else holds. */
export async function billCustomers(
  ctx: CommandCtx,
  customerIds: readonly string[],
  options: BillingOptions = {},
): Promise<Billed> {
  const locked = (await lockDue(ctx, customerIds)).map(({ id }) => id);
  return billLocked(ctx, locked, options);
}

/** What became of customers who were billed together. */
export type Billed = { customers: number; invoices: number; parked: number };

/** As `billCustomers`, for customers who are under the lock of this transaction, in the order of the ids given. */
export async function billLocked(
  ctx: CommandCtx,
  locked: readonly string[],
  { onRefused, isAtOnce = false }: BillingOptions = {},
): Promise<Billed> {
  const claimed = await claim(ctx, locked);
  if (claimed.length === 0) return { customers: 0, invoices: 0, parked: 0 };
  const inputs = await loadBilling(ctx, claimed, ctx.now, () => ctx.newId());
  const releaseOf = isAtOnce ? () => ({}) : releasing(ctx.tenant, ctx.now);
  const decided: Decided[] = [];
  const refused: Refused[] = [];
  const held = await refusedForTax(
    ctx,
    claimed.map(({ customer }) => customer),
  );
  const taxed = await decideTaxed(
    ctx,
    claimed.map(({ customer }, index) => ({
      customer,
      input: { ...(inputs[index] as BillingInput), ...releaseOf(customer) },
    })),
  );
  const waiting = waitingOf(taxed);
  if (onRefused !== undefined) askFirst(waiting);
  for (const [index, entry] of claimed.entries()) {
    const decision = taxed[index] as TaxedDecision;
    const result = held.get(entry.customer.id) ?? (decision.kind === 'waits' ? null : decision.result);
    if (result === null) continue;
    if (result.ok) decided.push({ claimed: entry, decision: result.value });
    else if (onRefused !== undefined) onRefused(result.refusal);
    else refused.push({ customerId: entry.customer.id, refusal: result.refusal });
  }
  // Who cannot be billed in one currency is billed in none.
  const parked = new Set(refused.map(({ customerId }) => customerId));
  await waitForTax(ctx, waiting, parked);
  for (const { question } of waiting) parked.add(question.customerId);
  const billable = decided.filter(({ claimed: { customer } }) => !parked.has(customer.id));
  await applyBilling(ctx, billable);
  await park(ctx, refused.filter(isFirstOfCustomer));
  return {
    customers: new Set(claimed.map(({ customer }) => customer.id)).size,
    invoices: billable.filter(({ decision }) => decision.invoice !== null).length,
    parked: parked.size,
  };
}

type Waiting = Extract<TaxedDecision, { kind: 'waits' }>;

function waitingOf(taxed: readonly TaxedDecision[]): readonly Waiting[] {
  return taxed.flatMap((one) => (one.kind === 'waits' ? [one] : []));
}

/** Somebody stands and waits: the provider is asked at once, and all of this is done again. */
function askFirst(waiting: readonly Waiting[]): void {
  const unasked = waiting.filter(({ isAsked }) => !isAsked).map(({ question }) => question);
  if (unasked.length > 0) throw new TaxQuoteNeeded(unasked);
}

/** Customers whose tax is not known yet are billed once it is; meanwhile they are on hold, without a case. */
async function waitForTax(
  ctx: CommandCtx,
  waiting: readonly Waiting[],
  parked: ReadonlySet<string>,
): Promise<void> {
  const questions = waiting
    .map(({ question }) => question)
    .filter(({ customerId }) => !parked.has(customerId));
  if (questions.length === 0) return;
  await wantQuotes(ctx, questions);
  await holdCustomers(ctx, [...new Set(questions.map(({ customerId }) => customerId))]);
}

/**
 * Bills the usage of running periods of customers whose unbilled usage has reached the threshold of their subscription,
 * or the seller's; of the others nothing changes. Answers how many were billed.
 */
export async function billReached(ctx: CommandCtx, customerIds: readonly string[]): Promise<number> {
  const asked =
    ctx.tenant.settings.billingThreshold === null
      ? await customersWithThreshold(ctx, customerIds)
      : customerIds;
  if (asked.length === 0) return 0;
  const locked = (await lockDue(ctx, asked)).map(({ id }) => id);
  await burnWaiting(ctx, locked);
  const customers = await getCustomers(ctx, locked);
  const running = (await subscriptionsOfCustomers(ctx, locked)).filter(({ status }) => isServed(status));
  const byCustomer = Map.groupBy(running, ({ customerId }) => customerId);
  const claimed = locked.flatMap((id) => {
    const customer = customers.get(id);
    return customer === undefined ? [] : byCurrency(customer, byCustomer.get(id) ?? []);
  });
  const inputs = await loadBilling(ctx, claimed, ctx.now, () => ctx.newId());
  const decided: Decided[] = [];
  const taxed = await decideTaxed(
    ctx,
    claimed.map(({ customer }, index) => ({ customer, input: inputs[index] as BillingInput })),
  );
  askFirst(waitingOf(taxed));
  for (const [index, entry] of claimed.entries()) {
    const decision = taxed[index] as TaxedDecision;
    if (decision.kind === 'waits') continue;
    const { result } = decision;
    // What cannot be billed now is dealt with when it is due.
    if (result.ok && result.value.invoice !== null) decided.push({ claimed: entry, decision: result.value });
  }
  await applyBilling(ctx, decided);
  return decided.length;
}

export type Refused = { customerId: string; refusal: Refusal };

function isFirstOfCustomer({ customerId }: Refused, index: number, all: readonly Refused[]): boolean {
  return all.findIndex((other) => other.customerId === customerId) === index;
}

function isServed(status: StoredSubscription['status']): boolean {
  return status === 'active' || status === 'past_due';
}

/**
 * Locks customers in id order. One that another transaction holds is left for the next run, unless all are held: then
 * the first is waited for, so that a run which finds something due always gets something done.
 */
async function lockDue(ctx: CommandCtx, customerIds: readonly string[]): Promise<{ id: string }[]> {
  const lock = (ids: readonly string[], waiting: 'skip locked' | '') =>
    ctx.sql.rows<{ id: string }>(
      `select id from customers where tenant_id = $1 and id = any ($2::uuid[]) and parked_at is null
       order by id for update ${waiting}`,
      [ctx.tenant.id, ids],
    );
  const free = await lock(customerIds, 'skip locked');
  return free.length > 0 ? free : lock(customerIds.slice(0, 1), '');
}

async function claim(ctx: CommandCtx, locked: readonly string[]): Promise<Claimed[]> {
  if (locked.length === 0) return [];
  // What credits do not cover of usage that came in stands on the invoice of its own period.
  await burnWaiting(ctx, locked);
  const due = await ctx.sql.rows<{ id: string }>(
    'select id from subscriptions where tenant_id = $1 and customer_id = any ($2::uuid[]) and next_bill_at <= $3',
    [ctx.tenant.id, locked, iso(ctx.now)],
  );
  const subscriptions = await loadSubscriptionsForBilling(
    ctx,
    due.map(({ id }) => id),
  );
  const customers = await getCustomers(
    ctx,
    subscriptions.map(({ customerId }) => customerId),
  );
  const byCustomer = Map.groupBy(subscriptions, ({ customerId }) => customerId);
  const asking = subscriptions.filter(asksForMethod).map(({ customerId }) => customerId);
  const withMethod = asking.length === 0 ? new Set<string>() : await customersWithMethod(ctx, asking);
  // In the order of the locks, so that the same run gives the same numbers.
  return locked.flatMap((id) => {
    const own = byCustomer.get(id);
    const customer = customers.get(id);
    if (own === undefined || customer === undefined) return [];
    // Who pays by invoice needs no card.
    return byCurrency(customer, own).map((entry) => ({
      ...entry,
      hasPaymentMethod: entry.collection === 'manual' || withMethod.has(id),
    }));
  });
}

/** Only the end of a trial that needs a card asks for one. */
function asksForMethod({ status, trialEnd }: StoredSubscription): boolean {
  return trialEnd === 'cancel_without_payment_method' && (status === 'trialing' || status === 'scheduled');
}

/** Each currency stands on an invoice of its own, in order of the codes, so that the same run gives the same numbers. */
function byCurrency(customer: Customer, subscriptions: readonly StoredSubscription[]): Claimed[] {
  const groups = [...groupByCurrency(subscriptions)];
  return groups
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, entries]) => toBill(customer, entries));
}

/** Charged by itself only if all that stands on the invoice may be, and the customer does not pay by transfer. */
export function toBill(customer: Customer, subscriptions: readonly StoredSubscription[]): Claimed {
  const isAutomatic =
    !customer.paysByTransfer && subscriptions.every(({ collection }) => collection === 'automatic');
  const byId = subscriptions.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  return { customer, subscriptions: byId, collection: isAutomatic ? 'automatic' : 'manual' };
}

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
    decided.flatMap(({ claimed, decision }) =>
      decision.invoice === null ? [] : [issueOf(claimed, decision.invoice)],
    ),
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
  { collection, customer, frozenBuyer }: Claimed,
  invoice: NonNullable<BillingDecision['invoice']>,
): InvoiceToIssue {
  const request = { invoice, collection, buyer: customer };
  return frozenBuyer === undefined ? request : { ...request, frozenBuyer };
}

async function unitsOf(ctx: CommandCtx, isNeeded: boolean): Promise<Map<string, string>> {
  const meters = isNeeded ? await listMeters(ctx) : [];
  return new Map(meters.map((meter) => [meter.id, meter.unit]));
}

/** Takes customers out of billing until staff has looked, with a case for each. */
export async function park(ctx: CommandCtx, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return;
  await parkCustomers(
    ctx,
    refused.map(({ customerId }) => customerId),
  );
  for (const { customerId, refusal } of refused) {
    await openCase(ctx, {
      kind: 'billing.parked',
      customerId,
      subjectId: customerId,
      detail: refusal.detail,
      facts: { code: refusal.code, ...refusal.facts },
    });
  }
}
