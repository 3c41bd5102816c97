import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { StoredEvent } from './queries/list.ts';
import type { StoredQuarantine } from './types.ts';

export function presentEvent(event: StoredEvent) {
  return {
    id: event.event_id,
    object: 'usage_event' as const,
    source: event.source,
    type: event.type,
    customer: encodeTypeId('cus', event.customer_id),
    time: iso(event.occurred_at ?? event.time),
    counted_at: iso(event.time),
    data: { ...event.data } as Record<string, unknown>,
    created_at: iso(event.received_at),
  };
}

export function presentQuarantined({ id, event, reason, receivedAt, resolvedAt }: StoredQuarantine) {
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
    resolved_at: isoOrNull(resolvedAt),
    created_at: iso(receivedAt),
  };
}
