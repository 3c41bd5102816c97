import {
  type BillingDecision,
  type BillingInput,
  decideInvoice,
} from '@billhook/core/invoicing/decide-invoice';
import { groupByCurrency } from '@billhook/core/invoicing/documents/decide-invoices';
import type { Refusal } from '@billhook/core/kernel/result';
import { listMeters } from '../modules/catalog/api.ts';
import { type Customer, getCustomers, parkCustomers } from '../modules/customers/api.ts';
import { burnWaiting } from '../modules/entitlements/api.ts';
import { issueInvoices, loadBilling, type ToBill } from '../modules/invoicing/api.ts';
import { customersWithMethod, scheduleCollection } from '../modules/payments/api.ts';
import {
  customersDue,
  customersWithThreshold,
  loadSubscriptionsForBilling,
  nextBillingAt,
  type StoredSubscription,
  subscriptionsOfCustomers,
} from '../modules/subscriptions/api.ts';
import { openCase } from '../modules/support/api.ts';
import { closeUsage } from '../modules/usage/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { applySharedChanges, emitCoreEvents } from './apply-decision.ts';
import { proveReadings } from './prove-readings.ts';
import { refusedForTax, watchEvidence } from './watch-tax.ts';

const ACTOR: Actor = { kind: 'system', id: 'bill-due' };
const CUSTOMERS_A_TRANSACTION = 200;
/** So many may be parked by a run in which nobody could be billed. */
const MAX_ALL_PARKED = 3;

export type Claimed = ToBill & { collection: 'automatic' | 'manual' };
export type Decided = { claimed: Claimed; decision: BillingDecision };

/**
 * The bill run: renewals in advance, usage in arrears, ends of trials, changes and cancellations whose moment has
 * come. It bills a customer up to the present, on one invoice a currency; running it again changes nothing. Customers whose
 * decision is refused are parked with a case; a batch that fails is split until the culprit stands alone.
 */
export function billDueSource(deps: Deps): DueSource {
  return {
    name: 'bill-due',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select t.id from tenants t where exists (
           select 1 from subscriptions s where s.tenant_id = t.id and s.next_bill_at <= coalesce(t.frozen_at, $1))`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: nextBillingAt,
    async run(tenantId, limit, goesOn = always) {
      const ids = await deps.transactor.query({ tenantId, actor: ACTOR, requestId: null }, (ctx) =>
        customersDue(ctx, limit),
      );
      const run: Run = { done: 0, failed: [] };
      for (let start = 0; start < ids.length && goesOn(); start += CUSTOMERS_A_TRANSACTION) {
        await billOrSplit(deps, tenantId, ids.slice(start, start + CUSTOMERS_A_TRANSACTION), run);
      }
      await parkFailed(deps, tenantId, run);
      return run.done + run.failed.length;
    },
  };
}

type Deps = { transactor: Transactor; log: Log };
type Run = { done: number; failed: { customerId: string; error: unknown }[] };

/** Bills a batch; one that fails is halved, until the customer whose bill fails stands alone. */
async function billOrSplit(
  deps: Deps,
  tenantId: number,
  customerIds: readonly string[],
  run: Run,
): Promise<void> {
  const request = { tenantId, actor: ACTOR, requestId: null };
  try {
    run.done += await deps.transactor.command(request, (ctx) => billCustomers(ctx, customerIds));
  } catch (error) {
    // A lost connection says nothing about the customers: the error goes up, and the run is tried again.
    if (!speaksOfData(error)) throw error;
    if (customerIds.length === 1) {
      run.failed.push({ customerId: customerIds[0] as string, error });
      return;
    }
    const middle = Math.ceil(customerIds.length / 2);
    deps.log.warn({ tenantId, process: 'bill-due', reason: reasonOf(error) }, 'a batch failed and is split');
    await billOrSplit(deps, tenantId, customerIds.slice(0, middle), run);
    await billOrSplit(deps, tenantId, customerIds.slice(middle), run);
  }
}

/** Parks whose bill failed alone. Where everybody's failed the fault is ours: nobody is parked, and it goes up. */
async function parkFailed(deps: Deps, tenantId: number, { done, failed }: Run): Promise<void> {
  if (done === 0 && failed.length > MAX_ALL_PARKED) throw failed[0]?.error;
  for (const { customerId, error } of failed) {
    const reason = reasonOf(error);
    deps.log.error({ tenantId, process: 'bill-due', reason }, 'a customer could not be billed and is parked');
    const refusal = { code: 'billing.failed', detail: reason, facts: {} };
    await deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, (ctx) =>
      park(ctx, [{ customerId, refusal }]),
    );
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * Whether an error speaks of what was being billed: a bug of ours that these facts bring out, or a rule of the
 * database. What it says of connections (08), deadlocks (40), statements and rights (42), its resources (53), locks
 * (55) and operators (57, 58) has nothing to do with a customer; nor has what the network and the driver say.
 */
function speaksOfData(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === 'OutcomeUnknown') return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && error.name !== 'Refusal') {
    return /^[0-9A-Z]{5}$/.test(code) && !/^(?:08|40|42|53|55|57|58|XX)/.test(code);
  }
  return !/connect|terminated|timeout|timed out|pool|socket|queryable/i.test(error.message);
}

/**
 * Bills a customer in the transaction of something that was just asked for. What cannot be billed is not done either:
 * it is refused with `billing.refused` and leaves nothing behind, so the customer goes on as before.
 */
export async function billOrRefuse(ctx: CommandCtx, customerId: string): Promise<void> {
  await billCustomers(ctx, [customerId], ({ code, detail, facts }) =>
    refuse('billing.refused', `${detail} Nothing was changed.`, { facts: { reason: code, ...facts } }),
  );
}

/**
 * Bills customers up to the present in one transaction. How many were dealt with.
 *
 * @param onRefused called for what cannot be billed, before anything is written; without it the customer is parked
 */
export async function billCustomers(
  ctx: CommandCtx,
  customerIds: readonly string[],
  onRefused?: (refusal: Refusal) => never,
): Promise<number> {
  const claimed = await claim(ctx, customerIds);
  if (claimed.length === 0) return 0;
  const inputs = await loadBilling(ctx, claimed, ctx.now, () => ctx.newId());
  const decided: Decided[] = [];
  const refused: Refused[] = [];
  const held = await refusedForTax(
    ctx,
    claimed.map(({ customer }) => customer),
  );
  for (const [index, entry] of claimed.entries()) {
    const result = held.get(entry.customer.id) ?? decideInvoice(inputs[index] as BillingInput);
    if (result.ok) decided.push({ claimed: entry, decision: result.value });
    else if (onRefused !== undefined) onRefused(result.refusal);
    else refused.push({ customerId: entry.customer.id, refusal: result.refusal });
  }
  // Who cannot be billed in one currency is billed in none.
  const parked = new Set(refused.map(({ customerId }) => customerId));
  await applyBilling(
    ctx,
    decided.filter(({ claimed: { customer } }) => !parked.has(customer.id)),
  );
  await park(ctx, refused.filter(isFirstOfCustomer));
  return new Set(claimed.map(({ customer }) => customer.id)).size;
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
  for (const [index, entry] of claimed.entries()) {
    const result = decideInvoice(inputs[index] as BillingInput);
    // What cannot be billed now is dealt with when it is due.
    if (result.ok && result.value.invoice !== null) decided.push({ claimed: entry, decision: result.value });
  }
  await applyBilling(ctx, decided);
  return decided.length;
}

type Refused = { customerId: string; refusal: Refusal };

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

async function claim(ctx: CommandCtx, customerIds: readonly string[]): Promise<Claimed[]> {
  const locked = await lockDue(ctx, customerIds);
  // What credits do not cover of usage that came in stands on the invoice of its own period.
  await burnWaiting(
    ctx,
    locked.map(({ id }) => id),
  );
  const due = await ctx.sql.rows<{ id: string }>(
    'select id from subscriptions where tenant_id = $1 and customer_id = any ($2::uuid[]) and next_bill_at <= $3',
    [ctx.tenant.id, locked.map(({ id }) => id), iso(ctx.now)],
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
  return locked.flatMap(({ id }) => {
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

/** Charged by itself only if all that stands on the invoice may be. */
export function toBill(customer: Customer, subscriptions: readonly StoredSubscription[]): Claimed {
  const isAutomatic = subscriptions.every(({ collection }) => collection === 'automatic');
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
      decision.invoice === null
        ? []
        : [{ invoice: decision.invoice, collection: claimed.collection, buyer: claimed.customer }],
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

async function unitsOf(ctx: CommandCtx, isNeeded: boolean): Promise<Map<string, string>> {
  const meters = isNeeded ? await listMeters(ctx) : [];
  return new Map(meters.map((meter) => [meter.id, meter.unit]));
}

async function park(ctx: CommandCtx, refused: readonly Refused[]): Promise<void> {
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
