import { billedLinesOf, decideInvoice, usageToLoad } from '../invoicing/decide-invoice.ts';
import { compileBilling } from '../invoicing/fast/compile-billing.ts';
import type { CompiledBilling } from '../invoicing/fast/compiled-billing.ts';
import { documentOf } from '../invoicing/fast/fast-document.ts';
import type { IssuedInvoice } from '../invoicing/invoice.ts';
import type { BilledLine, UsageQuantity } from '../invoicing/line.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import type { BillingStory } from './random-billing.ts';

/** One run by both ways; `compiled` is undefined where the compiled billing left it to the other. */
export interface RunByBoth {
  readonly at: Instant;
  readonly decided: IssuedInvoice | null | 'refused';
  readonly compiled: IssuedInvoice | null | undefined;
}

interface Books {
  billed: readonly BilledLine[];
  balanceMinor: bigint;
}

/** Bills a story run by run, by `decideInvoice` and by a billing that is compiled before the change and again after it. */
export function playBoth(story: BillingStory): readonly RunByBoth[] {
  const books: Books = { billed: [], balanceMinor: story.creditBalanceMinor };
  const early = playPart(story, story.before, story.early, books);
  return [...early, ...playPart(story, story.after, story.late, books)];
}

function playPart(
  story: BillingStory,
  subscription: Subscription,
  runs: readonly Instant[],
  books: Books,
): readonly RunByBoth[] {
  let billing = compileBilling({
    subscription,
    billed: books.billed,
    settings: story.settings,
    taxChoice: story.taxChoice,
    creditBalanceMinor: books.balanceMinor,
  });
  return runs.map((at) => {
    const usage = usageOf(story, subscription, books, at);
    const compiled = compiledRun(billing, at, usage);
    if (compiled === undefined) billing = null;
    return { at, compiled, decided: decidedRun(story, subscription, books, at, usage) };
  });
}

function usageOf(
  { settings, quantities }: BillingStory,
  subscription: Subscription,
  { billed }: Books,
  now: Instant,
): readonly UsageQuantity[] {
  const windows = usageToLoad({
    now,
    subscriptions: [subscription],
    billed,
    settings,
    hasPaymentMethod: true,
  });
  return windows.map(({ itemId, meterId, period }) => ({
    itemId,
    meterId,
    period,
    quantity: quantities[(period.end + itemId.length) % quantities.length] as Decimal12,
    eventCount: 3n,
    digest: null,
  }));
}

function compiledRun(billing: CompiledBilling | null, at: Instant, usage: readonly UsageQuantity[]) {
  if (billing === null) return undefined;
  const found = billing
    .windows(at)
    .map(({ itemId, period }) =>
      usage.find(
        (one) => one.itemId === itemId && one.period.start === period.start && one.period.end === period.end,
      ),
    );
  if (found.length !== usage.length || found.includes(undefined))
    throw new Error('Both ways need the same usage.');
  const known = found as UsageQuantity[];
  const bill = billing.bill(
    at,
    known.map(({ quantity }) => quantity),
  );
  return bill === null ? undefined : documentOf(billing, { invoiceId: `inv_${at}`, usage: known });
}

function decidedRun(
  { settings, taxChoice }: BillingStory,
  subscription: Subscription,
  books: Books,
  now: Instant,
  usage: readonly UsageQuantity[],
): RunByBoth['decided'] {
  const { currency } = subscription;
  const decision = decideInvoice({
    now,
    invoiceId: `inv_${now}`,
    customer: { id: 'cus_1', currency, creditBalanceMinor: books.balanceMinor },
    subscriptions: [subscription],
    billed: books.billed,
    usage,
    taxChoice,
    settings,
    hasPaymentMethod: true,
  });
  if (!decision.ok) return 'refused';
  const { invoice } = decision.value;
  if (invoice === null) return null;
  books.billed = [...books.billed, ...billedLinesOf(invoice)];
  books.balanceMinor += invoice.totals.creditGrantedMinor - invoice.totals.creditAppliedMinor;
  return invoice;
}
