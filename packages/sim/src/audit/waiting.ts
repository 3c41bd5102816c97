import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Customer } from '../customer.ts';
import { dayAt, dayStart } from './calendar.ts';
import type { Due } from './due.ts';

/** Up to when lines that fell due may stand on an invoice by now: the last turn of the customer's day or month. */
export function billedThrough({ plan }: Customer, zone: string, now: number): number {
  if (plan.consolidation === 'as_due') return Number.POSITIVE_INFINITY;
  const day = dayAt(zone, now);
  if (plan.consolidation === 'day') return dayStart(zone, day);
  const date = new Date(day * 86_400_000);
  return dayStart(zone, Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 86_400_000);
}

/** Whether a line waits for the end of its day or month; usage that a threshold calls up at this moment never does. */
export function waits(
  { kind, billableAt, end, billingEnd, item }: Due,
  through: number,
  now: number,
): boolean {
  if (billableAt <= through) return false;
  const isRunning = item !== null && (item.activeTo === null || item.activeTo > now);
  return !(kind === 'usage' && end === now && end < billingEnd && isRunning);
}

/** The subscriptions of a customer that a run of billing looked at. */
export function lookedAt({ books }: Customer, currency: string | null): readonly Subscription[] {
  const all = [...books.subscriptions.values()];
  return currency === null ? all : all.filter((subscription) => subscription.currency === currency);
}
