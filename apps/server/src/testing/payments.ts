import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type ControlClient, controlClient } from '@billhook/sandbox/control-client';
import { startSandbox } from '@billhook/sandbox/start';
import { createPayPalConnector } from '../adapters/paypal/connect.ts';
import { createArrivals } from '../adapters/sandbox/arrivals.ts';
import { createStripeConnector } from '../adapters/stripe/connect.ts';
import {
  attachMethod,
  createProviders,
  type InboxDeps,
  type PaymentProvider,
  type Providers,
  putProviderAccount,
  receiveWebhook,
} from '../modules/payments/api.ts';
import { createCardMarker, withCardMarks } from '../modules/payments/card-marks.ts';
import { guardPayment, type PaymentGuard } from '../modules/risk/api.ts';
import { createSecretBox, type SecretBox } from '../platform/crypto.ts';
import type { DueSource } from '../platform/due.ts';
import { silentLog } from '../platform/log.ts';
import { billDueSource } from '../processes/bill-run.ts';
import { changesAtStripeSource } from '../processes/change-at-stripe.ts';
import { collectSource } from '../processes/collect-invoice.ts';
import { checkoutsSource, completeCheckout } from '../processes/complete-checkout.ts';
import { providerEventsSource } from '../processes/provider-events.ts';
import { meterReportsSource } from '../processes/report-meters.ts';
import { dunningSource } from '../processes/run-dunning.ts';
import { type BillingWorld, createBillingWorld } from './billing.ts';
import { settle } from './settle.ts';

const CONTROL_TOKEN = 'control-token-of-the-tests';
export const WEBHOOK_SECRET = 'whsec_test_secret';
const HOOK_TOKEN = 'hook-token-of-the-tests';

/** A billing world with a payment provider: the sandbox over HTTP, and an address for its webhooks. */
export type PaymentWorld = BillingWorld & {
  providers: Providers;
  complete: typeof completeCheckout;
  guard: PaymentGuard;
  provider: PaymentProvider;
  control: ControlClient;
  accountId: string;
  stripeUrl: string;
  /** The key that opens the account there. */
  secretKey: string;
  inbox: InboxDeps;
  box: SecretBox;
  /** Where webhooks are taken; the token of an account follows. */
  hookUrl: string;
  hookToken: string;
  sources: Record<'bill' | 'collect' | 'events' | 'checkouts' | 'changes' | 'reports' | 'dunning', DueSource>;
  /** Sets both clocks, ours and the provider's. */
  setBothClocks(text: string): Promise<void>;
  /** Each has a stand-in deliver what waits, and answers how many messages came since it was asked last. */
  arrivals: (() => Promise<number>)[];
  /** Does everything that is due now and delivers what is under way, until nothing is left. */
  settle(): Promise<void>;
  /** Moves both clocks through every instant at which something is due. */
  advance(text: string): Promise<void>;
  /** Saves a test card such as `pm_card_visa` as the customer's default. */
  addCard(customerId: string, token: string): Promise<void>;
  /** Opens a hosted page and pays with a card number, as a browser would. The answer's status and target. */
  payOnPage(url: string, number: string): Promise<{ status: number; location: string | null }>;
  /** Opens a hosted page and pays by debit of a test IBAN. */
  debitOnPage(url: string, iban: string): Promise<{ status: number; location: string | null }>;
};

export async function createPaymentWorld(
  now: string,
  settings: Record<string, unknown> = {},
  callTimeoutMs = 5_000,
): Promise<PaymentWorld> {
  const world = await createBillingWorld(now, { retryDelaysDays: [3, 5, 7], ...settings });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'billhook-money-'));
  const sandbox = await startSandbox({
    folder,
    controlToken: CONTROL_TOKEN,
    wallNow: () => performance.timeOrigin + performance.now(),
    randomBytes,
    log: { info: () => undefined, warn: () => undefined },
  });
  const control = controlClient(sandbox.controlUrl, CONTROL_TOKEN);
  const { transactor, tenantId } = world;
  const box = createSecretBox(randomBytes(32));
  const stripe = createStripeConnector({ sandboxUrl: sandbox.stripeUrl, timeoutMs: callTimeoutMs });
  const payPal = createPayPalConnector({
    sandboxUrl: sandbox.stripeUrl,
    timeoutMs: callTimeoutMs,
    sandboxRoot: () => control.payPal.root(),
  });
  const mark = createCardMarker(randomBytes(32));
  const connectors = [stripe, payPal].map((connector) => withCardMarks(connector, mark));
  const providers = createProviders({ transactor, box, connectors });
  const inbox: InboxDeps = { transactor, providers, wake: () => undefined };
  const server = await startHookServer(inbox);
  const secretKey = `sk_test_${randomBytes(12).toString('hex')}`;
  const account = await control.putAccount({
    key: secretKey,
    sellerName: 'Acme',
    webhookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/${HOOK_TOKEN}`,
    webhookSecret: WEBHOOK_SECRET,
  });
  await world.command((ctx) =>
    putProviderAccount(ctx, box, {
      provider: 'stripe',
      mode: 'sandbox',
      secretKey,
      publicId: null,
      webhookSecret: WEBHOOK_SECRET,
      hookToken: HOOK_TOKEN,
    }),
  );
  const sources = {
    bill: billDueSource({ transactor, log: silentLog }),
    collect: collectSource({ transactor, providers, log: silentLog }),
    events: providerEventsSource({ transactor, providers, log: silentLog }),
    checkouts: checkoutsSource({ transactor, providers }),
    changes: changesAtStripeSource({ transactor, providers }),
    reports: meterReportsSource({ transactor, providers }),
    dunning: dunningSource({ transactor }),
  };
  const all = Object.values(sources);
  const arrive = createArrivals(control);
  const payments: PaymentWorld = {
    ...world,
    providers,
    complete: completeCheckout,
    guard: guardPayment({ transactor }),
    provider: await providers.of(tenantId),
    control,
    accountId: account.id,
    stripeUrl: sandbox.stripeUrl,
    secretKey,
    inbox,
    box,
    hookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    hookToken: HOOK_TOKEN,
    sources,
    arrivals: [() => arrive(account.id)],
    async setBothClocks(text) {
      await world.setNow(text);
      await control.setClock(account.id, Date.parse(text));
    },
    async settle() {
      const work = async () => {
        let done = 0;
        for (const source of all) done += await source.run(tenantId, 500);
        return done;
      };
      await settle(work, payments.arrivals);
    },
    async advance(text) {
      const target = Date.parse(text);
      for (;;) {
        await payments.settle();
        const next = await world.query(async (ctx) => {
          let earliest = Number.POSITIVE_INFINITY;
          for (const source of all) earliest = Math.min(earliest, (await source.nextDueAt(ctx)) ?? earliest);
          return earliest;
        });
        if (next > target) break;
        await payments.setBothClocks(new Date(next).toISOString());
      }
      await payments.setBothClocks(text);
      await payments.settle();
    },
    async addCard(customerId, token) {
      await attachMethod(
        { transactor, providers },
        { tenantId, actor: { kind: 'system', id: 'test' }, requestId: null },
        {
          customerId,
          providerMethodId: token,
          makeDefault: true,
          key: `attach:${randomBytes(8).toString('hex')}`,
        },
      );
    },
    payOnPage,
    debitOnPage,
    async close() {
      await sandbox.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
      await world.close();
    },
  };
  await control.setClock(account.id, Date.parse(now));
  return payments;
}

function startHookServer(inbox: InboxDeps): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const token = (request.url ?? '').replace('/hooks/', '');
      receiveWebhook(inbox, { token, rawBody: Buffer.concat(chunks), headers: request.headers }).then(
        (status) => response.writeHead(status).end(),
        () => response.writeHead(500).end(),
      );
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Opens a hosted page and pays with a card number, as a browser would. */
export function payOnPage(url: string, number: string): Promise<{ status: number; location: string | null }> {
  return submitPage(url, { number, expiry: '12 / 39', cvc: '123', name: 'Ada', email: 'ada@example.com' });
}

/** Opens a hosted page and pays, or gives leave to, by debit of a test IBAN. */
export function debitOnPage(url: string, iban: string): Promise<{ status: number; location: string | null }> {
  return submitPage(url, { iban, name: 'Ada', email: 'ada@example.com' });
}

/** Answers the question of a bank on the page where it asks, as the customer would. */
export function confirmOnPage(
  url: string,
  isConfirmed: boolean,
): Promise<{ status: number; location: string | null }> {
  const secret = new URL(url).searchParams.get('client_secret') ?? '';
  return submitPage(url, { client_secret: secret, outcome: isConfirmed ? 'complete' : 'fail' });
}

async function submitPage(
  url: string,
  fields: Record<string, string>,
): Promise<{ status: number; location: string | null }> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields),
  });
  await response.arrayBuffer();
  return { status: response.status, location: response.headers.get('location') };
}
