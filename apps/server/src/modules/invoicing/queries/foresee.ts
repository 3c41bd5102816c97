import { type BillingInput, billedLinesOf, decideInvoice } from '@billhook/core/invoicing/decide-invoice';
import type { BilledLine } from '@billhook/core/invoicing/line';
import type { Refusal } from '@billhook/core/kernel/result';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { earlier, type Instant, later } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { type Customer, creditIn } from '../../customers/api.ts';
import { loadBilling } from '../load-billing.ts';
import { releasing } from '../release.ts';
import { decideTaxed } from '../tax-provider/decide-taxed.ts';
import type { InvoiceDraft } from './upcoming.ts';

/** The bills of what is not done yet; null where there is none. */
export type Foreseen = {
  /** Made at once. */
  today: InvoiceDraft | null;
  /** Made at the moment of effect: the one of today, where that is now. */
  atEffect: InvoiceDraft | null;
  /** The first one after the effect. */
  next: InvoiceDraft | null;
};

// A preview is never written; its invoices need an id that no row has.
const NO_ID = '00000000-0000-7000-8000-000000000000';
// More renewals than this before the effect are not walked through one by one.
const MAX_BILLS = 60;

/**
 * Bills a subscription in memory as the bill run will: now, and each time it comes due, until the first invoice after
 * `effectiveAt`. Usage that is not there yet counts for nothing. Writes nothing.
 */
export async function foresee(
  ctx: QueryCtx,
  customer: Customer,
  start: Subscription,
  effectiveAt: Instant,
): Promise<Foreseen> {
  const foreseen: Foreseen = { today: null, atEffect: null, next: null };
  const effect = later(effectiveAt, ctx.now);
  let subscription = start;
  let credit = creditIn(customer, start.currency);
  const supposed: BilledLine[] = [];
  let at: Instant | null = ctx.now;
  for (let bills = 0; at !== null && bills < MAX_BILLS; bills += 1) {
    const buyer = { ...customer, creditBalances: new Map([[start.currency, credit]]) };
    const [input] = await loadBilling(
      ctx,
      [{ customer: buyer, subscriptions: [subscription], supposed }],
      at,
      () => NO_ID,
    );
    const isShown = at === ctx.now || at >= effect;
    const decision =
      input === undefined
        ? undefined
        : await decideOne(ctx, customer, releasedInput(ctx, customer, input), isShown);
    if (decision === undefined) return foreseen;
    // Today's bill is part of what is asked for; one that lies ahead may still come right.
    if (!decision.ok) return at === ctx.now ? refuseBill(decision.refusal) : foreseen;
    const { invoice } = decision.value;
    const moved = decision.value.subscriptions[0];
    if (invoice !== null) {
      const draft = { billsAt: at, lines: invoice.lines, taxes: invoice.taxes, totals: invoice.totals };
      if (at === ctx.now) foreseen.today = draft;
      if (at === effect) foreseen.atEffect = draft;
      if (at > effect) return { ...foreseen, next: draft };
      supposed.push(...billedLinesOf(invoice));
      credit += invoice.totals.creditGrantedMinor - invoice.totals.creditAppliedMinor;
    }
    if (moved === undefined) return foreseen;
    subscription = moved;
    at = following(at, moved.nextActionAt, effect, bills);
  }
  return foreseen;
}

/** What waits for the end of a day or month waits in a preview as well. */
function releasedInput({ tenant }: QueryCtx, customer: Customer, input: BillingInput): BillingInput {
  return { ...input, ...releasing(tenant, input.now)(customer) };
}

/** Only what is shown is asked about at a provider of taxes. */
async function decideOne(ctx: QueryCtx, customer: Customer, input: BillingInput, isShown: boolean) {
  if (!isShown) return decideInvoice(input);
  const [taxed] = await decideTaxed(ctx, [{ customer, input }], 'estimate');
  return taxed?.kind === 'decided' ? taxed.result : undefined;
}

function refuseBill({ code, detail, facts }: Refusal): never {
  refuse('billing.refused', `${detail} Nothing can be done this way.`, { facts: { reason: code, ...facts } });
}

function following(at: Instant, nextAt: Instant | null, effect: Instant, bills: number): Instant | null {
  const next = nextAt === null || nextAt <= at ? null : nextAt;
  if (effect <= at) return next;
  return next === null || bills > MAX_BILLS / 2 ? effect : earlier(next, effect);
}
