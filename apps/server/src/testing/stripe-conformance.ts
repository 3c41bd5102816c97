import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { instant } from '@billhook/core/time/instant';
import { controlClient } from '@billhook/sandbox/control-client';
import { startSandbox } from '@billhook/sandbox/start';
import { startReceiver } from '@billhook/sandbox/testing/receiver';
import { createStripeConnector } from '../adapters/stripe/connect.ts';
import type { ConformanceDriver } from '../modules/payments/conformance/driver.ts';
import { payOnPage } from './payments.ts';

const CONTROL_TOKEN = 'control-token-of-the-tests';
const SECRET = 'whsec_conformance_secret';
const CALL_TIMEOUT_MS = 1_500;
const HOLD_MS = 4_000;
const DAY_MS = 86_400_000;
const START = Date.parse('2026-03-02T10:00:00Z');
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
      declines = 0,
      duplicateWebhooks = false,
    }) {
      await control.setFaults(id, {
        timeoutsBefore,
        timeoutsAfter,
        holdMs: HOLD_MS,
        failCharges: declines,
        duplicateWebhooks,
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
      return receiver.received.map(({ body, headers }) => ({
        rawBody: new TextEncoder().encode(body),
        headers,
        secret: SECRET,
        mode: 'sandbox' as const,
        wallNow: instant(Math.floor(wallNow())),
      }));
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

const wallNow = (): number => performance.timeOrigin + performance.now();
