import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { instant } from '@billhook/core/time/instant';
import { controlClient } from '@billhook/sandbox/control-client';
import { startSandbox } from '@billhook/sandbox/start';
import { type Received, startReceiver } from '@billhook/sandbox/testing/receiver';
import { createStripeConnector } from '../adapters/stripe/connect.ts';
import type { ConformanceDriver } from '../modules/payments/conformance/driver.ts';
import type { SignedWebhook } from '../modules/payments/provider.ts';
import { payOnPage } from './payments.ts';

const CONTROL_TOKEN = 'control-token-of-the-tests';
const SECRET = 'whsec_conformance_secret';
const CALL_TIMEOUT_MS = 1_500;
const HOLD_MS = 4_000;
const SLOW_MS = { bearable: 300, unbearable: 2_500 } as const;
const DAY_MS = 86_400_000;
const START = Date.parse('2026-03-02T10:00:00Z');
/** What Stripe's banks say, in its own words. */
const DECLINES = [
  'generic_decline',
  'insufficient_funds',
  'lost_card',
  'stolen_card',
  'expired_card',
  'incorrect_cvc',
  'processing_error',
].map((code) => ({ reason: code, failureCode: code }));
const CARDS = { good: 'pm_card_visa', declining: 'pm_card_chargeCustomerFail' } as const;

/** Drives the sandbox of Stripe, and the adapter in front of it, for the conformance suite. */
export async function stripeDriver(): Promise<ConformanceDriver> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'billhook-conformance-'));
  const sandbox = await startSandbox({
    folder,
    controlToken: CONTROL_TOKEN,
    wallNow: wallNow,
    randomBytes,
    log: { info: () => undefined, warn: () => undefined },
  });
  const control = controlClient(sandbox.controlUrl, CONTROL_TOKEN);
  const receiver = await startReceiver();
  const secretKey = `sk_test_${randomBytes(12).toString('hex')}`;
  const { id } = await control.putAccount({
    key: secretKey,
    webhookUrl: receiver.url,
    webhookSecret: SECRET,
  });
  let days = 0;
  await control.setClock(id, START);
  const connector = createStripeConnector({ sandboxUrl: sandbox.stripeUrl, timeoutMs: CALL_TIMEOUT_MS });
  const account = { provider: 'stripe', mode: 'sandbox', publicId: null, methodKinds: ['card'] } as const;
  const provider = connector.connect({ ...account, secretKey });
  return {
    connector,
    provider,
    strangerWith: (key) => connector.connect({ ...account, secretKey: key }),
    currency: 'EUR',
    methodKind: 'card',
    saveMethod: async (customer, how) =>
      (await provider.attachMethod(customer, CARDS[how], `attach:${randomBytes(8).toString('hex')}`)).id,
    completePage: async (url) => (await payOnPage(url, '4242424242424242')).status === 303,
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
      await control.setFaults(id, {
        timeoutsBefore,
        timeoutsAfter,
        holdMs: HOLD_MS,
        duplicateWebhooks,
        delayWebhooksMs,
        slowMs: slow === undefined ? 0 : SLOW_MS[slow],
        loseWebhooks: loseWebhooks ? 1_000 : 0,
        ...(declineAs === undefined ? {} : { failCharges: 1, failChargesWith: declineAs }),
        ...(rejectWith === undefined ? {} : { rejectRequests: 1, rejectStatus: rejectWith }),
      });
    },
    now: () => instant(START + days * DAY_MS),
    async passDays(more) {
      days += more;
      await control.setClock(id, START + days * DAY_MS);
    },
    async webhooks() {
      await control.drain(id);
      return receiver.received.map(signed);
    },
    declines: DECLINES,
    lacks: {},
    async reversed(work) {
      await control.drain(id);
      await control.setFaults(id, { reorderWebhooks: true });
      receiver.answerWith(503);
      await work();
      await control.drain(id);
      const before = receiver.received.length;
      receiver.answerWith(200);
      await control.drain(id);
      return receiver.received.slice(before).map(signed);
    },
    async openDispute(intentId) {
      await control.dispute(id, intentId);
    },
    async stop() {
      await sandbox.stop();
      await receiver.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const signed = ({ body, headers }: Received): SignedWebhook => ({
  rawBody: new TextEncoder().encode(body),
  headers,
  secret: SECRET,
  mode: 'sandbox',
  wallNow: instant(Math.floor(wallNow())),
});

const wallNow = (): number => performance.timeOrigin + performance.now();
