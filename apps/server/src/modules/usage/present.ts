import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { StoredEvent } from './queries/list.ts';
import type { StoredQuarantine } from './types.ts';

export function presentEvent(event: StoredEvent, customerName: string) {
  return {
    id: event.event_id,
    object: 'usage_event' as const,
    source: event.source,
    type: event.type,
    customer: encodeTypeId('cus', event.customer_id),
    customer_name: customerName,
    time: iso(event.occurred_at ?? event.time),
    counted_at: iso(event.time),
    data: { ...event.data } as Record<string, unknown>,
    status: event.is_counted ? ('counted' as const) : ('voided' as const),
    created_at: iso(event.received_at),
  };
}

export function presentQuarantined(held: StoredQuarantine) {
  const { id, event, reason, receivedAt, resolvedAt, conflictsWith } = held;
  return {
    id: encodeTypeId('qua', id),
    object: 'quarantined_event' as const,
    event_id: event.eventId,
    source: event.source,
    type: event.type,
    subject: event.subject,
    time: iso(event.time),
    data: { ...event.data } as Record<string, unknown>,
    reason,
    conflicts_with:
      conflictsWith === null
        ? null
        : {
            type: conflictsWith.type,
            customer: encodeTypeId('cus', conflictsWith.customerId),
            time: iso(conflictsWith.time),
            data: { ...conflictsWith.data } as Record<string, unknown>,
            created_at: iso(conflictsWith.receivedAt),
          },
    resolution: held.resolution,
    resolved_by: held.resolvedBy,
    discard_reason: held.discardReason,
    resolved_at: isoOrNull(resolvedAt),
    created_at: iso(receivedAt),
  };
}
