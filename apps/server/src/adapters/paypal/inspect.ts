import { instant } from '@billhook/core/time/instant';
import {
  type ProviderAccount,
  ProviderFault,
  type ProviderInspection,
} from '../../modules/payments/provider.ts';
import type { PayPalCall } from './client.ts';
import { list, text } from './read.ts';

/** What the keys must be allowed to read; each is asked for as little as it takes. */
function probes(nowMs: number): readonly (readonly [scope: string, path: string])[] {
  const day = new Date(nowMs - 86_400_000).toISOString();
  const now = new Date(nowMs).toISOString();
  return [
    ['vault', '/v3/vault/payment-tokens?customer_id=probe&page_size=1'],
    ['disputes', '/v1/customer/disputes?page_size=1'],
    ['transactions', `/v1/reporting/transactions?start_date=${day}&end_date=${now}&page_size=1`],
    ['events', '/v1/notifications/webhooks-events?page_size=1'],
  ];
}

const SERVICES = 'https://uri.paypal.com/services';

/** What the keys must be allowed to do that cannot be tried without doing it; PayPal tells it with each access token. */
const DEEDS: readonly (readonly [name: string, scopes: readonly string[]])[] = [
  [
    'payments (write)',
    [
      `${SERVICES}/payments/payment`,
      `${SERVICES}/payments/payment/authcapture`,
      `${SERVICES}/payments/realtimepayment`,
      'https://api-m.paypal.com/v1/payments/.*',
      'https://api.paypal.com/v1/payments/.*',
    ],
  ],
  ['refunds (write)', [`${SERVICES}/payments/refund`]],
  ['disputes (write)', [`${SERVICES}/disputes/update-seller`]],
  ['vault (write)', [`${SERVICES}/vault/payment-tokens/readwrite`]],
];

/** Asks who the keys belong to, where webhooks go and what the keys may do. Throws for keys that are wrong. */
export async function inspect(call: PayPalCall, account: ProviderAccount): Promise<ProviderInspection> {
  const { body, serverTime, scopes } = await call({ method: 'GET', path: '/v1/notifications/webhooks' });
  const missingScopes: string[] = [];
  for (const [scope, path] of serverTime === null ? [] : probes(serverTime)) {
    try {
      await call({ method: 'GET', path });
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
      if (error.kind === 'denied') missingScopes.push(scope);
      else if (error.kind !== 'refused') throw error;
    }
  }
  for (const [name, any] of scopes.length === 0 ? [] : DEEDS)
    if (!any.some((scope) => scopes.includes(scope))) missingScopes.push(name);
  return {
    accountId: account.publicId,
    isLive: account.mode === 'live',
    serverTime: serverTime === null ? null : instant(serverTime),
    webhooks: list(body.webhooks).flatMap((one) => {
      const url = text(one.url);
      if (url === null) return [];
      const events = list(one.event_types).flatMap((type) => text(type.name) ?? []);
      return [{ url, isEnabled: true, events }];
    }),
    missingScopes,
  };
}
