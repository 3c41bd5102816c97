import type { JsonObject } from '../kernel/json.ts';

/** The facts that decisions publish. A closed list: listeners and webhook types are checked against it. */
export const CORE_EVENT_TYPES = [
  'subscription.created',
  'subscription.trial_started',
  'subscription.trial_moved',
  'subscription.activated',
  'subscription.changed',
  'subscription.change_scheduled',
  'subscription.step_undone',
  'subscription.seats_changed',
  'subscription.past_due',
  'subscription.recovered',
  'subscription.cancel_scheduled',
  'subscription.cancel_undone',
  'subscription.renewal_off',
  'subscription.renewal_on',
  'subscription.pause_scheduled',
  'subscription.paused',
  'subscription.resume_scheduled',
  'subscription.resumed',
  'subscription.add_on_added',
  'subscription.add_on_changed',
  'subscription.add_on_ended',
  'subscription.charged',
  'subscription.discounted',
  'subscription.discount_ended',
  'subscription.price_overridden',
  'subscription.canceled',
  'invoice.issued',
  'invoice.paid',
  'invoice.voided',
  'credit_note.issued',
  'credit_note.voided',
  'credit.granted',
  'credit.applied',
  'payment.succeeded',
  'payment.failed',
  'payment.requires_action',
  'payment.unknown',
  'payment.canceled',
  'payment.reversed',
  'payment.backup_tried',
  'refund.requested',
  'refund.succeeded',
  'refund.failed',
  'refund.returned',
  'dispute.opened',
  'dispute.updated',
  'dispute.closed',
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
