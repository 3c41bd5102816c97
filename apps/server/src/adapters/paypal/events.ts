import type { PaymentProvider } from '../../modules/payments/provider.ts';
import type { PayPalCall } from './client.ts';
import { instantOf } from './objects.ts';
import { linkOf, list } from './read.ts';
import { newsOfEvent } from './read-event.ts';

const PAGE_SIZE = 100;

/** What happened, asked for instead of being sent. */
export function events(call: PayPalCall): Required<Pick<PaymentProvider, 'listEvents'>> {
  return {
    async listEvents({ since, cursor }) {
      const query =
        cursor ??
        `${new URLSearchParams({ start_time: new Date(since).toISOString(), page_size: `${PAGE_SIZE}` })}`;
      const { body } = await call({ method: 'GET', path: `/v1/notifications/webhooks-events?${query}` });
      const items = list(body.events).flatMap((event) => {
        const news = newsOfEvent(event);
        const createdAt = instantOf(event.create_time);
        if (news === null || createdAt === null) return [];
        return [{ news, createdAt, body: new TextEncoder().encode(JSON.stringify(event)) }];
      });
      // Of the address of the next page only its question is used: no answer says where we send a token to.
      const next = linkOf(body, 'next');
      return { items, cursor: next === null ? null : new URL(next).search.slice(1) };
    },
  };
}
