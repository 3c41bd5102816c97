import type { WebhookEndpointRecord } from '../../state/records.ts';

/** A webhook endpoint as Stripe's API shows it; its secret only in the answer that creates it. */
export function renderWebhookEndpoint(endpoint: WebhookEndpointRecord): object {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    api_version: null,
    application: null,
    created: endpoint.created,
    description: endpoint.description,
    enabled_events: endpoint.enabledEvents,
    livemode: false,
    metadata: endpoint.metadata,
    status: endpoint.enabled ? 'enabled' : 'disabled',
    url: endpoint.url,
  };
}
