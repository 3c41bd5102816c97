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
        // One that is switched off is sent nothing, whatever it names.
        const on = found.filter(({ status }) => status === 'enabled');
        const sending = on.length > 0 ? on : found;
        const [endpoint] = sending;
        if (endpoint === undefined) return null;
        const sent = new Set(sending.flatMap((one) => one.enabled_events));
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
