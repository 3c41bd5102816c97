import type { EventIndex } from '../../state/records.ts';
import { type Call, get, post, type Route, remove } from '../call.ts';
import { invalid, missing } from '../error.ts';
import { readUrl } from '../intent-params.ts';
import { listAnswer, pageOf } from '../list.ts';
import { listRecords, recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';

function createEndpoint({ draft, params }: Call): object {
  const url = readUrl(params, 'url');
  if (url === null)
    throw invalid('Missing required param: url.', { code: 'parameter_missing', param: 'url' });
  const enabledEvents = params.texts('enabled_events') ?? [];
  if (enabledEvents.length === 0) {
    throw invalid('Missing required param: enabled_events.', {
      code: 'parameter_missing',
      param: 'enabled_events',
    });
  }
  params.text('api_version');
  const endpoint = draft.put('webhook_endpoint', {
    id: draft.id('we_'),
    created: draft.now,
    url,
    secret: draft.id('whsec_', 32),
    enabledEvents,
    description: params.text('description') ?? null,
    metadata: params.metadata(),
    enabled: true,
    controlled: false,
  });
  return { ...render('webhook_endpoint', endpoint, draft), secret: endpoint.secret };
}

function updateEndpoint(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'webhook_endpoint');
  const description = params.text('description');
  const disabled = params.flag('disabled');
  const after = draft.put('webhook_endpoint', {
    ...before,
    url: readUrl(params, 'url') ?? before.url,
    enabledEvents: params.texts('enabled_events') ?? before.enabledEvents,
    description: description === undefined ? before.description : description,
    metadata: params.metadata(before.metadata),
    enabled: disabled === undefined ? before.enabled : !disabled,
  });
  return render('webhook_endpoint', after, draft);
}

function deleteEndpoint(call: Call): object {
  const { id } = recordOfPath(call, 'webhook_endpoint');
  call.draft.remove('webhook_endpoint', id);
  return { id, object: 'webhook_endpoint', deleted: true };
}

async function readEvent({ draft }: Call, event: EventIndex): Promise<object> {
  const bytes = await draft.world.journal.read(event.offset, event.bytes);
  const body: { pending_webhooks: number } = JSON.parse(bytes.toString('utf8'));
  const pending = [...draft.account.pending.values()].filter((delivery) => delivery.event === event.id);
  body.pending_webhooks = pending.length;
  return body;
}

async function listEvents(call: Call): Promise<object> {
  const { draft, params } = call;
  const type = params.text('type') ?? null;
  const types = params.texts('types') ?? [];
  const success = params.flag('delivery_success');
  const undelivered = new Set([...draft.account.pending.values()].map((delivery) => delivery.event));
  const events = [...draft.account.events.values()].filter(
    (event) =>
      (type === null || matches(type, event.type)) &&
      (types.length === 0 || types.includes(event.type)) &&
      (success === undefined || success !== undelivered.has(event.id)),
  );
  const page = pageOf(events, params, 'event');
  const data = await Promise.all(page.data.map((event) => readEvent(call, event)));
  return listAnswer('/v1/events', data, page.hasMore);
}

function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

function retrieveEvent(call: Call): Promise<object> {
  const event = call.draft.account.events.get(call.id);
  if (event === undefined) throw missing('event', call.id, 'id', 404);
  return readEvent(call, event);
}

/** Routes of webhook endpoints and events. */
export const webhookRoutes: readonly Route[] = [
  post('/v1/webhook_endpoints', createEndpoint),
  get('/v1/webhook_endpoints', (call) => listRecords(call, 'webhook_endpoint', '/v1/webhook_endpoints')),
  get('/v1/webhook_endpoints/:id', (call) =>
    render('webhook_endpoint', recordOfPath(call, 'webhook_endpoint'), call.draft),
  ),
  post('/v1/webhook_endpoints/:id', updateEndpoint),
  remove('/v1/webhook_endpoints/:id', deleteEndpoint),
  get('/v1/events', listEvents),
  get('/v1/events/:id', retrieveEvent),
];
