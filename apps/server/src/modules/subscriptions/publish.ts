import type { ErrorCode } from '@billhook/contract/errors';
import type { CoreEvent } from '@billhook/core/decision/event';
import type { Refusal } from '@billhook/core/kernel/result';
import type { CommandCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';

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

// Core says why in its own words; the public list of codes is shorter.
const PUBLIC: Readonly<Record<string, ErrorCode>> = {
  'subscription.canceled': 'subscription.already_canceled',
  'subscription.step_not_found': 'subscription.nothing_scheduled',
  'subscription.currency_differs': 'plan.currency_mismatch',
};
const INVALID: ReadonlySet<string> = new Set([
  'zone.unknown',
  'subscription.start_in_past',
  'subscription.seats_out_of_range',
]);

/** Ends the command with what core refused. */
export function refuseAsCoreSays(refusal: Refusal): never {
  const facts = { reason: refusal.code };
  if (INVALID.has(refusal.code)) {
    const pointer = refusal.code === 'subscription.seats_out_of_range' ? '/quantity' : '/start_at';
    refuse('request.invalid', refusal.detail, {
      faults: [{ pointer, code: refusal.code, detail: refusal.detail }],
      facts,
    });
  }
  refuse(PUBLIC[refusal.code] ?? 'subscription.not_changeable', refusal.detail, { facts });
}
