import type { BillingInput } from '@billhook/core/invoicing/decide-invoice';
import { groupByCurrency } from '@billhook/core/invoicing/documents/decide-invoices';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { Refusal } from '@billhook/core/kernel/result';
import { type Customer, getCustomers, holdCustomers, parkCustomers } from '../modules/customers/api.ts';
import { burnWaiting } from '../modules/entitlements/api.ts';
import {
  decideTaxed,
  loadBilling,
  releasing,
  type TaxedDecision,
  TaxQuoteNeeded,
  type ToBill,
  wantQuotes,
} from '../modules/invoicing/api.ts';
import { customersWithMethod } from '../modules/payments/api.ts';
import {
  customersWithThreshold,
  loadSubscriptionsForBilling,
  type StoredSubscription,
  subscriptionsOfCustomers,
} from '../modules/subscriptions/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import { applyBilling, type Decided } from './apply-billing.ts';
import { type Alike, findAlike } from './bill-alike.ts';
import { type Followers, followersOf } from './followers.ts';
import { refusedForTax } from './watch-tax.ts';

export type Claimed = ToBill & {
  collection: 'automatic' | 'manual';
  /** The buyer of the invoice that a debit note raises; left out by an invoice. */
  frozenBuyer?: JsonObject;
};

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
  onRefused?: ((refusal: Refusal) => never) | undefined;
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
export type Billed = {
  customers: number;
  invoices: number;
  parked: number;
  /** Customers of whom was decided what was decided of one like them. */
  followed: number;
};

/** As `billCustomers`, for customers who are under the lock of this transaction, in the order of the ids given. */
export async function billLocked(
  ctx: CommandCtx,
  locked: readonly string[],
  { onRefused, isAtOnce = false }: BillingOptions = {},
): Promise<Billed> {
  if (locked.length === 0) return NOBODY;
  // What credits do not cover of usage that came in stands on the invoice of its own period.
  await burnWaiting(ctx, locked);
  // Somebody who waits for one customer wants to be told what is refused, and has nobody like it.
  const alike = onRefused === undefined ? await findAlike(ctx, locked) : null;
  const following = new Set(alike?.kinds.flatMap(({ followers }) => followers));
  const first = await decideWhole(
    ctx,
    locked.filter((_, place) => !following.has(place)),
    { onRefused, isAtOnce },
  );
  const { followers, left } = followKinds(ctx, alike, locked, first);
  // Nothing can be said of them by one like them: they are looked at one by one.
  const second = left.length === 0 ? NOTHING : await decideWhole(ctx, left, { isAtOnce });
  const refused = [...first.refused, ...second.refused];
  const waiting = [...first.waiting, ...second.waiting];
  // Who cannot be billed in one currency is billed in none.
  const parked = new Set(refused.map(({ customerId }) => customerId));
  await waitForTax(ctx, waiting, parked);
  for (const { question } of waiting) parked.add(question.customerId);
  const billable = inOrder(
    [...first.decided, ...second.decided].filter(({ customer }) => !parked.has(customer.id)),
    locked,
  );
  await applyBilling(ctx, billable, { followers });
  await park(ctx, refused.filter(isFirstOfCustomer));
  const billed = [...first.claimed, ...second.claimed].map(({ customer }) => customer.id);
  const count = followers?.members.count ?? 0;
  return {
    customers: new Set(billed).size + count,
    invoices: billable.filter(({ decision }) => decision.invoice !== null).length + count,
    parked: parked.size,
    followed: count,
  };
}

/** In the order of the locks, so that the same run gives the same numbers. */
function inOrder(decided: readonly Decided[], locked: readonly string[]): Decided[] {
  const byCustomer = Map.groupBy(decided, ({ customer }) => customer.id);
  return locked.flatMap((id, place) => byCustomer.get(id)?.map((one) => ({ ...one, place })) ?? []);
}

type Whole = {
  claimed: readonly Claimed[];
  decided: readonly Decided[];
  refused: readonly Refused[];
  waiting: readonly Waiting[];
};

const NOTHING: Whole = { claimed: [], decided: [], refused: [], waiting: [] };
const NOBODY: Billed = { customers: 0, invoices: 0, parked: 0, followed: 0 };

/** Loads all that is known of these customers and decides about each. */
async function decideWhole(
  ctx: CommandCtx,
  customerIds: readonly string[],
  { onRefused, isAtOnce = false }: BillingOptions,
): Promise<Whole> {
  const claimed = await claim(ctx, customerIds);
  if (claimed.length === 0) return NOTHING;
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
  for (const [index, { customer, collection }] of claimed.entries()) {
    const decision = taxed[index] as TaxedDecision;
    const result = held.get(customer.id) ?? (decision.kind === 'waits' ? null : decision.result);
    if (result === null) continue;
    const { usage } = inputs[index] as BillingInput;
    if (result.ok)
      decided.push({ customer, collection, decision: result.value, isMeasured: usage.length > 0 });
    else if (onRefused !== undefined) onRefused(result.refusal);
    else refused.push({ customerId: customer.id, refusal: result.refusal });
  }
  return { claimed, decided, refused, waiting };
}

/**
 * Decides about those who are like one that was decided about. Where the first of a kind was refused, gets no document, or
 * is billed for usage, which each has of its own, they are left.
 */
function followKinds(
  ctx: CommandCtx,
  alike: Alike | null,
  locked: readonly string[],
  { decided }: Whole,
): { followers: Followers | null; left: string[] } {
  if (alike === null) return { followers: null, left: [] };
  const byCustomer = Map.groupBy(decided, ({ customer }) => customer.id);
  const followed: Parameters<typeof followersOf>[2][number][] = [];
  const left: string[] = [];
  for (const kind of alike.kinds) {
    const [first, ...more] = byCustomer.get(locked[kind.leader] as string) ?? [];
    const invoice = first?.decision.invoice;
    if (
      first === undefined ||
      invoice == null ||
      invoice.status === 'skipped' ||
      more.length > 0 ||
      first.isMeasured ||
      invoice.lines.some(({ meterId, discounts }) => meterId !== null || discounts.length > 1)
    ) {
      left.push(...kind.followers.map((place) => locked[place] as string));
      continue;
    }
    const { collection, decision } = first;
    followed.push({ kind, decided: { leader: invoice, collection, decision } });
  }
  return { followers: followersOf(ctx, alike, followed), left };
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
    if (result.ok && result.value.invoice !== null)
      decided.push({ customer: entry.customer, collection: entry.collection, decision: result.value });
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
