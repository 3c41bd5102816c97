import type { Draft } from '../../../state/draft.ts';
import type { SchedulePhase, SubscriptionScheduleRecord } from '../../../state/schedule-records.ts';
import { priceOf } from '../lines.ts';
import { currentPhase } from '../phases.ts';
import { renderTaxRate } from './coupon.ts';
import { renderPlan } from './price.ts';

/** Fields that stand for what the sandbox does not do. */
const PHASE_CONSTANT = {
  add_invoice_items: [],
  application_fee_percent: null,
  billing_cycle_anchor: null,
  billing_thresholds: null,
  collection_method: null,
  default_payment_method: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  invoice_settings: null,
  on_behalf_of: null,
  transfer_data: null,
  trial_end: null,
} as const;

function renderPhase(phase: SchedulePhase, currency: string, draft: Draft): object {
  return {
    ...PHASE_CONSTANT,
    currency,
    end_date: phase.end,
    items: phase.items.map((item) => ({
      billing_thresholds: null,
      discounts: [],
      metadata: item.metadata,
      plan: renderPlan(priceOf(draft, item.price)),
      price: item.price,
      ...(item.quantity === null ? {} : { quantity: item.quantity }),
      tax_rates: item.taxRates.flatMap((id) => draft.get('tax_rate', id) ?? []).map(renderTaxRate),
    })),
    metadata: phase.metadata,
    proration_behavior: phase.proration,
    start_date: phase.start,
  };
}

/** A schedule of a subscription as Stripe's API shows it. */
export function renderSubscriptionSchedule(schedule: SubscriptionScheduleRecord, draft: Draft): object {
  const phase = currentPhase(schedule);
  return {
    id: schedule.id,
    object: 'subscription_schedule',
    application: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    canceled_at: schedule.canceledAt,
    completed_at: schedule.completedAt,
    created: schedule.created,
    current_phase: phase === undefined ? null : { end_date: phase.end, start_date: phase.start },
    customer: schedule.customer,
    customer_account: null,
    default_settings: {
      application_fee_percent: null,
      automatic_tax: { disabled_reason: null, enabled: false, liability: null },
      billing_cycle_anchor: 'automatic',
      billing_thresholds: null,
      collection_method: 'charge_automatically',
      default_payment_method: null,
      description: null,
      invoice_settings: {
        account_tax_ids: null,
        custom_fields: null,
        days_until_due: null,
        description: null,
        footer: null,
        issuer: { type: 'self' },
      },
      on_behalf_of: null,
      transfer_data: null,
    },
    end_behavior: schedule.endBehavior,
    livemode: false,
    metadata: schedule.metadata,
    phases: schedule.phases.map((one) => renderPhase(one, schedule.currency, draft)),
    released_at: schedule.releasedAt,
    released_subscription: schedule.releasedSubscription,
    status: schedule.status,
    subscription: schedule.subscription,
    test_clock: null,
  };
}
