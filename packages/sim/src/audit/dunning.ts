import type { Instant } from '@billhook/core/time/instant';
import type { Customer } from '../customer.ts';
import type { Report } from '../violation.ts';

/** What the auditor remembers of a customer's card and access. */
export interface DunningWatch {
  isBlocked: boolean;
  readonly retries: Instant[];
  readonly ended: Set<string>;
}

export function newDunningWatch(): DunningWatch {
  return { isBlocked: false, retries: [], ended: new Set() };
}

const MS_PER_DAY = 86_400_000;

/** Of the codes that the provider of the play gives, the one after which a card is gone. */
const CARD_IS_GONE = 'stolen_card';
const MOST_RETRIES: readonly (readonly [tries: number, days: number])[] = [
  [15, 30],
  [10, 1],
];

export function noteFailure(watch: DunningWatch, failureCode: unknown): void {
  if (failureCode === CARD_IS_GONE) watch.isBlocked = true;
}

/** I301 and I302: looked at before the provider is asked. */
export function checkCharge(
  { plan }: Customer,
  watch: DunningWatch,
  charge: { invoiceId: string; at: Instant; isRetry: boolean },
  report: Report,
): void {
  if (watch.isBlocked)
    report('I301', `${plan.id} is charged for ${charge.invoiceId} though the card is gone`);
  if (!charge.isRetry) return;
  watch.retries.push(charge.at);
  for (const [most, days] of MOST_RETRIES) {
    const inside = watch.retries.filter((at) => at > charge.at - days * MS_PER_DAY).length;
    if (inside > most) report('I302', `${plan.id} is retried ${inside} times in ${days} days`);
  }
}

/** I305: nothing after the end, and nothing kept back from who owes nothing that failed. */
export function checkAccess({ books, access }: Customer, watch: DunningWatch, report: Report): void {
  const failing = new Set<string>();
  for (const { status, failureCount, invoice } of books.invoices.values()) {
    if (status !== 'open' || failureCount === 0) continue;
    for (const { subscriptionId } of invoice.lines) failing.add(subscriptionId);
  }
  for (const { id, status } of books.subscriptions.values()) {
    const state = access.get(id) ?? 'full';
    if ((status === 'canceled') !== (state === 'ended'))
      report('I305', `${id} is ${status} with access ${state}`);
    if (watch.ended.has(id) && state !== 'ended') report('I305', `${id} has access again after its end`);
    if (state === 'ended') watch.ended.add(id);
    else if (state !== 'full' && !failing.has(id))
      report('I305', `${id} has access ${state} and owes nothing`);
  }
}
