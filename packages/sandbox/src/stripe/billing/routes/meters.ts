import type { MeterRecord } from '../../../state/meter-records.ts';
import { type Call, get, post, type Route } from '../../call.ts';
import { invalid, missing } from '../../error.ts';
import { listAnswer, pageOf } from '../../list.ts';
import { listRecords, recordOfPath } from '../../records-of.ts';
import { render } from '../../render.ts';
import { formatDecimal, parseDecimal } from '../decimal.ts';
import { renderMeterEvent } from '../objects/meter.ts';
import { aggregate, meteredEvents } from '../usage.ts';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;
/** Events are taken from so far back, and so far ahead for clocks that differ. */
const PAST_SECONDS = 35 * DAY_SECONDS;
const AHEAD_SECONDS = 300;
/** What was reported can be taken back for a day. */
const CANCEL_SECONDS = DAY_SECONDS;

function createMeter({ draft, params }: Call): object {
  const eventName = params.required('event_name');
  const aggregation = params.level('default_aggregation');
  aggregation.required('formula');
  const taken = draft
    .all('meter')
    .some((meter) => meter.eventName === eventName && meter.deactivatedAt === null);
  if (taken) {
    throw invalid(`An active meter with event name ${eventName} already exists.`, { param: 'event_name' });
  }
  const mapping = params.level('customer_mapping');
  mapping.choice('type', ['by_id']);
  const meter = draft.put('meter', {
    id: draft.id('mtr_test_', 38),
    created: draft.now,
    updated: draft.now,
    displayName: params.required('display_name'),
    eventName,
    formula: aggregation.choice('formula', ['sum', 'count', 'last']) ?? 'sum',
    customerKey: mapping.text('event_payload_key') ?? 'stripe_customer_id',
    valueKey: params.level('value_settings').text('event_payload_key') ?? 'value',
    window: params.choice('event_time_window', ['day', 'hour']) ?? null,
    deactivatedAt: null,
  } satisfies MeterRecord);
  draft.emit('billing.meter.created', 'meter', meter);
  return render('meter', meter, draft);
}

function changeMeter(call: Call, type: string, change: (meter: MeterRecord) => MeterRecord): object {
  const { draft } = call;
  const before = recordOfPath(call, 'meter', 'meter');
  const after = draft.put('meter', { ...change(before), updated: draft.now });
  draft.emit(type, 'meter', after);
  return render('meter', after, draft);
}

function createEvent({ draft, params }: Call): object {
  const eventName = params.required('event_name');
  const meter = draft.all('meter').find((one) => one.eventName === eventName && one.deactivatedAt === null);
  if (meter === undefined) {
    throw invalid(`No active meter found for event name ${eventName}.`, {
      code: 'resource_missing',
      param: 'event_name',
    });
  }
  const payload = params.metadata({}, 'payload');
  const customer = payload[meter.customerKey];
  if (customer === undefined || draft.get('customer', customer) === undefined) {
    throw missing('customer', customer ?? '', `payload[${meter.customerKey}]`);
  }
  const text = meter.formula === 'count' ? (payload[meter.valueKey] ?? '1') : payload[meter.valueKey];
  const value = text === undefined ? null : parseDecimal(text);
  if (value === null) {
    throw invalid('The value of a meter event must be a number.', { param: `payload[${meter.valueKey}]` });
  }
  const timestamp = params.integer('timestamp') ?? draft.now;
  if (timestamp < draft.now - PAST_SECONDS || timestamp > draft.now + AHEAD_SECONDS) {
    throw invalid('The timestamp must be within the past 35 calendar days and not over 5 minutes ahead.', {
      param: 'timestamp',
    });
  }
  const identifier = params.text('identifier') ?? draft.id('mev_');
  if (draft.get('meter_event', eventId(eventName, identifier)) !== undefined) {
    throw invalid(`An event already exists with identifier ${identifier}.`, { param: 'identifier' });
  }
  const event = draft.put('meter_event', {
    id: eventId(eventName, identifier),
    created: draft.now,
    identifier,
    eventName,
    customer,
    value: formatDecimal(value),
    timestamp,
    payload,
    canceled: false,
  });
  return renderMeterEvent(event);
}

function eventId(eventName: string, identifier: string): string {
  return `meter event ${eventName} ${identifier}`;
}

function adjust({ draft, params }: Call): object {
  const eventName = params.required('event_name');
  params.required('type');
  params.choice('type', ['cancel']);
  const identifier = params.level('cancel').required('identifier');
  const event = draft.get('meter_event', eventId(eventName, identifier));
  if (event === undefined) throw missing('meter event', identifier, 'cancel[identifier]');
  if (event.created < draft.now - CANCEL_SECONDS) {
    throw invalid('Meter events can be canceled within 24 hours of being received.', {
      param: 'cancel[identifier]',
    });
  }
  draft.put('meter_event', { ...event, canceled: true });
  return {
    object: 'billing.meter_event_adjustment',
    cancel: { identifier },
    event_name: eventName,
    livemode: false,
    status: 'complete',
    type: 'cancel',
  };
}

function aligned(call: Call, key: string, step: number): number {
  const at = call.params.integer(key);
  if (at !== undefined && at % step === 0) return at;
  throw invalid(`\`${key}\` must lie on a boundary of the window asked for.`, { param: key });
}

function summaries(call: Call): object {
  const { draft, params } = call;
  const meter = recordOfPath(call, 'meter', 'meter');
  const customer = params.required('customer');
  if (draft.get('customer', customer) === undefined) throw missing('customer', customer, 'customer');
  const window = params.choice('value_grouping_window', ['day', 'hour']) ?? null;
  const step = window === null ? 60 : window === 'day' ? DAY_SECONDS : HOUR_SECONDS;
  const start = aligned(call, 'start_time', step);
  const end = aligned(call, 'end_time', step);
  if (end <= start) throw invalid('`end_time` must be after `start_time`.', { param: 'end_time' });
  const events = meteredEvents(draft, meter, customer, start, end);
  const size = window === null ? end - start : step;
  const buckets = new Map<number, typeof events>();
  for (const event of events) {
    const from = start + Math.floor((event.timestamp - start) / size) * size;
    buckets.set(from, [...(buckets.get(from) ?? []), event]);
  }
  const rows = [...buckets.entries()]
    .sort(([one], [other]) => one - other)
    .map(([from, inside]) => ({
      id: `mtrusg_test_${meter.id.slice(-12)}${from}`,
      created: from,
      object: 'billing.meter_event_summary',
      aggregated_value: Number(formatDecimal(aggregate(meter.formula, inside))),
      end_time: from + size,
      livemode: false,
      meter: meter.id,
      start_time: from,
    }));
  const page = pageOf(rows, params, 'meter_event_summary');
  const data = page.data.map(({ created: _created, ...row }) => row);
  return listAnswer(`/v1/billing/meters/${meter.id}/event_summaries`, data, page.hasMore);
}

/** Routes of meters and what is reported to them. */
export const meterRoutes: readonly Route[] = [
  post('/v1/billing/meters', createMeter),
  get('/v1/billing/meters', (call) => {
    const status = call.params.choice('status', ['active', 'inactive']) ?? null;
    return listRecords(
      call,
      'meter',
      '/v1/billing/meters',
      (one) => status === null || (one.deactivatedAt === null) === (status === 'active'),
    );
  }),
  get('/v1/billing/meters/:id', (call) => render('meter', recordOfPath(call, 'meter'), call.draft)),
  post('/v1/billing/meters/:id', (call) => {
    const name = call.params.text('display_name') ?? null;
    return changeMeter(call, 'billing.meter.updated', (meter) => ({
      ...meter,
      displayName: name ?? meter.displayName,
    }));
  }),
  post('/v1/billing/meters/:id/deactivate', (call) =>
    changeMeter(call, 'billing.meter.deactivated', (meter) => ({ ...meter, deactivatedAt: call.draft.now })),
  ),
  post('/v1/billing/meters/:id/reactivate', (call) =>
    changeMeter(call, 'billing.meter.reactivated', (meter) => ({ ...meter, deactivatedAt: null })),
  ),
  get('/v1/billing/meters/:id/event_summaries', summaries),
  post('/v1/billing/meter_events', createEvent),
  post('/v1/billing/meter_event_adjustments', adjust),
];
