import type { Decision } from '../decision/change.ts';
import { DECIMAL12_ZERO } from '../kernel/decimal.ts';
import { ok, type Result } from '../kernel/result.ts';
import { applySubscriptionChange } from '../subscriptions/apply-change.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { earlier, type Instant } from '../time/instant.ts';
import { samePeriod } from '../time/period.ts';
import {
  type BillingDecision,
  type BillingInput,
  billedLinesOf,
  decideInvoice,
  usageToLoad,
} from './decide-invoice.ts';
import type { UsageQuantity } from './line.ts';
import type { UsageWindow } from './propose-lines.ts';

/** What a decision would lead to, if it were carried out now. */
export interface Preview {
  /** What would be billed at once: its lines, tax and amount due. */
  readonly today: BillingDecision;
  /** The next invoice after it, as far as it is known now; null if nothing is ever billed again. */
  readonly next: {
    readonly at: Instant;
    readonly decision: BillingDecision;
    /** Usage that it rests on and that may still grow: its lines are shown with the quantity given, or with none. */
    readonly openUsage: readonly UsageWindow[];
  } | null;
}

/** Moments that are looked at for the next invoice: more than a year of days. */
const MAX_MOMENTS = 400;

/**
 * The figures of a decision before it is made: it is applied in memory and billed, now and at the next moments until
 * there is an invoice. The usage that it rests on is that of `usageToPreview`; of the next invoice, usage that is not
 * given counts as none. Refusals: those of `decideInvoice`.
 *
 * @param billing the state before the decision
 */
export function previewDecision(billing: BillingInput, decision: Decision): Result<Preview> {
  const changed = { ...billing, subscriptions: subscriptionsAfter(billing.subscriptions, decision) };
  const today = decideInvoice(changed);
  if (!today.ok) return today;
  let state = afterBilling(changed, today.value);
  for (let count = 0; count < MAX_MOMENTS; count += 1) {
    const at = nextMoment(state.subscriptions);
    if (at === null) break;
    const openUsage = usageToLoad({ ...state, now: at });
    const usage = openUsage.map((window) => givenUsage(billing.usage, window));
    const input = { ...state, now: at, usage };
    const billed = decideInvoice(input);
    if (!billed.ok) return billed;
    if (billed.value.invoice !== null)
      return ok({ today: today.value, next: { at, decision: billed.value, openUsage } });
    state = afterBilling(input, billed.value);
  }
  return ok({ today: today.value, next: null });
}

/** The usage that must be loaded to bill a decision at once. */
export function usageToPreview(
  billing: Omit<BillingInput, 'usage'>,
  decision: Decision,
): readonly UsageWindow[] {
  return usageToLoad({ ...billing, subscriptions: subscriptionsAfter(billing.subscriptions, decision) });
}

function subscriptionsAfter(
  subscriptions: readonly Subscription[],
  { changes }: Decision,
): readonly Subscription[] {
  const created = changes.flatMap((change) =>
    change.type === 'subscription.create' ? [change.subscription] : [],
  );
  return [...subscriptions, ...created].map((subscription) =>
    changes.reduce(applySubscriptionChange, subscription),
  );
}

function afterBilling(input: BillingInput, { invoice, subscriptions }: BillingDecision): BillingInput {
  if (invoice === null) return { ...input, subscriptions };
  const { creditGrantedMinor, creditAppliedMinor } = invoice.totals;
  const creditBalanceMinor = input.customer.creditBalanceMinor + creditGrantedMinor - creditAppliedMinor;
  return {
    ...input,
    subscriptions,
    billed: [...input.billed, ...billedLinesOf(invoice)],
    customer: { ...input.customer, creditBalanceMinor },
  };
}

function nextMoment(subscriptions: readonly Subscription[]): Instant | null {
  return subscriptions.reduce<Instant | null>((first, { nextActionAt }) => {
    if (nextActionAt === null) return first;
    return first === null ? nextActionAt : earlier(first, nextActionAt);
  }, null);
}

function givenUsage(usage: readonly UsageQuantity[], window: UsageWindow): UsageQuantity {
  const { itemId, meterId, period } = window;
  const given = usage.find((entry) => entry.itemId === itemId && samePeriod(entry.period, period));
  return given ?? { itemId, meterId, period, quantity: DECIMAL12_ZERO, eventCount: 0n, digest: null };
}
