import type { JsonObject } from '@billhook/core/kernel/json';
import type { Instant } from '@billhook/core/time/instant';
import type { MeterReading, QuarantineReason } from '@billhook/core/usage/event-verdict';

/** A CloudEvent whose members have been read. `subject` names the customer: a TypeID or an external id. */
export type UsageEvent = {
  source: string;
  eventId: string;
  type: string;
  subject: string;
  time: Instant;
  data: JsonObject;
  /** The data as JSON, where they were written as that already. */
  json?: string;
  /** SHA-256 over what was sent, in hexadecimal: the same id with another digest is another event. */
  contentHash: string;
};

export type AcceptedEvent = {
  event: UsageEvent;
  customerId: string;
  readings: readonly MeterReading[];
  /** The event's own time; a later one if its period is on an invoice and the next one is to have it. */
  countedAt: Instant;
  /** It counts at a time that stands on an invoice. */
  isCorrection: boolean;
};

export type QuarantinedEvent = { event: UsageEvent; reason: QuarantineReason };

/** Usage of a customer that came to count for something else, and when that is. */
export type Touched = { customerId: string; meterId: string; at: Instant };

export type StoredQuarantine = {
  id: string;
  event: UsageEvent;
  reason: QuarantineReason | 'bad_value';
  receivedAt: Instant;
  resolvedAt: Instant | null;
  resolution: 'counted' | 'discarded' | null;
  resolvedBy: string | null;
  discardReason: string | null;
  /** The event that counts under this source and id, where it is another one. */
  conflictsWith: Conflict | null;
};

export type Conflict = {
  type: string;
  customerId: string;
  time: Instant;
  data: JsonObject;
  receivedAt: Instant;
};

export type IngestStatus = 'accepted' | 'duplicate' | 'quarantined' | 'rejected';

export type IngestResult = {
  index: number;
  /** Null if the event has no readable id. */
  id: string | null;
  status: IngestStatus;
  /** Sentences for a person; left out for what was accepted in time. */
  reason?: string;
};

export type IngestAnswer = { results: IngestResult[]; counts: Record<IngestStatus, number> };

/** Names an event as its sender does: neither a source nor an id holds a control character. */
export const keyOf = ({ source, eventId }: Pick<UsageEvent, 'source' | 'eventId'>): string =>
  `${source}\n${eventId}`;

/** Names an event with all that it says: the digest holds its time. */
export const contentKey = (event: Pick<UsageEvent, 'source' | 'eventId' | 'contentHash'>): string =>
  `${keyOf(event)}\n${event.contentHash}`;
