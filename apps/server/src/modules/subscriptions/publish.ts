import type { ErrorCode } from '@billhook/contract/errors';
import type { CoreEvent } from '@billhook/core/decision/event';
import type { Refusal } from '@billhook/core/kernel/result';
import type { CommandCtx } from '../../platform/context.ts';
import { type FieldFault, refuse } from '../../platform/refuse.ts';
import { publicPointer } from '../catalog/api.ts';

/** Publishes core's facts as outbox rows of this transaction. */
export function publish(ctx: CommandCtx, events: readonly CoreEvent[]): void {
  ctx.emit(
    ...events.map((event) => ({
      type: event.type,
      objectId: event.subjectId,
      customerId: event.customerId,
      payload: event.data as Record<string, unknown>,
    })),
  );
}

// Core says why in its own words; the public list of codes is shorter. What is not here is a state that forbids it.
const PUBLIC: Readonly<Record<string, ErrorCode>> = {
  'subscription.canceled': 'subscription.already_canceled',
  'subscription.currency_differs': 'plan.currency_mismatch',
  'subscription.step_not_found': 'subscription.step_not_found',
  'subscription.paused': 'subscription.paused',
  'subscription.not_paused': 'subscription.not_paused',
  'subscription.not_pausable': 'subscription.not_pausable',
  'subscription.pause_pending': 'subscription.not_pausable',
  'subscription.trial_over': 'subscription.trial_over',
  'subscription.renewal_on': 'subscription.nothing_scheduled',
  'subscription.renewal_off': 'subscription.not_changeable',
  'subscription.no_period': 'subscription.not_changeable',
  'coupon.expired': 'coupon.not_redeemable',
  'coupon.exhausted': 'coupon.not_redeemable',
  'coupon.currency_differs': 'coupon.not_redeemable',
  'coupon.not_for_plan': 'coupon.not_redeemable',
  'coupon.not_stackable': 'coupon.not_redeemable',
  'coupon.already_applied': 'coupon.not_redeemable',
  'discount.not_found': 'discount.not_found',
  'add_on.currency_differs': 'add_on.not_available',
  'add_on.not_for_plan': 'add_on.not_available',
  'add_on.already_added': 'add_on.not_available',
  'add_on.not_added': 'add_on.not_added',
};

// A fault of the request, and the member that it is about.
const POINTERS: Readonly<Record<string, string>> = {
  'zone.unknown': '/customer',
  'subscription.start_in_past': '/start_at',
  'subscription.seats_out_of_range': '/quantity',
  'subscription.billing_day': '/billing_day',
  'subscription.periods_out_of_range': '/end_after_periods',
  'subscription.phases_out_of_order': '/phases',
  'subscription.price_not_found': '/price',
  'subscription.change_in_past': '/at',
  'subscription.cancel_in_past': '/at',
  'subscription.resume_in_past': '/at',
  'subscription.pause_in_past': '/from',
  'subscription.pause_too_short': '/until',
  'subscription.trial_end_in_past': '/end_at',
  'subscription.trial_too_long': '/end_at',
};

/**
 * Ends the command with what core refused: a fault of the request with a pointer, or a state that forbids it.
 *
 * @param pointers where a member stands elsewhere in this request
 */
export function refuseAsCoreSays(refusal: Refusal, pointers: Readonly<Record<string, string>> = {}): never {
  const { code, detail } = refusal;
  const facts = { reason: code };
  if (code === 'price.invalid') refuse('request.invalid', detail, { faults: priceFaults(refusal), facts });
  const pointer = pointers[code] ?? POINTERS[code];
  if (pointer !== undefined)
    refuse('request.invalid', detail, { faults: [{ pointer, code, detail }], facts });
  refuse(PUBLIC[code] ?? 'subscription.not_changeable', detail, { facts });
}

/** Core points into the price that it was given. */
function priceFaults({ facts, detail }: Refusal): FieldFault[] {
  const faults = (facts as { faults?: readonly FieldFault[] } | undefined)?.faults ?? [];
  return faults.length === 0
    ? [{ pointer: '/pricing', code: 'price.invalid', detail }]
    : faults.map((fault) => ({ ...fault, pointer: publicPointer(fault.pointer) }));
}
