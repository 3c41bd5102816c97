import type { FeedEvent } from '@billhook/sdk/generated/types';
import { capital } from '../../lib/words.ts';

const CAUSES: Readonly<Record<string, string>> = {
  payment_failed: 'no payment came',
  card_declined: 'card declined',
  generic_decline: 'card declined',
  insufficient_funds: 'not enough funds',
  expired_card: 'card expired',
};

/** A code such as `insufficient_funds` in words; free text stays as it was written. */
function causeText(cause: string): string {
  return CAUSES[cause] ?? (/^[a-z]+(_[a-z]+)+$/.test(cause) ? cause.replaceAll('_', ' ') : cause);
}

/** What an event is about, beside its kind and its customer: the invoice, the feature, the plan, the card, the cause. */
export function eventDetail({ data }: FeedEvent): string {
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : undefined);
  const plan = text('plan_name');
  const from = text('from_plan_name');
  const feature = text('feature_name');
  const brand = text('brand');
  const cause = text('failure_code') ?? text('reason');
  return [
    text('invoice_number'),
    feature && typeof data.percent === 'number' ? `${data.percent} % of ${feature}` : feature,
    plan && from && from !== plan ? `${from} to ${plan}` : plan,
    brand ? `${capital(brand)} ···· ${text('last4') ?? ''}` : undefined,
    cause ? causeText(cause) : undefined,
  ]
    .filter(Boolean)
    .join(', ');
}
