import { randomUUID } from 'node:crypto';
import { addMs, instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import { approveAs } from '@billhook/sandbox/testing/paypal';
import { startReceiver } from '@billhook/sandbox/testing/receiver';
import type { ConformanceDriver } from '../modules/payments/conformance/driver.ts';
import { createPayPalWorld } from './paypal.ts';

const WEBHOOK_ID = '5ML55517T4853714A';
const START = Date.parse('2026-03-02T10:00:00Z');
const BUYERS = { good: 'ada', declining: 'cleo' } as const;

/** Drives the stand-in for PayPal, and the adapter in front of it, for the conformance suite. */
export async function payPalDriver(): Promise<ConformanceDriver> {
  const receiver = await startReceiver();
  const world = await createPayPalWorld({ webhookUrl: receiver.url, webhookId: WEBHOOK_ID });
  const { provider, connector, account, accountId, control } = world;
  const { payPal } = control;
  let days = 0;
  const now = () => instant(START + days * MS_PER_DAY);
  await payPal.setClock(accountId, now());
  return {
    connector,
    provider,
    strangerWith: (secretKey) => connector.connect({ ...account, secretKey }),
    currency: 'EUR',
    methodKind: 'paypal',
    async saveMethod(providerCustomerId, how) {
      const page = await provider.createCheckoutSession(
        {
          checkoutId: randomUUID(),
          mode: 'setup',
          providerCustomerId,
          currency: 'EUR',
          amountMinor: 0n,
          description: 'PayPal',
          successUrl: 'https://example.com/thanks',
          cancelUrl: 'https://example.com/back',
          expiresAt: addMs(now(), MS_PER_HOUR),
        },
        randomUUID(),
      );
      await approveAs(page.url ?? '', BUYERS[how]);
      return (await provider.completeSession?.(page.id, randomUUID()))?.methodId ?? '';
    },
    completePage: async (url) => (await approveAs(url, 'ada')) !== null,
    async setFaults({
      timeoutsBefore = 0,
      timeoutsAfter = 0,
      rejectWith,
      declines = 0,
      duplicateWebhooks = false,
    }) {
      await payPal.setFaults(accountId, {
        timeoutsBefore,
        timeoutsAfter,
        // The connection is cut instead of left open, so that nobody waits for it.
        holdMs: 20,
        failCharges: declines,
        duplicateWebhooks,
        ...(rejectWith === undefined ? {} : { rejectRequests: 1, rejectStatus: rejectWith }),
      });
    },
    now,
    async passDays(more) {
      days += more;
      await payPal.setClock(accountId, now());
    },
    async webhooks() {
      await payPal.drain(accountId);
      return receiver.received.map(({ body, headers }) => ({
        rawBody: new TextEncoder().encode(body),
        headers,
        secret: WEBHOOK_ID,
        mode: 'sandbox' as const,
        wallNow: instant(Math.floor(performance.timeOrigin + performance.now())),
      }));
    },
    async openDispute(captureId) {
      await payPal.act(accountId, { deed: 'open_dispute', captureId });
    },
    async stop() {
      await world.close();
      await receiver.stop();
    },
  };
}
