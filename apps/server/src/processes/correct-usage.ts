import { creditsOf, type LineCredit, lineToRaise } from '@billhook/core/invoicing/documents/correction-way';
import { deductionOf } from '@billhook/core/invoicing/documents/deduction';
import type { RatedAgain } from '@billhook/core/invoicing/documents/rerate';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Refusal as CoreRefusal } from '@billhook/core/kernel/result';
import { decideCorrectionCharge } from '@billhook/core/subscriptions/decide-correction';
import type { Subscription, SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import { dateAt } from '@billhook/core/time/calendar-date';
import { addMs, type Instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import { type Customer, getCustomers } from '../modules/customers/api.ts';
import {
  type CorrectedLine,
  insertAdjustment,
  insertDeductions,
  linesToCredit,
  rerateTouched,
} from '../modules/invoicing/api.ts';
import { soldBack } from '../modules/payments/api.ts';
import { applySubscriptionChanges, subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import { requestRecounts, type Touched } from '../modules/usage/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { Refusal, refuse } from '../platform/refuse.ts';
import { emitCoreEvents } from './apply-decision.ts';
import { billCustomers } from './bill-due.ts';
import { creditInvoice } from './credit-invoice.ts';
import { debitInvoice } from './debit-invoice.ts';

/** A billed period that costs another amount than it was billed, and what was made of that. */
export type BilledDifference = {
  customerId: string;
  subscription: Subscription;
  item: SubscriptionItem;
  rated: RatedAgain;
  /** Before discounts and tax; less than 0 where it costs less. */
  grossDeltaMinor: bigint;
  /** The invoices that billed it, by number; they stay as they are. */
  invoices: readonly { id: string; number: string }[];
  /**
   * `credited`: by credit notes, a part perhaps by a deduction. `charged`: by a line on another invoice. `debited`: by a
   * debit note. `deducted`: by a line below zero on another invoice, where its own cannot be credited. `none`: it costs
   * the same, or nothing is left to credit.
   */
  outcome: 'credited' | 'charged' | 'debited' | 'deducted' | 'none';
  /** What of it is credited or charged now. */
  settledMinor: bigint;
  /** What of that is deducted from another invoice; 0 or less. */
  deductedMinor: bigint;
};

/**
 * Looks at everything that was billed for usage at these moments: rates it by the usage as it is now, and charges or
 * credits the difference. Invoices that were issued stay as they are: what costs more is a line on the next invoice, on
 * one of its own or on a debit note, as the seller chose; what costs less is a credit note, and a line below zero on another
 * invoice where none can be written. Doing it again changes nothing. The customers are under the caller's lock.
 * Refuses with `billing.refused` where a period cannot be rated; `invoice.collection_running`.
 */
export async function settleUsage(ctx: CommandCtx, touched: readonly Touched[]): Promise<BilledDifference[]> {
  const byCustomer = Map.groupBy(touched, ({ customerId }) => customerId);
  const ids = [...byCustomer.keys()].sort();
  const customers = await getCustomers(ctx, ids);
  const owned = Map.groupBy(await subscriptionsOfCustomers(ctx, ids), ({ customerId }) => customerId);
  const differences: BilledDifference[] = [];
  for (const id of ids) {
    const customer = customers.get(id);
    if (customer === undefined) continue;
    const moments = byCustomer.get(id) ?? [];
    differences.push(...(await settleCustomer(ctx, customer, owned.get(id) ?? [], moments)));
  }
  return differences;
}

async function settleCustomer(
  ctx: CommandCtx,
  customer: Customer,
  subscriptions: readonly Subscription[],
  touched: readonly Touched[],
): Promise<BilledDifference[]> {
  const differences: BilledDifference[] = [];
  const raised: RaisedLine[] = [];
  let isBilledNow = false;
  for (const { subscription, rated, waiting, refusal } of await rerateTouched(
    ctx,
    customer,
    subscriptions,
    touched,
  )) {
    if (refusal !== null) refuseRating(refusal);
    for (const { meterId, endsAt } of waiting) await waitFor(ctx, touched, meterId, endsAt);
    for (const period of rated) {
      const difference = await settlePeriod(ctx, customer, subscription, period, raised);
      differences.push(difference);
      if (difference.outcome === 'charged' || difference.deductedMinor < 0n) isBilledNow = true;
    }
  }
  await issueDebitNotes(ctx, raised);
  if (isBilledNow) await billCustomers(ctx, [customer.id]);
  return differences;
}

/** One debit note for each invoice that is raised, however many of its lines are. */
async function issueDebitNotes(ctx: CommandCtx, raised: readonly RaisedLine[]): Promise<void> {
  for (const [invoiceId, lines] of Map.groupBy(raised, (one) => one.invoiceId)) {
    const [only, ...others] = lines;
    const reason = only !== undefined && others.length === 0 ? only.description : 'Corrected usage';
    await debitInvoice(ctx, { invoiceId, lines, reason });
    for (const { chargeId, kept } of lines)
      await insertAdjustment(ctx, { ...kept, creditNoteId: null, chargeId });
  }
}

function refuseRating({ code, detail, facts }: CoreRefusal): never {
  refuse('billing.refused', `${detail} Nothing was changed.`, { facts: { reason: code, ...facts } });
}

/** A period that is billed in parts is looked at once its last part is billed. */
async function waitFor(
  ctx: CommandCtx,
  touched: readonly Touched[],
  meterId: string,
  endsAt: Instant,
): Promise<void> {
  const graceMs = (ctx.tenant.settings.usageGraceHours + 1) * MS_PER_HOUR;
  const after = addMs(endsAt > ctx.now ? endsAt : ctx.now, graceMs);
  await requestRecounts(
    ctx,
    touched.filter((one) => one.meterId === meterId),
    after,
  );
}

async function settlePeriod(
  ctx: CommandCtx,
  customer: Customer,
  subscription: Subscription,
  rated: RatedAgain,
  raised: RaisedLine[],
): Promise<BilledDifference> {
  const item = subscription.items.find(({ id }) => id === rated.itemId) as SubscriptionItem;
  const lines = await withRefunds(ctx, await linesToCredit(ctx, subscription.id, rated));
  const grossDeltaMinor = rated.grossAfterMinor - rated.grossBeforeMinor;
  const billed = lines.filter(({ key }) => rated.lineKeys.includes(key));
  const difference = {
    customerId: customer.id,
    subscription,
    item,
    rated,
    grossDeltaMinor,
    invoices: billed.map(({ invoiceId, number }) => ({ id: invoiceId, number })),
    deductedMinor: 0n,
  };
  if (grossDeltaMinor > 0n) {
    const raise = debitable(ctx, customer, difference, lines);
    if (raise !== null) {
      raised.push(raise);
      return { ...difference, outcome: 'debited', settledMinor: grossDeltaMinor };
    }
    await charge(ctx, difference, { amountMinor: grossDeltaMinor, grossMinor: grossDeltaMinor });
    return { ...difference, outcome: 'charged', settledMinor: grossDeltaMinor };
  }
  if (grossDeltaMinor === 0n) return { ...difference, outcome: 'none', settledMinor: 0n };
  const credits = creditsOf(lines, -grossDeltaMinor);
  const creditedMinor = await credit(ctx, difference, credits);
  const deductedMinor = await deduct(ctx, difference, lines, credits);
  const outcome = creditedMinor < 0n ? 'credited' : deductedMinor < 0n ? 'deducted' : 'none';
  return { ...difference, outcome, settledMinor: creditedMinor + deductedMinor, deductedMinor };
}

/** The lines with what refunds of their invoices, which no note stands for, have left of these. */
async function withRefunds(ctx: CommandCtx, lines: readonly CorrectedLine[]): Promise<CorrectedLine[]> {
  const soldBackMinor = new Map<string, bigint>();
  for (const { invoiceId } of lines)
    if (!soldBackMinor.has(invoiceId)) soldBackMinor.set(invoiceId, await soldBack(ctx, invoiceId));
  return lines.map((line) => ({
    ...line,
    invoiceLeftMinor: line.invoiceLeftMinor - (soldBackMinor.get(line.invoiceId) ?? 0n),
  }));
}

type Open = Omit<BilledDifference, 'outcome' | 'settledMinor' | 'deductedMinor'>;

/** What a debit note will claim of a line, and what is kept of it then. */
type RaisedLine = {
  invoiceId: string;
  lineId: string;
  amountMinor: bigint;
  description: string;
  chargeId: string;
  kept: Pick<Open, 'customerId' | 'rated' | 'grossDeltaMinor'> & { subscriptionId: string };
};

/** Null where the seller chose otherwise, nothing fits, or the customer is billed nothing for now. */
function debitable(
  ctx: CommandCtx,
  { parkedAt }: Customer,
  difference: Open,
  lines: readonly CorrectedLine[],
): RaisedLine | null {
  if (ctx.tenant.settings.correctionBilling !== 'debit_note' || parkedAt !== null) return null;
  const { customerId, subscription, rated, grossDeltaMinor } = difference;
  const line = lineToRaise(lines, rated.lineKeys);
  if (line === null) return null;
  return {
    invoiceId: line.invoiceId,
    lineId: line.id,
    amountMinor: grossDeltaMinor,
    description: explain(difference),
    chargeId: ctx.newId(),
    kept: { customerId, subscriptionId: subscription.id, rated, grossDeltaMinor },
  };
}

/** As documents are written. A day is a number of UTC days here, so no zone moves it. */
const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const QUANTITY = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 12 });

/** Which usage of which period it is for, and what became of it: stands on the line and on the note. */
function explain({ subscription, item, rated }: Open): string {
  const zone = zoneNamed(subscription.timeZone);
  const { start, end } = rated.billingPeriod;
  const days = [start, addMs(end, -1)].map((moment) => DAY.format(dateAt(moment, zone) * MS_PER_DAY));
  const [before, after] = [rated.quantityBefore, rated.quantityAfter].map((quantity) =>
    QUANTITY.format(formatDecimal12(quantity) as Intl.StringNumericLiteral),
  );
  return `Corrected usage: ${item.price.name}, ${days.join(' to ')}: ${after} instead of ${before}`.slice(
    0,
    200,
  );
}

/**
 * Claims an amount on another invoice, or takes it off there; the gross is what it changes before discounts. Answers the
 * correction that is kept of it.
 */
async function charge(
  ctx: CommandCtx,
  difference: Open,
  { amountMinor, grossMinor }: { amountMinor: bigint; grossMinor: bigint },
): Promise<string> {
  const { subscription, item, rated, customerId } = difference;
  const chargeId = ctx.newId();
  const [current] = (await subscriptionsOfCustomers(ctx, [customerId])).filter(
    ({ id }) => id === subscription.id,
  );
  const decision = decideCorrectionCharge({
    now: ctx.now,
    subscription: current ?? subscription,
    chargeId,
    price: item.price,
    grossMinor: amountMinor,
    description: explain(difference),
    when: ctx.tenant.settings.correctionBilling === 'at_once' ? 'at_once' : 'next_invoice',
  });
  await applySubscriptionChanges(ctx, decision.changes);
  emitCoreEvents(ctx, decision.events);
  const kept = { customerId, subscriptionId: subscription.id, rated, grossDeltaMinor: grossMinor };
  return insertAdjustment(ctx, { ...kept, creditNoteId: null, chargeId });
}

/** Credits the lines that billed the period, those of earlier corrections first, as far as anything is left of them. */
async function credit(
  ctx: CommandCtx,
  difference: Open,
  credits: readonly LineCredit<CorrectedLine>[],
): Promise<bigint> {
  const { customerId, subscription, rated } = difference;
  const reason = explain(difference);
  let settledMinor = 0n;
  for (const { line, amountMinor } of credits) {
    // What discounts leave less than a unit of cannot stand on a note, and holds nothing else up.
    const creditNoteId = await creditInvoice(ctx, {
      invoiceId: line.invoiceId,
      lines: [{ lineId: line.id, amountMinor }],
      reason,
      settle: 'credit_balance',
    }).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'credit_note.nothing_left') return null;
      throw error;
    });
    if (creditNoteId === null) continue;
    settledMinor -= amountMinor;
    const kept = { customerId, subscriptionId: subscription.id, rated, grossDeltaMinor: -amountMinor };
    await insertAdjustment(ctx, { ...kept, creditNoteId, chargeId: null });
  }
  return settledMinor;
}

/** What no note can give back comes off another invoice; less than 0. Less than a unit after discounts is left out. */
async function deduct(
  ctx: CommandCtx,
  difference: Open,
  lines: readonly CorrectedLine[],
  credits: readonly LineCredit<CorrectedLine>[],
): Promise<bigint> {
  const found = deductionOf(lines, credits, -difference.grossDeltaMinor);
  if (found.amountMinor === 0n) return 0n;
  const [amountMinor, grossMinor] = [-found.amountMinor, -found.grossMinor];
  await insertDeductions(ctx, await charge(ctx, difference, { amountMinor, grossMinor }), found.parts);
  return -found.grossMinor;
}
