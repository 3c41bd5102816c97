import { randomUUID } from 'node:crypto';
import { addMs, instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import { approveAs } from '@billhook/sandbox/testing/paypal';
import { type Received, startReceiver } from '@billhook/sandbox/testing/receiver';
import type { ConformanceDriver } from '../modules/payments/conformance/driver.ts';
import type { SignedWebhook } from '../modules/payments/provider.ts';
import { createPayPalWorld } from './paypal.ts';

const WEBHOOK_ID = '5ML55517T4853714A';
const START = Date.parse('2026-03-02T10:00:00Z');
/** PayPal's issues; a plain decline is one of the instrument. */
const DECLINES = [
  { reason: 'generic_decline', failureCode: 'instrument_declined' },
  { reason: 'payer_account_locked_or_closed', failureCode: 'payer_account_locked_or_closed' },
  { reason: 'payer_cannot_pay', failureCode: 'payer_cannot_pay' },
];
const SLOW_MS = { bearable: 300, unbearable: 6_500 } as const;
const BUYERS = { good: 'ada', declining: 'cleo' } as const;

/** Drives the stand-in for PayPal, and the adapter in front of it, for the conformance suite. */
export async function payPalDriver(): Promise<ConformanceDriver> {
  const receiver = await startReceiver();
  let skewMs = 0;
  const wallNow = () => performance.timeOrigin + performance.now() + skewMs;
  const world = await createPayPalWorld({ webhookUrl: receiver.url, webhookId: WEBHOOK_ID, wallNow });
  const signed = ({ body, headers }: Received): SignedWebhook => ({
    rawBody: new TextEncoder().encode(body),
    headers,
    secret: WEBHOOK_ID,
    mode: 'sandbox',
    wallNow: instant(Math.floor(wallNow())),
  });
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
    settlement: null,
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
      declineAs,
      duplicateWebhooks = false,
      loseWebhooks = false,
      delayWebhooksMs = 0,
      slow,
    }) {
      await payPal.setFaults(accountId, {
        timeoutsBefore,
        timeoutsAfter,
        // The connection is cut instead of left open, so that nobody waits for it.
        holdMs: 20,
        duplicateWebhooks,
        delayWebhooksMs,
        slowMs: slow === undefined ? 0 : SLOW_MS[slow],
        loseWebhooks: loseWebhooks ? 1_000 : 0,
        ...(declineAs === undefined ? {} : { failCharges: 1, failChargesWith: declineAs }),
        ...(rejectWith === undefined ? {} : { rejectRequests: 1, rejectStatus: rejectWith }),
      });
    },
    now,
    async passDays(more) {
      days += more;
      await payPal.setClock(accountId, now());
    },
    passWallMs(ms) {
      skewMs += ms;
    },
    async webhooks() {
      await payPal.drain(accountId);
      return receiver.received.map(signed);
    },
    declines: DECLINES,
    lacks: {},
    async reversed(work) {
      await payPal.drain(accountId);
      await payPal.setFaults(accountId, { reorderWebhooks: true });
      receiver.answerWith(503);
      await work();
      await payPal.drain(accountId);
      const before = receiver.received.length;
      receiver.answerWith(200);
      await payPal.drain(accountId);
      return receiver.received.slice(before).map(signed);
    },
    async openDispute(captureId) {
      await payPal.act(accountId, { deed: 'open_dispute', captureId });
    },
    async returnRefund(refundId) {
      await payPal.act(accountId, { deed: 'fail_refund', refundId });
    },
    async stop() {
      await world.close();
      await receiver.stop();
    },
  };
}
