import type { Draft } from '../draft.ts';
import { invalid, notFound, PayPalError } from '../error.ts';
import type { EventRecord, WebhookRecord } from '../records.ts';
import { type Call, get, post, type Route, reading, remove } from '../route.ts';

const DAY_MS = 86_400_000;
const MAX_WEBHOOKS = 10;

export const notificationRoutes: readonly Route[] = [
  post('/v1/notifications/webhooks', null, createWebhook),
  get('/v1/notifications/webhooks', ({ draft }) => ({
    webhooks: draft.all('webhook').map((one) => showWebhook(draft, one)),
  })),
  get('/v1/notifications/webhooks/:id', ({ draft, id }) => showWebhook(draft, findWebhook(draft, id))),
  remove('/v1/notifications/webhooks/:id', ({ draft, id }) => {
    draft.remove('webhook', findWebhook(draft, id).id);
  }),
  get('/v1/notifications/webhooks-events', listEvents),
  get('/v1/notifications/webhooks-events/:id', ({ draft, id }) => showEvent(findEvent(draft, id))),
  post('/v1/notifications/webhooks-events/:id/resend', null, ({ draft, id }) => {
    const event = findEvent(draft, id);
    draft.deliver(event);
    return { status: 202, body: showEvent(event) };
  }),
];

function findWebhook(draft: Draft, id: string): WebhookRecord {
  const webhook = draft.get('webhook', id);
  if (webhook === undefined) throw notFound();
  return webhook;
}

function findEvent(draft: Draft, id: string): EventRecord {
  const event = draft.get('event', id);
  if (event === undefined) throw notFound();
  return event;
}

const showEvent = (event: EventRecord) => JSON.parse(event.body) as object;

function showWebhook(draft: Draft, { id, url, eventTypes }: WebhookRecord) {
  const self = `${draft.baseUrl}/v1/notifications/webhooks/${id}`;
  return {
    id,
    url,
    event_types: eventTypes.map((name) => ({ name })),
    links: [
      { href: self, rel: 'self', method: 'GET' },
      { href: self, rel: 'delete', method: 'DELETE' },
    ],
  };
}

function createWebhook({ draft, body }: Call) {
  const { url, eventTypes } = reading(body, (fields) => ({
    url: fields.url('url') ?? fields.need('url', 2048),
    eventTypes: fields.list('event_types').map((one) => one.need('name', 50)),
  }));
  const others = draft.all('webhook');
  if (others.some((one) => one.url === url)) {
    throw new PayPalError(400, 'WEBHOOK_URL_ALREADY_EXISTS', 'Webhook URL already exists.');
  }
  if (others.length >= MAX_WEBHOOKS) {
    throw new PayPalError(400, 'WEBHOOK_NUMBER_LIMIT_EXCEEDED', 'Webhook number limit exceeded.');
  }
  const webhook = draft.put('webhook', {
    id: draft.id(),
    createdMs: draft.nowMs,
    url,
    eventTypes,
    controlled: false,
  });
  return { status: 201, body: showWebhook(draft, webhook) };
}

function listEvents({ draft, query }: Call) {
  const time = (name: string, fallback: number): number => {
    const text = query.get(name);
    const at = text === null ? fallback : Date.parse(text);
    if (Number.isNaN(at)) throw invalid(`/${name}`, 'INVALID_PARAMETER_SYNTAX', 'The time cannot be read.');
    return at;
  };
  const [start, end] = [time('start_time', draft.nowMs - 30 * DAY_MS), time('end_time', draft.nowMs)];
  const [type, resourceId] = [query.get('event_type'), query.get('transaction_id')];
  const found = draft
    .all('event')
    .filter(
      (one) =>
        one.createdMs >= start &&
        one.createdMs <= end &&
        (type === null || one.type === type) &&
        (resourceId === null || one.resourceId === resourceId),
    )
    // The newest first, as PayPal lists them.
    .toReversed();
  const size = Math.min(Math.max(Number(query.get('page_size') ?? 10), 1), 300);
  const page = Math.max(Number(query.get('page') ?? 1), 1);
  const shown = found.slice((page - 1) * size, page * size);
  const next = new URLSearchParams(query);
  next.set('page', String(page + 1));
  return {
    events: shown.map(showEvent),
    count: shown.length,
    links: [
      { href: `${draft.baseUrl}/v1/notifications/webhooks-events?${query}`, rel: 'self', method: 'GET' },
      ...(found.length > page * size
        ? [{ href: `${draft.baseUrl}/v1/notifications/webhooks-events?${next}`, rel: 'next', method: 'GET' }]
        : []),
    ],
  };
}
