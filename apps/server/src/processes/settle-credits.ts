import { afterReload, decideReload } from '@billhook/core/credits/decide-reload';
import { ANY_USE } from '@billhook/core/credits/grant';
import { MONTHLY } from '@billhook/core/time/cadence';
import { layGrid } from '@billhook/core/time/grid';
import { addMs, type Instant, later, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import { periodAt } from '@billhook/core/time/schedule';
import { zoneNamed } from '@billhook/core/time/zone';
import * as credits from '../modules/credits/api.ts';
import { type Customer, lockCustomer } from '../modules/customers/api.ts';
import { burnWaiting } from '../modules/entitlements/api.ts';
import { findInvoices, linkedDocuments, type StoredInvoice } from '../modules/invoicing/api.ts';
import { customersWithMethod } from '../modules/payments/api.ts';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import { Refusal } from '../platform/refuse.ts';
import { createSetbacks, speaksOfData } from '../platform/setbacks.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { buyPack, chargeable } from './buy-credits.ts';
import { markMoved, nextCreditWorkAt } from './credit-marks.ts';
import { tellOfFailing } from './failing-work.ts';
import { grantAllowances } from './grant-allowances.ts';
import { grantMissedAllowances } from './grant-missed-allowances.ts';
import { followSoldCredits, tellOfShortfall } from './return-credits.ts';
import { voidIfQuiet } from './void-invoice.ts';

const ACTOR: Actor = { kind: 'system', id: 'credits' };
const FAILING = {
  kind: 'credits.failing',
  detail:
    'Credits that are due to this customer cannot be granted, ended or bought. It is tried again every hour.',
};
const RELOADS_FAILING = {
  kind: 'reloads.failing',
  detail: 'Credits of this customer that run low cannot be bought again. It is tried again every hour.',
};
/** A purchase that nobody pays within it after it is due is taken back: nothing was delivered, so nothing is owed. */
const PAY_WITHIN_MS = 7 * MS_PER_DAY;

type Work = { key: string; customerId: string; run(ctx: CommandCtx): Promise<void> };
type Request = { tenantId: number; actor: Actor; requestId: null };
type Reload = { customerId: string; creditTypeId: string };

/**
 * Everything about credits that becomes due by itself: grants that end, purchases that were paid or failed, what plans
 * grant, and automatic reloads. One customer a transaction, under its lock; each piece looks at how things stand then,
 * so that doing it again changes nothing.
 */
export function settleCreditsSource(transactor: Transactor): DueSource {
  const request = (tenantId: number): Request => ({ tenantId, actor: ACTOR, requestId: null });
  const now = () => transactor.wallNow();
  const setbacks = createSetbacks(now, tellOfFailing(transactor, FAILING));
  const reloadSetbacks = createSetbacks(now, tellOfFailing(transactor, RELOADS_FAILING));
  return {
    name: 'credits',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        // The first of each kind, by its index: whether there is any up to now would be looked for row by row, since as many
        // as a third are taken to be due.
        `select t.id from tenants t cross join lateral (select coalesce(t.frozen_at, $1) as now) c
         where (select min(g.expires_at) from credit_grants g where g.tenant_id = t.id and g.has_left) <= c.now
            or (select min(p.check_at) from credit_purchases p where p.tenant_id = t.id) <= c.now
            or (select min(a.next_at) from credit_allowance_due a where a.tenant_id = t.id) <= c.now
            or (select min(p.shortfall_at) from credit_purchases p where p.tenant_id = t.id) <= c.now
            or (select min(r.check_at) from credit_reloads r where r.tenant_id = t.id) <= c.now`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: nextCreditWorkAt,
    async run(tenantId, limit, goesOn = always) {
      await transactor.command(request(tenantId), markMoved);
      const most = setbacks.room(tenantId, limit);
      const { work, isStanding } = await transactor.query(request(tenantId), async (ctx) => ({
        work: await dueWork(ctx, most),
        isStanding: ctx.now !== ctx.wallNow,
      }));
      const pieces = work.map(({ key, customerId, run }) => ({
        key,
        customerId,
        work: () => transactor.command(request(tenantId), run),
      }));
      // Reloads are looked at once these are done, also where one of them failed.
      const first = setbacks.each({ id: tenantId, isStanding }, pieces, goesOn);
      const [settled] = await Promise.allSettled([first]);
      if (settled.status === 'rejected' && !speaksOfData(settled.reason)) throw settled.reason;
      const due = await transactor.query(request(tenantId), (ctx) =>
        credits.reloadsDue(ctx, reloadSetbacks.room(tenantId, limit)),
      );
      const reloads = due.map((one) => ({
        key: `reload/${one.customerId}/${one.creditTypeId}`,
        customerId: one.customerId,
        work: () => reloadOrWait(transactor, request(tenantId), one),
      }));
      const reloaded = await reloadSetbacks.each({ id: tenantId, isStanding }, reloads, goesOn);
      return (await first) + reloaded;
    },
  };
}

async function expire(ctx: CommandCtx, customerId: string): Promise<void> {
  await payUsed(ctx, customerId);
  await credits.expireCredits(ctx, customerId);
}

/** What was used before a grant ends, by its time or with its subscription, is paid for by it; missed ones too. */
async function payUsed(ctx: CommandCtx, customerId: string): Promise<void> {
  await lockCustomer(ctx, customerId);
  await grantMissedAllowances(ctx, customerId);
  await burnWaiting(ctx, [customerId]);
}

/** Grants end before new ones come; reloads are looked at once these are done. */
async function dueWork(ctx: QueryCtx, limit: number): Promise<Work[]> {
  const expired = await credits.customersWithExpired(ctx, limit);
  const bought = await credits.purchasesDue(ctx, limit);
  const allowances = await credits.allowancesDue(ctx, limit);
  const shortfalls = await credits.shortfallsDue(ctx, limit);
  return [
    ...shortfalls.map((purchase) => ({
      key: `shortfall/${purchase.id}`,
      customerId: purchase.customerId,
      run: (command: CommandCtx) => tellOfShortfall(command, purchase),
    })),
    ...expired.map((id) => ({
      key: `end/${id}`,
      customerId: id,
      run: (command: CommandCtx) => expire(command, id),
    })),
    ...bought.map(({ id, customerId }) => ({
      key: `purchase/${id}`,
      customerId,
      run: (command: CommandCtx) => settleBought(command, id),
    })),
    ...allowances.map((due) => ({
      key: `allowance/${Object.values(due).join('/')}`,
      customerId: due.customerId,
      run: async (command: CommandCtx) => {
        await expire(command, due.customerId);
        await grantAllowances(command, due);
      },
    })),
  ];
}

/** Grants what was paid for, exactly when it was; takes back what failed. */
async function settleBought(ctx: CommandCtx, id: string): Promise<void> {
  const seen = await credits.purchaseById(ctx, id);
  if (seen === undefined) return;
  const customer = await lockCustomer(ctx, seen.customerId);
  const purchase = await credits.purchaseById(ctx, id);
  if (purchase?.status !== 'pending') return;
  const [invoice] = await findInvoices(ctx, [purchase.invoiceId]);
  if (invoice === undefined) throw new Error('an invoice is never deleted');
  // One that comes to nothing, such as under a coupon, may be skipped: it is paid for as it stands.
  if (invoice.status === 'paid' || invoice.status === 'skipped') return grantBought(ctx, customer, purchase);
  if (invoice.status !== 'open') return failBought(ctx, purchase);
  const giveUpAt = addMs(later(purchase.createdAt, invoice.dueAt), PAY_WITHIN_MS);
  const isOver = ctx.now >= giveUpAt || invoice.failureCount > 0;
  if (!isOver) return credits.lookAgainAt(ctx, id, giveUpAt, invoice.failureCount);
  const isAlone = await isNothingElse(ctx, purchase, invoice);
  const reason = 'The credits were not paid for.';
  if (!isAlone || !(await voidIfQuiet(ctx, { invoiceId: invoice.id, reason, periods: 'waive' })))
    return credits.lookAgainAt(
      ctx,
      id,
      addMs(ctx.now, isAlone ? MS_PER_HOUR : MS_PER_DAY),
      invoice.failureCount,
    );
  return failBought(ctx, purchase);
}

/** An invoice that bills more than credits, or that notes lower or raise, is owed whatever becomes of them. */
async function isNothingElse(
  ctx: CommandCtx,
  { chargeId }: credits.StoredPurchase,
  { id, paidMinor, creditedMinor }: StoredInvoice,
): Promise<boolean> {
  if (paidMinor !== 0n || creditedMinor !== 0n) return false;
  const { raisedBy } = await linkedDocuments(ctx, id);
  const lines = await linesOf(ctx, id);
  return raisedBy.length === 0 && lines.every((line) => line.chargeId === chargeId);
}

async function grantBought(
  ctx: CommandCtx,
  customer: Customer,
  purchase: credits.StoredPurchase,
): Promise<void> {
  const { pack, type } = await packOf(ctx, purchase);
  await credits.settlePurchase(ctx, purchase.id, 'paid');
  const lines = await linesOf(ctx, purchase.invoiceId);
  const line = lines.find(({ chargeId }) => chargeId === purchase.chargeId);
  const expiresAt =
    pack.expiresAfterDays === null ? null : addMs(ctx.now, pack.expiresAfterDays * MS_PER_DAY);
  const grant = await credits.addGrant(ctx, {
    customerId: customer.id,
    creditTypeId: type.id,
    source: 'purchase',
    amount: pack.amount,
    priority: 50,
    effectiveAt: ctx.now,
    expiresAt,
    scope: ANY_USE,
    rollover: null,
    rolledPeriods: 0,
    reason: pack.name,
    fromGrantId: null,
    originSubscriptionId: null,
    paidMinor: line?.netMinor ?? purchase.priceMinor,
    paidCurrency: pack.currency,
    fact: credits.purchaseFact(purchase.id),
  });
  await credits.deferPrice(ctx, grant);
  credits.announceGrant(ctx, grant, type);
  if (purchase.isReload) await rememberOutcome(ctx, purchase, type.id, 'paid');
  // Some of the money may have gone back before the credits came.
  await followSoldCredits(ctx, purchase.invoiceId, 'The payment was given back.');
}

async function failBought(ctx: CommandCtx, purchase: credits.StoredPurchase): Promise<void> {
  const { pack, type } = await packOf(ctx, purchase);
  await credits.settlePurchase(ctx, purchase.id, 'failed');
  const suspended = purchase.isReload ? await rememberOutcome(ctx, purchase, type.id, 'failed') : false;
  ctx.emit({
    type: purchase.isReload ? 'credits.reload_failed' : 'credits.purchase_failed',
    objectId: purchase.id,
    customerId: purchase.customerId,
    payload: { pack: pack.key, pack_name: pack.name, credit_type: type.key, suspended },
  });
}

function linesOf(ctx: QueryCtx, invoiceId: string): Promise<{ chargeId: string | null; netMinor: bigint }[]> {
  return ctx.sql.rows(
    'select charge_id as "chargeId", net_minor as "netMinor" from invoice_lines where tenant_id = $1 and invoice_id = $2',
    [ctx.tenant.id, invoiceId],
  );
}

/** True if reloads are suspended by it. */
async function rememberOutcome(
  ctx: CommandCtx,
  purchase: credits.StoredPurchase,
  creditTypeId: string,
  outcome: 'paid' | 'failed',
): Promise<boolean> {
  const reloads = await credits.reloadsOf(ctx, purchase.customerId);
  const settings = reloads.find((one) => one.creditTypeId === creditTypeId);
  if (settings === undefined) return false;
  const after = afterReload(settings, outcome, ctx.now);
  await credits.saveReload(ctx, { ...settings, ...after });
  // The next try waits a day: a card that was refused a moment ago is not charged again at once.
  if (outcome === 'failed') await credits.lookAtReload(ctx, settings, addMs(ctx.now, MS_PER_DAY));
  return after.suspendedAt !== null;
}

async function packOf(ctx: CommandCtx, purchase: credits.StoredPurchase) {
  const pack = (await credits.creditPacks(ctx)).find(({ id }) => id === purchase.packId);
  const type = (await credits.creditTypes(ctx)).find(({ id }) => id === pack?.creditTypeId);
  if (pack === undefined || type === undefined) throw new Error('a pack is never deleted');
  return { pack, type };
}

/** What cannot be billed now is tried again in a day; whoever parked the customer or holds the bill looks at it. */
async function reloadOrWait(transactor: Transactor, request: Request, due: Reload): Promise<void> {
  try {
    await transactor.command(request, (ctx) => reload(ctx, due));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await transactor.command(request, (ctx) => credits.lookAtReload(ctx, due, addMs(ctx.now, MS_PER_DAY)));
  }
}

/** Buys a pack where the balance has fallen below what the customer agreed to. */
async function reload(ctx: CommandCtx, due: Reload): Promise<void> {
  const customer = await lockCustomer(ctx, due.customerId);
  const settings = (await credits.reloadsOf(ctx, customer.id)).find(
    ({ creditTypeId }) => creditTypeId === due.creditTypeId,
  );
  const pack = (await credits.creditPacks(ctx)).find(({ id }) => id === settings?.packId);
  if (settings === undefined || pack === undefined) return;
  const month = monthOf(customer, ctx.now);
  const bought = (await credits.purchasesSince(ctx, customer.id, month.start)).filter(
    ({ isReload }) => isReload,
  );
  const counted = bought.filter(({ status, createdAt }) => status !== 'failed' && createdAt >= month.start);
  const subscription = await chargeable(ctx, customer.id, pack.currency);
  const isCollected = subscription?.collection === 'automatic' && subscription.status !== 'past_due';
  const decision = decideReload({
    settings,
    balance: await credits.wholeBalance(ctx, customer.id, due.creditTypeId),
    isPending: bought.some(({ status }) => status === 'pending'),
    spentThisMonthMinor: counted.reduce((sum, { priceMinor }) => sum + priceMinor, 0n),
    hasPaymentMethod: isCollected && (await customersWithMethod(ctx, [customer.id])).has(customer.id),
  });
  const isSpent = decision.kind === 'none' && decision.reason === 'monthly_maximum';
  await credits.lookAtReload(ctx, due, isSpent ? month.end : null);
  if (decision.kind === 'reload' && customer.parkedAt === null) await buyPack(ctx, customer, pack, true);
}

function monthOf(customer: Customer, now: Instant) {
  const zone = zoneNamed(customer.timeZone);
  return periodAt(layGrid({ anchorAt: now, zone, cadence: MONTHLY, alignment: 'calendar' }), now).period;
}
