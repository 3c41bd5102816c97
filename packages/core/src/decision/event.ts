import type { JsonObject } from '../kernel/json.ts';

/** The facts that decisions publish. A closed list: listeners and webhook types are checked against it. */
export const CORE_EVENT_TYPES = [
  'subscription.created',
  'subscription.trial_started',
  'subscription.activated',
  'subscription.changed',
  'subscription.change_scheduled',
  'subscription.change_unscheduled',
  'subscription.seats_changed',
  'subscription.past_due',
  'subscription.recovered',
  'subscription.cancel_scheduled',
  'subscription.cancel_undone',
  'subscription.canceled',
  'invoice.issued',
  'invoice.paid',
  'credit.granted',
  'credit.applied',
  'payment.succeeded',
  'payment.failed',
  'payment.requires_action',
  'payment.unknown',
  'payment.canceled',
  'refund.requested',
  'refund.succeeded',
  'refund.failed',
  'customer.parked',
] as const;

export type CoreEventType = (typeof CORE_EVENT_TYPES)[number];

/** An outbox fact. `data` holds ids and integer strings; secrets and personal data never. */
export interface CoreEvent {
  readonly type: CoreEventType;
  readonly subjectId: string;
  readonly customerId: string;
  readonly data: JsonObject;
}
