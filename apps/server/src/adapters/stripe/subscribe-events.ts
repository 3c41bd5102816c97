import type { PaymentProvider } from '../../modules/payments/provider.ts';
import type { Call } from './clients.ts';

/** Has an endpoint that is there already be sent more events. What else it is sent stays. */
export function subscribeEvents(call: Call): Required<Pick<PaymentProvider, 'subscribeEvents'>> {
  return {
    subscribeEvents: (url, events, key) =>
      call(async (stripe) => {
        const found = [];
        for await (const endpoint of stripe.webhookEndpoints.list({ limit: 100 }))
          if (endpoint.url === url) found.push(endpoint);
        // One that is switched on is the one that is sent anything.
        const endpoint = found.find(({ status }) => status === 'enabled') ?? found[0];
        if (endpoint === undefined) return null;
        const sent = new Set(found.flatMap((one) => one.enabled_events));
        if (sent.has('*')) return [];
        const added = events.filter((event) => !sent.has(event));
        if (added.length === 0) return [];
        const wanted = [...new Set([...endpoint.enabled_events, ...added])];
        await stripe.webhookEndpoints.update(
          endpoint.id,
          { enabled_events: wanted as never },
          { idempotencyKey: key },
        );
        return added;
      }),
  };
}
